using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Localization;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Controls;
using Temas.Ui.Layout;
using Temas.Ui.Preferences;
using Temas.Ui.Reading;

namespace Temas.Feedback.FollowUps.Pages;

/// <summary>What the pages of follow-ups share: who works here, and how things are put into words.</summary>
public abstract class FollowUpPageBase : WorkspacePage
{
    [Inject]
    internal CurrentWorkspace Current { get; set; } = null!;

    [Inject]
    internal PageContext Page { get; set; } = null!;

    [Inject]
    internal Reader Reader { get; set; } = null!;

    [Inject]
    internal IHttpContextAccessor Context { get; set; } = null!;

    [Inject]
    internal IColleagues Colleagues { get; set; } = null!;

    [Inject]
    internal IStringLocalizer<FollowUpText> Text { get; set; } = null!;

    internal IReadOnlyList<Colleague> People { get; private set; } = [];

    internal FollowUpStore Store => LiveFollowUps.Of(Current.Value).Store;

    internal HttpContext Http => Context.HttpContext!;

    internal Colleague? Me => Page.PersonEmail is { } email ? PlanFollowUps.Find(People, email) : null;

    internal bool MayWork => Page.IsAtLeast(Role.Agent);

    internal async Task ReadPeopleAsync() => People = await Colleagues.OfAsync(Current.Value.Key, Http.RequestAborted);

    internal string OwnerName(string? id) => string.IsNullOrEmpty(id) ? Text["Nobody"] : People.FirstOrDefault(p => p.Id == id)?.Name ?? Text["SomebodyGone"];

    internal string RuleName(string key, LocalText? title = null) => key.StartsWith("finding:", StringComparison.Ordinal) ? title is null ? Text["Rule_finding"] : Text["Rule_finding_of", title.In(Languages.Current.Code)] : FollowUpRuleKind.Of(Current.Value.Definitions).GetValueOrDefault(key)?.Label.In(Languages.Current.Code) ?? key;

    internal string CauseName(string key) => FollowUpDeskKind.Of(Current.Value.Definitions).Causes.FirstOrDefault(c => c.Key == key)?.Label.In(Languages.Current.Code) ?? key;

    internal string ReasonWords(FollowUpReason reason) => FollowUpReasons.Words(reason, Text);

    internal Problem Told(string code, string prefix) => new(ProblemKind.Invalid, code, Text[$"{prefix}_{code}"] is { ResourceNotFound: false } words ? words.Value : code);

    internal static BadgeTone Tone(FollowUpStatus status) => status switch { FollowUpStatus.Open => BadgeTone.Info, FollowUpStatus.InWork or FollowUpStatus.Waiting => BadgeTone.Accent, FollowUpStatus.Done => BadgeTone.Ok, _ => BadgeTone.Plain };

    internal static BadgeTone Tone(FollowUpKind kind) => kind == FollowUpKind.Recover ? BadgeTone.Warn : BadgeTone.Ok;

    internal Dictionary<string, string> Names(IEnumerable<string> customers)
    {
        var nodes = Current.Value.Part<ICustomerNodes>();
        return customers.Distinct(StringComparer.Ordinal).ToDictionary(c => c, c => nodes.Find(c) is { } number ? nodes.LinksOf([number])[0]?.Name ?? c : c, StringComparer.Ordinal);
    }
}

/// <summary>Puts into words why a follow-up was opened.</summary>
internal static class FollowUpReasons
{
    /// <summary>The words, such as "NPS 3 (at most 4)".</summary>
    public static string Words(FollowUpReason reason, IStringLocalizer text)
    {
        var value = reason.Value?.ToString("0.##", CultureInfo.CurrentCulture) ?? "";
        string limit = (reason.AtMost, reason.AtLeast) switch
        {
            ({ } most, null) => text["AtMost", most.ToString("0.##", CultureInfo.CurrentCulture)],
            (null, { } least) => text["AtLeast", least.ToString("0.##", CultureInfo.CurrentCulture)],
            ({ } most, { } least) => text["Within", least.ToString("0.##", CultureInfo.CurrentCulture), most.ToString("0.##", CultureInfo.CurrentCulture)],
            _ => "",
        };
        return reason.Code switch
        {
            "event" => text["Why_event", reason.Event],
            OpenFollowUps.Code => reason.Title?.In(Languages.Current.Code) ?? "",
            "intent" => text["Why_intent", text[$"intent_{reason.Intent}"].Value],
            "sentiment" => text["Why_sentiment", value, limit],
            "answer" => text["Why_answer", reason.Question ?? "", value, limit],
            _ => text["Why_score", reason.Code.ToUpperInvariant(), value, limit],
        };
    }
}
