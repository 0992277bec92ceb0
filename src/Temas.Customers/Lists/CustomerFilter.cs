using System.Globalization;
using Temas.Customers.Census;
using Temas.Customers.Contracts;
using Temas.Kernel;

namespace Temas.Customers.Lists;

/// <summary>Which customers are wanted, as the address of the page says it. All conditions must hold; what is null or empty does not count.</summary>
public sealed record CustomerFilter
{
    /// <summary>Lifecycle stage, in snake_case.</summary>
    public string? Stage { get; init; }

    /// <summary>How the journey is perceived: <c>positive</c> (0.15 and above), <c>neutral</c>, <c>negative</c> (-0.15 and below) or <c>none</c>.</summary>
    public string? Journey { get; init; }

    /// <summary>Kind of promise; with <see cref="Outcome"/>, or any outcome.</summary>
    public string? Promise { get; init; }

    /// <summary>What became of a promise: <c>open</c>, <c>waiting</c> (broken and still not kept), or, within the time, <c>kept</c>, <c>late</c>, <c>broken</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>Touchpoint that she was at within the time; <c>promise:KEY</c> where a promise ran out, <c>event:TYPE:NAME</c> for an event that the catalogue does not know.</summary>
    public string? Touchpoint { get; init; }

    /// <summary>How she took a touch within the time: <c>negative</c>, <c>neutral</c>, <c>positive</c>.</summary>
    public string? Tone { get; init; }

    /// <summary>First day (<c>2026-05-09</c>) or hour (<c>2026-05-09T14</c>) of the time, by the clock of the workspace.</summary>
    public string? From { get; init; }

    /// <summary>Last day or hour of the time, inclusive.</summary>
    public string? To { get; init; }

    /// <summary><c>1</c>: her first event lies within the time.</summary>
    public string? First { get; init; }

    /// <summary>Purpose of consent; with <see cref="On"/> and <see cref="Answer"/>.</summary>
    public string? Purpose { get; init; }

    /// <summary>Channel of consent; <c>*</c>, or nothing, for what was said about all of them.</summary>
    public string? On { get; init; }

    /// <summary>What she said to the purpose: <c>granted</c> (default), <c>denied</c>, <c>unknown</c>.</summary>
    public string? Answer { get; init; }

    /// <summary>Key of the segment that she is in now.</summary>
    public string? Segment { get; init; }

    /// <summary>Whether it asks for anything.</summary>
    public bool IsEmpty => this == new CustomerFilter();

    /// <summary>The parameters of an address.</summary>
    public (string Name, string? Value)[] Query =>
    [
        ("stage", Stage), ("journey", Journey), ("promise", Promise), ("outcome", Outcome), ("touchpoint", Touchpoint), ("tone", Tone), ("from", From), ("to", To), ("first", First), ("purpose", Purpose), ("on", On), ("answer", Answer), ("segment", Segment),
    ];

