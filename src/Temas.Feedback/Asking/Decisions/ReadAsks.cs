using Temas.Collect.Contracts;
using Temas.Customers.Api;
using Temas.Customers.Contracts;
using Temas.Feedback.Asking.Definitions;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Asking.Decisions;

/// <summary>A rule with what came of it lately.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its name.</param>
/// <param name="State"><c>draft</c> or <c>live</c>.</param>
/// <param name="Survey">Key of the survey.</param>
/// <param name="Trigger">What makes it ask: event, touchpoint, segment, page.</param>
/// <param name="Asked">So many were asked in the last seven days.</param>
/// <param name="Held">So many are held back or wait now, of those decided in that time.</param>
/// <param name="Refused">So many were not asked, or given up.</param>
internal sealed record AskingRuleSummary(string Key, LocalText Label, string State, string Survey, string Trigger, long Asked, long Held, long Refused)
{
    /// <summary>All that was decided in that time.</summary>
    public long Total => Asked + Held + Refused;
}

/// <summary>Why asks came to what they did, with how many.</summary>
internal sealed record AskReasonCount(AskState State, string? Reason, long Count);

/// <summary>Reads what was decided.</summary>
internal static class ReadAsks
{
    /// <summary>So far back the list of rules counts.</summary>
    public static readonly TimeSpan Lately = TimeSpan.FromDays(7);

    /// <summary>So far back the reasons of the log are counted.</summary>
    public static readonly TimeSpan Counted = TimeSpan.FromDays(30);

    /// <summary>The rules, with what came of them in the last seven days.</summary>
    public static async Task<IReadOnlyList<AskingRuleSummary>> RulesAsync(Workspace workspace, CancellationToken cancel)
    {
        var counts = (await AskingDesk.Of(workspace).Store.CountsAsync(workspace.Clock.GetUtcNow() - Lately, null, cancel)).ToLookup(c => c.Rule);
        return
        [
            .. workspace.Definitions.Current(AskingRuleKind.Instance).Values.OrderByDescending(r => r.IsLive).ThenBy(r => r.Key, StringComparer.Ordinal).Select(r => new AskingRuleSummary(
                r.Key, r.Label, r.IsLive ? "live" : "draft", r.Survey, WordOf(r.Trigger.Kind),
                counts[r.Key].Where(c => c.State == AskState.Asked).Sum(c => c.Count),
                counts[r.Key].Where(c => c.State is AskState.Held or AskState.Waiting or AskState.Offered).Sum(c => c.Count),
                counts[r.Key].Where(c => c.State is AskState.Refused or AskState.GivenUp).Sum(c => c.Count))),
        ];
    }

    /// <summary>Why asks of the last thirty days came to what they did, the most frequent first; of one rule, or of all.</summary>
    public static async Task<IReadOnlyList<AskReasonCount>> ReasonsAsync(Workspace workspace, string? rule, CancellationToken cancel) => Reasons(
        (await AskingDesk.Of(workspace).Store.CountsAsync(workspace.Clock.GetUtcNow() - Counted, rule, cancel)).Select(c => new AskReasonCount(c.State, c.Reason, c.Count)));

    /// <summary>The same of counts, each outcome and reason once.</summary>
    public static IReadOnlyList<AskReasonCount> Reasons(IEnumerable<AskReasonCount> counts) =>
        [.. counts.GroupBy(c => (c.State, c.Reason)).Select(g => new AskReasonCount(g.Key.State, g.Key.Reason, g.Sum(c => c.Count))).OrderByDescending(c => c.Count).ThenBy(c => c.State).ThenBy(c => c.Reason, StringComparer.Ordinal)];

    /// <summary>What was decided about a customer, the newest first.</summary>
    public static async Task<Result<Ask[]>> OfAsync(Workspace workspace, string customer, int limit, CancellationToken cancel)
    {
        var found = ReadCustomer.Find(workspace, customer);
        if (found.Problem is { } problem) return problem;
        var visitors = found.Value.Identifiers.Where(i => i.Kind == "anonymous_id").Select(i => i.Value).ToList();
        return (await AskingDesk.Of(workspace).Store.OfAsync(new AskedPerson(workspace.Part<ICustomerPast>().IdsOf(found.Value), visitors), limit, cancel)).ToArray();
    }

    /// <summary>The rule with a key, or the problem that there is none.</summary>
    public static Result<AskingRule> Rule(Workspace workspace, string key) => workspace.Definitions.Current(AskingRuleKind.Instance).TryGetValue(key, out var rule)
        ? rule
        : Problem.NotFound("asking_rule_unknown", "There is no asking rule with this key.", "rule", null, "See GET /api/asking-rules.");

    /// <summary>Reads a filter, or says what is wrong with it.</summary>
    public static Result<AskFilter> Filter(string? rule, string? state, string? reason)
    {
        AskState? wanted = null;
        if (!string.IsNullOrEmpty(state))
        {
            wanted = Enum.GetValues<AskState>().Where(s => WordOf(s) == state).Select(s => (AskState?)s).FirstOrDefault();
            if (wanted is null) return Problem.Invalid("state_unknown", "There is no such outcome.", "state", state, $"It is one of {string.Join(", ", Enum.GetValues<AskState>().Select(WordOf))}.");
        }

        if (!string.IsNullOrEmpty(reason) && !AskReason.All.Contains(reason)) return Problem.Invalid("reason_unknown", "There is no such reason.", "reason", reason, $"It is one of {string.Join(", ", AskReason.All)}.");
        return new AskFilter(rule, wanted, string.IsNullOrEmpty(reason) ? null : reason);
    }

    /// <summary>What became of an ask, as documents and addresses write it.</summary>
    public static string WordOf(AskState state) => state switch
    {
        AskState.Waiting => "waiting",
        AskState.Held => "held",
        AskState.Asked => "asked",
        AskState.Refused => "refused",
        AskState.GivenUp => "given_up",
        _ => "offered",
    };

    /// <summary>What makes a rule ask, as documents write it.</summary>
    public static string WordOf(AskTriggerKind kind) => kind switch
    {
        AskTriggerKind.Event => "event",
        AskTriggerKind.Touchpoint => "touchpoint",
        AskTriggerKind.Segment => "segment",
        _ => "page",
    };
}
