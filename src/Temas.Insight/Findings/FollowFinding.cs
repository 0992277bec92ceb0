using System.Globalization;
using Temas.Customers.Contracts;
using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Insight.Findings;

/// <summary>With whom a finding is to be followed up; what is left out is as usual.</summary>
/// <param name="Who"><c>still</c> (the usual of frictions): those who have not ordered since they met it; <c>all</c>: all who met it.</param>
/// <param name="Days">Those who met it within so many days, 1 to 365; usually 30.</param>
/// <param name="Person">E-mail address of the person who is to do it; none for nobody yet.</param>
/// <param name="DueDays">Due after so many working days; usually 3.</param>
/// <param name="Most">At most so many, those who met it last first; usually 200.</param>
internal sealed record FollowAsk(string? Who = null, int? Days = null, string? Person = null, int? DueDays = null, int? Most = null);

/// <summary>What following up a finding would do, or did, and how what was opened before stands.</summary>
/// <param name="Met">How many customers met it within those days.</param>
/// <param name="Affected">How many of them are meant.</param>
/// <param name="Opens">For how many one is opened.</param>
/// <param name="Have">How many have one already.</param>
/// <param name="DueAt">When they are due.</param>
/// <param name="Standing">How those stand that were opened before.</param>
internal sealed record FollowPlan(int Met, int Affected, int Opens, int Have, DateTimeOffset DueAt, FollowUpTally Standing)
{
    /// <summary>By what those are known that were opened just now, to take them alone back; null where none were.</summary>
    public string? Round { get; init; }
}

/// <summary>Use case: opens follow-ups with the customers of a finding, which is in work from then on; tells before how many that would be, and takes back those with which nobody has begun.</summary>
internal sealed class FollowFinding(IEnumerable<IFollowUps> desks, IColleagues colleagues)
{
    /// <summary>What is usual.</summary>
    public const int UsualDays = 30, UsualDue = 3, UsualMost = 200, MostAtOnce = 2_000;

    private const long Day = 86_400_000;

    private readonly IFollowUps? desk = desks.FirstOrDefault();

    /// <summary>Whether there is a module that keeps follow-ups.</summary>
    public bool IsPossible => desk is not null;

    /// <summary>By what follow-ups of a finding are known.</summary>
    public static string SourceOf(string id) => "finding:" + id;

    /// <summary>How those stand that were opened.</summary>
    public async Task<FollowUpTally> TallyAsync(Workspace workspace, string id, CancellationToken cancel) => desk is null ? new FollowUpTally(0, 0, 0, 0) : await desk.TallyAsync(workspace, SourceOf(id), cancel);

    /// <summary>What it would do now.</summary>
    public Task<Result<FollowPlan>> WouldAsync(Workspace workspace, string id, FollowAsk ask, CancellationToken cancel) => RunAsync(workspace, id, ask, (wish, token) => desk!.WouldAsync(workspace, wish, token), cancel);

    /// <summary>Opens them, and takes the finding into work.</summary>
    public async Task<Result<FollowPlan>> OpenAsync(Workspace workspace, string id, FollowAsk ask, Actor by, CancellationToken cancel)
    {
        var done = await RunAsync(workspace, id, ask, (wish, token) => desk!.OpenAsync(workspace, wish, by, token), cancel);
        if (done.Problem is not null || done.Value.Opens == 0) return done;
        var (live, people) = (LiveFindings.Of(workspace), await colleagues.OfAsync(workspace.Key, cancel));
        var (who, owner) = (NameOf(by, people), PersonOf(people, ask.Person)?.Id);
        await live.NoteAsync(id, new FindingLine(workspace.Clock.GetUtcNow(), who, "followed", done.Value.Opens.ToString(CultureInfo.InvariantCulture)), cancel);

        // A win, and what is gone, stays what it is; whose it is already keeps it.
        var kept = live.All[id];
        if (kept.State is FindingState.New or FindingState.Acknowledged or FindingState.Back && !kept.Document.Win)
            await live.ChangeAsync(id, FindingState.InWork, owner ?? kept.Person, givesPerson: kept.Person is null, null, who, cancel);
        return done;
    }

    /// <summary>Takes back those with which nobody has begun; how many that were. With <paramref name="round"/> only of those that were opened at once.</summary>
    public async Task<Result<int>> WithdrawAsync(Workspace workspace, string id, string? round, Actor by, CancellationToken cancel)
    {
        var live = LiveFindings.Of(workspace);
        await live.LoadAsync(cancel);
        if (!live.All.ContainsKey(id)) return LiveFindings.Unknown();
        if (desk is null) return NoDesk();
        var withdrawn = await desk.WithdrawAsync(workspace, SourceOf(id), string.IsNullOrEmpty(round) ? null : round, by, cancel);
        if (withdrawn > 0) await live.NoteAsync(id, new FindingLine(workspace.Clock.GetUtcNow(), NameOf(by, await colleagues.OfAsync(workspace.Key, cancel)), "withdrawn", withdrawn.ToString(CultureInfo.InvariantCulture)), cancel);
        return withdrawn;
    }

