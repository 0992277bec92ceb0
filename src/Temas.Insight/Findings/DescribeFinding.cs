using System.Globalization;
using System.Resources;
using Temas.Collect.Contracts;
using Temas.Timelines.Findings;

namespace Temas.Insight.Findings;

/// <summary>Puts a finding into words and figures, in both languages, from what the catalogue calls its place.</summary>
internal sealed class DescribeFinding(TouchpointCatalogue catalogue, TimeZoneInfo zone)
{
    private const int Lately = 4, LeastLately = 20;
    private const double Quiet = 0.25, Changed = 0.2;
    private const long Week = 7L * 24 * 60 * 60 * 1000;

    private static readonly ResourceManager Texts = new("Temas.Insight.Findings.FindingText", typeof(FindingText).Assembly);
    private static readonly CultureInfo Turkish = CultureInfo.GetCultureInfo("tr"), English = CultureInfo.GetCultureInfo("en");

    /// <summary>The document of a finding. <paramref name="when"/> is the period that was looked at.</summary>
    public FindingDocument Of(Believed believed, Timelines.Queries.TimeSpanMs when)
    {
        var c = believed.Candidate;
        var (label, owner, system, stage) = PlaceOf(c);
        var weeks = Weeks(c, when.To);
        var worth = c.Worth is { } w ? new FindingFigure(Round(w.Value), Round(w.Low), Round(w.High)) : null;
        var variant = c.Kind == "voice" ? (c.Win ? "voice_win" : "voice") : c.Hotspot is not null && c.Kind is "promise" or "step" ? $"{c.Kind}_more" : c.Kind;
        var where = c.Where.Select(p => new FindingPlace(p.Key, p.Value)).ToList();
        var wanted = new FindingDocument
        {
            Id = c.Id,
            Win = c.Win,
            Kind = c.Kind,
            Place = c.Place,
            Title = Both(language => Say($"Title_{variant}", language, label.In(language.Name), WhereOf(where, language))),
            About = Both(language => Say($"About_{variant}", language, label.In(language.Name), WhereOf(where, language), c.Table.Days)),
            Next = Both(language => Say($"Next_{variant}", language, label.In(language.Name), (owner ?? new LocalText("", "")).In(language.Name))),
            Where = where,
            Stage = stage,
            Owner = owner,
            System = system,
            Since = DayOf(c.Hotspot is { Since: > long.MinValue } begun ? begun.Since : FirstOf(c, when)),
            IsStep = c.Table.Kind == "step",
            HasBegun = c.Hotspot is { Since: > long.MinValue },
            Customers = c.Met.Select(i => c.Table.Units[i].Customer).Distinct().LongCount(),
            Times = c.Met.Count,
            OfTimes = c.All.Count,
            Rate = c.Hotspot?.Rate ?? (double)c.Met.Count / Math.Max(1, c.All.Count),
            Elsewhere = c.Hotspot?.Elsewhere,
            Worth = worth,
            Attributed = Math.Round(c.Attributed, 1),
            Q = believed.Q,
            Days = c.Table.Days,
            Compared = c.Compared is { } compared ? Compare(compared) : null,
            Weeks = weeks,
            ByOrders = [.. Enumerable.Range(0, 5).Select(n => c.Met.LongCount(i => History.OrdersOf(c.Table.Units[i].History) == n))],
        };
        return Judge(wanted, c.Hotspot?.Elsewhere ?? 0);
    }

    /// <summary>How the last weeks stand to those before.</summary>
    internal static FindingDocument Judge(FindingDocument finding, double usual)
    {
        if (finding.Kind is "voice" or "silent" or "mended" || finding.Weeks.Count <= 2 * Lately) return finding;
        var (lately, before) = (finding.Weeks.TakeLast(Lately).ToList(), finding.Weeks.SkipLast(Lately).Where(w => w.From >= finding.Since.AddDays(-7)).ToList());
        var (of, ofBefore) = (lately.Sum(w => w.Of), before.Sum(w => w.Of));
        if (of < LeastLately || ofBefore < LeastLately) return finding;
        var (now, then) = ((double)lately.Sum(w => w.Times) / of, (double)before.Sum(w => w.Times) / ofBefore);
        return finding with { Trend = now > then * (1 + Changed) ? 1 : now < then * (1 - Changed) ? -1 : 0, IsQuiet = now - usual <= Quiet * (then - usual) };
    }

