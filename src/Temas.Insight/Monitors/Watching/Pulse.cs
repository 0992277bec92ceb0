using System.Text;
using Dapper;
using Temas.Insight.Monitors.Judging;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Timelines;

namespace Temas.Insight.Monitors.Watching;

/// <summary>
/// Follows the log and counts, hour by hour, what arrives of each source and each type of event, for as long as a silence is judged by. What tells of long ago counts by when it happened, everything else by when it arrived. Counts and the place in the log are written
/// as one. It holds no personal data.
/// </summary>
internal sealed class Pulse(Workspace workspace)
{
    private const int AtOnce = 50_000, MostTypes = 400;
    private const long FirstRead = 3_000_000;
    private static readonly long Late = (long)TimeSpan.FromDays(2).TotalMilliseconds, Hour = (long)TimeSpan.FromHours(1).TotalMilliseconds;

    private readonly SemaphoreSlim following = new(1, 1);
    private readonly Lock reading = new();
    private readonly Dictionary<string, SortedDictionary<long, int>> counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> arrivals = new(StringComparer.Ordinal);
    private readonly Dictionary<int, HashSet<string>> typesOf = [];
    private long? place;

    /// <summary>What a source is called here.</summary>
    public static string OfSource(int id) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"source:{id}");

    /// <summary>What a type of event is called here.</summary>
    public static string OfType(string type) => $"event:{type}";

    /// <summary>Whether everything that there is has been counted.</summary>
    public bool IsUpToDate => place >= workspace.Log.Head;

    /// <summary>What is counted.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            lock (reading) return [.. arrivals.Keys.Where(k => !k.StartsWith("link:", StringComparison.Ordinal))];
        }
    }

    /// <summary>The types of events that a source has sent.</summary>
    public IReadOnlySet<string> TypesOf(int source)
    {
        lock (reading) return typesOf.TryGetValue(source, out var types) ? types.ToHashSet(StringComparer.Ordinal) : new HashSet<string>(StringComparer.Ordinal);
    }

    /// <summary>The hours of something; null where none of it has arrived live.</summary>
    public HourlyCounts? Find(string what)
    {
        lock (reading)
        {
            if (!arrivals.TryGetValue(what, out var last) || !counts.TryGetValue(what, out var hours) || hours.Count == 0) return null;
            var (first, end) = (hours.Keys.First(), Math.Max(hours.Keys.Last(), last / Hour));
            var list = new int[Math.Min(end - first + 1, Silence.Kept * 2)];
            foreach (var (hour, count) in hours)
            {
                if (hour - first < list.Length) list[hour - first] = count;
            }

            return new HourlyCounts(first, list, DateTimeOffset.FromUnixTimeMilliseconds(last));
        }
    }

    /// <summary>Counts what came since.</summary>
    public async Task FollowAsync(CancellationToken cancel)
    {
        await following.WaitAsync(cancel);
        try
        {
            if (place is null) await LoadAsync(cancel);
            while (place < workspace.Log.Head)
            {
                var batch = await Housekeeping.Run(() => Count(place!.Value, cancel));
                if (batch.Upto == place) break;
                await SaveAsync(batch, cancel);
                Take(batch);
                place = batch.Upto;
            }
        }
        catch
        {
            // Only what is written counts.
            place = null;
            throw;
        }
        finally
        {
            following.Release();
        }
    }

    private Batch Count(long after, CancellationToken cancel)
    {
        var batch = new Batch { Upto = after };
        var name = new byte[EventTypeName.MaxLength];
        var oldest = OldestHour;
        foreach (var e in workspace.Log.ReadFrom(after + 1).Take(AtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            batch.Upto = e.Position;
            if (e.Kind != LogRecordKind.Event) continue;
            var isHistory = (e.Flags & EventFlags.Imported) != 0;
            var hour = (isHistory || e.ReceivedAt - e.Time > Late ? e.Time : e.ReceivedAt) / Hour;
            if (isHistory && hour < oldest) continue;
            var type = Encoding.UTF8.GetString(name, 0, EventTypeName.Write(e.AsLogEvent(), name));
            if (e.Source > 0)
            {
                batch.Add(OfSource(e.Source), hour, oldest, isHistory ? null : e.ReceivedAt);
                batch.Link(e.Source, type, e.ReceivedAt);
            }

            // Names that are made up one by one are no types. Nobody else changes what is counted meanwhile.
            if (counts.Count < MostTypes || counts.ContainsKey(OfType(type))) batch.Add(OfType(type), hour, oldest, isHistory ? null : e.ReceivedAt);
        }

        return batch;
    }

    private long OldestHour => Silence.HourOf(workspace.Clock.GetUtcNow()) - Silence.Kept;

    private void Take(Batch batch)
    {
        lock (reading)
        {
            foreach (var ((what, hour), count) in batch.Counts)
            {
                if (!counts.TryGetValue(what, out var hours)) counts[what] = hours = [];
                hours[hour] = hours.GetValueOrDefault(hour) + count;
            }

            foreach (var (what, last) in batch.Arrivals) Arrived(what, last);
            var oldest = OldestHour - 48;
            foreach (var hours in counts.Values)
            {
                while (hours.Count > 0 && hours.Keys.First() < oldest) hours.Remove(hours.Keys.First());
            }
        }
    }

    private void Arrived(string what, long last)
    {
        arrivals[what] = Math.Max(last, arrivals.GetValueOrDefault(what));
        if (!what.StartsWith("link:", StringComparison.Ordinal) || what.IndexOf(':', 5) is not (> 5 and var colon)) return;
        var source = int.Parse(what.AsSpan(5, colon - 5), System.Globalization.CultureInfo.InvariantCulture);
        if (!typesOf.TryGetValue(source, out var types)) typesOf[source] = types = new HashSet<string>(StringComparer.Ordinal);
        types.Add(what[(colon + 1)..]);
    }

    private async Task LoadAsync(CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        var known = await connection.QuerySingleOrDefaultAsync<long?>("select position from monitor_place where id = 1");
        var hours = await connection.QueryAsync<(string What, long Hour, long Events)>("select what, hour, events from monitor_pulse");
        var lasts = await connection.QueryAsync<(string What, long Last)>("select what, last from monitor_arrival");
        lock (reading)
        {
            counts.Clear();
            arrivals.Clear();
            typesOf.Clear();
            foreach (var (what, hour, events) in hours)
            {
                if (!counts.TryGetValue(what, out var of)) counts[what] = of = [];
                of[hour] = (int)Math.Min(int.MaxValue, events);
            }

            foreach (var (what, last) in lasts) Arrived(what, last);
        }

        // Of a very long log the newest is enough to begin with.
        place = known ?? Math.Max(0, workspace.Log.Head - FirstRead);
    }

    private async Task SaveAsync(Batch batch, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var ((what, hour), count) in batch.Counts.OrderBy(c => c.Key.What, StringComparer.Ordinal).ThenBy(c => c.Key.Hour))
        {
            await connection.ExecuteAsync(
                "insert into monitor_pulse(what, hour, events) values(@what, @hour, @count) on conflict(what, hour) do update set events = monitor_pulse.events + excluded.events", new { what, hour, count = (long)count }, transaction);
        }

        foreach (var (what, last) in batch.Arrivals.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            await connection.ExecuteAsync(
                "insert into monitor_arrival(what, last) values(@what, @last) on conflict(what) do update set last = case when monitor_arrival.last < excluded.last then excluded.last else monitor_arrival.last end", new { what, last }, transaction);
        }

        await connection.ExecuteAsync("insert into monitor_place(id, position) values(1, @upto) on conflict(id) do update set position = excluded.position", new { upto = batch.Upto }, transaction);
        await connection.ExecuteAsync("delete from monitor_pulse where hour < @oldest", new { oldest = OldestHour - 48 }, transaction);
        await transaction.CommitAsync(cancel);
    }

    private sealed class Batch
    {
        private readonly HashSet<string> types = new(StringComparer.Ordinal);

        public long Upto { get; set; }

        public Dictionary<(string What, long Hour), int> Counts { get; } = [];

        public Dictionary<string, long> Arrivals { get; } = new(StringComparer.Ordinal);

        public void Add(string what, long hour, long oldest, long? arrived)
        {
            if (hour >= oldest) Counts[(what, hour)] = Counts.GetValueOrDefault((what, hour)) + 1;
            if (arrived is { } at) Arrivals[what] = Math.Max(at, Arrivals.GetValueOrDefault(what));
        }

        public void Link(int source, string type, long at)
        {
            // Names that are made up one by one are no types.
            if (types.Count > MostTypes || !types.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"link:{source}:{type}"))) return;
            Arrivals[string.Create(System.Globalization.CultureInfo.InvariantCulture, $"link:{source}:{type}")] = at;
        }
    }
}
