using Temas.Customers.Contracts;
using Temas.Feedback.Asking.Decisions;
using Temas.Feedback.Asking.Definitions;
using Temas.Feedback.Asking.Invites;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Links;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Asking;

/// <summary>
/// Asks on a page, by the rules whose trigger is one. About each person a rule decides once a day at most: what was decided is a row, which is written anew while she was not asked. Somebody of whom nothing is known and whom chance does not
/// choose leaves no row: she is nobody yet, and there are many.
/// </summary>
internal sealed class AskHere(AskEngine engine) : IAskHere
{
    // A page does not wait for columns that are being read in; and an offer that was not shown soon is none any more.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300), Open = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public async Task<AskOffer?> DecideAsync(Workspace workspace, AskPlace place, CancellationToken cancel)
    {
        var desk = AskingDesk.Of(workspace);
        var rules = (await desk.LiveAsync(cancel)).Select(r => r.Rule).Where(r => IsFor(r, place)).ToList();
        if (rules.Count == 0 || place.Visitor.Length is 0 or > 200) return null;
        var (policy, now) = (AskingPolicy.Of(workspace), workspace.Clock.GetUtcNow());
        var (day, _) = AskEngine.DayOf(now, WorkspaceSettings.Of(workspace).Zone());
        foreach (var rule in rules)
        {
            var ask = new Ask
            {
                Id = FindTriggers.IdOf(rule.Key, FormattableString.Invariant($"page\n{WhoOf(workspace, place)}\n{day.ToUnixTimeSeconds()}")),
                Rule = rule.Key,
                Survey = rule.Survey,
                Customer = place.Customer,
                Visitor = place.Visitor,
                Cause = FindTriggers.Short(FindTriggers.PathOf(place.Page)),
                Channel = place.Channel,
                TriggeredAt = now,
                DueAt = now,
                DecidedAt = now,
            };
            var kept = await desk.Store.FindAsync(ask.Id, cancel);
            if (kept is { State: AskState.Asked }) continue;
            // What holds her back on a page is no waiting: she comes to another one, or she does not.
            var decided = await engine.DecideAsync(workspace, rule, policy, ask, now, desk.Store, patience: Patience, cancel: cancel);
            if (decided.Problem is not null) continue;
            var put = decided.Value with { NextAt = null, State = decided.Value.State == AskState.Asked ? AskState.Offered : decided.Value.State };
            var isNobody = place.Customer is null && put.Reason is AskReason.NotSampled or AskReason.NotInAudience;
            if (!isNobody && (kept is null || (kept.State, kept.Reason, kept.Customer) != (put.State, put.Reason, put.Customer) || put.State == AskState.Offered)) await desk.Store.PutAsync(put, cancel);
            if (put.State == AskState.Offered) return new AskOffer(put.Id, put.Survey, rule.Trigger.Page!.Form, rule.Trigger.Page.Seconds, rule.Trigger.Page.Target);
        }

        return null;
    }

    /// <inheritdoc/>
    public async Task<bool> ShownAsync(Workspace workspace, AskPlace place, string decision, CancellationToken cancel)
    {
        var desk = AskingDesk.Of(workspace);
        await desk.Deciding.WaitAsync(cancel);
        try
        {
            var now = workspace.Clock.GetUtcNow();
            if (await desk.Store.FindAsync(decision, cancel) is not { State: AskState.Offered } ask || ask.DecidedAt + Open < now || !IsHers(workspace, ask, place)) return false;
            if (!workspace.Definitions.Current(AskingRuleKind.Instance).TryGetValue(ask.Rule, out var rule) || !rule.IsLive) return false;
            // Two pages may have been offered two surveys at once; the second is not shown.
            var decided = await engine.DecideAsync(workspace, rule, AskingPolicy.Of(workspace), ask with { State = AskState.Waiting, DueAt = now, Customer = place.Customer ?? ask.Customer, Channel = place.Channel }, now, desk.Store, patience: Patience, cancel: cancel);
            if (decided.Problem is not null) return false;
            var isAsked = decided.Value.State == AskState.Asked;
            return await desk.Store.DecideAsync(decided.Value with { NextAt = null }, isAsked ? (connection, transaction) => NoteAsync(workspace, connection, transaction, decided.Value, place) : null, cancel) && isAsked;
        }
        finally
        {
            desk.Deciding.Release();
        }
    }

    // What she answers is known by the visitor who was asked; of an anonymous survey nothing says who answers.
    private static Task NoteAsync(Workspace workspace, System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction transaction, Ask ask, AskPlace place) => InvitationStore.AddAsync(connection, transaction, new Asked
    {
        Id = ask.Id,
        Survey = ask.Survey,
        Channel = place.Channel,
        Customer = ask.Customer,
        Visitor = place.Visitor,
        Response = SurveyBook.Of(workspace).Published(ask.Survey)?.Survey.IsAnonymous is true ? null : Invitation.ResponseOf(ask.Id, place.Visitor),
        At = ask.DecidedAt,
    });

    private static bool IsFor(AskingRule rule, AskPlace place) =>
        rule.Trigger is { Kind: AskTriggerKind.Page, Page: { } page } && FindTriggers.IsOn(page, place.Page) && (rule.Channels.Count == 0 || rule.Channels.Contains(place.Channel)) && Invitation.Channels.Contains(place.Channel);

    /// <summary>Who it is, by what stays when she is told apart better: the customer where she is known.</summary>
    private static string WhoOf(Workspace workspace, AskPlace place) => place.Customer is null ? "visitor:" + place.Visitor : NowOf(workspace, place.Customer) ?? place.Customer;

    private static bool IsHers(Workspace workspace, Ask ask, AskPlace place) =>
        ask.Visitor == place.Visitor || (ask.Customer is not null && place.Customer is not null && NowOf(workspace, ask.Customer) is { } hers && hers == NowOf(workspace, place.Customer));

    private static string? NowOf(Workspace workspace, string customer)
    {
        var nodes = workspace.Part<ICustomerNodes>();
        return nodes.Find(customer) is { } number && nodes.IdsOf([number]) is [{ } id] ? nodes.FormatId(id) : null;
    }
}
