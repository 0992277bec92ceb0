using System.Text.Json;
using Temas.Demo.World;
using Temas.Insight.Findings;
using Temas.Storage.Workspaces;

namespace Temas.Tests.Insight.Findings;

/// <summary>What the demo's truth says of a finding. The product knows none of this.</summary>
internal static class PlantedFindings
{
    /// <summary>Causes that a finding can be: those of the truth (docs/formats/demo-truth.md) that are a place in the journey, and damage, of which the simulator speaks beside it.</summary>
    public static IReadOnlyList<string> Causes { get; } = ["late-repurchase", "misfire-repurchase", "repair-repurchase", "checkout-step-phone", "carrier-region", "trained-store", "call-wait", "call-solved"];

    /// <summary>Which planted cause a finding is; a symptom of one (<c>symptom:…</c>); or null where it is none, and so a false one.</summary>
    public static string? CauseOf(Candidate finding, WorldSpec world)
    {
        bool Is(string name, string value) => finding.Where.Any(w => w.Key == name && w.Value == value);
        var isWhole = finding.Where.Count == 0;
        return (finding.Kind, finding.Place) switch
        {
            ("promise", "delivery") when isWhole && finding.Hotspot is null => "late-repurchase",
            ("promise", "delivery") when Is("carrier", Planted.WorseCarrier) && Is("region", Planted.WorseRegion) => "carrier-region",
            ("promise", "delivery") when Is("carrier", Planted.WorseCarrier) && finding.Where.Any(w => w.Key == "city" && Lists.Cities.Any(c => c.Name == w.Value && c.Region == Planted.WorseRegion)) => "symptom:carrier-region",
            ("misfire", "delivery") => "misfire-repurchase",
            ("recovery", "apology-voucher-granted") => "repair-repurchase",
            ("loyalty", "apology-voucher-granted") => "symptom:repair-repurchase",
            ("step", "checkout-step/3") when Is("device", "phone") && Math.Abs(finding.Hotspot!.Since - world.Release) < 21L * Clock.Day => "checkout-step-phone",
            ("step", "checkout-step/3" or "checkout") when finding.Where.Any(w => w.Value == "phone" || w.Key.StartsWith("context.", StringComparison.Ordinal)) => "symptom:checkout-step-phone",
            ("visit", "error-shown") => "symptom:checkout-step-phone",

            // A failed payment and a product that is not there end a purchase in the simulator, though no line of the truth is about it.
            ("visit", "payment-failed" or "store-product-not-found") => "symptom:simulator",
            ("visit", "call-abandoned") => "symptom:call-wait",
            ("voice", _) when finding.Win && finding.Where.Any(w => w.Value == Planted.TrainedStore || w.Value.Contains("Kadıköy", StringComparison.Ordinal)) => "trained-store",

            // Whose parcels come late, of those is said to be worse: that carrier, over all regions.
            ("voice", "delivery-survey-answered") when !finding.Win && Is("carrier", Planted.WorseCarrier) => "symptom:carrier-region",
            ("felt", "call-started") => "call-wait",
            ("felt", "call-ended") => "call-solved",
            ("felt", "order-delivered") => "symptom:damaged",
            ("silent", _) => "symptom:late-repurchase",
            _ => null,
        };
    }

    /// <summary>What the causes cost, or bring, in a loaded world: reckoned from the simulator's tables, unit by unit, with what customers of the same keenness spend who do not leave.</summary>
    public static Dictionary<string, double> CostsOf(Workspace workspace, WorldSpec world, long from, long end) => new TrueCosts(world, from, end).Read(workspace);

    private sealed class TrueCosts(WorldSpec world, long from, long end)
    {
        private const long Follow = 90L * Clock.Day;

        private readonly Dictionary<string, Parcel> parcels = new(StringComparer.Ordinal);
        private readonly Dictionary<long, List<(long Time, double Value)>> bought = [];
        private readonly Dictionary<long, Person> people = [];
        private long phoneViews;

        private sealed class Parcel
        {
            public long Customer, Promised, Delivered;
            public string Carrier = "", Region = "";
            public bool Damaged, Voucher;

            /// <summary>When she was told that it had arrived: events of one day come from several systems and not in the order of time.</summary>
            public long Told = long.MaxValue;

            public bool Misfire => Told < Delivered;

            public bool Late => Clock.DayOf(Delivered) > Promised;
        }

