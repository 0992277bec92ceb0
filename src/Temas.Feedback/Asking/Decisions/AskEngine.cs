using System.Text.Json;
using Temas.Customers.Contracts;
using Temas.Feedback.Asking.Definitions;
using Temas.Feedback.Surveys;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Asking.Decisions;

/// <summary>Who was asked before: what was kept, or what is only tried.</summary>
internal interface IAskRecord
{
    /// <summary>When somebody was last asked by a moment, whatever it was, and one of some surveys; <paramref name="butOf"/>: without an ask and the reminders of it.</summary>
    Task<(DateTimeOffset? Anything, DateTimeOffset? Surveys)> LastAsync(AskedPerson person, IReadOnlyList<string> surveys, DateTimeOffset moment, string? butOf, CancellationToken cancel);

    /// <summary>How many were asked from a moment to another, both inclusive.</summary>
    Task<long> CountAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancel);
}

/// <summary>By what somebody is known who was asked before.</summary>
/// <param name="Ids">Public ids that lead to the customer.</param>
/// <param name="Visitors">Anonymous ids.</param>
internal sealed record AskedPerson(IReadOnlyList<string> Ids, IReadOnlyList<string> Visitors);

/// <summary>
/// Decides an ask at a moment: the one place in which the asking rules are enforced. Who follows the log, who is asked by a page and who only tries a rule on the past all come here; nothing is written. What depends on her timeline goes by what
/// had happened at the moment.
/// </summary>
internal sealed class AskEngine(IInvites invites)
{
    /// <summary>What waits for a time and not for an event may be held back so long at least.</summary>
    public static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    /// <summary>The ask as it stands after the moment, or why it cannot be decided now.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="policy">What holds for all rules.</param>
    /// <param name="ask">What waits or was held.</param>
    /// <param name="moment">The moment.</param>
    /// <param name="record">Who was asked before.</param>
    /// <param name="trial">What is only tried looks at the past and at surveys that may not be published yet.</param>
    /// <param name="patience">How long it is waited for who is in a segment; null: as long as for any question.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Result<Ask>> DecideAsync(
        Workspace workspace, AskingRule rule, AskingPolicy policy, Ask ask, DateTimeOffset moment, IAskRecord record, AskTrial? trial = null, TimeSpan? patience = null, CancellationToken cancel = default)
    {
        var first = ask.State is AskState.Waiting;
        if (first && moment > ask.DueAt + Longest(rule.Wait)) return Settle(rule, ask, AskVerdict.Refused(AskReason.TooLate), moment);
        var judged = await JudgeAsync(workspace, rule, policy, ask, moment, record, trial, patience, cancel);
        return judged.Problem is { } problem ? problem : Settle(rule, ask, judged.Value, moment);
    }

    /// <summary>The ask with a verdict: what is held back for too long is given up.</summary>
    private static Ask Settle(AskingRule rule, Ask ask, AskVerdict verdict, DateTimeOffset moment)
    {
        var settled = ask with { State = verdict.State, Reason = verdict.Reason, Detail = verdict.Detail, DecidedAt = moment, NextAt = null, Channel = verdict.Channel ?? (ask.Reminder > 0 ? ask.Channel : null), Survey = verdict.Survey ?? ask.Survey };
        if (verdict.State != AskState.Held) return settled;
        var end = ask.DueAt + (AskReason.IsContext(verdict.Reason) ? rule.Wait : Longest(rule.Wait));
        // Where nothing is waited for it is simply not asked.
        if (moment >= end && ask.HeldAt is null) return settled with { State = AskState.Refused };
        settled = settled with { HeldReason = verdict.Reason, HeldAt = ask.HeldAt ?? moment };
        return moment >= end ? settled with { State = AskState.GivenUp } : settled with { NextAt = verdict.Until is { } until && until < end ? until : end };
    }

    private static TimeSpan Longest(TimeSpan wait) => wait > OneDay ? wait : OneDay;

    private async Task<Result<AskVerdict>> JudgeAsync(
        Workspace workspace, AskingRule rule, AskingPolicy policy, Ask ask, DateTimeOffset moment, IAskRecord record, AskTrial? trial, TimeSpan? patience, CancellationToken cancel)
    {
        var isPage = rule.Trigger.Kind == AskTriggerKind.Page;
        if (trial is null && SurveyFault(workspace, ask.Reminder > 0 ? ask.Survey : rule.Survey, moment) is { } closed) return closed;
        var past = workspace.Part<ICustomerPast>();
        CustomerThen? then = null;
        if (ask.Customer is { } id && (then = past.Read(id, moment, policy.GuardTypes)) is null) return AskVerdict.Refused(AskReason.CustomerGone);
        var person = new AskedPerson(
            then is null ? [] : past.IdsOf(then.Customer),
            [.. (then?.Customer.Identifiers.Where(i => i.Kind == "anonymous_id").Select(i => i.Value) ?? []).Append(ask.Visitor).OfType<string>().Distinct(StringComparer.Ordinal)]);
        if (ask.Reminder > 0) return await RemindAsync(workspace, rule, policy, ask, then, person, moment, record, cancel);
        if (!AskContext.IsSampled(rule, then?.Customer.Id ?? ask.Visitor ?? "")) return AskVerdict.Refused(AskReason.NotSampled);
        var last = await record.LastAsync(person, rule.Surveys, moment, null, cancel);
        if (last.Surveys is { } same && same + rule.CoolDown > moment) return AskVerdict.Refused(AskReason.AskedSurveyLately);
        if (last.Anything is { } any && any + policy.CoolDown > moment) return AskVerdict.Refused(AskReason.AskedLately);
        var audience = await AudienceAsync(workspace, rule.Audience, then, moment, trial, patience, cancel);
        if (audience.Problem is { } problem) return problem;
        if (audience.Value is { Length: > 0 } outside) return AskVerdict.Refused(AskReason.NotInAudience, outside);
        string? channel = null;
        if (!isPage)
        {
            var (open, closedBecause) = ChannelOf(workspace, rule, policy, invites.ReachOf(workspace, then!.Customer.Id), then.Profile, trial);
            if (open is null) return closedBecause!;
            channel = open;
        }

        if (await NotNowAsync(workspace, rule, policy, ask, then, moment, record, cancel) is { } later) return later;
        // Where the other survey cannot be answered, the first one asks.
        var isLate = rule.LateSurvey is { } late && then is not null && AskContext.CameLate(then, ask.About) && (trial is not null || SurveyFault(workspace, late, moment) is null);
        var survey = isLate ? rule.LateSurvey : rule.Survey;
        return new AskVerdict(AskState.Asked) { Channel = channel ?? ask.Channel, Survey = survey };
    }

    /// <summary>What keeps from asking at a moment, whoever she is: what happens to her, the night, the day's number.</summary>
    private static async Task<AskVerdict?> NotNowAsync(Workspace workspace, AskingRule rule, AskingPolicy policy, Ask ask, CustomerThen? then, DateTimeOffset moment, IAskRecord record, CancellationToken cancel)
    {
        if (then is not null && AskContext.Guard(rule, policy, then, ask.About, moment) is { } guard) return guard;
        var home = WorkspaceSettings.Of(workspace).Zone();
        if (rule.Trigger.Kind != AskTriggerKind.Page && policy.Quiet is { } quiet && quiet.EndAfter(moment, AskContext.ZoneOf(then?.Profile, home)) is { } morning) return AskVerdict.Held(AskReason.QuietHours, morning);
        if (policy.PerDay is not { } most) return null;
        var (begin, end) = DayOf(moment, home);
        return await record.CountAsync(begin, moment, cancel) >= most ? AskVerdict.Held(AskReason.DailyCap, end) : null;
    }

    /// <summary>
    /// Whether somebody is reminded who was chosen and asked before: not who answered in any way, nor over a channel that is closed by now, nor while anything keeps from asking. What else she was asked meanwhile counts as for any ask.
    /// </summary>
    private async Task<Result<AskVerdict>> RemindAsync(
        Workspace workspace, AskingRule rule, AskingPolicy policy, Ask ask, CustomerThen? then, AskedPerson person, DateTimeOffset moment, IAskRecord record, CancellationToken cancel)
    {
        if (then is null) return AskVerdict.Refused(AskReason.CustomerGone);
        if (rule.Reminders is not { } reminders || ask.Reminder > reminders.Most) return AskVerdict.Refused(AskReason.RuleOff);
        if (moment >= ask.TriggeredAt + rule.Link) return AskVerdict.Refused(AskReason.TooLate);
        var identifiers = then.Customer.Identifiers.Select(i => i.ToString()).ToList();
        if (await SurveyBook.Of(workspace).Responses.HasAnsweredAsync(ask.Survey, Invites.Invites.ResponseOf(ask.Reminds!), identifiers, ask.TriggeredAt, cancel)) return AskVerdict.Refused(AskReason.Answered);
        var last = await record.LastAsync(person, [], moment, ask.Reminds, cancel);
        if (last.Anything is { } any && any + policy.CoolDown > moment) return AskVerdict.Refused(AskReason.AskedLately);
        var only = rule with { Channels = [ask.Channel!], IsOrderFixed = true };
        var (open, closed) = ChannelOf(workspace, only, policy, invites.ReachOf(workspace, then.Customer.Id), then.Profile, null);
        if (open is null) return closed!;
        return await NotNowAsync(workspace, rule, policy, ask, then, moment, record, cancel) ?? new AskVerdict(AskState.Asked) { Channel = open, Survey = ask.Survey };
    }

    private static AskVerdict? SurveyFault(Workspace workspace, string key, DateTimeOffset moment)
    {
        if (SurveyBook.Of(workspace).Published(key) is not { Survey: var survey }) return AskVerdict.Refused(AskReason.SurveyUnpublished, key);
        return survey.IsClosed || survey.ClosesAt <= moment ? AskVerdict.Refused(AskReason.SurveyClosed, key) : null;
    }

    /// <summary>What keeps her out of the audience: the key of a segment, or <c>traits</c>; empty when she is in.</summary>
    private static async Task<Result<string>> AudienceAsync(Workspace workspace, AskAudience audience, CustomerThen? then, DateTimeOffset moment, AskTrial? trial, TimeSpan? patience, CancellationToken cancel)
    {
        if (audience.IsEverybody) return "";
        if (then is null) return "unknown";
        if (!AskContext.Holds(then.Profile, audience.Traits)) return "traits";
        var segments = audience.Segments.Concat(audience.NotSegments).Distinct(StringComparer.Ordinal).ToList();
        if (segments.Count == 0) return "";
        var unsaid = new HashSet<string>(StringComparer.Ordinal);
        var isIn = await InAsync(workspace, segments, then.Customer.Id, trial is null ? null : moment, unsaid, trial, patience, cancel);
        if (isIn.Problem is { } problem) return problem;

        // Whom a rule leaves out is left out where it is not known whether she is one of them.
        if (audience.NotSegments.FirstOrDefault(s => isIn.Value.Contains(s) || unsaid.Contains(s)) is { } kept) return kept;
        return audience.Segments.Count == 0 || audience.Segments.Any(isIn.Value.Contains) ? "" : string.Join(",", audience.Segments);
    }

    /// <summary>In which of some segments she is, and of which nobody knows it at the moment. A segment that asks profiles has no answer for the past: it is taken as of now, and the trial says so.</summary>
    private static async Task<Result<HashSet<string>>> InAsync(Workspace workspace, List<string> segments, string customer, DateTimeOffset? asOf, HashSet<string> unsaid, AskTrial? trial, TimeSpan? patience, CancellationToken cancel)
    {
        if (workspace.FindPart<ITraitQuestions>() is not { } questions) return new HashSet<string>(StringComparer.Ordinal);
        var now = asOf is null ? [] : segments.Where(trial!.AsOfNow.Contains).ToList();
        var then = segments.Except(now).ToList();
        var isIn = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (asked, at) in new[] { (then, asOf), (now, null) })
        {
            if (asked.Count == 0) continue;
            var answers = await questions.ReadAsync([.. asked.Select(QuestionOf)], [customer], at, patience, cancel);
            if (answers.Problem is { } problem) return problem;
            foreach (var (i, key) in asked.Index())
            {
                if (answers.Value.Faults[i] is { Code: "trait_not_then" })
                {
                    trial!.AsOfNow.Add(key);
                    return await InAsync(workspace, segments, customer, asOf, unsaid, trial, patience, cancel);
                }

                if (answers.Value.Faults[i]?.Code == TraitAnswers.Unsaid) unsaid.Add(key);
                if (answers.Value.Values[0][i].Json == "true") isIn.Add(key);
            }
        }

        return isIn;
    }

    private static TraitQuestion QuestionOf(string segment) => new(segment, TraitQuestionKind.Segment, JsonSerializer.SerializeToElement(segment, AskingJson.Default.String));

    /// <summary>The channel by which she is asked, or why there is none.</summary>
    private static (string? Channel, AskVerdict? Closed) ChannelOf(
        Workspace workspace, AskingRule rule, AskingPolicy policy, IReadOnlyList<Engage.Contracts.ChannelReach> reach, CustomerProfile profile, AskTrial? trial)
    {
        var wanted = rule.Channels.Count == 0 ? reach : rule.IsOrderFixed
            ? [.. rule.Channels.Select(c => reach.FirstOrDefault(r => r.Channel == c) ?? new Engage.Contracts.ChannelReach(c, "channel_off"))]
            : reach.Where(r => rule.Channels.Contains(r.Channel)).Concat(rule.Channels.Where(c => !reach.Any(r => r.Channel == c)).Select(c => new Engage.Contracts.ChannelReach(c, "channel_off"))).ToList();
        var closed = new List<string>();
        foreach (var (channel, why) in wanted)
        {
            // A rule is tried before the channel is set up that it will use.
            var isOff = trial is not null && why == "channel_off";
            if ((why is null || isOff) && Agrees(workspace, policy, profile, channel))
            {
                if (isOff) trial!.NotSetUp.Add(channel);
                return (channel, null);
            }

            closed.Add($"{channel}:{why ?? AskReason.NoConsent}");
        }

        // Where it is her word alone that keeps her from being asked, that is the reason.
        var said = closed.Count > 0 && closed.All(c => c.EndsWith(":no_consent", StringComparison.Ordinal) || c.EndsWith(":unsubscribed", StringComparison.Ordinal));
        return (null, AskVerdict.Refused(said ? AskReason.NoConsent : AskReason.NoChannel, closed.Count == 0 ? null : string.Join(',', closed)));
    }

    // By her word alone it is decided here, as of the moment; which channels are open to her is known as of now only.
    private static bool Agrees(Workspace workspace, AskingPolicy policy, CustomerProfile profile, string channel) =>
        ReachCustomer.AnswerTo(workspace, profile, policy.Consent ?? Invites.Invites.Purpose, channel).Given ?? policy.Consent is null;

    /// <summary>The day of a moment: when it begins, and when the next one does.</summary>
    internal static (DateTimeOffset Begin, DateTimeOffset End) DayOf(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var day = TimeZoneInfo.ConvertTime(moment, zone).Date;
        return (Midnight(day), Midnight(day.AddDays(1)));

        DateTimeOffset Midnight(DateTime date)
        {
            var wall = DateTime.SpecifyKind(date, DateTimeKind.Unspecified);
            while (zone.IsInvalidTime(wall)) wall = wall.AddMinutes(1);
            return new DateTimeOffset(wall, zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Max() : zone.GetUtcOffset(wall));
        }
    }
}

/// <summary>A rule that is only tried.</summary>
internal sealed class AskTrial
{
    /// <summary>Segments that were taken as of now, for they ask profiles, which are known as of now only.</summary>
    public HashSet<string> AsOfNow { get; } = new(StringComparer.Ordinal);

    /// <summary>Channels that are not set up, and were taken as if they were.</summary>
    public HashSet<string> NotSetUp { get; } = new(StringComparer.Ordinal);
}
