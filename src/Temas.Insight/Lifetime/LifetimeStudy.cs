using Temas.Insight.Lifetime.Forecasts;
using Temas.Timelines.Queries;

namespace Temas.Insight.Lifetime;

/// <summary>What is expected of one customer.</summary>
/// <param name="Customer">Her number.</param>
/// <param name="Orders">On how many days she ordered.</param>
/// <param name="LastOrder">When last, in milliseconds since 1970 UTC.</param>
/// <param name="Alive">The probability that she is still there.</param>
/// <param name="Expected">Orders that are expected within the horizon.</param>
/// <param name="Value">What these are expected to come to, discounted.</param>
/// <param name="AtRisk">What is lost of that if she is gone: see <see cref="LifetimeStudy.RiskFrom"/>.</param>
internal readonly record struct CustomerOutlook(int Customer, int Orders, long LastOrder, double Alive, double Expected, double Value, double AtRisk);

/// <summary>Customers with so many orders in the first part of the time, held against what they did in the rest.</summary>
/// <param name="Repeats">Repeated orders in the first part; the last line stands for so many and more.</param>
/// <param name="IsMore">Whether it is the last line.</param>
/// <param name="Customers">How many customers.</param>
/// <param name="Expected">Orders of each that the model expected in the rest, on average.</param>
/// <param name="Actual">Orders of each that came, on average.</param>
internal sealed record HoldoutLine(int Repeats, bool IsMore, int Customers, double Expected, double Actual);

/// <summary>The model held against time that it had not seen.</summary>
/// <param name="From">Where the part begins that was held out, in milliseconds since 1970 UTC.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Expected">Orders that were expected in it.</param>
/// <param name="Actual">Orders that came.</param>
/// <param name="Lines">By orders before.</param>
/// <param name="Value">What these orders were expected to come to, and what those came to that came; null where nothing is known of amounts.</param>
internal sealed record Holdout(long From, long To, double Expected, double Actual, IReadOnlyList<HoldoutLine> Lines, (double Expected, double Actual)? Value);

/// <summary>What some customers are worth and whether they are still there, at a moment.</summary>
internal sealed record LifetimeStudy
{
    /// <summary>How far ahead values look, in days.</summary>
    public const double HorizonDays = 365;

    /// <summary>A value is at risk of a customer who is there with a probability from here …</summary>
    public const double RiskFrom = 0.2;

    /// <summary>… to here: above she is there, below she is gone.</summary>
    public const double RiskTo = 0.8;

    /// <summary>A model needs so many customers with repeated orders.</summary>
    public const int LeastRepeaters = 50;

    /// <summary>The most customers that a model is fitted to; of more every so many are taken.</summary>
    public const int MostFitted = 20_000;

    private const int LastLine = 5;
    private const double HeldOut = 0.25;

    /// <summary>The moment that is looked from, in milliseconds since 1970 UTC.</summary>
    public required long At { get; init; }

    /// <summary>How customers order and what they spend.</summary>
    public required OrderModel Model { get; init; }

    /// <summary>How customers order.</summary>
    public BuyingModel Buying => Model.Buying;

    /// <summary>What they spend; null where no order had a value.</summary>
    public SpendingModel? Spending => Model.Spending;

    /// <summary>The customers, by number.</summary>
    public required IReadOnlyList<CustomerOutlook> Customers { get; init; }

    /// <summary>How many customers with repeated orders it rests on.</summary>
    public required int Repeaters { get; init; }

    /// <summary>To how many customers it was fitted.</summary>
    public required int Fitted { get; init; }

    /// <summary>The check; null where there is too little time.</summary>
    public required Holdout? Holdout { get; init; }

    /// <summary>Whether it is good for saying something of anybody: by the same measure as what is said of one customer.</summary>
    public FitState State => OrderFit.Of(this, At, 0, 0).State;

    /// <summary>Whether it is good for saying what orders come to.</summary>
    public FitState ValueState => OrderFit.Of(this, At, 0, 0).ValueState;

    /// <summary>Mean value.</summary>
    public double MeanValue => Customers.Count == 0 ? 0 : Customers.Average(c => c.Value);

    /// <summary>All values together.</summary>
    public double Value => Customers.Sum(c => c.Value);

    /// <summary>What is at risk.</summary>
    public double AtRisk => Customers.Sum(c => c.AtRisk);

    /// <summary>How many customers are expected to be still there.</summary>
    public double Alive => Customers.Sum(c => c.Alive);

