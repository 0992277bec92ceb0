using System.Globalization;
using System.Text;
using System.Text.Json;
using Temas.Demo.Lives;
using Temas.Demo.Truth;
using Temas.Demo.World;

namespace Temas.Tests.Demo;

/// <summary>What is planted can be found: each effect of the truth is measured in the events of 20,000 customers and lies within four standard errors of its true size.</summary>
public sealed class TruthTests(TruthTests.Population population) : IClassFixture<TruthTests.Population>
{
    private const double StandardErrors = 4;

    public static TheoryData<string> Effects => [.. PlantedEffect.All.Select(e => e.Id)];

    [Theory]
    [MemberData(nameof(Effects))]
    public void Effect_MeasuredInTheEvents_LiesNearItsTrueSize(string id)
    {
        var effect = PlantedEffect.All.Single(e => e.Id == id);
        var (measured, error) = population.Measure(effect);
        error.ShouldBeGreaterThan(0);
        measured.ShouldBe(effect.Value, StandardErrors * error, $"{id}: measured {measured:0.000} ± {error:0.000}, planted {effect.Value:0.000}");
        // A cause that cannot be told from nothing is not worth planting.
        if (effect.IsCause) Math.Abs(measured - (effect.Scale == "ratio" ? 1 : 0)).ShouldBeGreaterThan(2 * error, $"{id}: measured {measured:0.000} ± {error:0.000}");
    }

    [Theory]
    [InlineData("app")]
    [InlineData("loyalty-card")]
    [InlineData("newsletter-opening")]
    public void NonCause_MeasuredBadly_LooksLikeACause(string id)
    {
        var (measured, error) = population.MeasureBadly(id);
        measured.ShouldBeGreaterThan(4 * error);
    }