    private async Task<Result<FollowPlan>> RunAsync(Workspace workspace, string id, FollowAsk ask, Func<FollowUpWish, CancellationToken, Task<Result<FollowUpsWished>>> run, CancellationToken cancel)
    {
        var live = LiveFindings.Of(workspace);
        await live.LoadAsync(cancel);
        if (!live.All.TryGetValue(id, out var kept)) return LiveFindings.Unknown();
        if (desk is null) return NoDesk();
        var (days, most, document) = (ask.Days ?? UsualDays, ask.Most ?? UsualMost, kept.Document);
        if (days is < 1 or > 365) return Problem.Invalid("days_invalid", "The days are a number from 1 to 365.", "days", days.ToString(CultureInfo.InvariantCulture));
        if (most is < 1 or > MostAtOnce) return Problem.Invalid("most_invalid", $"At most {MostAtOnce} are opened at once.", "most", most.ToString(CultureInfo.InvariantCulture));
        if (ask.Who is not (null or "" or "still" or "all")) return Problem.Invalid("who_unknown", "This says nobody.", "who", ask.Who, "It is still (not ordered since) or all.");
        Colleague? owner = null;
        if (!string.IsNullOrEmpty(ask.Person) && (owner = PersonOf(await colleagues.OfAsync(workspace.Key, cancel), ask.Person)) is null) return Problem.Invalid("person_unknown", "Nobody with this address works in the workspace.", "person", ask.Person);
        var nodes = workspace.Part<ICustomerNodes>();
        var since = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds() - (days * Day);
        List<FindingMeeting> met = [.. (await live.Store.CustomersAsync(id, cancel)).Where(m => m.At >= since)];
        var isStill = string.IsNullOrEmpty(ask.Who) ? !document.Win : ask.Who == "still";
        var meant = isStill ? await StillAsync(workspace, nodes, met, cancel) : met;
        if (meant.Problem is { } problem) return problem;
        var wish = new FollowUpWish(SourceOf(id), document.Title, TemasUrls.Finding(workspace.Key.Value, id), !document.Win, [.. meant.Value.Take(most).Select(m => nodes.FormatId(m.Customer))], owner?.Id, ask.DueDays ?? UsualDue);
        var wished = await run(wish, cancel);
        if (wished.Problem is { } fault) return fault;
        return new FollowPlan(met.Count, meant.Value.Count, wished.Value.Opened, wished.Value.Had, wished.Value.DueAt, await TallyAsync(workspace, id, cancel)) { Round = wished.Value.Opened > 0 ? wished.Value.Round : null };
    }

    /// <summary>Those who have not ordered since.</summary>
    private static async Task<Result<List<FindingMeeting>>> StillAsync(Workspace workspace, ICustomerNodes nodes, List<FindingMeeting> met, CancellationToken cancel)
    {
        if (met.Count == 0) return met;
        var read = await workspace.Part<OrderBook>().ReadAsync(null, cancel);
        if (read.Problem is { } problem) return problem;
        var (orders, last) = (read.Value, new Dictionary<int, long>());
        for (var c = 0; c < orders.Customers.Length; c++)
        {
            if (orders.Starts[c + 1] > orders.Starts[c]) last[orders.Customers[c]] = orders.Times[orders.Starts[c + 1] - 1];
        }

        var numbers = met.ConvertAll(m => nodes.Find(nodes.FormatId(m.Customer)) ?? -1);
        return met.Where((m, i) => numbers[i] >= 0 && (!last.TryGetValue(numbers[i], out var time) || time <= m.At)).ToList();
    }

    private static Colleague? PersonOf(IReadOnlyList<Colleague> people, string? person) => string.IsNullOrEmpty(person) ? null : people.FirstOrDefault(p => p.Id == person || string.Equals(p.Email, person, StringComparison.OrdinalIgnoreCase));

    private static string NameOf(Actor by, IReadOnlyList<Colleague> people) => people.FirstOrDefault(p => p.Email == by.Name) is { } me ? $"user {me.Id}" : by.Kind;

    private static Problem NoDesk() => new(ProblemKind.Unavailable, "follow_ups_missing", "This server keeps no follow-ups.") { WayOut = "Add the module that keeps them." };
}
