using System.Globalization;
using System.Text;
using Temas.Timelines.Columns;

namespace Temas.Bench.Queries;

/// <summary>
/// A year of events by chance, the same for the same seed: customers of whom few have much, visits that begin with a session and lead from looking to buying now and then.
/// An event is 64 bits, its time (35 bits from the top), its customer (24) and its type (5); no customer has two at one moment, so the bits are different, and all properties are worked out of them.
/// </summary>
internal sealed class World
{
    /// <summary>The year has 52 whole weeks, so that days and weeks are whole for everybody.</summary>
    public const int Weeks = 52;

    /// <summary>A pause longer than this lies between visits, and only there.</summary>
    public const long Pause = 30 * Minute;

    public const long Minute = 60_000, Day = 24 * 60 * Minute, Begin = 1_735_516_800_000, End = Begin + (Weeks * 7 * Day); // 2024-12-30Z, a Monday

    public const int PageViewed = 0, ProductViewed = 1, SessionStarted = 2, Searched = 3, AddedToCart = 4, CheckoutStarted = 5, OrderCompleted = 6, ReturnRequested = 14;

    private const int CustomerBits = 24, TypeBits = 5, MostOfOne = 5000;

    /// <summary>All event types by number.</summary>
    public static readonly string[] Types =
    [
        "page:Page Viewed", "track:Product Viewed", "track:Session Started", "track:Products Searched", "track:Product Added", "track:Checkout Started", "track:Order Completed", "track:Banner Clicked",
        "track:Email Opened", "track:Push Opened", "track:Wishlist Added", "track:Video Played", "track:Coupon Applied", "track:Chat Started", "track:Return Requested", "track:Complaint Filed",
        "track:Survey Answered", "track:Support Called", "track:Store Visited", "track:Loyalty Joined",
    ];

    /// <summary>The eight properties, in the order of the file's columns behind time, customer and type.</summary>
    public static readonly string[] Properties = ["city", "channel", "device", "category", "price", "revenue", "order_id", "member"];

    /// <summary>All cities.</summary>
    public static readonly string[] Cities = [.. Enumerable.Range(1, 81).Select(i => i switch { 34 => "İstanbul", 6 => "Ankara", 35 => "İzmir", 76 => "Iğdır", _ => "Province " + i.ToString("00", CultureInfo.InvariantCulture) })];

    /// <summary>All categories of products.</summary>
    public static readonly string[] Categories = [.. Enumerable.Range(1, 40).Select(i => "Category " + i.ToString("00", CultureInfo.InvariantCulture))];

    // How often each type comes within a visit, in tenths of a percent: what leads to an order is in the second list, by the type before.
    private static readonly int[] Often = [600, 190, 0, 70, 15, 0, 0, 50, 22, 16, 12, 10, 4, 3, 2, 2, 1, 1, 1, 1];
    private static readonly (int After, int Comes, int Percent)[] Leads = [(ProductViewed, AddedToCart, 24), (AddedToCart, CheckoutStarted, 45), (CheckoutStarted, OrderCompleted, 70)];

    private static readonly string[] Channels = ["web", "app", "store", "call center", "e-mail", "sms"], Devices = ["mobile", "desktop", "tablet", "tv"];

    private readonly ulong seed;
    private readonly ulong[] events;

    public World(int count, int customers, int seed)
    {
        if (customers is < 1 or >= 1 << CustomerBits) throw new ArgumentOutOfRangeException(nameof(customers), customers, "1 to 16,777,215 customers.");
        if (count < customers || count / customers > MostOfOne / 4) throw new ArgumentOutOfRangeException(nameof(count), count, $"At least one event a customer, at most {MostOfOne / 4} on average.");
        (this.seed, events) = (Mix((ulong)seed), new ulong[count]);
        var at = 0;
        foreach (var (customer, own) in Shares(count, customers)) at += Live(customer, events.AsSpan(at, own));
        Array.Sort(events);
        foreach (var bits in events) Counts[TypeOf(bits)]++;
    }

