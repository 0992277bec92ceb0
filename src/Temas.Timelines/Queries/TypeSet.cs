using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>The event types that a question looks at. All others are left out before it sees them: most questions are about a few types, and to look at the types of many events at once costs nearly nothing.</summary>
internal sealed class TypeSet
{
    // So many are compared one by one; more are looked up.
    private const int Few = 6;

    private readonly bool[] holds;
    private readonly ushort[] types;

    private TypeSet(bool[] holds)
    {
        this.holds = holds;
        types = [.. Enumerable.Range(0, holds.Length).Where(t => holds[t]).Select(t => (ushort)t)];
    }

    /// <summary>No type.</summary>
    public static TypeSet None { get; } = new([]);

    /// <summary>The types that some events may have.</summary>
    public static TypeSet Of(params IEnumerable<EventMatch> matches) => matches.Aggregate(None, (all, match) => new TypeSet([.. Enumerable.Range(0, match.Types).Select(t => match.Concerns(t) || all.Has(t))]));

    /// <summary>Those of all of them; null, which is all types, when one of them is.</summary>
    public static TypeSet? Union(params IEnumerable<TypeSet?> sets) => sets.Aggregate((TypeSet?)None, (all, set) =>
        all is null || set is null ? null : new TypeSet([.. Enumerable.Range(0, Math.Max(all.holds.Length, set.holds.Length)).Select(t => all.Has(t) || set.Has(t))]));

    /// <summary>How many events have one of the types.</summary>
    public long Events(ColumnStore store) => types.Sum(t => (long)store.Tables[t].Rows);

    private bool Has(int type) => type < holds.Length && holds[type];

    /// <summary>Writes down at which places one of the types stands; how many places there are.</summary>
    public int Find(ReadOnlySpan<ushort> among, Span<int> places)
    {
        var (count, at) = (0, 0);
        if (types.Length == 0) return 0;
        if (types.Length > Few)
        {
            for (; at < among.Length; at++)
            {
                // Without a branch that nobody could foresee.
                places[count] = at;
                count += holds[among[at]] ? 1 : 0;
            }

            return count;
        }

        Span<Vector256<ushort>> wanted = stackalloc Vector256<ushort>[types.Length];
        for (var i = 0; i < wanted.Length; i++) wanted[i] = Vector256.Create(types[i]);
        foreach (ref readonly var some in MemoryMarshal.Cast<ushort, Vector256<ushort>>(among))
        {
            var equal = Vector256.Equals(some, wanted[0]);
            foreach (ref readonly var other in wanted[1..]) equal |= Vector256.Equals(some, other);
            // Two bits an event, of which one is enough.
            for (var bits = equal.AsByte().ExtractMostSignificantBits() & 0x5555_5555; bits != 0; bits &= bits - 1) places[count++] = at + (BitOperations.TrailingZeroCount(bits) >> 1);
            at += Vector256<ushort>.Count;
        }

        for (; at < among.Length; at++)
        {
            if (holds[among[at]]) places[count++] = at;
        }

        return count;
    }
}
