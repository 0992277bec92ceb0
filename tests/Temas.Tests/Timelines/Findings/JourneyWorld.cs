using System.Text;
using Temas.Timelines.Columns;
using Temas.Timelines.Findings;
using Temas.Timelines.Queries;

namespace Temas.Tests.Timelines.Findings;

/// <summary>A small company by chance, for detectors: orders with promises, deliveries, visits, checkouts, contacts, messages and answers come in any order, customers are joined and parted, and somebody is erased.</summary>
internal sealed class JourneyWorld : IDisposable
{
    public const long Day = 24L * 60 * 60 * 1000, Begin = 20_000 * Day;

    private const int Nodes = 60;

    private static readonly string[] Stores = ["north", "south", "west"], Channels = ["web", "app", "phone"];

    private readonly Random random;
    private readonly List<Happened> events = [];
    private readonly int[] owners = [.. Enumerable.Range(0, Nodes)];
    private long position;
    private ColumnFold? fold;

    public JourneyWorld(int seed) => random = new Random(seed);

    public ColumnStore Store { get; } = new(new ColumnStoreOptions { FoldAt = long.MaxValue });

    /// <summary>The moment up to which everything has happened, but for what clocks that are wrong say.</summary>
    public long Now { get; private set; } = Begin + (300 * Day);

    /// <summary>What the detectors look for: everything that they know.</summary>
    public static JourneyMap Map { get; } = new(
        new OrderSelector(Of("Order"), Of("Cancelled"), ["order"], ["amount"]),
        [
            new PromiseMap("delivery", [new PromiseStepMap(PromiseAct.Keep, Of("Delivered"), ["order"], [], null), new PromiseStepMap(PromiseAct.Cancel, Of("Cancelled"), ["order"], [], null), new PromiseStepMap(PromiseAct.Make, Of("Order"), ["order"], ["due"], null)], Day / 2),
            new PromiseMap("answer", [new PromiseStepMap(PromiseAct.Keep, Of("Resolved"), [], [], null), new PromiseStepMap(PromiseAct.Make, Of("Complaint"), [], [], 3 * Day)], 0),
        ],
        [
            Place("order", isOrder: true), Place("delivered", byBrand: true, varies: true), Place("survey", isVoice: true), Place("call", isContact: true), Place("complaint", isContact: true, opens: true), Place("resolved", byBrand: true, closes: true, assumed: 0.3),
            Place("promotion", byBrand: true, isPromotion: true), Place("error", assumed: -0.5), Place("cart", intent: 1), Place("checkout", intent: 2), Place("review-asked", byBrand: true, misfire: 0), Place("voucher", byBrand: true, assumed: 0.5), Place("wish", assumed: 0.3),
        ],
        [new StepMap("checkout-step", Of("Step Viewed"), Of("Step Done"), ["checkout"], "step", Day), new StepMap("cart", Of("Added"), Of("Order"), [], null, Day)],
        new EventSelector(["track:Reminded"]), value => value is double due ? (long)due : null);

    /// <summary>Some things happen; the clock goes on by some days.</summary>
    public void Live(int many, int days)
    {
        Now += (days * Day) + random.Next(1000);
        for (var i = 0; i < many; i++)
        {
            switch (random.Next(30))
            {
                case 0:
                    Move(random.Next(Nodes), owners[random.Next(Nodes)]);
                    break;
                case 1:
                    var parted = random.Next(Nodes);
                    Move(parted, parted);
                    break;
                default:
                    Add();
                    break;
            }
        }

        // Of some what their events were as touches is worked out anew; the others' turn comes another time.
        foreach (var customer in owners.Distinct().Where(_ => random.Next(3) != 0)) Know(customer);
        if (fold is null && random.Next(3) == 0)
        {
            fold = Store.BeginFold();
            fold.Prepare();
        }
        else if (fold is not null)
        {
            fold.Complete();
            fold = null;
        }
    }

