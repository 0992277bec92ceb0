using System.Text;
using Dapper;
using Temas.Insight.Monitors.Calendar;
using Temas.Insight.Monitors.Judging;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Timelines;

namespace Temas.Insight.Monitors.Watching;

/// <summary>
/// Follows the log and counts, hour by hour, what arrives of each source and each type of event, for as long as a silence is judged by. What tells of long ago counts by when it happened, everything else by when it arrived. What comes by import has a rhythm of its own,
/// by when imports of what is young arrive. For <see cref="Closings"/> days are counted, too, and kept for longer, on disk alone. Counts and the place in the log are written as one. It holds no personal data.
/// </summary>
internal sealed class Pulse(Workspace workspace)
{
    private const int AtOnce = 50_000;
    private const long Unknown = -1;
    private const string Import = "import:", Links = "link:", Types = "event:";
    private const long FirstRead = 3_000_000;
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);
    private static readonly long Late = (long)TimeSpan.FromDays(2).TotalMilliseconds, Hour = (long)TimeSpan.FromHours(1).TotalMilliseconds;

    /// <summary>So many types of events are watched; names that are made up one by one are none.</summary>
    internal const int MostTypes = 400;

    // A name that came so seldom, and not within a day, makes room where there is none.
    private const int Seldom = 2, Grace = 24;

    private readonly SemaphoreSlim following = new(1, 1);
    private readonly Lock reading = new();
    private readonly Dictionary<string, SortedDictionary<long, int>> counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> arrivals = new(StringComparer.Ordinal);
    private readonly Dictionary<int, HashSet<string>> typesOf = [];
    // What has days in the table.
    private readonly HashSet<string> counted = new(StringComparer.Ordinal);
    private (SpecialDays Special, DateOnly Today, Closings Closings)? learned;
    private long place = Unknown;
    private readonly DateTimeOffset begun = workspace.Clock.GetUtcNow();
    private DateTimeOffset seen;
    private bool isLoaded;

    /// <summary>What a source is called here.</summary>
    public static string OfSource(int id) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"source:{id}");

    /// <summary>What a type of event is called here.</summary>
    public static string OfType(string type) => $"event:{type}";

    /// <summary>Whether everything that there is has been counted.</summary>
    public bool IsUpToDate => Interlocked.Read(ref place) >= workspace.Log.Head;

    /// <summary>From the moment when it was followed last before the server began to the moment when it did: then nothing could arrive. Null where that is not known.</summary>
    public (DateTimeOffset From, DateTimeOffset To)? Down { get; private set; }

    /// <summary>What is counted.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            lock (reading) return [.. arrivals.Keys.Where(k => !k.StartsWith(Links, StringComparison.Ordinal)).Select(k => k.StartsWith(Import, StringComparison.Ordinal) ? k[Import.Length..] : k).Distinct(StringComparer.Ordinal)];
        }
    }

    /// <summary>The types of events that a source has sent.</summary>
    public IReadOnlySet<string> TypesOf(int source)
    {
        lock (reading) return typesOf.TryGetValue(source, out var types) ? types.ToHashSet(StringComparer.Ordinal) : new HashSet<string>(StringComparer.Ordinal);
    }

    /// <summary>The hours of something: those in which it arrived live, or else those in which it was imported; null where none of it has arrived.</summary>
    public HourlyCounts? Find(string what)
    {
        lock (reading)
        {
            if (!arrivals.ContainsKey(what)) what = Import + what;
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
            if (place == Unknown) await LoadAsync(cancel);
            while (place < workspace.Log.Head)
            {
                var batch = await Housekeeping.Run(() => Count(place, cancel));
                if (batch.Upto == place) break;
                await SaveAsync(batch, cancel);
                Take(batch);
                Interlocked.Exchange(ref place, batch.Upto);
            }

            await SeeAsync(cancel);
        }
        catch
        {
            // Only what is written counts.
            Interlocked.Exchange(ref place, Unknown);
            throw;
        }
        finally
        {
            following.Release();
        }
    }

    /// <summary>What is closed on special days, learned once a day and whenever special days change.</summary>
    public async Task<Closings> ClosingsAsync(DateOnly today, CancellationToken cancel)
    {
        var special = SpecialDays.Of(workspace);
        if (learned is { } known && known.Today == today && known.Special == special) return known.Closings;
        await using var connection = await workspace.Database.OpenAsync(cancel);
        var days = await connection.QueryAsync<(string What, long Day, long Events)>(
            "select what, cast(day as bigint), events from monitor_day where day >= @from and day < @to", new { from = today.DayNumber - Closings.KeptDays, to = today.DayNumber });
        var closings = Closings.Learn(days.Select(d => (d.What, (int)d.Day, d.Events)), special, today);
        learned = (special, today, closings);
        return closings;
    }

    // That the server was there is known after it went down, to the minute.
    private async Task SeeAsync(CancellationToken cancel)
    {
        var now = workspace.Clock.GetUtcNow();
        if (now - seen < SeenEvery) return;
        await using var connection = await workspace.Database.OpenAsync(cancel);
        await connection.ExecuteAsync("insert into monitor_place(id, position, seen) values(1, @place, @now) on conflict(id) do update set seen = excluded.seen", new { place, now = now.ToUnixTimeMilliseconds() });
        seen = now;
    }

    // Nobody else changes what is counted meanwhile.
    private Batch Count(long after, CancellationToken cancel)
    {
        var oldest = OldestHour;
        var known = counts.Keys.Concat(arrivals.Keys).Where(k => k.StartsWith(Types, StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        var batch = new Batch(known, typesOf, counted) { Upto = after };
        var (open, oldestDay) = (new OpenHours(WorkspaceSettings.Of(workspace).Zone(), SpecialDays.None), OldestDay);
        if (batch.IsFull) batch.Drop(known.Where(k => IsSeldom(k, oldest + Silence.Kept - Grace)));
        var name = new byte[EventTypeName.MaxLength];
        foreach (var e in workspace.Log.ReadFrom(after + 1).Take(AtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            batch.Upto = e.Position;
            if (e.Kind != LogRecordKind.Event) continue;
            var (isImport, isLate) = ((e.Flags & EventFlags.Imported) != 0, e.ReceivedAt - e.Time > Late);
            // What says of itself that it lies in the future arrived now.
            var hour = (isImport || isLate ? Math.Min(e.Time, e.ReceivedAt) : e.ReceivedAt) / Hour;
            var day = open.DayOf(hour).DayNumber;
            var isOld = isImport && isLate && hour < oldest;
            if (isOld && day < oldestDay) continue;
            var type = OfType(Encoding.UTF8.GetString(name, 0, EventTypeName.Write(e.AsLogEvent(), name)));
            var source = e.Source > 0 ? OfSource(e.Source) : null;
            var isKnown = isOld ? batch.Knows(type) : batch.Admits(type);
            if (day >= oldestDay)
            {
                if (source is not null) batch.AddDay(source, day);
                if (isKnown || (isOld && batch.HasRoomFor(type))) batch.AddDay(type, day);
            }

            if (isOld) continue;
            var arrived = isImport ? (long?)null : e.ReceivedAt;
            if (source is not null) batch.Add(source, hour, oldest, arrived);
            if (isKnown) batch.Add(type, hour, oldest, arrived);
            if (isKnown && source is not null) batch.Link(e.Source, type[Types.Length..], e.ReceivedAt);
            if (!isImport || isLate) continue;
            // An import of every night arrives every night, whenever it was that what it tells of happened.
            if (source is not null) batch.Add(Import + source, e.ReceivedAt / Hour, oldest, e.ReceivedAt);
            if (isKnown) batch.Add(Import + type, e.ReceivedAt / Hour, oldest, e.ReceivedAt);
        }

        return batch;
    }

    private bool IsSeldom(string what, long before)
    {
        var hours = counts.GetValueOrDefault(what);
        return (hours is null || (hours.Values.Sum() <= Seldom && hours.Keys.Last() < before)) && arrivals.GetValueOrDefault(what) < before * Hour;
    }

    private int OldestDay => DateOnly.FromDateTime(workspace.Clock.GetUtcNow().UtcDateTime).DayNumber - Closings.KeptDays;

    private long OldestHour => Silence.HourOf(workspace.Clock.GetUtcNow()) - Silence.Kept;

    private void Take(Batch batch)
    {
        lock (reading)
        {
            foreach (var gone in batch.Gone) Forget(gone);
            counted.UnionWith(batch.Days.Keys.Select(d => d.What));
            counted.ExceptWith(batch.Gone);
            foreach (var ((what, hour), count) in batch.Counts)
            {
                if (!counts.TryGetValue(what, out var hours)) counts[what] = hours = [];
                hours[hour] = hours.GetValueOrDefault(hour) + count;
            }

            foreach (var (what, last) in batch.Arrivals) Arrived(what, last);
            var oldest = OldestHour - 48;
            foreach (var (what, hours) in counts)
            {
                while (hours.Count > 0 && hours.Keys.First() < oldest) hours.Remove(hours.Keys.First());
                if (hours.Count == 0) counts.Remove(what);
            }

            foreach (var (what, last) in arrivals.Where(a => a.Value < oldest * Hour).ToList()) Forget(what);
        }
    }

    private void Forget(string what)
    {
        counts.Remove(what);
        arrivals.Remove(what);
        if (LinkIn(what) is { } link && typesOf.TryGetValue(link.Source, out var types) && types.Remove(link.Type) && types.Count == 0) typesOf.Remove(link.Source);
    }

    private void Arrived(string what, long last)
    {
        arrivals[what] = Math.Max(last, arrivals.GetValueOrDefault(what));
        if (LinkIn(what) is not { } link) return;
        if (!typesOf.TryGetValue(link.Source, out var types)) typesOf[link.Source] = types = new HashSet<string>(StringComparer.Ordinal);
        types.Add(link.Type);
    }

    private static (int Source, string Type)? LinkIn(string what) => what.StartsWith(Links, StringComparison.Ordinal) && what.IndexOf(':', Links.Length) is var colon && colon > Links.Length
        ? (int.Parse(what.AsSpan(Links.Length, colon - Links.Length), System.Globalization.CultureInfo.InvariantCulture), what[(colon + 1)..]) : null;

    private static string OfLink(int source, string type) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Links}{source}:{type}");

    private async Task LoadAsync(CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        var (known, there) = await connection.QuerySingleOrDefaultAsync<(long? Position, long? Seen)>("select position, seen from monitor_place where id = 1");
        var hours = await connection.QueryAsync<(string What, long Hour, long Events)>("select what, hour, events from monitor_pulse");
        var lasts = await connection.QueryAsync<(string What, long Last)>("select what, last from monitor_arrival");
        var days = await connection.QueryAsync<string>("select distinct what from monitor_day");
        lock (reading)
        {
            counts.Clear();
            arrivals.Clear();
            typesOf.Clear();
            counted.Clear();
            counted.UnionWith(days);
            foreach (var (what, hour, events) in hours)
            {
                if (!counts.TryGetValue(what, out var of)) counts[what] = of = [];
                of[hour] = (int)Math.Min(int.MaxValue, events);
            }

            foreach (var (what, last) in lasts) Arrived(what, last);
            if (!isLoaded && arrivals.Count > 0 && DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(there ?? 0, arrivals.Values.Max())) is var before && before < begun) Down = (before, begun);
            isLoaded = true;
        }

        // Of a very long log the newest is enough to begin with.
        Interlocked.Exchange(ref place, known ?? Math.Max(0, workspace.Log.Head - FirstRead));
    }

    private async Task SaveAsync(Batch batch, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var what in batch.Gone)
        {
            await connection.ExecuteAsync("delete from monitor_pulse where what = @what", new { what }, transaction);
            await connection.ExecuteAsync("delete from monitor_arrival where what = @what", new { what }, transaction);
            await connection.ExecuteAsync("delete from monitor_day where what = @what", new { what }, transaction);
        }

        foreach (var ((what, hour), count) in batch.Counts.OrderBy(c => c.Key.What, StringComparer.Ordinal).ThenBy(c => c.Key.Hour))
        {
            await connection.ExecuteAsync(
                "insert into monitor_pulse(what, hour, events) values(@what, @hour, @count) on conflict(what, hour) do update set events = monitor_pulse.events + excluded.events", new { what, hour, count = (long)count }, transaction);
        }

        foreach (var ((what, day), count) in batch.Days.OrderBy(d => d.Key.What, StringComparer.Ordinal).ThenBy(d => d.Key.Day))
        {
            await connection.ExecuteAsync(
                "insert into monitor_day(what, day, events) values(@what, @day, @count) on conflict(what, day) do update set events = monitor_day.events + excluded.events", new { what, day, count = (long)count }, transaction);
        }

        foreach (var (what, last) in batch.Arrivals.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            await connection.ExecuteAsync(
                "insert into monitor_arrival(what, last) values(@what, @last) on conflict(what) do update set last = case when monitor_arrival.last < excluded.last then excluded.last else monitor_arrival.last end", new { what, last }, transaction);
        }

        await connection.ExecuteAsync("insert into monitor_place(id, position) values(1, @upto) on conflict(id) do update set position = excluded.position", new { upto = batch.Upto }, transaction);
        await connection.ExecuteAsync("delete from monitor_pulse where hour < @oldest", new { oldest = OldestHour - 48 }, transaction);
        await connection.ExecuteAsync("delete from monitor_arrival where last < @oldest", new { oldest = (OldestHour - 48) * Hour }, transaction);
        await connection.ExecuteAsync("delete from monitor_day where day < @oldest", new { oldest = OldestDay }, transaction);
        await transaction.CommitAsync(cancel);
    }

    private sealed class Batch(IEnumerable<string> known, IReadOnlyDictionary<int, HashSet<string>> links, IEnumerable<string> counted)
    {
        private readonly HashSet<string> withDays = new(counted, StringComparer.Ordinal);
        private readonly HashSet<string> types = new(known, StringComparer.Ordinal);
        private readonly HashSet<(int Source, string Type)> linked = [];

        public long Upto { get; set; }

        public Dictionary<(string What, long Hour), int> Counts { get; } = [];

        public Dictionary<(string What, int Day), int> Days { get; } = [];

        public Dictionary<string, long> Arrivals { get; } = new(StringComparer.Ordinal);

        /// <summary>What makes room.</summary>
        public List<string> Gone { get; } = [];

        public bool IsFull => types.Count >= MostTypes;

        public void Drop(IEnumerable<string> seldom)
        {
            foreach (var type in seldom.ToList())
            {
                types.Remove(type);
                Gone.AddRange([type, Import + type, .. links.Where(l => l.Value.Contains(type[Types.Length..])).Select(l => OfLink(l.Key, type[Types.Length..]))]);
            }
        }

        /// <summary>Whether a type is watched, or there is room for one more.</summary>
        public bool Admits(string type) => types.Contains(type) || (!IsFull && types.Add(type));

        public void Add(string what, long hour, long oldest, long? arrived)
        {
            if (hour >= oldest) Counts[(what, hour)] = Counts.GetValueOrDefault((what, hour)) + 1;
            if (arrived is { } at) Arrivals[what] = Math.Max(at, Arrivals.GetValueOrDefault(what));
        }

        /// <summary>Whether a type is watched.</summary>
        public bool Knows(string type) => types.Contains(type);

        /// <summary>Whether days of a type are counted that is not watched: a history tells of types that nobody sends any more, of so many.</summary>
        public bool HasRoomFor(string type) => withDays.Contains(type) || withDays.Count < 2 * MostTypes;

        /// <summary>Counts a day.</summary>
        public void AddDay(string what, int day)
        {
            withDays.Add(what);
            Days[(what, day)] = Days.GetValueOrDefault((what, day)) + 1;
        }

        /// <summary>A source sends a type. Only types that are watched are linked, so there are no more of them for any source.</summary>
        public void Link(int source, string type, long at)
        {
            if (linked.Add((source, type))) Arrivals[OfLink(source, type)] = at;
        }
    }
}