    /// <summary>How many events of each type there are.</summary>
    public long[] Counts { get; } = new long[Types.Length];

    /// <summary>Fills a store in the order of time, as events come in, folding as it goes.</summary>
    public void Fill(ColumnStore store)
    {
        var types = Array.ConvertAll(Types, Encoding.UTF8.GetBytes);
        var names = Array.ConvertAll(Properties, Encoding.UTF8.GetBytes);
        Span<byte> text = stackalloc byte[64];
        for (var from = 0; from < events.Length; from += 10_000)
        {
            using (var write = store.Write())
            {
                for (var i = from; i < Math.Min(from + 10_000, events.Length); i++)
                {
                    var e = new Event(events[i], seed);
                    var row = write.Add(types[e.Type], e.Customer, e.Time, i + 1);
                    row.Set(names[0], Text(text, e.City));
                    row.Set(names[1], Text(text, e.Channel));
                    if (e.Device is { } device) row.Set(names[2], Text(text, device));
                    if (e.Category is { } category) row.Set(names[3], Text(text, category));
                    if (e.Price is { } price) row.Set(names[4], price);
                    if (e.Revenue is { } revenue) row.Set(names[5], revenue);
                    if (e.Order is { } order) row.Set(names[6], Text(text, order));
                    if (e.Member is { } member) row.Set(names[7], member);
                }
            }

            store.Fold();
        }

        store.Fold(force: true);
    }

    /// <summary>The same rows as a file for the peers, in the order of time.</summary>
    public void Write(string file)
    {
        using var writer = new StreamWriter(file, false, new UTF8Encoding(false), 1 << 20);
        foreach (var bits in events)
        {
            var e = new Event(bits, seed);
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{e.Time},{e.Customer},{Types[e.Type]},{e.City},{e.Channel},{e.Device},{e.Category},{e.Price},{e.Revenue},{e.Order},"));
            writer.Write(e.Member switch { true => "1\n", false => "0\n", null => "\n" });
        }
    }

    private static ReadOnlySpan<byte> Text(Span<byte> into, string text) => into[..Encoding.UTF8.GetBytes(text, into)];

    private static int TypeOf(ulong bits) => (int)(bits & ((1 << TypeBits) - 1));

    /// <summary>How many events each customer has: a log-normal share, at least one, all together exactly so many.</summary>
    private IEnumerable<(int Customer, int Own)> Shares(int count, int customers)
    {
        var weights = new double[customers];
        for (var i = 0; i < customers; i++)
        {
            var chance = new Chance(seed ^ Mix((ulong)i + 1));
            weights[i] = Math.Exp(1.1 * Math.Sqrt(-2 * Math.Log(1 - chance.Share())) * Math.Cos(2 * Math.PI * chance.Share()));
        }

        var scale = (count - customers) / weights.Sum();
        var owns = Array.ConvertAll(weights, w => Math.Min(MostOfOne, 1 + (int)(w * scale)));
        var left = count - owns.Sum(o => (long)o);
        for (var i = 0; left > 0; i = (i + 1) % customers)
        {
            if (owns[i] == MostOfOne) continue;
            owns[i]++;
            left--;
        }

        return owns.Select((own, customer) => (customer, own));
    }