    private (LocalText Label, LocalText? Owner, LocalText? System, string? Stage) PlaceOf(Candidate c)
    {
        if (catalogue.Promises.GetValueOrDefault(c.Place) is { } promise && c.Kind is "promise" or "misfire" or "mended")
        {
            var keeper = catalogue.Touchpoints.Values.FirstOrDefault(t => t.Events.Any(e => promise.Kept.Any(k => k.Event.Names.Intersect(e.Names, StringComparer.Ordinal).Any())));
            var speaker = c.Kind == "misfire" ? catalogue.Touchpoints.Values.Where(t => t.Perception.Misfire?.Promise == c.Place).OrderBy(t => t.Key, StringComparer.Ordinal).FirstOrDefault(t => t.Owner is not null) : null;
            return (promise.Label, speaker?.Owner ?? promise.Owner, speaker?.System ?? promise.System, keeper?.Stage);
        }

        if (c.Kind is "step" or "mended")
        {
            var (process, step) = c.Place.IndexOf('/', StringComparison.Ordinal) is > 0 and var at ? (c.Place[..at], c.Place[(at + 1)..]) : (c.Place, null);
            var touchpoint = StepOf(process, step);
            return (Both(language => Say($"Step_{process}", language, step ?? "")), touchpoint?.Owner, touchpoint?.System, touchpoint?.Stage ?? "purchase");
        }

        if (catalogue.Touchpoints.GetValueOrDefault(c.Place) is { } place)
        {
            var condition = c.Kind == "felt" ? string.Join(", ", place.Perception.When.Where(w => w.Value < 0).Select(w => string.Join(" · ", w.Where.Select(p => $"{p.Property.Text} {Sign(p.Comparison)} {string.Join("/", p.Values)}")))) : "";
            return (condition.Length == 0 ? place.Label : new LocalText($"{place.Label.Tr} ({condition})", $"{place.Label.En} ({condition})"), place.Owner, place.System, place.Stage);
        }

        var contact = catalogue.Touchpoints.Values.Where(t => t.Stage == "support" && t.Owner is not null).OrderBy(t => t.Key, StringComparer.Ordinal).FirstOrDefault();
        return c.Place switch
        {
            "contact" or "complaint" => (new LocalText("", ""), contact?.Owner, contact?.System, "support"),
            "order" => (new LocalText("", ""), null, null, "purchase"),
            _ => (new LocalText("", ""), null, null, "loyalty"),
        };
    }

    /// <summary>The touchpoint of a step: the one that is about this step before the one about all.</summary>
    private Touchpoint? StepOf(string process, string? step)
    {
        var name = process switch { "checkout-step" => "Checkout Step Viewed", "checkout" => "Checkout Started", _ => "Product Added" };
        var all = catalogue.Touchpoints.Values.Where(t => t.Events.Any(e => e.Names.Contains(name, StringComparer.Ordinal))).OrderBy(t => t.Key, StringComparer.Ordinal).ToList();
        return all.Find(t => t.Events.Any(e => e.Where.Any(w => w.Values.Contains(step ?? "", StringComparer.Ordinal)))) ?? all.Find(t => t.Events.Any(e => e.Where.Count == 0));
    }

    private static string Sign(Collect.Contracts.Comparison comparison) => comparison switch
    {
        Collect.Contracts.Comparison.Above => ">",
        Collect.Contracts.Comparison.AtLeast => "≥",
        Collect.Contracts.Comparison.Below => "<",
        Collect.Contracts.Comparison.AtMost => "≤",
        Collect.Contracts.Comparison.NotEqual => "≠",
        _ => "=",
    };

    private static string WhereOf(List<FindingPlace> where, CultureInfo language) => where.Count == 0 ? Say("Everywhere", language) : string.Join(" · ", where.Select(w => $"{NameOf(w.Property, w.Property, language)}: {NameOf($"{w.Property}_{w.Value}", w.Value, language)}"));

    /// <summary>What is usual in tracking plans is called by its name; everything else as it came.</summary>
    private static string NameOf(string key, string otherwise, CultureInfo language) => Texts.GetString("Place_" + key, language) ?? otherwise;

    private List<FindingWeek> Weeks(Candidate c, long end)
    {
        var (all, met) = (new SortedDictionary<long, int>(), new Dictionary<long, int>());
        foreach (var i in c.All) Count(all, (end - c.Table.Units[i].Time - 1) / Week);

        // Of a place that began to be worse all weeks are shown, those before it, too.
        foreach (var i in c.Hotspot is not null && c.Kind is "promise" or "step" ? c.All.Where(i => c.Table.Units[i].Met) : c.Met)
        {
            var week = (end - c.Table.Units[i].Time - 1) / Week;
            met[week] = met.GetValueOrDefault(week) + 1;
        }

        return [.. all.Reverse().Select(w => new FindingWeek(DayOf(end - ((w.Key + 1) * Week)), met.GetValueOrDefault(w.Key), w.Value))];

        static void Count(SortedDictionary<long, int> into, long week) => into[week] = into.GetValueOrDefault(week) + 1;
    }

    private static FindingComparison Compare(Timelines.Findings.Comparison c) => new(
        c.Met, c.Matched, c.Others, c.Level, c.AgainMet, c.AgainOthers, Figure(c.Again), Round(c.ValueMet), Round(c.ValueOthers), Figure(c.Value), c.Felt is null ? null : c.FeltMet, c.Felt is null ? null : c.FeltOthers, c.Felt is { } felt ? Figure(felt) : null,
        c.Before is { } before ? Figure(before) : null, c.Sooner is { } sooner ? new FindingFigure(Math.Exp(sooner.Value), Math.Exp(sooner.Low), Math.Exp(sooner.High)) : null);

    private static FindingFigure Figure(Estimate estimate) => new(estimate.Value, Finite(estimate.Low), Finite(estimate.High));

    private static double Finite(double value) => double.IsFinite(value) ? value : Math.Sign(value) * 1e15;

    private static double Round(double value) => Math.Round(value, 2);

    private static long FirstOf(Candidate c, Timelines.Queries.TimeSpanMs when) => c.Met.Count == 0 ? when.From : Math.Max(when.From, c.Met.Min(i => c.Table.Units[i].Time));

    private DateOnly DayOf(long time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(time), zone).DateTime);

    private static LocalText Both(Func<CultureInfo, string> say) => new(say(Turkish), say(English));

    private static string Say(string key, CultureInfo language, params object[] values)
    {
        var text = Texts.GetString(key, language) ?? Texts.GetString(key, CultureInfo.InvariantCulture) ?? key;
        return string.Format(language, text, values).Trim();
    }
}
