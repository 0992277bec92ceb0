using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Temas.Collect.Contracts;
using Temas.Customers.Api;
using Temas.Customers.Contracts;
using Temas.Customers.Profiles;
using Temas.Storage.EventLog;

namespace Temas.Tests.Customers.Profiles;

/// <summary>What must hold for every timeline.</summary>
public sealed partial class CustomerFoldProperties
{
    private const long Start = 1_760_000_000_000;

    private static readonly string[] Names =
    [
        "Order Completed", "Order Confirmed", "Order Delivered", "Order Cancelled", "Message Sent", "Survey Sent", "Survey Answered", "Product Viewed", "Callback Promised", "Callback Completed",
        "Return Requested", "Order Refunded", "Consent Given", "Consent Withdrawn", "Complaint Filed", "Store Purchase Completed", "Made Up",
    ];

    [Fact]
    public void Profile_AnyOrderOfArrival_IsTheSame() => ForAllTimelines((events, random) =>
    {
        var shuffled = events.ToArray();
        random.Shuffle(shuffled);
        // The order of arrival is the position in the log.
        var arrived = shuffled.Select((e, i) => e with { Position = i + 1 });
        Told(Timeline.Fold(arrived)).ShouldBe(Told(Timeline.Fold(events)));
    });

    [Fact]
    public void Profile_FedPieceByPieceWithLooksInBetween_IsTheSameAsFromScratch() => ForAllTimelines((events, random) =>
    {
        var fold = new CustomerFold(FoldRules.Default);
        for (var i = 0; i < events.Count; i++)
        {
            fold.Append(events[i].AsLogEvent());
            if (random.Next(4) != 0) continue;
            var soFar = events.Take(i + 1).ToList();
            Told(fold).ShouldBe(Told(Timeline.Fold(soFar)));
        }
    });

    [Fact]
    public void Profile_WithAndWithoutMoments_IsTheSame() => ForAllTimelines((events, _) =>
    {
        var without = new CustomerFold(FoldRules.Default, keepMoments: false);
        foreach (var e in events) without.Append(e.AsLogEvent());
        Json(without.Finish(End)).ShouldBe(Json(Timeline.Fold(events).Finish(End)));
    });

    [Fact]
    public void Perception_OfTouchesAndJourney_StaysWithinBounds() => ForAllTimelines((events, _) =>
    {
        var fold = Timeline.Fold(events);
        var moments = fold.Moments(End);
        moments.ShouldAllBe(m => m.Perception >= -1 && m.Perception <= 1 && (m.Evidence.Count > 0 || m.Perception == 0));
        moments.Select(m => m.Time).ShouldBeInOrder();
        var profile = fold.Finish(End);
        (profile.Perception.Value ?? 0).ShouldBeInRange(-1, 1);
        profile.Perception.Curve.ShouldAllBe(p => p.Journey >= -1 && p.Journey <= 1);
        moments.Count(m => m.Kind == MomentKind.PromiseBroken).ShouldBe(profile.Promises.Count(p => p.Status is PromiseStatus.Broken or PromiseStatus.Late));
    });

    [Fact]
    public void ComputedTraits_EveryMeasure_EqualsTheNaiveEvaluation()
    {
        string[] measures = ["count", "sum", "average", "min", "max", "first", "last", "most_frequent", "unique_list", "days_since", "days_since_first", "percentile", "exists"];
        var traits = measures.SelectMany(m => new[] { (m, Window: ""), (m, Window: ", \"window\": \"P20D\"") }).Select((t, i) =>
            ComputedTraitKind.Instance.Read(
                $"t{i:00}",
                $$"""{"label": {"tr": "x", "en": "x"}, "measure": "{{t.m}}", "property": "total", "events": [{"names": ["Order Completed"]}], "where": [{"property": "order_id", "is": "not_equal", "value": "3"}]{{(t.m == "percentile" ? ", \"percentile\": 0.9" : "")}}{{t.Window}}}""")).ToList();
        var rules = new FoldRules(LiveCatalogue.Default, traits, ProfileRules.Default);
        ForAllTimelines((events, _) =>
        {
            var values = Timeline.Fold(events, rules).Finish(End).ComputedTraits.ToDictionary(t => t.Key, t => t.Value.Json);
            foreach (var trait in traits) values[trait.Key].ShouldBe(Naive(trait, events), trait.Measure.ToString());
        });
    }

