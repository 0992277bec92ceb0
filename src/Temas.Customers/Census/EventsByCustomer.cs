using System.Runtime.InteropServices;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Timelines;

namespace Temas.Customers.Census;

/// <summary>
/// Gives the events of many customers, one customer after the other, each in time order. A log lies in the order of arrival, so a customer's events are all over it:
/// a few are read where they lie; for many the log is read once, its events are set aside by groups of customers, and group after group is then read as a whole. So it costs about twice the log,
/// however large it is, and no more memory than a group.
/// </summary>
internal sealed class EventsByCustomer(Workspace workspace, int batch)
{
    /// <summary>Customers whose timelines are asked for together.</summary>
    private const int Together = 32;

    private const int Piece = 2000;

    // Each part has a buffer while the log is read; with more events the parts grow instead.
    private const int MostParts = 256;

    private readonly CustomersProjection customers = workspace.Part<CustomersProjection>();

    /// <summary>
    /// Calls <paramref name="take"/> for each customer in turn, with her place in the list and her events, which it reads at once.
    /// <paramref name="progress"/> gets the share of the work that is done. Events that came after the beginning may be there or not.
    /// </summary>
    public void Read(CensusEntry[] who, Action<int, IEnumerable<StoredEvent>> take, Action<double> progress, CancellationToken cancel)
    {
        var counts = new int[who.Length];
        for (var at = 0; at < who.Length; at += Together) customers.Count(who.AsSpan(at, Math.Min(Together, who.Length - at)), counts.AsSpan(at));
        var total = counts.Sum(c => (long)c);
        if (total <= 4L * batch || workspace.Log.Head >= Array.MaxLength) InPlace(who, counts, take, progress, cancel);
        else SetAside(who, counts, total, take, progress, cancel);
    }

    private void InPlace(CensusEntry[] who, int[] counts, Action<int, IEnumerable<StoredEvent>> take, Action<double> progress, CancellationToken cancel)
    {
        foreach (var (from, to, events) in Groups(counts, batch))
        {
            cancel.ThrowIfCancellationRequested();
            if (events > 2 * batch)
            {
                for (var i = from; i < to; i++) take(i, InPieces(who[i], cancel));
            }
            else
            {
                var (positions, ends) = Positions(who.AsSpan(from, to - from));
                var found = new Dictionary<long, StoredEvent>(positions.Count);
                // Whoever is joined while the timelines are asked for has an event in two of them: a position may come twice.
                foreach (var e in workspace.Log.Read(CollectionsMarshal.AsSpan(positions))) found[e.Position] = e;
                for (var i = from; i < to; i++) take(i, Hers(positions, ends, i - from, found.GetValueOrDefault));
            }

            progress((double)to / who.Length);
        }
    }

    private void SetAside(CensusEntry[] who, int[] counts, long total, Action<int, IEnumerable<StoredEvent>> take, Action<double> progress, CancellationToken cancel)
    {
        const double first = 0.3;
        var most = (int)Math.Min(int.MaxValue / 2, Math.Max(batch, total / MostParts));
        var groups = Groups(counts, most).ToArray();
        var head = workspace.Log.Head;
        var partOf = new ushort[head + 1];
        for (var part = 0; part < groups.Length; part++)
        {
            if (groups[part].Events > 2 * (long)most) continue;
            for (var at = groups[part].From; at < groups[part].To; at += Together)
            {
                cancel.ThrowIfCancellationRequested();
                foreach (var position in Positions(who.AsSpan(at, Math.Min(Together, groups[part].To - at))).Positions)
                {
                    if (position <= head) partOf[position] = (ushort)(part + 1);
                }
            }
        }

        using var spill = new EventSpill(customers.Folder, groups.Length);
        foreach (var e in workspace.Log.ReadFrom(1))
        {
            if (e.Position > head) break;
            if (partOf[e.Position] is var part && part > 0 && e.Kind == LogRecordKind.Event) spill.Add(part - 1, e);
            if (e.Position % 100_000 != 0) continue;
            cancel.ThrowIfCancellationRequested();
            progress(first * e.Position / head);
        }

        for (var part = 0; part < groups.Length; part++)
        {
            var (from, to, events) = groups[part];
            cancel.ThrowIfCancellationRequested();
            if (events > 2 * (long)most)
            {
                for (var i = from; i < to; i++) take(i, InPieces(who[i], cancel));
            }
            else
            {
                var read = spill.Read(part);
                for (var at = from; at < to; at += Together)
                {
                    var some = Math.Min(Together, to - at);
                    var (positions, ends) = Positions(who.AsSpan(at, some));
                    for (var i = 0; i < some; i++) take(at + i, Hers(positions, ends, i, read.Find));
                }
            }

            progress(first + ((1 - first) * to / who.Length));
        }
    }

    /// <summary>Neighbours in the list who have about <paramref name="most"/> events together; somebody who has very many is alone.</summary>
    private static IEnumerable<(int From, int To, long Events)> Groups(int[] counts, int most)
    {
        for (var from = 0; from < counts.Length;)
        {
            long events = counts[from];
            var to = from + 1;
            while (to < counts.Length && events + counts[to] <= most) events += counts[to++];
            yield return (from, to, events);
            from = to;
        }
    }

    private (List<long> Positions, List<int> Ends) Positions(ReadOnlySpan<CensusEntry> who)
    {
        var entries = new List<TimelineEntry>();
        var ends = new List<int>();
        for (var at = 0; at < who.Length; at += Together) customers.Timelines(who.Slice(at, Math.Min(Together, who.Length - at)), entries, ends);
        return (entries.ConvertAll(e => e.Position), ends);
    }

    private static IEnumerable<StoredEvent> Hers(List<long> positions, List<int> ends, int i, Func<long, StoredEvent?> find)
    {
        for (var at = i == 0 ? 0 : ends[i - 1]; at < ends[i]; at++)
        {
            if (find(positions[at]) is { } e) yield return e;
        }
    }

    private IEnumerable<StoredEvent> InPieces(CensusEntry who, CancellationToken cancel)
    {
        var positions = Positions([who]).Positions;
        for (var from = 0; from < positions.Count; from += Piece)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var e in workspace.Log.Read(CollectionsMarshal.AsSpan(positions)[from..Math.Min(positions.Count, from + Piece)])) yield return e;
        }
    }
}
