using System.Globalization;
using Microsoft.Extensions.Localization;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Engage.Contracts;
using Temas.Feedback.Asking.Decisions;
using Temas.Feedback.Asking.Definitions;
using Temas.Feedback.Pages;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Definitions;
using Temas.Storage.Workspaces;
using Temas.Ui.Controls;
using Temas.Ui.Preferences;
using Temas.Ui.Reading;

namespace Temas.Feedback.Asking.Pages;

/// <summary>Puts rules, outcomes and reasons into the reader's words.</summary>
public sealed class AskingWords(CurrentWorkspace current, IStringLocalizer<AskingText> text, Reader reader)
{
    private static string Language => Languages.Current.Code;

    /// <summary>What becomes of an ask.</summary>
    internal string State(AskState state) => text[$"State_{ReadAsks.WordOf(state)}"];

    /// <summary>The colour that underlines it.</summary>
    internal static BadgeTone Tone(AskState state) => state switch
    {
        AskState.Asked => BadgeTone.Ok,
        AskState.Held => BadgeTone.Warn,
        AskState.Waiting or AskState.Offered => BadgeTone.Info,
        _ => BadgeTone.Plain,
    };

    /// <summary>Why, in a sentence; empty where there is nothing to say.</summary>
    internal string Reason(string? reason) => reason is null ? "" : text[$"Reason_{reason}"];

    /// <summary>What became of an ask and why, in a sentence.</summary>
    internal string Why(Ask ask) => ask.State switch
    {
        AskState.Asked when ask.HeldReason is { } held && ask.HeldAt is { } since => text["Why_asked_late", Survey(ask.Survey), Channel(ask.Channel ?? ""), reader.Duration(ask.DecidedAt - since), Reason(held)],
        AskState.Asked => text["Why_asked", Survey(ask.Survey), Channel(ask.Channel ?? "")],
        AskState.Held when ask.NextAt is { } next => text["Why_held", Reason(ask.Reason), reader.Moment(next)],
        AskState.Waiting => text["Why_waiting", reader.Moment(ask.DueAt)],
        AskState.Offered => text["Why_offered"],
        AskState.GivenUp => text["Why_given_up", Reason(ask.Reason)],
        _ => Reason(ask.Reason),
    };

    /// <summary>What the reason speaks of, for people.</summary>
    internal string? Detail(string? reason, string? detail) => (reason, detail) switch
    {
        (_, null or "") => null,
        (AskReason.PromiseOpen or AskReason.PromiseBroken, _) => current.Value.Part<LiveCatalogue>().Current.Promises.GetValueOrDefault(detail)?.Label.In(Language) ?? detail,
        (AskReason.NoChannel or AskReason.NoConsent, _) => string.Join(" · ", detail.Split(',').Select(c => c.Split(':', 2)).Select(c => c.Length == 2 ? $"{Channel(c[0])}: {text[$"Closed_{c[1]}"]}" : c[0])),
        (AskReason.NotInAudience, _) when detail is not ("traits" or "unknown") => string.Join(", ", detail.Split(',').Select(s => SegmentNames.Of(current.Value, s, Language))),
        (AskReason.NotInAudience, "traits") => text["Audience_traits"],
        (AskReason.NotInAudience, "unknown") => text["Audience_unknown"],
        _ => detail,
    };

    /// <summary>A channel.</summary>
    internal string Channel(string channel) => text[$"Channel_{channel}"] is { ResourceNotFound: false } known ? known.Value : ChannelFacts.Of(current.Value).FirstOrDefault(c => c.Key == channel)?.Label.In(Language) ?? channel;

    /// <summary>The title of a survey; its key where it has none.</summary>
    internal string Survey(string key)
    {
        if (SurveyBook.Of(current.Value).Published(key) is { Survey.Title: var title }) return title.In(Language);
        return current.Value.Definitions.List(SurveyDraftKind.Name).FirstOrDefault(d => d.Key == key) is { } draft && SurveyDocument.TitleOf(draft.Json) is { Count: > 0 } titles
            ? titles.GetValueOrDefault(Language) ?? titles.Values.First()
            : key;
    }