    /// <summary>One customer's year: visits with pauses between them that share what is left of the year.</summary>
    private int Live(int customer, Span<ulong> into)
    {
        var chance = new Chance(seed ^ Mix((ulong)customer + 0x1_0000_0000));
        Span<long> steps = into.Length <= 1024 ? stackalloc long[into.Length] : new long[into.Length];
        Span<byte> types = into.Length <= 1024 ? stackalloc byte[into.Length] : new byte[into.Length];
        var (busy, pauses, last) = (0L, 0, -1);
        for (var i = 0; i < into.Length; i++)
        {
            var begins = i == 0 || chance.Of(8) == 0;
            if (begins) pauses++;
            types[i] = (byte)(last = begins ? SessionStarted : Next(last, ref chance));
            // Within a visit up to eight minutes; a pause is half an hour and what is added below.
            steps[i] = begins ? -1 : 1 + chance.Of((int)(8 * Minute));
            busy += begins ? Pause + 1 : steps[i];
        }

        Span<double> cuts = pauses <= 512 ? stackalloc double[pauses + 1] : new double[pauses + 1];
        var sum = 0.0;
        for (var i = 0; i <= pauses; i++) sum += cuts[i] = -Math.Log(1 - chance.Share());
        var (free, pause, time) = (End - Begin - busy - 1, 0, 0L);
        for (var i = 0; i < into.Length; i++)
        {
            time += steps[i] >= 0 ? steps[i] : Pause + 1 + (long)(free * (cuts[pause++] / sum) * 0.999);
            into[i] = ((ulong)time << (CustomerBits + TypeBits)) | ((ulong)customer << TypeBits) | types[i];
        }

        return into.Length;
    }

    private static int Next(int last, ref Chance chance)
    {
        foreach (var (after, comes, percent) in Leads)
        {
            if (after == last && chance.Of(100) < percent) return comes;
        }

        var at = chance.Of(1000);
        for (var type = 0; type < Often.Length; type++)
        {
            if ((at -= Often[type]) < 0) return type;
        }

        return PageViewed;
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9E37_79B9_7F4A_7C15;
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }

    /// <summary>One event with what it carries.</summary>
    private readonly struct Event(ulong bits, ulong seed)
    {
        private readonly ulong chance = Mix(bits ^ seed);
        private readonly ulong home = Mix(seed + (bits >> TypeBits & ((1 << CustomerBits) - 1)));

        public int Type => TypeOf(bits);

        public int Customer => (int)(bits >> TypeBits & ((1 << CustomerBits) - 1));

        public long Time => Begin + (long)(bits >> (CustomerBits + TypeBits));

        // Nine of ten times where she lives; a third live in three cities.
        public string City => CityOf((chance & 0xFF) < 26 ? Mix(chance) : home);

        public string Channel => Type == 18 ? Channels[2] : Type == 17 ? Channels[3] : Skewed(Channels, chance >> 8);

        public string? Device => Type is 17 or 18 ? null : Skewed(Devices, home >> 8);

        public string? Category => HasPrice && Type != OrderCompleted ? Categories[Square(chance >> 24, 40)] : null;

        public double? Price => HasPrice ? Cents(chance >> 32) : null;

        public double? Revenue => Type is OrderCompleted or ReturnRequested ? Cents(Mix(chance) >> 16) * 2 : null;

        public string? Order => Type is CheckoutStarted or OrderCompleted or ReturnRequested ? "ORD-" + (chance >> 28).ToString("x", CultureInfo.InvariantCulture) : null;

        public bool? Member => Type is SessionStarted or OrderCompleted ? (home >> 40 & 3) == 0 : null;

        private bool HasPrice => Type is ProductViewed or AddedToCart or OrderCompleted or 10;

        private static string CityOf(ulong chance) => (chance & 0xF) switch { 0 or 1 or 2 => Cities[33], 3 or 4 => Cities[5], 5 => Cities[34], _ => Cities[chance / 16 % 81] };

        private static string Skewed(string[] from, ulong chance) => from[Square(chance, from.Length)];

        // The first come most often.
        private static int Square(ulong chance, int count) => (int)((chance & 0x3FF) * (chance & 0x3FF) * (ulong)count >> 20);

        // 5.00 to 1,000, most of them small.
        private static double Cents(ulong chance) => Math.Round(5 + (995.0 * Math.Pow((chance & 0xFFFF) / 65536.0, 3)), 2);
    }

    /// <summary>Numbers by chance (SplitMix64): the same everywhere and for ever.</summary>
    private struct Chance(ulong state)
    {
        public double Share() => (Next() >> 11) * (1.0 / (1UL << 53));

        public int Of(int count) => (int)(Next() >> 33) % count;

        private ulong Next()
        {
            state += 0x9E37_79B9_7F4A_7C15;
            return Mix(state);
        }
    }
}
