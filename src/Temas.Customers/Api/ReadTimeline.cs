using System.Globalization;
using System.Text;
using Temas.Customers.Contracts;
using Temas.Customers.Profiles;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Api;

/// <summary>Which moments of a timeline are wanted. All filters must hold; a list means any of it.</summary>
public sealed record TimelineFilter
{
    /// <summary>Longest page.</summary>
    public const int MaxLimit = 200;

    /// <summary>From this moment on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Up to and including this moment.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Keys of touchpoints.</summary>
    public IReadOnlyList<string> Touchpoints { get; init; } = [];

    /// <summary>Stages of the journey.</summary>
    public IReadOnlyList<string> Stages { get; init; } = [];

    /// <summary>Channels.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Calls (<c>track</c>, <c>page</c> …), names of events, or <c>promise_broken</c>.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Oldest first instead of newest first.</summary>
    public bool Ascending { get; init; }

    /// <summary>How many at most, 1 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Where the page before ended: its <see cref="TimelinePage.Next"/>.</summary>
    public string? After { get; init; }
}

/// <summary>A moment, with the event as it was sent; null for a broken promise.</summary>
public sealed record TimelineItem(Moment Moment, RawJson? Event);

/// <summary>A page of a timeline.</summary>
/// <param name="Customer">Public id of the customer.</param>
/// <param name="Items">The moments.</param>
/// <param name="Next">Cursor of the page that follows, or null when this is the last.</param>
/// <param name="Total">How many moments the filter lets through, on all pages.</param>
public sealed record TimelinePage(string Customer, IReadOnlyList<TimelineItem> Items, string? Next, int Total);

/// <summary>Reads a customer's timeline with how she took each touch, and why.</summary>
public static class ReadTimeline
{
    /// <summary>A page of the timeline.</summary>
    public static Result<TimelinePage> Run(Workspace workspace, string customer, TimelineFilter filter)
    {
        var found = ReadCustomer.Find(workspace, customer);
        if (found.Problem is { } problem) return problem;
        if (filter.Limit is < 1 or > TimelineFilter.MaxLimit)
            return Problem.Invalid("limit_invalid", $"A page has 1 to {TimelineFilter.MaxLimit} moments.", "limit", filter.Limit.ToString(CultureInfo.InvariantCulture), "Ask for fewer and follow next.");
        Cursor? after = null;
        if (filter.After is { } text && (after = Cursor.Parse(text)) is null)
            return Problem.Invalid("cursor_invalid", "This is no cursor of a timeline.", "after", text, "Use the value of next of the page before.");

        var now = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var moments = FoldCustomer.Run(workspace, found.Value, keepMoments: true).Moments(now);
        var wanted = moments.Where(m => Passes(m, filter)).ToList();
        if (!filter.Ascending) wanted.Reverse();
        var direction = filter.Ascending ? 1 : -1;
        var rest = after is { } last ? wanted.Where(m => Cursor.Of(m).CompareTo(last) * direction > 0) : wanted;
        var page = rest.Take(filter.Limit + 1).ToList();
        var more = page.Count > filter.Limit;
        if (more) page.RemoveAt(filter.Limit);
        return new TimelinePage(found.Value.Id, WithEvents(workspace, page), more ? Cursor.Of(page[^1]).ToString() : null, wanted.Count);
    }

    private static bool Passes(Moment moment, TimelineFilter filter) =>
        (filter.From is not { } from || moment.Time >= from.ToUnixTimeMilliseconds())
        && (filter.To is not { } to || moment.Time <= to.ToUnixTimeMilliseconds())
        && (filter.Touchpoints.Count == 0 || (moment.Touchpoint is { } t && filter.Touchpoints.Contains(t.Key)))
        && (filter.Stages.Count == 0 || (moment.Touchpoint is { } s && filter.Stages.Contains(s.Stage)))
        && (filter.Channels.Count == 0 || (moment.Channel is { } c && filter.Channels.Contains(c)))
        && (filter.Types.Count == 0 || filter.Types.Contains(CallOf(moment)) || (moment.Kind == MomentKind.Event && moment.Name is { } n && filter.Types.Contains(n)));

    /// <summary>The call in lower case, or <c>promise_broken</c>.</summary>
    internal static string CallOf(Moment moment) => moment.Kind == MomentKind.PromiseBroken ? "promise_broken" : moment.Type switch
    {
        EventType.Identify => "identify",
        EventType.Track => "track",
        EventType.Page => "page",
        EventType.Screen => "screen",
        EventType.Group => "group",
        EventType.Alias => "alias",
        _ => "none",
    };

    private static List<TimelineItem> WithEvents(Workspace workspace, List<Moment> page)
    {
        long[] positions = [.. page.Where(m => m.Kind == MomentKind.Event).Select(m => m.Position)];
        var json = new Dictionary<long, RawJson>();
        foreach (var e in workspace.Log.Read(positions))
        {
            if (e.Kind == LogRecordKind.Event) json[e.Position] = new RawJson(Encoding.UTF8.GetString(e.Json.Span));
        }

        return [.. page.Select(m => new TimelineItem(m, m.Kind == MomentKind.Event && json.TryGetValue(m.Position, out var raw) ? raw : null))];
    }

    /// <summary>A place on a timeline that stays the same when events are added: <c>time.kind.position.promise</c>.</summary>
    private readonly record struct Cursor(long Time, MomentKind Kind, long Position, string Promise) : IComparable<Cursor>
    {
        public static Cursor Of(Moment moment) => new(moment.Time, moment.Kind, moment.Position, moment.Promise?.Key ?? "");

        public static Cursor? Parse(string text)
        {
            var parts = text.Split('.', 4);
            return parts.Length == 4
                && long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time)
                && parts[1] is "0" or "1"
                && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
                ? new Cursor(time, parts[1] == "0" ? MomentKind.Event : MomentKind.PromiseBroken, position, parts[3])
                : null;
        }

        public int CompareTo(Cursor other) =>
            Time.CompareTo(other.Time) is var t && t != 0 ? t
            : Kind.CompareTo(other.Kind) is var k && k != 0 ? k
            : Position.CompareTo(other.Position) is var p && p != 0 ? p
            : string.CompareOrdinal(Promise, other.Promise);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Time}.{(int)Kind}.{Position}.{Promise}");
    }
}