    [Fact]
    public void Story_OfThePatioTable_IsLivedByAPlantedShare()
    {
        var late = population.Deliveries.Where(d => d.DaysLate > 0).ToList();
        var misfires = late.Count(d => d.Misfire);
        ((double)misfires / late.Count).ShouldBe(Planted.Misfire, 4 * Math.Sqrt(0.21 / late.Count));
        population.Deliveries.Count(d => d.Misfire && d.Category == "Bahçe mobilyası" && d.DaysLate == 4).ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Texts_OfCustomers_AreThousandsAndInBothLanguages()
    {
        population.Texts.Count.ShouldBeGreaterThan(4_000);
        population.Texts.ShouldAllBe(t => !t.Contains('{') && !t.Contains('[') && !t.Contains("  "));
        population.Texts.Count(t => t.Contains(" the ", StringComparison.OrdinalIgnoreCase)).ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Document_OfAWorld_HoldsEveryEffect()
    {
        using var json = JsonDocument.Parse(TruthDocument.Write(population.World));
        var ids = json.RootElement.GetProperty("causes").EnumerateArray().Concat(json.RootElement.GetProperty("nonCauses").EnumerateArray()).Select(e => e.GetProperty("id").GetString()).ToList();
        ids.ShouldBe(PlantedEffect.All.Select(e => e.Id));
        ids.Distinct().Count().ShouldBe(ids.Count);
    }

    /// <summary>A delivery, as the events tell it.</summary>
    internal sealed class Delivery
    {
        public required long Customer;
        public long Promised, Delivered;
        public string Carrier = "", Region = "", Payment = "", Category = "";
        public bool Damaged, Misfire, Voucher, Called, CallSolved;
        public int? Score;

        public int DaysLate => (int)Math.Max(0, Clock.DayOf(Delivered) - Promised);
    }

    /// <summary>A year of 20,000 customers, read as somebody would read it who has the events alone; keenness alone comes from behind the scenes.</summary>
    public sealed class Population
    {
        private readonly Dictionary<string, Delivery> orders = [];
        private readonly Dictionary<long, List<long>> purchases = [];
        private readonly Dictionary<string, (bool Done, long Time)> steps = [];
        private readonly Dictionary<string, (bool Solved, int Wait)> calls = [];
        private readonly List<(string Store, int Score)> stores = [];
        private readonly List<(string Call, int Score)> callScores = [];
        private readonly Dictionary<long, (int Sent, int Opened)> news = [];
        private readonly Dictionary<long, string> banners = [];
        private readonly HashSet<long> web = [];
        private readonly long until = DateTimeOffset.Parse("2026-11-01T00:00:00Z", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        private readonly Dictionary<long, Person> people = [];

        public Population()
        {
            World = WorldSpec.Of(1, 20_000, 365, until).Value;
            using var simulation = new Simulation(World, World.Begin, Environment.ProcessorCount);
            for (var at = World.Begin; at < until;)
            {
                at = Math.Min(until, at + (14 * Clock.Day));
                foreach (var (entry, json) in simulation.LiveTo(at)) Read(entry, json);
            }
        }

        internal WorldSpec World { get; }

        internal IEnumerable<Delivery> Deliveries => orders.Values.Where(d => d.Delivered > 0);

        internal HashSet<string> Texts { get; } = [];

        internal (double Value, double Error) Measure(PlantedEffect effect) => effect.Id switch
        {
            "late-repurchase" => Ratio(Followed.Where(d => d.DaysLate > 0 && !d.Misfire && !d.Voucher), Followed.Where(d => d.DaysLate == 0)),
            "misfire-repurchase" => Ratio(Followed.Where(d => d.DaysLate > 0 && d.Misfire && !d.Voucher), Followed.Where(d => d.DaysLate > 0 && !d.Misfire && !d.Voucher)),
            "repair-repurchase" => Ratio(Followed.Where(d => d.DaysLate > 0 && !d.Misfire && d.Voucher), Followed.Where(d => d.DaysLate > 0 && !d.Misfire && !d.Voucher)),
            "service-contact" => Ratio(Followed.Where(d => d.DaysLate > 0 && !d.Misfire && d.Called && !d.CallSolved), Followed.Where(d => d.DaysLate > 0 && !d.Misfire && !d.Called)),
            "late-satisfaction" => Means(Scores(d => d.DaysLate > 0 && !d.Misfire && !d.Voucher), Scores(d => d.DaysLate == 0)),
            "misfire-satisfaction" => Means(Scores(d => d.DaysLate > 0 && d.Misfire && !d.Voucher), Scores(d => d.DaysLate > 0 && !d.Misfire && !d.Voucher)),
            "repair-satisfaction" => Means(Scores(d => d.DaysLate > 0 && !d.Misfire && d.Voucher), Scores(d => d.DaysLate > 0 && !d.Misfire && !d.Voucher)),
            "payment-method" => Means(Scores(d => d.DaysLate == 0 && d.Payment == "cash_on_delivery"), Scores(d => d.DaysLate == 0 && d.Payment != "cash_on_delivery")),
            "checkout-step-phone" => Means(steps.Values.Where(s => s.Time >= World.Release).Select(s => s.Done ? 1.0 : 0), steps.Values.Where(s => s.Time < World.Release).Select(s => s.Done ? 1.0 : 0)),
            "carrier-region" => Means(LateShare(d => d.Region == "Ege" && d.Carrier == "Poyraz Kargo"), LateShare(d => d.Region == "Ege" && d.Carrier != "Poyraz Kargo")),
            "carrier-elsewhere" => Means(LateShare(d => d.Region != "Ege" && d.Carrier == "Poyraz Kargo"), LateShare(d => d.Region != "Ege" && d.Carrier != "Poyraz Kargo")),
            "region-itself" => Means(LateShare(d => d.Region == "Ege" && d.Carrier != "Poyraz Kargo"), LateShare(d => d.Region != "Ege" && d.Carrier != "Poyraz Kargo")),
            "trained-store" => Means(stores.Where(s => s.Store == "istanbul-kadikoy").Select(s => (double)s.Score), stores.Where(s => s.Store != "istanbul-kadikoy").Select(s => (double)s.Score)),
            "call-wait" => Means(CallScores(c => c.Solved && c.Wait > 180), CallScores(c => c.Solved && c.Wait <= 180)),
            "call-solved" => Means(CallScores(c => !c.Solved && c.Wait <= 180), CallScores(c => c.Solved && c.Wait <= 180)),
            "banner" => Means(Buys("A"), Buys("B")),
            "app" => Within(p => p.HasApp, Members),
            "loyalty-card" => Within(p => p.HasCard, Members),
            "newsletter-opening" => Within(p => Opens(p.Index), Readers),
            _ => throw new InvalidOperationException($"Nobody measures {effect.Id}."),
        };

        internal (double Value, double Error) MeasureBadly(string id)
        {
            var (group, all) = id switch { "app" => ((Func<Person, bool>)(p => p.HasApp), Members), "loyalty-card" => (p => p.HasCard, Members), _ => (p => Opens(p.Index), Readers) };
            return Means(all.Where(group).Select(OrdersOf), all.Where(p => !group(p)).Select(OrdersOf));
        }

        // Those who were there all year, so that everybody had the same time.
        private List<Person> Members => [.. PeopleOf(i => i < World.Present).Where(p => p.Kind == CustomerKind.Member)];

        private List<Person> Readers => [.. Members.Where(p => news.GetValueOrDefault(p.Index).Sent >= 6)];

        private List<Delivery> Followed => [.. Deliveries.Where(d => !d.Damaged && d.Delivered < until - (90 * Clock.Day))];

        private bool Opens(long customer) => news.GetValueOrDefault(customer) is { Sent: > 0 } n && n.Opened * 3 >= n.Sent;

        private double OrdersOf(Person p) => purchases.GetValueOrDefault(p.Index)?.Count ?? 0;

        private IEnumerable<Person> PeopleOf(Func<long, bool> which)
        {
            for (var i = 0L; i < World.Customers; i++)
            {
                if (!which(i)) continue;
                if (!people.TryGetValue(i, out var person)) people[i] = person = new Person(World, i);
                yield return person;
            }
        }

        private IEnumerable<double> LateShare(Func<Delivery, bool> which) => Deliveries.Where(which).Select(d => d.DaysLate > 0 ? 1.0 : 0);

        private IEnumerable<double> Scores(Func<Delivery, bool> which) => Deliveries.Where(d => d.Score is not null && !d.Damaged && which(d)).Select(d => (double)d.Score!.Value);

        private IEnumerable<double> CallScores(Func<(bool Solved, int Wait), bool> which) => callScores.Where(s => which(calls[s.Call])).Select(s => (double)s.Score);

        private IEnumerable<double> Buys(string banner) => banners.Where(b => b.Value == banner).Select(b => web.Contains(b.Key) ? 1.0 : 0);

        private bool Again(Delivery d) => purchases[d.Customer].Exists(t => t > d.Delivered && t <= d.Delivered + (90 * Clock.Day));

        private (double Value, double Error) Ratio(IEnumerable<Delivery> first, IEnumerable<Delivery> second)
        {
            var (a, b) = (first.Select(d => Again(d) ? 1.0 : 0).ToList(), second.Select(d => Again(d) ? 1.0 : 0).ToList());
            var (p, q) = (a.Average(), b.Average());
            var ratio = p / q;
            return (ratio, ratio * Math.Sqrt(((1 - p) / (p * a.Count)) + ((1 - q) / (q * b.Count))));
        }

        /// <summary>The mean of the differences at each keenness, weighed by how sure each is.</summary>
        private (double Value, double Error) Within(Func<Person, bool> group, List<Person> all)
        {
            var (sum, weights) = (0.0, 0.0);
            foreach (var keen in all.GroupBy(p => p.Keen))
            {
                var (inside, outside) = (keen.Where(group).Select(OrdersOf).ToList(), keen.Where(p => !group(p)).Select(OrdersOf).ToList());
                if (inside.Count < 20 || outside.Count < 20) continue;
                var (value, error) = Means(inside, outside);
                sum += value / (error * error);
                weights += 1 / (error * error);
            }

            return (sum / weights, Math.Sqrt(1 / weights));
        }

        private static (double Value, double Error) Means(IEnumerable<double> first, IEnumerable<double> second)
        {
            var (a, b) = (first.ToList(), second.ToList());
            return (a.Average() - b.Average(), Math.Sqrt((Variance(a) / a.Count) + (Variance(b) / b.Count)));
        }

        private static double Variance(List<double> values)
        {
            var mean = values.Average();
            return values.Sum(v => (v - mean) * (v - mean)) / Math.Max(1, values.Count - 1);
        }

        private Delivery Order(SheetEntry entry, JsonElement p)
        {
            var id = p.GetProperty("order_id").GetString()!;
            if (!orders.TryGetValue(id, out var order)) orders[id] = order = new Delivery { Customer = entry.Customer };
            return order;
        }

        private void Read(SheetEntry entry, ReadOnlyMemory<byte> bytes)
        {
            var span = bytes.Span;
            // Most events are visits, of which nothing is needed here.
            if (span.IndexOf("\"Product Viewed\""u8) >= 0 || span.StartsWith("{\"type\":\"page\""u8) || span.IndexOf("\"Products Searched\""u8) >= 0) return;
            using var json = JsonDocument.Parse(bytes);
            var e = json.RootElement;
            if (!e.TryGetProperty("event", out var name)) return;
            var p = e.GetProperty("properties");
            if (p.TryGetProperty("text", out var text) || p.TryGetProperty("review_body", out text)) Texts.Add(text.GetString()!);
            switch (name.GetString())
            {
                case "Order Completed":
                    var order = Order(entry, p);
                    order.Promised = Clock.DayOf(DateTimeOffset.Parse(p.GetProperty("promised_delivery_date").GetString() + "T00:00:00Z", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds());
                    (order.Payment, order.Category) = (p.GetProperty("payment_method").GetString()!, p.GetProperty("products")[0].GetProperty("category").GetString()!);
                    Bought(entry);
                    web.Add(entry.Customer);
                    break;
                case "Store Purchase Completed":
                    Bought(entry);
                    break;
                case "Order Delivered":
                    var delivered = Order(entry, p);
                    (delivered.Delivered, delivered.Damaged) = (entry.Time, p.GetProperty("damaged").GetBoolean());
                    (delivered.Carrier, delivered.Region) = (p.GetProperty("carrier").GetString()!, p.GetProperty("region").GetString()!);
                    break;
                case "Message Sent" when p.GetProperty("template").GetString() == "order_arrived" && Order(entry, p) is { Delivered: 0 } waiting:
                    waiting.Misfire = true;
                    break;
                case "Apology Voucher Granted":
                    Order(entry, p).Voucher = true;
                    break;
                case "Call Ended":
                    calls[p.GetProperty("call_id").GetString()!] = (p.GetProperty("resolved").GetBoolean(), p.GetProperty("wait_seconds").GetInt32());
                    if (p.GetProperty("topic").GetString() == "late_delivery") (Order(entry, p).Called, Order(entry, p).CallSolved) = (true, p.GetProperty("resolved").GetBoolean());
                    break;
                case "Checkout Step Viewed" or "Checkout Step Completed" when p.GetProperty("step").GetInt32() == 3 && p.GetProperty("device").GetString() == "phone":
                    var checkout = p.GetProperty("checkout_id").GetString()!;
                    steps[checkout] = (name.GetString() == "Checkout Step Completed", steps.TryGetValue(checkout, out var seen) ? seen.Time : entry.Time);
                    break;
                case "Promotion Viewed":
                    banners[entry.Customer] = p.GetProperty("creative").GetString()!;
                    break;
                case "Email Sent" or "Email Opened" when p.GetProperty("template").GetString() == "newsletter":
                    var (sent, opened) = news.GetValueOrDefault(entry.Customer);
                    news[entry.Customer] = name.GetString() == "Email Sent" ? (sent + 1, opened) : (sent, opened + 1);
                    break;
                case "Survey Answered":
                    Answered(entry, p);
                    break;
            }
        }

        private void Answered(SheetEntry entry, JsonElement p)
        {
            var score = p.GetProperty("score").GetInt32();
            switch (p.GetProperty("survey_id").GetString())
            {
                case "magaza":
                    stores.Add((p.GetProperty("store_id").GetString()!, score));
                    break;
                case "cagri" when p.GetProperty("survey_type").GetString() == "csat":
                    callScores.Add((p.GetProperty("ticket_id").GetString()!, score));
                    break;
                case "teslimat" when Order(entry, p) is { Delivered: > 0 } order:
                    order.Score ??= score;
                    break;
            }
        }

        private void Bought(SheetEntry entry)
        {
            if (!purchases.TryGetValue(entry.Customer, out var times)) purchases[entry.Customer] = times = [];
            times.Add(entry.Time);
        }
    }
}
