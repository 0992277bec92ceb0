using Temas.Customers.Api;
using Temas.Engage.Contracts;
using Temas.Feedback.Asking.Invites;
using Temas.Feedback.Listening;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys.Figures;

/// <summary>Somebody behind a number of the response rate.</summary>
/// <param name="Customer">Public id of the customer; null for a visitor of whom nobody knows who it is.</param>
/// <param name="Name">What she is called.</param>
/// <param name="Channel">Channel by which she was asked.</param>
/// <param name="At">When.</param>
/// <param name="Message">How far her message is; null where none was sent (a link, a page).</param>
/// <param name="Why">Why it was not sent, as a code.</param>
/// <param name="Opened">Whether it was opened: <c>opened</c>, <c>perhaps</c>, <c>not</c>; null where that is not noticed.</param>
/// <param name="Response">Id of her response, once she began.</param>
/// <param name="State">How far it is: <c>partial</c>, <c>complete</c>, <c>screened_out</c>.</param>
/// <param name="IsAnonymous">Nothing tells whether she answered.</param>
internal sealed record RatePerson(string? Customer, string? Name, string Channel, DateTimeOffset At, string? Message, string? Why, string? Opened, string? Response, string? State, bool IsAnonymous);

/// <summary>The people behind a number of the response rate, the newest first.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="People">Some of them.</param>
internal sealed record RatePeople(long Total, IReadOnlyList<RatePerson> People);

/// <summary>Opens the numbers of the response rate to the people behind them.</summary>
internal static class ReadRatePeople
{
    /// <summary>The numbers that open.</summary>
    public static IReadOnlyList<string> Figures { get; } = ["invited", "waiting", "not_reached", "delivered", "watched", "opened", "perhaps_opened", "begun", "answered"];

    /// <summary>Those behind a number; a channel of the filter holds for it, too.</summary>
    public static async Task<Result<RatePeople>> RunAsync(Workspace workspace, string key, FiguresFilter filter, string? figure, int skip, int limit, CancellationToken cancel)
    {
        figure = string.IsNullOrEmpty(figure) ? "invited" : figure;
        if (!Figures.Contains(figure)) return Problem.Invalid("figure_unknown", "There is no such figure.", "figure", figure, $"It is one of {string.Join(", ", Figures)}.");
        var rate = await ReadRate.RunAsync(workspace, key, filter, cancel);
        if (rate.Problem is { } problem) return problem;
        var span = VoiceSpan.Of(filter.Period, filter.From, filter.To, WorkspaceSettings.Of(workspace).Zone(), workspace.Clock.GetUtcNow()).Value;
        var (store, channels, channel) = (new InvitationStore(workspace.Database), workspace.FindPart<ICustomerChannels>(), string.IsNullOrEmpty(filter.Channel) ? null : filter.Channel);
        var all = rate.Value.All;
        (long? total, MessageFates? fate) = figure switch
        {
            "waiting" => (all.Waiting, MessageFates.Waiting),
            "not_reached" => (all.NotReached, MessageFates.NotSent),
            "delivered" => (all.Delivered, MessageFates.Delivered),
            "watched" => (all.Watched, MessageFates.Watched),
            "opened" => (all.Opened, MessageFates.Opened),
            "perhaps_opened" => (all.PerhapsOpened, MessageFates.PerhapsOpened),
            "begun" => (all.Begun, null),
            "answered" => (all.Answered, (MessageFates?)null),
            _ => (all.Invited, null),
        };
        IReadOnlyList<InvitedPerson> asked = [];
        if (total is null or 0) return new RatePeople(0, []);
        if (fate is null)
        {
            asked = await store.ListAsync(key, span.From, span.To, channel, figure == "begun", figure == "answered", skip, limit, cancel);
        }
        else if (channels is not null)
        {
            var (from, to) = (DateTimeOffset.FromUnixTimeMilliseconds(span.From), DateTimeOffset.FromUnixTimeMilliseconds(span.To));
            var messages = await channels.ListAsync(Invites.Kind, Invites.ReferenceOf(key), from, to, channel, fate, skip, limit, cancel);
            asked = await store.FindAsync([.. messages.Select(m => m.Id[(Invites.Kind.Length + 1)..])], cancel);
        }

        var fates = channels is null ? new Dictionary<string, MessageFate>() : await channels.FatesAsync([.. asked.Select(a => Invites.MessageOf(a.Id))], cancel);
        return new RatePeople(total.Value, [.. asked.Select(a => Of(workspace, a, fates.GetValueOrDefault(Invites.MessageOf(a.Id))))]);
    }

    private static RatePerson Of(Workspace workspace, InvitedPerson asked, MessageFate? fate)
    {
        var found = ReadCustomer.Find(workspace, asked.Customer ?? $"anonymous_id:{asked.Visitor}");
        return new RatePerson(
            found.IsOk ? found.Value.Id : asked.Customer, found.IsOk ? found.Value.Display : null, asked.Channel, asked.At, fate?.State, fate?.Why, fate?.Opened, asked.Response,
            asked.State is { } state ? ResponseTable.NameOf(state) : null, asked.IsAnonymous);
    }
}