    /// <summary>Works it out; null where there are too few customers who ordered again.</summary>
    /// <param name="orders">The orders.</param>
    /// <param name="at">The moment that is looked from; later orders are left out.</param>
    /// <param name="checks">Whether it is held against time that it had not seen.</param>
    /// <param name="each">Whether it is asked of each customer; otherwise there are only the models.</param>
    public static LifetimeStudy? Of(OrderHistories orders, long at, bool checks = true, bool each = true)
    {
        var seen = Read(orders, at).ToList();
        var repeaters = seen.Count(s => s.Past.Days > 1);
        if (repeaters < LeastRepeaters) return null;
        var step = Math.Max(1, (seen.Count + MostFitted - 1) / MostFitted);
        List<Seen> fitted = step == 1 ? seen : [.. seen.Where((_, i) => i % step == 0)];
        var result = new LifetimeStudy { At = at, Model = Fit(fitted, at), Customers = [], Repeaters = repeaters, Fitted = fitted.Count, Holdout = checks ? Check(orders, at) : null };
        return each ? result with { Customers = [.. seen.Select(s => result.Outlook(s, at))] } : result;
    }

    /// <summary>What is expected of every so many of the customers at another moment, by the same model; worked out one after the other, for nobody keeps them.</summary>
    public IEnumerable<CustomerOutlook> OutlooksAt(OrderHistories orders, long at, int step) => Read(orders, at).Where((_, i) => i % step == 0).Select(s => Outlook(s, at));

    private CustomerOutlook Outlook(Seen of, long at)
    {
        var (alive, expected, value) = (Model.Alive(of.Past, at), Model.Expected(of.Past, at, HorizonDays), Spending is null ? 0 : Model.Value(of.Past, at, HorizonDays));
        if (!double.IsFinite(value)) value = 0;
        var risk = alive is >= RiskFrom and <= RiskTo ? value / alive * (1 - alive) : 0;
        return new CustomerOutlook(of.Customer, of.Past.Days, of.Past.Last, alive, expected, value, risk);
    }

    /// <summary>Fits to the first three quarters of the time and looks what came in the last.</summary>
    private static Holdout? Check(OrderHistories orders, long at)
    {
        if (orders.Count == 0) return null;
        var cut = at - (long)((at - orders.Times.Min()) * HeldOut);
        var weeks = (at - cut) / OrderModel.Week;
        var before = Read(orders, cut).ToList();
        if (weeks < 4 || before.Count(s => s.Past.Days > 1) < LeastRepeaters) return null;
        var step = Math.Max(1, (before.Count + MostFitted - 1) / MostFitted);
        List<Seen> fitted = step == 1 ? before : [.. before.Where((_, i) => i % step == 0)];
        var model = Fit(fitted, cut);
        var after = Read(orders, at).ToDictionary(s => s.Customer, s => s.Past);
        var all = fitted.ConvertAll(s => (s.Past, Later: after[s.Customer], Expected: model.Expected(s.Past, cut, weeks * 7)));
        var lines = all.Select(s => (Repeats: s.Past.Days - 1, s.Expected, Actual: s.Later.Days - s.Past.Days))
            .GroupBy(s => Math.Min(s.Repeats, LastLine)).OrderBy(g => g.Key)
            .Select(g => new HoldoutLine(g.Key, g.Key == LastLine, g.Count(), g.Average(s => s.Expected), g.Average(s => s.Actual))).ToList();
        (double, double)? value = model.Spending is null ? null : (all.Sum(s => s.Expected * model.Worth(s.Past)) * step, all.Sum(s => s.Later.LaterSum - s.Past.LaterSum) * step);
        return new Holdout(cut, at, lines.Sum(l => l.Expected * l.Customers) * step, lines.Sum(l => l.Actual * l.Customers) * step, lines, value);
    }

    private static OrderModel Fit(List<Seen> fitted, long at)
    {
        var buying = BuyingModel.Fit([.. fitted.Select(s => OrderModel.BuyingOf(s.Past, at))]);
        List<SpendingHistory> spent = [.. fitted.Where(s => s.Past.Days > 1 && s.Past.LaterMean > 0).Select(s => new SpendingHistory(s.Past.Days - 1, s.Past.LaterMean))];
        return new OrderModel(buying, spent.Count < LeastRepeaters / 2 ? null : SpendingModel.Fit(spent));
    }

    /// <summary>The histories up to a moment.</summary>
    private static IEnumerable<Seen> Read(OrderHistories orders, long at)
    {
        for (var c = 0; c < orders.Customers.Length; c++)
        {
            var past = default(OrderPast);
            for (var i = orders.Starts[c]; i < orders.Starts[c + 1] && orders.Times[i] <= at; i++) past.Add(orders.Times[i], orders.Amounts[i]);
            if (past.Days > 0) yield return new Seen(orders.Customers[c], past);
        }
    }

    private readonly record struct Seen(int Customer, OrderPast Past);
}