    /// <summary>Somebody is erased.</summary>
    public void Erase()
    {
        var customer = owners[random.Next(Nodes)];
        var gone = events.Where(e => owners[e.Node] == customer).Select(e => e.Position).ToHashSet();
        events.RemoveAll(e => gone.Contains(e.Position));
        using var write = Store.Write();
        write.Erase(gone);
        fold = null;
    }

    public void Dispose() => Store.Dispose();

    private static EventSelector Of(string name) => new([$"track:{name}"]);

    private static PlaceMap Place(
        string key, bool byBrand = false, bool isVoice = false, bool varies = false, double assumed = 0, bool isContact = false, bool isOrder = false, bool opens = false, bool closes = false, bool isPromotion = false, int intent = 0, int misfire = -1) =>
        new(key, byBrand, isVoice, varies, assumed, isContact, isOrder, opens, closes, isPromotion, false, intent, misfire, true);

    private void Add()
    {
        // Mostly lately, some from long ago, and now and then one whose clock is fast.
        var time = Now - random.NextInt64(random.Next(4) == 0 ? 500 * Day : 12 * Day) + (random.Next(40) == 0 ? 3 * Day : 0);
        var node = random.Next(Nodes);
        var name = Pick(["Order", "Order", "Delivered", "Delivered", "Cancelled", "Survey", "Called", "Complaint", "Resolved", "Promoted", "Failed", "Added", "Checkout", "Step Viewed", "Step Viewed", "Step Done", "Asked", "Voucher", "Reminded", "Wished"]);
        var of = events.Where(e => e.Node == node && e.Order is not null).OrderByDescending(e => e.Time).FirstOrDefault();
        var order = name is "Order" ? $"o{position}" : of?.Order ?? "o0";

        // What is about an order follows it.
        if (name is "Delivered" or "Asked" && of is not null) time = of.Time + random.NextInt64(9 * Day);
        var felt = name is "Delivered" or "Survey" ? random.Next(-3, 4) * 25 : (int?)null;
        events.Add(new Happened(node, time, ++position, name, name == "Order" ? order : null, felt, Pick(Channels)));
        using var write = Store.Write();
        var row = write.Add(Encoding.UTF8.GetBytes($"track:{name}"), node, time, position);
        row.Set("store"u8, Encoding.UTF8.GetBytes(Pick(Stores)));
        if (name is "Order" or "Delivered" or "Cancelled") row.Set("order"u8, Encoding.UTF8.GetBytes(order));
        if (name == "Order")
        {
            row.Set("amount"u8, random.Next(10, 500));
            row.Set("due"u8, (double)(time + (random.Next(1, 9) * Day)));
        }

        if (!name.StartsWith("Step", StringComparison.Ordinal)) return;
        row.Set("checkout"u8, random.Next(3));
        row.Set("step"u8, random.Next(1, 4));
    }

    private void Move(int node, int customer)
    {
        owners[node] = customer;
        using var write = Store.Write();
        write.Move(node, customer);
    }

    private void Know(int customer)
    {
        var touches = events.Where(e => owners[e.Node] == customer).OrderBy(e => e.Time).ThenBy(e => e.Position).Where(e => KeyOf(e.Name) is not null)
            .Select(e => new EventTouch(e.Time, e.Position, new TouchFacts(KeyOf(e.Name), null, e.Channel, null, e.Felt ?? (e.Name == "Failed" ? (int?)-50 : null)))).ToList();
        using var write = Store.Write();
        write.SetTouches(customer, touches);
    }

    private static string? KeyOf(string name) => name switch
    {
        "Order" => "order",
        "Delivered" => "delivered",
        "Survey" => "survey",
        "Called" => "call",
        "Complaint" => "complaint",
        "Resolved" => "resolved",
        "Promoted" => "promotion",
        "Failed" => "error",
        "Added" => "cart",
        "Checkout" => "checkout",
        "Asked" => "review-asked",
        "Voucher" => "voucher",
        "Wished" => "wish",
        _ => null,
    };

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];

    private sealed record Happened(int Node, long Time, long Position, string Name, string? Order, int? Felt, string Channel);
}