        public Dictionary<string, double> Read(Workspace workspace)
        {
            foreach (var e in workspace.Log.ReadFrom(1))
            {
                using var json = JsonDocument.Parse(e.Json);
                if (json.RootElement.TryGetProperty("event", out var name) && json.RootElement.TryGetProperty("properties", out var properties)) Take(name.GetString()!, properties, e.AsLogEvent().Time);
            }

            var worth = WorthByKeenness();
            double Worth(Parcel p) => worth.GetValueOrDefault(GroupOf(p.Customer));
            var late = parcels.Values.Where(p => p.Delivered >= from && p.Delivered < end && p.Late).ToList();
            double Left(Parcel p, bool misfire, bool repaired) => Planted.Leaves(true, misfire, repaired, p.Damaged);
            double LeftInTime(Parcel p) => Planted.Leaves(false, false, false, p.Damaged);
            var inPlace = late.Where(p => p.Carrier == Planted.WorseCarrier && p.Region == Planted.WorseRegion).ToList();
            return new Dictionary<string, double>
            {
                ["late-repurchase"] = late.Sum(p => (Left(p, p.Misfire, p.Voucher) - LeftInTime(p)) * Worth(p)),
                ["misfire-repurchase"] = late.Where(p => p.Misfire).Sum(p => (Left(p, true, p.Voucher) - Left(p, false, p.Voucher)) * Worth(p)),
                ["repair-repurchase"] = late.Where(p => p.Voucher).Sum(p => (Left(p, p.Misfire, false) - Left(p, p.Misfire, true)) * Worth(p)),
                ["carrier-region"] = inPlace.Sum(p => (Left(p, p.Misfire, p.Voucher) - LeftInTime(p)) * Worth(p)) * (1 - (Planted.Late / Planted.LateOfWorse)),
                ["checkout-step-phone"] = Checkout(),
            };
        }

        // Who passes completes with 0.96 at the last step and nearly always pays; of those who give up the first time 35 % try again, and never on a phone.
        private double Checkout()
        {
            const double Completes = 0.96 * (1 - (0.03 * 0.3)), Again = 0.35, Retries = 0.97 * 0.96 * Planted.PassesDelivery * Completes;
            var basket = parcels.Count == 0 ? 0 : totals / parcels.Count;
            return phoneViews * (Planted.PassesDelivery - Planted.PassesDeliveryOnPhone) * basket * (Completes - (Again * Retries));
        }

        private double totals;

        private void Take(string name, JsonElement properties, long time)
        {
            string Text(string property) => properties.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
            Parcel? Of() => parcels.GetValueOrDefault(Text("order_id"));
            switch (name)
            {
                case "Order Completed":
                    var order = Text("order_id");
                    var customer = long.Parse(order[2..9], System.Globalization.CultureInfo.InvariantCulture) - 1_000_000;
                    parcels[order] = new Parcel { Customer = customer, Region = Text("region"), Promised = DateOnly.Parse(Text("promised_delivery_date"), System.Globalization.CultureInfo.InvariantCulture).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber };
                    totals += properties.GetProperty("total").GetDouble();
                    Buy(customer, time, properties.GetProperty("total").GetDouble());
                    break;
                case "Store Purchase Completed":
                    Buy(long.Parse(Text("receipt_id")[1..8], System.Globalization.CultureInfo.InvariantCulture) - 1_000_000, time, properties.GetProperty("total").GetDouble());
                    break;
                case "Order Delivered" when Of() is { } delivered:
                    (delivered.Delivered, delivered.Carrier, delivered.Damaged) = (time, Text("carrier"), properties.GetProperty("damaged").GetBoolean());
                    break;
                case "Message Sent" when Text("template") == "order_arrived" && Of() is { } waiting:
                    waiting.Told = Math.Min(waiting.Told, time);
                    break;
                case "Apology Voucher Granted" when Of() is { } repaired:
                    repaired.Voucher = true;
                    break;
                case "Checkout Step Viewed" when properties.GetProperty("step").GetInt32() == Planted.ConfusingStep && time >= world.Release:
                    if (Text("device") == "phone") phoneViews++;
                    break;
            }
        }

        private void Buy(long customer, long time, double value)
        {
            if (!bought.TryGetValue(customer, out var list)) bought.Add(customer, list = []);
            list.Add((time, value));
        }

        private (int Keen, bool Store) GroupOf(long customer)
        {
            if (!people.TryGetValue(customer, out var person)) people.Add(customer, person = new Person(world, customer));
            return (person.Keen, person.StoreShare > 0);
        }

        /// <summary>What who stays spends in the 90 days after a delivery, by keenness: after deliveries in time, after which next to nobody leaves.</summary>
        private Dictionary<(int Keen, bool Store), double> WorthByKeenness() =>
            parcels.Values.Where(p => p.Delivered > 0 && p.Delivered + Follow <= end && !p.Late && !p.Damaged).GroupBy(p => GroupOf(p.Customer))
                .ToDictionary(g => g.Key, g => g.Average(p => bought[p.Customer].Where(b => b.Time > p.Delivered && b.Time <= p.Delivered + Follow).Sum(b => b.Value)) / (1 - Planted.LeavesOnTime));
    }
}
