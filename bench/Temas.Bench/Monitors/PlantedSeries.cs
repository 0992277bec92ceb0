using Temas.Insight.Contracts;

namespace Temas.Bench.Monitors;

/// <summary>What is planted in a series.</summary>
internal enum Planted
{
    /// <summary>A day that is too high.</summary>
    Spike,

    /// <summary>A day that is too low.</summary>
    Drop,

    /// <summary>From one day on everything is lower or higher, for good.</summary>
    Shift,

    /// <summary>Five days without anything.</summary>
    Stopped,
}

/// <summary>A thing that was planted: what, from which day to before which, and how large in standard deviations of a day (none for what stopped).</summary>
internal sealed record Plant(Planted Kind, int From, int To, double Size);

/// <summary>A series as an indicator might give it, with what was planted.</summary>
/// <param name="Name">Its kind.</param>
/// <param name="Unit">How it is read.</param>
/// <param name="Points">Its days.</param>
/// <param name="Plants">What is planted.</param>
internal sealed record PlantedSeries(string Name, IndicatorUnit Unit, IReadOnlyList<IndicatorPoint> Points, IReadOnlyList<Plant> Plants)
{
    /// <summary>The days of a series; the first year is judged after twelve weeks.</summary>
    public const int Days = 84 + 365;

    /// <summary>The kinds of series.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["count-large", "count-mid", "count-small", "count-rare", "count-wandering", "revenue", "order-value", "share-large", "share-small", "score", "rolling-mean"];

    /// <summary>Sizes of what is planted, in standard deviations.</summary>
    public static IReadOnlyList<double> Sizes { get; } = [4, 6, 8, 12];

    private static readonly DateOnly First = new(2025, 1, 6);