    /// <summary>The name of a rule; its key where there is no such rule any more.</summary>
    internal string Rule(string key) => current.Value.Definitions.Current(AskingRuleKind.Instance).GetValueOrDefault(key)?.Label.In(Language) ?? key;

    /// <summary>What triggered an ask.</summary>
    internal string Cause(Ask ask) => current.Value.Part<LiveCatalogue>().Current.Touchpoints.GetValueOrDefault(ask.Cause)?.Label.In(Language) ?? ask.Cause;

    /// <summary>That an ask is a reminder, and the how manieth; null for what is none.</summary>
    internal string? Reminder(Ask ask) => ask.Reminder == 0 ? null : text["ReminderNumber", ask.Reminder].Value;

    /// <summary>The whole rule as a sentence.</summary>
    internal string Sentence(AskingRule rule)
    {
        var when = rule.Trigger.Kind switch
        {
            AskTriggerKind.Event => text["S_event", Or(rule.Trigger.Events.Select(e => e.Names.Count == 0 ? text["S_any"].Value : Or(e.Names.Select(Quoted))))],
            AskTriggerKind.Touchpoint => text["S_touchpoint", Or(rule.Trigger.Touchpoints.Select(t => Quoted(current.Value.Part<LiveCatalogue>().Current.Touchpoints.GetValueOrDefault(t)?.Label.In(Language) ?? t)))],
            AskTriggerKind.Segment => text["S_segment", Quoted(SegmentNames.Of(current.Value, rule.Trigger.Segment, Language))],
            _ => rule.Trigger.Page!.Paths.Count == 0 ? text["S_page_any"] : text["S_page", Or(rule.Trigger.Page.Paths)],
        };
        var parts = new List<string> { rule.Delay > TimeSpan.Zero ? text["S_later", when, reader.Duration(rule.Delay)] : when.Value };
        parts.Add(text["S_ask", Quoted(Survey(rule.Survey))]);
        if (rule.LateSurvey is { } late) parts.Add(text["S_late", Quoted(Survey(late))]);
        if (rule.Trigger.Kind != AskTriggerKind.Page && rule.Channels.Count > 0) parts.Add(text[rule.IsOrderFixed ? "S_channels_fixed" : "S_channels", string.Join(", ", rule.Channels.Select(Channel))]);
        if (rule.Share < 100) parts.Add(text["S_share", rule.Share.ToString("0.##", CultureInfo.CurrentCulture)]);
        var guards = new List<string>();
        if (rule.Guards.Delivery && rule.Trigger.Kind is (AskTriggerKind.Event or AskTriggerKind.Touchpoint)) guards.Add(text["S_guard_delivery"]);
        if (rule.Guards.Promises) guards.Add(text["S_guard_promises"]);
        if (rule.Guards.Complaints) guards.Add(text["S_guard_complaints"]);
        var sentence = string.Join(", ", parts) + ".";
        if (guards.Count > 0) sentence += " " + Capital(rule.Wait > TimeSpan.Zero && rule.Trigger.Kind != AskTriggerKind.Page ? text["S_guards", string.Join(", ", guards), reader.Duration(rule.Wait)] : text["S_guards_now", string.Join(", ", guards)]);
        if (rule.Reminders is { } reminders) sentence += " " + text[reminders.Most == 1 ? "S_reminder" : "S_reminders", reader.Duration(reminders.After), reminders.Most];
        return sentence;
    }

    // A sentence of Turkish begins with what it holds back for.
    private static string Capital(string sentence) => string.Concat(char.ToUpper(sentence[0], CultureInfo.CurrentUICulture).ToString(), sentence.AsSpan(1));

    private string Or(IEnumerable<string> some) => string.Join(text["S_or"], some);

    private string Quoted(string words) => text["S_quoted", words];
}
