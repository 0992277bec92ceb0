using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Bench.Queries;

/// <summary>What to measure, from the command line.</summary>
internal sealed record QueryBenchOptions
{
    public string Peers { get; init; } = "";

    public int Events { get; init; } = 1_000_000;

    public int Customers { get; init; } = 25_000;

    public int Seed { get; init; } = 1;

    public int Runs { get; init; } = 20;

    public string? Only { get; init; }

    public bool NoPeers { get; init; }

    public static QueryBenchOptions Parse(string[] args)
    {
        var options = new QueryBenchOptions();
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => i + 1 < args.Length ? args[++i] : throw new ArgumentException($"{args[i]} needs a value.");
            int Number() => int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new ArgumentException($"{args[i - 1]} needs a whole number, not {args[i]}.");
            options = args[i] switch
            {
                "--peers" => options with { Peers = Value() },
                "--events" => options with { Events = Number() },
                "--customers" => options with { Customers = Number() },
                "--seed" => options with { Seed = Number() },
                "--runs" => options with { Runs = Math.Max(1, Number()) },
                "--only" => options with { Only = Value() is var only && Question.All.Any(q => q.Name == only) ? only : throw new ArgumentException($"There is no question {args[i]}: {string.Join(", ", Question.All.Select(q => q.Name))}.") },
                "--no-peers" => options with { NoPeers = true },
                var unknown => throw new ArgumentException($"Unknown option {unknown}."),
            };
        }

        return options;
    }
}

/// <summary>
/// The query benchmark: ours, ClickHouse and DuckDB on the same rows and with two threads. Each question is asked of all, the answers are compared, and only then are times taken, of one engine after the other in turn, so that
/// what else the machine does falls on all of them alike. One JSON line per question and engine.
/// </summary>
internal static class QueryBench
{
    private const int Threads = 2, SlowMs = 2000, SlowRuns = 5, WarmRuns = 3, WarmMs = 1000;

    private static readonly QueryLimits Limits = new() { Threads = Threads };

    public static int Run(QueryBenchOptions o)
    {
        var folder = Directory.CreateTempSubdirectory("temas-bench-").FullName;
        var peers = new List<Peer>();
        try
        {
            Print(new { measurement = "machine", load_average = LoadAverage(), processors = Environment.ProcessorCount });
            using var store = new ColumnStore();
            var counts = Load(o, store, peers, folder);
            var bandwidth = Bandwidth();

            // What it took to load and to measure is given back, so that memory is what the engine holds.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, true, true);
            Print(new { measurement = "floor", gb_per_second = Math.Round(bandwidth / 1e9, 1), threads = Threads });
            var equal = true;
            foreach (var question in Question.All.Where(q => o.Only is null || o.Only == q.Name)) equal &= Measure(o, question, store, peers, question.FloorBytes(counts, store), bandwidth);
            Print(new { measurement = "machine", load_average = LoadAverage() });
            return equal ? 0 : 1;
        }
        finally
        {
            peers.ForEach(p => p.Dispose());
            Directory.Delete(folder, true);
        }
    }

    /// <summary>Makes the events and gives them to every engine; how many there are of each type.</summary>
    private static long[] Load(QueryBenchOptions o, ColumnStore store, List<Peer> peers, string folder)
    {
        var world = new World(o.Events, o.Customers, o.Seed);
        var watch = Stopwatch.StartNew();
        world.Fill(store);
        watch.Stop();
        PrintLoad("temas", watch.Elapsed, store.Bytes, Memory("VmHWM"), o);
        if (!o.NoPeers)
        {
            var file = Path.Combine(folder, "events.csv");
            world.Write(file);
            foreach (var (name, statements) in PeerTables.All(file))
            {
                var peer = new Peer(name, o.Peers, Path.Combine(folder, name));
                peers.Add(peer);
                watch.Restart();
                List<PeerAnswer> answers = [.. statements.Select(peer.Ask)];
                PrintLoad(name, watch.Elapsed, long.Parse(answers[^1].Rows[0], CultureInfo.InvariantCulture), answers.Max(a => a.PeakMb), o);
            }

            File.Delete(file);
        }

        return world.Counts;
    }

    private static bool Measure(QueryBenchOptions o, Question question, ColumnStore store, List<Peer> peers, long bytes, double bandwidth)
    {
        List<Engine> engines = [new("temas", () => AskOurs(question, store)), .. peers.Select(p => new Engine(p.Name, () => p.Ask(p.Name == "clickhouse" ? question.ClickHouse : question.DuckDb)))];
        foreach (var engine in engines)
        {
            engine.First = engine.Ask();
            engine.Answer = [.. engine.First.Rows.Order(StringComparer.Ordinal)];
        }

        var ours = engines[0];
        foreach (var other in engines.Where(e => !e.Answer.SequenceEqual(ours.Answer)))
        {
            Print(new { query = question.Name, failure = "answers differ", rows = new { temas = ours.Answer.Length, other = other.Answer.Length }, only_temas = Different(ours, other), only_other = Different(other, ours), other = other.Name });
            return false;
        }

        foreach (var engine in engines)
        {
            engine.Runs = engine.First!.Ms > SlowMs ? Math.Min(o.Runs, SlowRuns) : o.Runs;
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < (engine.First.Ms > SlowMs ? 1 : WarmRuns) || (i < 40 && watch.ElapsedMilliseconds < WarmMs); i++) engine.Ask();
        }

