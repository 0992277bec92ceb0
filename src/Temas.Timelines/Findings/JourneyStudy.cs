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

    /// <summary>Reads all customers, in parallel; with notes that are kept, those alone who changed since these were made.</summary>
    /// <param name="store">The columns, with what events were as touches.</param>
    /// <param name="map">What to look for.</param>
    /// <param name="when">The period that is looked at; up to its end it is known what happened.</param>
    /// <param name="threads">How many threads.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="notes">What was noted in the look before, and is kept for the next; null for nothing.</param>
    /// <param name="rules">What <paramref name="map"/> was made of: another object where something may mean something else than in the look before.</param>
    public static JourneyStudy Read(ColumnStore store, JourneyMap map, TimeSpanMs when, int threads, CancellationToken cancel, JourneyNotes? notes = null, object? rules = null)
    {
        var own = notes?.TryEnter() == true;
        var kept = own ? notes! : JourneyNotes.ForOnce();
        try
        {
            var (kinds, marks, hurts, texts, position) = Pass(store, map, when, threads, kept, rules, cancel);

            // From here on nobody is held up: the numbers of texts mean the same for as long as their dictionary lives.
            var tables = ReadNotes.All(kept.Pages, kinds, when, NameOf, threads, cancel);
            return new JourneyStudy(tables, [.. marks.Select(m => map.Places[m].Key)], [.. hurts.Select(m => map.Places[m].Key)], when, position);

            string? NameOf(long key) => Convert.ToString(ValueKey.ValueOf(key, texts), System.Globalization.CultureInfo.InvariantCulture);
        }
        finally
        {
            if (own) notes!.Exit();
        }
    }

    private static (NoteKinds Kinds, List<int> Marks, List<int> Hurts, TextDictionary Texts, long Position) Pass(ColumnStore store, JourneyMap map, TimeSpanMs when, int threads, JourneyNotes notes, object? rules, CancellationToken cancel)
    {
        using var read = store.Read();
        var plan = new JourneyPlan(store, map, when, when.To);
        var (kinds, marks, hurts) = (new NoteKinds(plan), Bits(map, p => p is { IsVoice: false, IsOrder: false, Varies: false, Assumed: >= Well }), Bits(map, p => p is { IsVoice: false, IsContact: false, IsChoice: false, Varies: false, Assumed: <= Badly }));
        notes.Follow(plan, kinds, marks, hurts, rules, threads, cancel);
        return (kinds, marks, hurts, store.Texts, store.Position);
    }

    private static List<int> Bits(JourneyMap map, Func<PlaceMap, bool> isMeant) => [.. map.Places.Select((p, i) => (p, i)).Where(p => isMeant(p.p)).Take(MostBits).Select(p => p.i)];
}
