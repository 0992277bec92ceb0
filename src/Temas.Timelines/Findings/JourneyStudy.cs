using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Timelines.Findings;

/// <summary>All times at which customers might have met something that a detector knows, gathered in one pass over all timelines.</summary>
public sealed class JourneyStudy
{
    // A touch that is taken so badly, or so well, counts.
    private const double Badly = -0.2, Well = 0.15;
    private const int MostBits = 64;

    private JourneyStudy(IReadOnlyList<UnitTable> tables, IReadOnlyList<string> marks, IReadOnlyList<string> troubles, TimeSpanMs when, long position) =>
        (Tables, Marks, Troubles, When, Position) = (tables, marks, troubles, when, position);

    /// <summary>What was noted, thing by thing; those that nobody might have met are left out.</summary>
    public IReadOnlyList<UnitTable> Tables { get; }

    /// <summary>Touchpoints that are taken well, by their bits in units of kind <c>recovery</c> and <c>loyalty</c>.</summary>
    public IReadOnlyList<string> Marks { get; }

    /// <summary>Touchpoints that are always taken badly, by their bits in units of kind <c>visit</c>.</summary>
    public IReadOnlyList<string> Troubles { get; }

    /// <summary>The period that was looked at.</summary>
    public TimeSpanMs When { get; }

    /// <summary>The log position up to which it was looked.</summary>
    public long Position { get; }

    /// <summary>Reads all customers, in parallel.</summary>
    /// <param name="store">The columns, with what events were as touches.</param>
    /// <param name="map">What to look for.</param>
    /// <param name="when">The period that is looked at.</param>
    /// <param name="end">Up to when it is known what happened: now, or the last event.</param>
    /// <param name="threads">How many threads.</param>
    /// <param name="cancel">Stops it.</param>
    public static JourneyStudy Read(ColumnStore store, JourneyMap map, TimeSpanMs when, long end, int threads, CancellationToken cancel)
    {
        var (kernel, texts, position) = Pass(store, map, when, end, threads, cancel);

        // From here on nobody is held up: the numbers of texts mean the same for as long as their dictionary lives.
        var tables = kernel.Tables.Where(t => t.Count > 0).ToList();
        foreach (var ((_, step), table) in kernel.Steps)
        {
            if (step != ValueKey.Missing) table.Place += "/" + NameOf(step);
            tables.Add(table);
        }

        LongWork.Each(tables, threads, table => table.Finish(NameOf), cancel);
        return new JourneyStudy(
            [.. tables.OrderBy(t => t.Kind, StringComparer.Ordinal).ThenBy(t => t.Place, StringComparer.Ordinal)], [.. kernel.Marks.Select(m => map.Places[m].Key)], [.. kernel.Hurts.Select(m => map.Places[m].Key)], when, position);

        string? NameOf(long key) => Convert.ToString(ValueKey.ValueOf(key, texts), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static (JourneyKernel Kernel, TextDictionary Texts, long Position) Pass(ColumnStore store, JourneyMap map, TimeSpanMs when, long end, int threads, CancellationToken cancel)
    {
        using var read = store.Read();
        var plan = new JourneyPlan(store, map, when, end);
        var (marks, hurts) = (Bits(map, p => p is { IsVoice: false, IsOrder: false, Varies: false, Assumed: >= Well }), Bits(map, p => p is { IsVoice: false, IsContact: false, IsChoice: false, Varies: false, Assumed: <= Badly }));
        return (Scan.Run(store, new JourneyKernel(plan, marks, hurts), null, new QueryLimits { Threads = threads }, cancel), store.Texts, store.Position);
    }

    private static List<int> Bits(JourneyMap map, Func<PlaceMap, bool> isMeant) => [.. map.Places.Select((p, i) => (p, i)).Where(p => isMeant(p.p)).Take(MostBits).Select(p => p.i)];
}