    /// <summary>Makes one; the same for the same arguments.</summary>
    public static PlantedSeries Make(string name, int seed, int number, Planted? kind, double size)
    {
        var chance = new Random(HashCode(name, seed, number, (int)(kind ?? (Planted)9), (int)size));
        var season = Enumerable.Range(0, 7).Select(_ => Math.Exp(0.25 * Normal(chance))).ToArray();
        var growth = 0.4 * (chance.NextDouble() - 0.5);
        var plants = kind is { } k ? [PlantOf(chance, k, size)] : new List<Plant>();
        var level = name switch { "count-large" => 4000, "count-wandering" => 800, "count-mid" => 200, "count-small" => 8, "count-rare" => 0.8, "revenue" => 150, _ => 1.0 } * Math.Exp(0.5 * (chance.NextDouble() - 0.5));
        var (points, wander, near) = (new List<IndicatorPoint>(Days), 0.0, 0.0);
        var window = new Queue<double>();
        for (var day = 0; day < Days; day++)
        {
            wander += 0.012 * Normal(chance);
            near = (0.4 * near) + (Math.Sqrt(1 - 0.16) * Normal(chance));
            var trend = season[day % 7] * (1 + (growth * day / 365));
            var by = plants.Find(p => day >= p.From && day < p.To);
            double Moved(double mean, double deviation, double least = 0) => by is null ? mean : by.Kind == Planted.Stopped ? 0 : Math.Max(least, mean + (by.Size * deviation * (by.Kind == Planted.Drop || (by.Kind == Planted.Shift && by.From % 2 == 0) ? -1 : 1)));
            switch (name)
            {
                // Beside chance there are good and bad days: weather, a mail that went out.
                case "count-large" or "count-mid" or "count-wandering":
                    {
                        var mean = level * trend * (name == "count-wandering" ? Math.Exp(wander) : 1);
                        var scatter = name == "count-large" ? 0.05 : 0.03;
                        points.Add(Count(day, Poisson(chance, Moved(mean * Math.Max(0.1, 1 + (scatter * near)), Math.Sqrt(mean + (mean * mean * scatter * scatter))))));
                        break;
                    }

                case "count-small" or "count-rare":
                    points.Add(Count(day, Poisson(chance, Moved(level * trend, Math.Sqrt(level * trend)))));
                    break;
                case "revenue":
                    {
                        var orders = Poisson(chance, Moved(level * trend, Math.Sqrt(level * trend * Math.Exp(0.49))));
                        var sum = 0.0;
                        for (var i = 0; i < orders; i++) sum += 80 * Math.Exp(0.7 * Normal(chance));
                        points.Add(new IndicatorPoint(First.AddDays(day), sum, (long)orders));
                        break;
                    }

                case "order-value":
                    {
                        var orders = Math.Max(5, Poisson(chance, 60 * trend));
                        var sum = 0.0;
                        for (var i = 0; i < orders; i++) sum += 80 * Math.Exp(0.7 * Normal(chance));
                        points.Add(new IndicatorPoint(First.AddDays(day), Moved(sum / orders, 80 * 0.99 / Math.Sqrt(orders)), (long)orders));
                        break;
                    }

                case "share-large" or "share-small":
                    {
                        var (n, p) = name == "share-large" ? (Poisson(chance, 3000 * trend), 0.06) : (Poisson(chance, 40 * trend), 0.12);
                        p *= name == "share-large" ? 0.8 + (0.2 * season[day % 7]) : 1;
                        var now = Math.Clamp(Moved(p, Math.Sqrt(p * (1 - p) / Math.Max(1, n))), 0, 0.97);
                        points.Add(n == 0 ? new IndicatorPoint(First.AddDays(day), null, 0) : new IndicatorPoint(First.AddDays(day), Binomial(chance, (int)n, now) / n, (long)n));
                        break;
                    }

                case "score":
                    {
                        var n = Math.Max(1, Poisson(chance, 25 * trend));
                        var mean = Moved(0.3, 0.75 / Math.Sqrt(n), -1);
                        points.Add(new IndicatorPoint(First.AddDays(day), 100 * (mean + (0.75 * Normal(chance) / Math.Sqrt(n))), (long)n));
                        break;
                    }

                default:
                    {
                        // The mean of four weeks: one day is much like the one before.
                        window.Enqueue(Moved(100, 5, -1e9) + (5 * Normal(chance)));
                        if (window.Count > 28) window.Dequeue();
                        points.Add(new IndicatorPoint(First.AddDays(day), window.Average(), 2800));
                        break;
                    }
            }
        }

        return new PlantedSeries(
            name, name switch { "revenue" or "order-value" => IndicatorUnit.Money, "share-large" or "share-small" => IndicatorUnit.Share, "score" => IndicatorUnit.Score, "rolling-mean" => IndicatorUnit.Days, _ => IndicatorUnit.Count }, points, plants);
    }

    private static Plant PlantOf(Random chance, Planted kind, double size)
    {
        var from = 90 + chance.Next(Days - 90 - 40);
        return new Plant(kind, from, kind switch { Planted.Shift => Days, Planted.Stopped => from + 5, _ => from + 1 }, size);
    }

    private static IndicatorPoint Count(int day, double value) => new(First.AddDays(day), value, (long)value);

    private static int HashCode(string name, params ReadOnlySpan<int> numbers)
    {
        var hash = 17;
        foreach (var letter in name) hash = unchecked((hash * 31) + letter);
        foreach (var number in numbers) hash = unchecked((hash * 486_187_739) + number);
        return hash;
    }

    private static double Normal(Random chance) => Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());

    private static double Poisson(Random chance, double mean)
    {
        if (mean <= 0) return 0;
        if (mean > 500) return Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * Normal(chance))));
        var (k, product, least) = (0, 1.0, Math.Exp(-mean));
        while (true)
        {
            product *= 1 - chance.NextDouble();
            if (product <= least) return k;
            k++;
        }
    }

    private static double Binomial(Random chance, int n, double p)
    {
        if (n * p * (1 - p) > 400) return Math.Clamp(Math.Round((n * p) + (Math.Sqrt(n * p * (1 - p)) * Normal(chance))), 0, n);
        var hits = 0;
        for (var i = 0; i < n; i++) if (chance.NextDouble() < p) hits++;
        return hits;
    }
}
