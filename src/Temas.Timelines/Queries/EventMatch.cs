using System.Runtime.CompilerServices;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>
/// Which events are meant. For many customers that is worked out for every event: a test is a look at its type, and at one bit where its properties matter. For few, properties are looked at
/// event by event.
/// </summary>
internal sealed class EventMatch
{
    private const byte No = 0, Yes = 1, Ask = 2;

    private readonly byte[] verdicts;
    private readonly FilterTest?[] tests;

    public EventMatch(ColumnStore store, EventSelector selector, bool forFew = false)
    {
        var types = store.Tables.Count;
        (verdicts, tests) = (new byte[types], new FilterTest?[types]);
        var wanted = selector.Types is null ? Enumerable.Range(0, types) : selector.Types.Select(store.FindType).OfType<int>().Where(t => t < types).Distinct();
        // What is said of touches alone is worked out for the different touches, of which there are few.
        var touches = !forFew && selector.Where is { } where && FilterBits.IsOfTouches(where) ? FilterBits.OfTouches(where, store) : null;
        foreach (var type in wanted)
        {
            verdicts[type] = selector.Where is null ? Yes : Ask;
            if (selector.Where is not null) tests[type] = touches is not null ? FilterTest.Of(touches, store.Tables[type].Touches) : FilterTest.Of(selector.Where, store, store.Tables[type], forFew);
        }
    }

    /// <summary>How many event types there are.</summary>
    public int Types => verdicts.Length;

    /// <summary>Whether an event is meant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Test(int type, int row)
    {
        var verdict = verdicts[type];
        return verdict == Yes || (verdict == Ask && tests[type]!.Holds(row));
    }

    /// <summary>The only type whose events may be meant; null where there are several or none.</summary>
    public int? OnlyType => verdicts.Count(v => v != No) == 1 ? Array.FindIndex(verdicts, v => v != No) : null;

    /// <summary>Whether it depends on their properties if events of a type are meant.</summary>
    public bool Asks(int type) => verdicts[type] == Ask;

    /// <summary>Whether events of a type may be meant.</summary>
    public bool Concerns(int type) => verdicts[type] != No;
}
