using System.Globalization;
using Microsoft.Extensions.Localization;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Ui.Controls;
using Temas.Ui.Reading;

namespace Temas.Customers.Pages;

/// <summary>Puts the moments of a timeline and the reasons behind their perception into the reader's words.</summary>
internal sealed class TouchWords(Reader reader, IStringLocalizer<CustomerText> text)
{
    private static string Language => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;

    /// <summary>A moment as the timeline shows it. <paramref name="source"/> is the source's name, <paramref name="raw"/> the event as it was stored.</summary>
    public TouchItem Item(Moment moment, string? source, string? raw)
    {
        var broken = moment.Kind == MomentKind.PromiseBroken;
        return new TouchItem
        {
            Key = string.Create(CultureInfo.InvariantCulture, $"{(broken ? "b" : "")}{moment.Position}{(broken ? moment.Name : "")}"),
            At = Reader.At(moment.Time),
            Title = Title(moment),
            Detail = broken ? null : EventDetail.Of(raw, reader),
            Icon = broken ? "clock-exclamation" : ChannelIcon(moment.Channel),
            Meta = [.. Meta(moment, source)],
            Perception = moment.Evidence.Count > 0 || moment.Perception != 0 ? moment.Perception : null,
            Evidence = [.. moment.Evidence.Where(x => x.Code != EvidenceCode.Assumed).Select(Reason)],
            Moment = broken ? TimelineMoment.Broken : MomentOf(moment),
            Raw = broken ? null : EventDetail.Indented(raw),
        };
    }

    /// <summary>What happened: the touchpoint's label, what Temas calls its own events, or the event's name.</summary>
    public string Title(Moment moment) => moment.Kind == MomentKind.PromiseBroken
        ? text["BrokenTitle", moment.Promise?.Label.In(Language) ?? moment.Name ?? ""]
        : moment.Touchpoint?.Label.In(Language) ?? (moment.Name is { } name ? Or($"own_{name}", name) : Call(moment.Type.ToString()));

    /// <summary>A channel in words.</summary>
    public string Channel(string channel) => Or($"channel_{channel}", channel);

    /// <summary>A stage of the journey in words.</summary>
    public string Stage(string stage) => Or($"stage_{stage}", stage);

    /// <summary>A call of the Segment specification in words.</summary>
    public string Call(string type) => Or($"call_{type.ToLowerInvariant()}", type);

    /// <summary>The kind of an identifier in words.</summary>
    public string Kind(string kind) => Or($"kind_{kind}", kind.Replace('_', ' '));

    /// <summary>One reason for a perception as a sentence.</summary>
    public string Reason(Evidence evidence)
    {
        var promise = Promise(evidence);
        var due = evidence.Due is { } at ? reader.Moment(at) : "";
        return evidence.Code switch
        {
            EvidenceCode.Condition => text["Why_condition", evidence.Property ?? "", evidence.Answer ?? ""],
            EvidenceCode.Nps => text["Why_nps", evidence.Answer ?? ""],
            EvidenceCode.Csat => text["Why_csat", evidence.Answer ?? ""],
            EvidenceCode.Ces => text["Why_ces", evidence.Answer ?? ""],
            EvidenceCode.Rating => evidence.Best is { } best ? text["Why_rating", evidence.Answer ?? "", Reader.Number(best)] : text["Why_rating_open", evidence.Answer ?? ""],
            EvidenceCode.Smiley => text["Why_smiley", evidence.Answer ?? ""],
            EvidenceCode.Sentiment => text["Why_sentiment", evidence.Answer ?? ""],
            EvidenceCode.Text => Wrote(evidence),
            EvidenceCode.Misfire => evidence.Count > 1 ? text["Why_misfire_again", promise, due, evidence.Count] : text["Why_misfire", promise, due],
            EvidenceCode.PromiseMade => text["Why_promise_made", promise, due],
            EvidenceCode.PromiseKept => text["Why_promise_kept", promise],
            EvidenceCode.PromiseLate => text["Why_promise_late", promise, reader.Duration(evidence.Delay ?? TimeSpan.Zero)],
            EvidenceCode.PromiseBroken => text["Why_promise_broken", promise, due],
            EvidenceCode.PromiseCancelled => text["Why_promise_cancelled", promise],
            _ => text["Why_assumed"],
        };
    }

    /// <summary>The icon of a channel.</summary>
    public static string ChannelIcon(string? channel) => channel switch
    {
        "web" => "world",
        "app" => "device-mobile",
        "email" => "mail",
        "sms" => "message",
        "whatsapp" => "brand-whatsapp",
        "push" => "bell",
        "phone" => "phone",
        "chat" => "message-circle",
        "social" => "speakerphone",
        "store" => "building-store",
        "kiosk" => "device-tablet",
        "logistics" => "truck-delivery",
        "partner" => "users-group",
        "ads" => "ad-2",
        "event" => "calendar",
        "field" => "home",
        _ => "point",
    };

    private static TimelineMoment MomentOf(Moment moment) =>
        moment.Evidence.Any(x => x.Code == EvidenceCode.PromiseLate) ? TimelineMoment.Late
        : moment.Evidence.Any(x => x.Code == EvidenceCode.PromiseKept) ? TimelineMoment.Kept
        : TimelineMoment.None;

    private IEnumerable<string> Meta(Moment moment, string? source)
    {
        if (moment.Kind == MomentKind.PromiseBroken)
        {
            if (moment.Promise?.Owner is { } owner) yield return text["Owner", owner.In(Language)];
            if (moment.Promise?.System is { } system) yield return text["System", system.In(Language)];
            yield break;
        }

        if (moment.Channel is { } channel) yield return Channel(channel);
        if (moment.Touchpoint is { } touchpoint)
        {
            yield return Stage(touchpoint.Stage);
            if (moment.Name is { } name && name != touchpoint.Label.In(Language)) yield return name;
        }

        if (source is not null) yield return source;
    }

    private string Wrote(Evidence evidence)
    {
        var tone = text[evidence.Value < -0.12 ? "Why_text_negative" : evidence.Value > 0.12 ? "Why_text_positive" : "Why_text_neutral"].Value;
        return evidence.Words is { Count: > 0 } words ? text["Why_text_words", tone, string.Join(text["Quote_between"].Value, words)] : tone;
    }

    private string Promise(Evidence evidence)
    {
        var label = evidence.PromiseLabel?.In(Language) ?? evidence.Promise ?? "";
        return evidence.Reference is { Length: > 0 } reference ? $"{label} ({reference})" : label;
    }

    private string Or(string key, string otherwise) => text[key] is { ResourceNotFound: false } found ? found.Value : otherwise;
}