    /// <summary>A filter of the values that an address or form gives by name.</summary>
    public static CustomerFilter Of(Func<string, string?> value)
    {
        return new CustomerFilter
        {
            Stage = Given("stage"),
            Journey = Given("journey"),
            Promise = Given("promise"),
            Outcome = Given("outcome"),
            Touchpoint = Given("touchpoint"),
            Tone = Given("tone"),
            From = Given("from"),
            To = Given("to"),
            First = Given("first"),
            Purpose = Given("purpose"),
            On = Given("on"),
            Answer = Given("answer"),
            Segment = Given("segment"),
        };

        string? Given(string name) => value(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
    }

    /// <summary>What is wrong with it, if anything.</summary>
    public Problem? Check() => Compile(null).Problem;

    /// <summary>The problem with it, if there is one; else what it means in a snapshot.</summary>
    internal Result<Compiled> Compile(CensusSnapshot? snapshot)
    {
        LifecycleStage? stage = null;
        if (Stage is { Length: > 0 })
        {
            if (!Enum.TryParse<LifecycleStage>(Stage.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var known) || int.TryParse(Stage, NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
                return Unknown("stage", Stage, "prospect, new, active, loyal, at_risk, lost or won_back");
            stage = known;
        }

        if (Journey is not (null or "" or "positive" or "neutral" or "negative" or "none")) return Unknown("journey", Journey, "positive, neutral, negative or none");
        if (Outcome is not (null or "" or "open" or "waiting" or "kept" or "late" or "broken")) return Unknown("outcome", Outcome, "open, waiting, kept, late or broken");
        Tone? tone = Tone switch { null or "" => null, "negative" => Census.Tone.Negative, "neutral" => Census.Tone.Neutral, "positive" => Census.Tone.Positive, _ => Census.Tone.None };
        if (tone == Census.Tone.None) return Unknown("tone", Tone, "negative, neutral or positive");
        if (First is not (null or "" or "1")) return Unknown("first", First, "1, or leave it out");
        if (Answer is not (null or "" or "granted" or "denied" or "unknown")) return Unknown("answer", Answer, "granted, denied or unknown");
        if (!TryHour(From, false, out var from)) return Unknown("from", From, "a day such as 2026-05-09 or an hour such as 2026-05-09T14");
        if (!TryHour(To, true, out var to)) return Unknown("to", To, "a day such as 2026-05-09 or an hour such as 2026-05-09T14");
        int? place = Touchpoint is { Length: > 0 } ? snapshot?.FindPlace(Touchpoint) : null;
        int? promise = Promise is { Length: > 0 } ? snapshot?.FindPlace($"promise:{Promise}") : null;
        return new Compiled(snapshot!, stage, Journey ?? "", promise, Outcome ?? "", place, tone, from ?? 0, to ?? TouchCount.MostHour + 1, From is { Length: > 0 } || To is { Length: > 0 }, First == "1")
        {
            Consent = snapshot is not null && Purpose is { Length: > 0 } purpose
                ? (snapshot.FindPlace(ConsentMark.PlaceOf(purpose, On is { Length: > 0 } on ? on : "*").Text), snapshot.FindPlace(ConsentMark.PlaceOf(purpose, "*").Text), Answer switch { "denied" => false, "unknown" => null, _ => true })
                : null,
        };
    }

    private static Problem Unknown(string field, string? value, string known) => Problem.Invalid("filter_unknown", "The filter does not know this value.", field, value, $"Use {known}.");

    // The hour after the last one, where the end is asked for.
    private static bool TryHour(string? text, bool isEnd, out int? hour)
    {
        hour = null;
        if (text is null or "") return true;
        var isHour = DateTime.TryParseExact(text, "yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
        if (!isHour && !DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out time)) return false;
        var hours = (time - DateTime.UnixEpoch).TotalHours + (isEnd ? isHour ? 1 : 24 : 0);
        hour = (int)Math.Clamp(hours, 0, TouchCount.MostHour + 1);
        return true;
    }

    /// <summary>A filter, ready to be held against portraits.</summary>
    internal sealed record Compiled(CensusSnapshot Snapshot, LifecycleStage? Stage, string Journey, int? Promise, string Outcome, int? Place, Tone? Tone, int From, int To, bool HasTime, bool IsFirst)
    {
        /// <summary>The place of purpose and channel, that of all channels, and the answer; -1 for places that nobody has a word on.</summary>
        public (int Place, int All, bool? Answer)? Consent { get; init; }

        /// <summary>Whether she is wanted; <paramref name="touches"/> gets how many of her touches the filter means, where it speaks of touches.</summary>
        public bool Holds(Portrait portrait, out long touches)
        {
            touches = 0;
            if (portrait.Events == 0) return false;
            if (Stage is { } stage && portrait.Stage != stage) return false;
            if (Journey.Length > 0 && JourneyWord(Snapshot.JourneyOf(portrait)) != Journey) return false;
            if (Consent is { } consent && ConsentMark.Of(portrait, consent.Place, consent.All) != consent.Answer) return false;
            var ofPromise = Promise is not null || Outcome.Length > 0;
            if (ofPromise && !HoldsPromise(portrait, out touches)) return false;
            if (IsFirst && Snapshot.HourOf(portrait.First) is var first && (first < From || first >= To)) return false;
            // The time of a promise's outcome is the promise's own, as is that of a first event.
            if (Place is null && Tone is null && (!HasTime || ofPromise || IsFirst)) return true;
            var count = 0L;
            foreach (var touch in portrait.Between(From, To))
            {
                if (Place is { } place ? touch.Place != place : Tone is null && Snapshot.Places[touch.Place].Kind == PlaceKind.Promise) continue;
                if (Tone is null || touch.Tone == Tone) count += touch.Count;
            }

            touches = count;
            return count > 0;
        }

        private static string JourneyWord(double journey) => journey switch { double.NaN => "none", >= 0.15 => "positive", <= -0.15 => "negative", _ => "neutral" };

        private bool HoldsPromise(Portrait portrait, out long count)
        {
            count = 0;
            foreach (var mark in portrait.Promises)
            {
                if (Promise is { } kind && mark.Place != kind) continue;
                if (Outcome switch
                {
                    "open" => mark.Status == PromiseStatus.Open,
                    "waiting" => mark.IsWaiting,
                    "kept" => mark.Status == PromiseStatus.Kept && IsWithin(mark.OutHour),
                    "late" => mark.Status == PromiseStatus.Late && IsWithin(mark.OutHour),
                    "broken" => mark.Status == PromiseStatus.Broken && IsWithin(mark.OutHour),
                    _ => !HasTime || IsWithin(mark.MadeHour),
                }) count++;
            }

            return count > 0;
        }

        private bool IsWithin(int hour) => hour >= From && hour < To;
    }
}