        for (var run = 0; run < o.Runs; run++)
        {
            foreach (var engine in engines.Where(e => run < e.Runs)) engine.Note(engine.Ask());
        }

        var floor = bytes / bandwidth * 1000;
        foreach (var engine in engines)
        {
            Print(new
            {
                query = question.Name,
                engine = engine.Name,
                min_ms = Round(engine.Quantile(0)),
                median_ms = Round(engine.Quantile(0.5)),
                p95_ms = Round(engine.Quantile(0.95)),
                cpu_ms = Round(engine.Cpu),
                runs = engine.Runs,
                ratio = Round(engine.Quantile(0.5) / ours.Quantile(0.5)),
                floor_ms = Round(floor),
                floor_multiple = Round(engine.Quantile(0.5) / floor),
                ns_per_event = Round(engine.Quantile(0.5) * 1e6 / o.Events),
                resident_mb = engine.Resident,
                peak_mb = engine.Peak,
                digest = engine.Digest,
                answer_rows = engine.Answer.Length,
            });
        }

        return true;
    }

    private static IEnumerable<string> Different(Engine of, Engine from) => of.Answer.Except(from.Answer).Take(10);

    private static PeerAnswer AskOurs(Question question, ColumnStore store)
    {
        File.WriteAllText("/proc/self/clear_refs", "5");
        var (begin, busy) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var answer = QueryEngine.Ask(store, question.Query, Limits);
        var ms = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        return new PeerAnswer(ms, (Environment.CpuUsage.TotalTime - busy).TotalMilliseconds, [.. question.Lines(answer)], Memory("VmRSS"), Memory("VmHWM"), null);
    }

    private static long Memory(string name) => long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith(name, StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;

    /// <summary>Bytes a second that two threads read from memory together, the best of ten times half a gigabyte each.</summary>
    private static double Bandwidth()
    {
        var pieces = Enumerable.Range(0, Threads).Select(_ => new long[1 << 26]).ToArray();
        foreach (var piece in pieces) Array.Fill(piece, 1);
        var (best, sum) = (0.0, 0L);
        for (var run = 0; run < 10; run++)
        {
            var begin = Stopwatch.GetTimestamp();
            Parallel.ForEach(pieces, new ParallelOptions { MaxDegreeOfParallelism = Threads }, piece => Interlocked.Add(ref sum, Sum(piece)));
            best = Math.Max(best, Threads * pieces[0].LongLength * sizeof(long) / Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        return sum > 0 ? best : throw new InvalidOperationException("Nothing was read.");
    }

    private static long Sum(long[] values)
    {
        var vectors = MemoryMarshal.Cast<long, Vector<long>>(values);
        var (a, b, c, d) = (Vector<long>.Zero, Vector<long>.Zero, Vector<long>.Zero, Vector<long>.Zero);
        for (var i = 0; i + 3 < vectors.Length; i += 4) (a, b, c, d) = (a + vectors[i], b + vectors[i + 1], c + vectors[i + 2], d + vectors[i + 3]);
        return Vector.Sum(a + b + c + d);
    }

    private static void PrintLoad(string engine, TimeSpan took, long bytes, long peak, QueryBenchOptions o) => Print(new
    {
        measurement = "load",
        engine,
        seconds = Round(took.TotalSeconds),
        events_per_second = Math.Round(o.Events / took.TotalSeconds),
        stored_mb = bytes >> 20,
        bytes_per_event = Round(bytes / (double)o.Events),
        peak_mb = peak,
    });

    private static string LoadAverage() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));

    // Three figures that matter.
    private static double Round(double value) => value == 0 ? 0 : Math.Round(value, Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 6));

    private static void Print(object line) => Console.WriteLine(JsonSerializer.Serialize(line, Lines));

    private static readonly JsonSerializerOptions Lines = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One engine with one question.</summary>
    private sealed class Engine(string name, Func<PeerAnswer> ask)
    {
        private readonly List<double> times = [];
        private readonly List<double> busy = [];

        public string Name => name;

        public PeerAnswer? First { get; set; }

        public string[] Answer { get; set; } = [];

        public int Runs { get; set; }

        public long Resident { get; private set; }

        public long Peak { get; private set; }

        public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Answer))))[..16];

        public PeerAnswer Ask() => ask();

        public void Note(PeerAnswer answer)
        {
            times.Add(answer.Ms);
            busy.Add(answer.CpuMs);
            (Resident, Peak) = (answer.ResidentMb, Math.Max(Peak, answer.PeakMb));
        }

        public double Quantile(double share) => Of(times, share);

        public double Cpu => Of(busy, 0.5);

        /// <summary>A quantile: the smallest that so large a share does not exceed.</summary>
        private static double Of(List<double> values, double share)
        {
            var sorted = values.Order().ToArray();
            return share == 0.5 && sorted.Length % 2 == 0 ? (sorted[sorted.Length / 2] + sorted[(sorted.Length / 2) - 1]) / 2 : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
        }
    }
}
