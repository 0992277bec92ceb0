using System.Text;
using Temas.Timelines.Queries;

namespace Temas.Timelines.Columns;

/// <summary>
/// The different touches, a row each: there are few, for a touchpoint has some channels and perceptions, so an event needs only the number of its row (<see cref="EventTable.Touches"/>).
/// Row 0 is no touch at all.
/// </summary>
internal sealed class TouchTable
{
    /// <summary>The row of events that are no touch.</summary>
    public const int None = 0;

    private readonly Dictionary<TouchFacts, int> rows = [];
    private readonly List<TouchFacts?> all = [null];
    private readonly PropertyColumn[] columns = [.. Enum.GetValues<Touch>().Select(_ => new PropertyColumn())];

    /// <summary>How many rows there are, that of no touch included.</summary>
    public int Rows => all.Count;

    /// <summary>Bytes of memory that it takes, roughly.</summary>
    public long Bytes => columns.Sum(c => c.Bytes) + (Rows * 120L);

    /// <summary>What the touches say of one fact.</summary>
    public PropertyColumn Of(Touch touch) => columns[(int)touch];

    /// <summary>How the touches were taken, in hundredths; null where that is not known.</summary>
    public int? PerceptionOf(int row) => all[row]?.Perception;

    /// <summary>What a touch was; not of <see cref="None"/>.</summary>
    public TouchFacts FactsOf(int row) => all[row]!;

    /// <summary>The touches of the first rows, without that of no touch.</summary>
    public List<TouchFacts> First(int rows) => [.. all.Take(rows).OfType<TouchFacts>()];

    /// <summary>The row of a touch; a new one if need be.</summary>
    public int Intern(TouchFacts facts, TextDictionary texts)
    {
        if (rows.TryGetValue(facts, out var row)) return row;
        row = all.Count;
        all.Add(facts);
        rows.Add(facts, row);
        Set(Touch.Touchpoint, facts.Touchpoint);
        Set(Touch.Stage, facts.Stage);
        Set(Touch.Channel, facts.Channel);
        Set(Touch.Medium, facts.Medium);
        if (facts.Perception is { } felt) columns[(int)Touch.Perception].SetBoth(row, felt / 100.0, texts.Intern(Encoding.UTF8.GetBytes(TouchFacts.WordFor(felt))));
        return row;

        void Set(Touch touch, string? value)
        {
            if (value is not null) columns[(int)touch].SetText(row, texts.Intern(Encoding.UTF8.GetBytes(value)));
        }
    }

    /// <summary>The same with the rows alone that <paramref name="used"/> names, numbered anew: <paramref name="recode"/> gets the new number by the old one.</summary>
    public TouchTable Tighten(bool[] used, TextDictionary texts, int[] recode)
    {
        var result = new TouchTable();
        for (var row = 1; row < Rows; row++)
        {
            if (used[row]) recode[row] = result.Intern(all[row]!, texts);
        }

        return result;
    }
}
