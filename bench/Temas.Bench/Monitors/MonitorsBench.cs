using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Judging;

namespace Temas.Bench.Monitors;

/// <summary>Judges simulated series day by day, as monitors do, and holds the alerts against what is planted. One JSON line.</summary>
internal static class MonitorsBench
{
    // Whoever is told within so many days is told in time; and until then the days after a shift are all its own.
    private const int InTime = 3, Settled = 35;

    public static int Run(string[] args)
    {
        var (seeds, first, each, limit, naive) = (5, 101, 20, DayLimits.Usual, args.Contains("--naive"));
        for (var i = 0; i + 1 < args.Length; i++)
        {
            if (args[i] == "--seeds") seeds = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
            if (args[i] == "--first") first = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
            if (args[i] == "--each") each = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
            if (args[i] == "--limit") limit = double.Parse(args[i + 1], CultureInfo.InvariantCulture);
        }

        var begun = Stopwatch.GetTimestamp();
        var report = new JsonObject { ["bench"] = "monitors", ["seeds"] = $"{first}-{first + seeds - 1}", ["limit"] = limit, ["rule"] = naive ? "mean and standard deviation of 28 days" : "monitors" };
        var kinds = new JsonObject();
        var judged = 0L;
        var all = new Tally();
        foreach (var name in PlantedSeries.Kinds)
        {
            var tally = new Tally();
            Parallel.ForEach(Tasks(name, seeds, first, each), task =>
            {
                var series = PlantedSeries.Make(name, task.Seed, task.Number, task.Kind, task.Size);
                var of = Judge(series, limit, naive);
                Interlocked.Add(ref judged, series.Points.Count - DayJudge.History);
                lock (tally) tally.Add(series, of);
            });
            kinds[name] = tally.Line();
            all.Add(tally);
        }

        (report["kinds"], report["all"]) = (kinds, all.Line());
        report["judgements"] = judged;
        report["microsecondsEach"] = Math.Round(Stopwatch.GetElapsedTime(begun).TotalMicroseconds * Environment.ProcessorCount / judged, 1);
        Console.WriteLine(report.ToJsonString());
        return 0;
    }

    private static IEnumerable<(int Seed, int Number, Planted? Kind, double Size)> Tasks(string name, int seeds, int first, int each)
    {
        for (var seed = first; seed < first + seeds; seed++)
        {
            for (var number = 0; number < each; number++)
            {
                yield return (seed, number, null, 0);
                foreach (var kind in Enum.GetValues<Planted>())
                {
                    if (kind == Planted.Stopped && !name.StartsWith("count", StringComparison.Ordinal) && name != "revenue") continue;
                    foreach (var size in kind == Planted.Stopped ? [0] : PlantedSeries.Sizes) yield return (seed, number, kind, size);
                }
            }
        }
    }

    /// <summary>The days on which an alert opens: the first of each run of days that are beyond the limit, a usual day between two.</summary>
    private static List<int> Judge(PlantedSeries series, double limit, bool naive)
    {
        var opened = new List<int>();
        var isOpen = false;
        for (var day = DayJudge.History; day < series.Points.Count; day++)
        {
            var isBeyond = naive ? Naive(series.Points, day) : DayJudge.Judge(series.Points, day, series.Unit, limit)?.IsBeyond(limit);
            if (isBeyond is not { } beyond) continue;
            if (beyond && !isOpen) opened.Add(day);
            isOpen = beyond;
        }

        return opened;
    }

    // What many begin with: three standard deviations around the mean of four weeks.
    private static bool? Naive(IReadOnlyList<IndicatorPoint> points, int at)
    {
        var past = points.Skip(at - 28).Take(28).Select(p => p.Value).OfType<double>().ToList();
        if (points[at].Value is not { } value || past.Count < 14) return null;
        var mean = past.Average();
        return Math.Abs(value - mean) > 3 * Math.Sqrt(past.Sum(v => (v - mean) * (v - mean)) / (past.Count - 1));
    }

    private sealed class Tally
    {
        private readonly SortedDictionary<string, (int Found, int Of)> recall = new(StringComparer.Ordinal);
        private int falseAlarms, trueAlarms;
        private double years;
        private long quietAlarms, quietYears;

        public void Add(PlantedSeries series, List<int> opened)
        {
            years += (series.Points.Count - DayJudge.History) / 365.0;
            var own = 0;
            foreach (var plant in series.Plants)
            {
                var last = plant.Kind == Planted.Shift ? plant.From + Settled : plant.To;
                // The day after a day that was wrong may be judged by it, where days hang together.
                own += opened.Count(d => d >= plant.From && d <= last);
                var isFound = opened.Exists(d => d >= plant.From && d < Math.Min(plant.To, plant.From + InTime));
                var key = plant.Kind == Planted.Stopped ? "stopped" : string.Create(CultureInfo.InvariantCulture, $"{plant.Kind.ToString().ToLowerInvariant()}-{plant.Size:00}");
                var (found, of) = recall.GetValueOrDefault(key);
                recall[key] = (found + (isFound ? 1 : 0), of + 1);
            }

            trueAlarms += own;
            falseAlarms += opened.Count - own;
            if (series.Plants.Count > 0) return;
            (quietAlarms, quietYears) = (quietAlarms + opened.Count, quietYears + 1);
        }

        public void Add(Tally other)
        {
            foreach (var (key, (found, of)) in other.recall) recall[key] = (recall.GetValueOrDefault(key).Found + found, recall.GetValueOrDefault(key).Of + of);
            (falseAlarms, trueAlarms, years) = (falseAlarms + other.falseAlarms, trueAlarms + other.trueAlarms, years + other.years);
            (quietAlarms, quietYears) = (quietAlarms + other.quietAlarms, quietYears + other.quietYears);
        }

        public JsonObject Line()
        {
            var found = new JsonObject();
            foreach (var (key, (hits, of)) in recall) found[key] = Math.Round((double)hits / of, 3);
            return new JsonObject
            {
                ["falseAlarmsASeriesYear"] = Math.Round(quietYears == 0 ? 0 : (double)quietAlarms / quietYears, 3),
                ["falseAlarmsASeriesYearWithPlants"] = Math.Round(falseAlarms / years, 3),
                ["precisionAtOneAYear"] = Math.Round((double)trueAlarms / Math.Max(1, trueAlarms + falseAlarms), 3),
                ["recall"] = found,
            };
        }
    }
}