    [Fact]
    public void Append_AnyWellFormedJson_NeverFails() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(400),
            Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
            {
                var random = new Random(seed);
                string[] fields =
                [
                    "order_id", "promised_delivery_date", "total", "currency", "channel", "score", "survey_type", "nps", "csat", "ces", "smiley", "sentiment", "rating", "rating_scale", "template",
                    "purpose", "purposes", "channels", "preferences", "results", "callback_at", "damaged", "resolved", "tot\\u0061l", "\\u0000",
                ];
                var fold = new CustomerFold(FoldRules.Default);
                for (var i = 1; i <= 20; i++)
                {
                    var properties = random.Next(10) == 0 ? Any(random, 2) : $"{{{string.Join(',', fields.Where(_ => random.Next(2) == 0).Select(f => $"\"{f}\":{Any(random, 2)}"))}}}";
                    var type = random.Next(4) switch { 0 => "identify", 1 => "group", 2 => "page", _ => "track" };
                    var json = $"{{\"type\":\"{type}\",\"event\":\"{Names[random.Next(Names.Length)]}\",\"groupId\":{Any(random, 1)},\"traits\":{Any(random, 2)},\"properties\":{properties},"
                        + $"\"context\":{{\"traits\":{Any(random, 2)},\"device\":{Any(random, 1)},\"consent\":{{\"categoryPreferences\":{Any(random, 2)}}}}}}}";
                    EventScanner.TryScan(Encoding.UTF8.GetBytes(json), out _, out var fault).ShouldBeTrue(fault);
                    fold.Append(new StoredEvent(i, LogRecordKind.Event, EventFlags.None, 1, Start + i, Start + i, Encoding.UTF8.GetBytes(json)).AsLogEvent());
                }

                Json(fold.Finish(End)).ShouldNotBeEmpty();
                fold.Moments(End).Count.ShouldBeGreaterThanOrEqualTo(20);
            }));

    private static string Any(Random random, int depth) => random.Next(depth > 0 ? 16 : 12) switch
    {
        0 => "null",
        1 => "true",
        2 => "-1e400",
        3 => "1e-30",
        4 => "99999999999999999999999999999999",
        5 => random.Next(-5, 12).ToString(CultureInfo.InvariantCulture),
        6 => "\"\"",
        7 => "\" \\u0131\\n\\ud83d\\ude42 \"",
        8 => "\"2026-01-09\"",
        9 => "\"9999-12-31T23:59:59Z\"",
        10 => "1767607200",
        11 => "\"negative\"",
        12 => "{}",
        13 => "[]",
        14 => $"[{Any(random, depth - 1)},{Any(random, depth - 1)}]",
        _ => $"{{\"a\":{Any(random, depth - 1)},\"\":{Any(random, depth - 1)},\"a\":{Any(random, depth - 1)}}}",
    };

    private static long End => Start + (60 * ProfileRules.Day);

    private static string? Naive(ComputedTrait trait, IReadOnlyList<StoredEvent> events)
    {
        var values = events
            .Where(e => e.Flags != EventFlags.Bot)
            .Select(e => (e.Time, Json: JsonDocument.Parse(e.Json).RootElement))
            .Where(e => trait.Window is not { } w || e.Time > End - w)
            .Where(e => e.Json.TryGetProperty("event", out var name) && name.GetString() == "Order Completed")
            .Select(e => (e.Time, Properties: e.Json.GetProperty("properties")))
            .Where(e => e.Properties.GetProperty("order_id").GetString() != "3")
            .Where(e => e.Properties.TryGetProperty("total", out _))
            .Select(e => (e.Time, Value: e.Properties.GetProperty("total")))
            .ToList();
        var numbers = values.Where(v => v.Value.ValueKind == JsonValueKind.Number).Select(v => v.Value.GetDecimal()).ToList();
        var texts = values.Select(v => v.Value.ValueKind == JsonValueKind.String ? v.Value.GetString()! : v.Value.GetRawText()).ToList();
        return trait.Measure switch
        {
            Measure.Count => values.Count.ToString(CultureInfo.InvariantCulture),
            Measure.Sum => Text(numbers.Sum()),
            Measure.Average => numbers.Count == 0 ? null : Text(numbers.Sum() / numbers.Count),
            Measure.Min => numbers.Count == 0 ? null : Text(numbers.Min()),
            Measure.Max => numbers.Count == 0 ? null : Text(numbers.Max()),
            Measure.First => values.Count == 0 ? null : values[0].Value.GetRawText(),
            Measure.Last => values.Count == 0 ? null : values[^1].Value.GetRawText(),
            Measure.MostFrequent => texts.Count == 0 ? null : $"\"{texts.Index().GroupBy(t => t.Item).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Max(t => t.Index)).First().Key}\"",
            Measure.UniqueList => $"[{string.Join(',', texts.Distinct().Select(t => $"\"{t}\""))}]",
            Measure.DaysSinceFirst => values.Count == 0 ? null : ((End - values[0].Time) / ProfileRules.Day).ToString(CultureInfo.InvariantCulture),
            Measure.Exists => values.Count > 0 ? "true" : "false",
            Measure.Percentile => numbers.Count == 0 ? null : Text(Percentile([.. numbers.Order()], 0.9m * (numbers.Count - 1))),
            _ => values.Count == 0 ? null : ((End - values[^1].Time) / ProfileRules.Day).ToString(CultureInfo.InvariantCulture),
        };

        static decimal Percentile(List<decimal> sorted, decimal place)
        {
            var (low, high) = (sorted[(int)Math.Floor(place)], sorted[(int)Math.Ceiling(place)]);
            return low + ((place - Math.Floor(place)) * (high - low));
        }

        static string Text(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);
    }

    private static void ForAllTimelines(Action<IReadOnlyList<StoredEvent>, Random> holds) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(60),
            Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
            {
                var random = new Random(seed);
                holds(Events(random), random);
            }));

    private static List<StoredEvent> Events(Random random)
    {
        var count = random.Next(40);
        var times = Enumerable.Range(0, count).Select(_ => Start + random.NextInt64(50 * ProfileRules.Day)).Distinct().Order().ToList();
        return [.. times.Select((t, i) => new StoredEvent(i + 1, LogRecordKind.Event, random.Next(12) == 0 ? EventFlags.Bot : EventFlags.None, random.Next(1, 3), t, t, Encoding.UTF8.GetBytes(Event(random, t))))];
    }

    private static string Event(Random random, long time)
    {
        if (random.Next(6) == 0)
        {
            var value = random.Next(4) switch { 0 => "null", 1 => "\"a\"", 2 => "{\"x\": 1}", _ => random.Next(9).ToString(CultureInfo.InvariantCulture) };
            return $$$"""{"type":"identify","traits":{"t{{{random.Next(4)}}}":{{{value}}} },"context":{"traits":{"t{{{random.Next(4)}}}":true} } }""";
        }

        var due = DateTimeOffset.FromUnixTimeMilliseconds(time).AddDays(random.Next(-1, 8)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var total = random.Next(5) switch { 0 => "\"much\"", 1 => "12.50", 2 => "7", _ => (random.Next(10_000) / 100m).ToString(CultureInfo.InvariantCulture) };
        var properties = $$$"""{"order_id":"{{{random.Next(5)}}}","promised_delivery_date":"{{{due}}}","score":{{{random.Next(12)}}},"survey_type":"nps","purpose":"p{{{random.Next(2)}}}"{{{(random.Next(4) == 0 ? "" : $",\"total\":{total}")}}},"template":"{{{(random.Next(2) == 0 ? "order_arrived" : "news")}}}"}""";
        return $$$"""{"type":"track","event":"{{{Names[random.Next(Names.Length)]}}}","properties":{{{properties}}},"context":{"consent":{"categoryPreferences":{"ads":{{{(random.Next(2) == 0 ? "true" : "false")}}} } } } }""";
    }

    // Positions tell the order of arrival, so they are left out where that differs.
    private static string Told(CustomerFold fold) => PositionForm().Replace(Json(fold.Finish(End)), "") + string.Join('\n', fold.Moments(End).Select(m => $"{m.Time} {m.Kind} {m.Name} {m.Channel} {m.Perception:R} {string.Join(',', m.Evidence)}"));

    private static string Json(CustomerProfile profile) => JsonSerializer.Serialize(profile, CustomersJson.Default.CustomerProfile);

    [GeneratedRegex("\"[a-zA-Z]*[pP]osition\":[0-9]+,?")]
    private static partial Regex PositionForm();
}
