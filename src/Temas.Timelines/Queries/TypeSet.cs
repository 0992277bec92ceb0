using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>The event types that a question looks at. All others are left out before it sees them: most questions are about a few types, and to look at the types of many events at once costs nearly nothing.</summary>
internal sealed class TypeSet
{
    // So many are compared one by one; more are looked up.
    private const int Few = 6;

    // By type: 1 when it is one of them.
    private readonly byte[] holds;
    private readonly ushort[] types;

    private TypeSet(byte[] holds)
    {
        this.holds = holds;
        types = [.. Enumerable.Range(0, holds.Length).Where(t => holds[t] != 0).Select(t => (ushort)t)];
    }

    /// <summary>No type.</summary>
    public static TypeSet None { get; } = new([]);

    /// <summary>The types that some events may have.</summary>
    public static TypeSet Of(params IEnumerable<EventMatch> matches) => matches.Aggregate(None, (all, match) => new TypeSet([.. Enumerable.Range(0, match.Types).Select(t => match.Concerns(t) ? (byte)1 : all.At(t))]));

    /// <summary>Those of all of them; null, which is all types, when one of them is.</summary>
    public static TypeSet? Union(params IEnumerable<TypeSet?> sets) => sets.Aggregate((TypeSet?)None, (all, set) =>
        all is null || set is null ? null : new TypeSet([.. Enumerable.Range(0, Math.Max(all.holds.Length, set.holds.Length)).Select(t => (byte)(all.At(t) | set.At(t)))]));

    /// <summary>How many events have one of the types.</summary>
    public long Events(ColumnStore store) => types.Sum(t => (long)store.Tables[t].Rows);

    /// <summary>The types.</summary>
    public ReadOnlySpan<ushort> Types => types;

    private byte At(int type) => type < holds.Length ? holds[type] : (byte)0;

    /// <summary>Writes down at which places one of the types stands; how many places there are.</summary>
    public int Find(ReadOnlySpan<ushort> among, Span<int> places)
    {
        var (count, at) = (0, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(places.Length, among.Length);
        if (types.Length == 0) return 0;
        if (types.Length > Few)
        {
            for (; at < among.Length; at++)
            {
                // Without a branch that nobody could foresee.
                places[count] = at;
                count += holds[among[at]];
            }

            return count;
        }

        Span<Vector256<ushort>> wanted = stackalloc Vector256<ushort>[types.Length];
        for (var i = 0; i < wanted.Length; i++) wanted[i] = Vector256.Create(types[i]);
        ref var place = ref MemoryMarshal.GetReference(places);
        var vectors = MemoryMarshal.Cast<ushort, Vector256<ushort>>(among);
        for (var v = 0; v + 4 <= vectors.Length; v += 4, at += 64)
        {
            var (a, b, c, d) = (Vector256<ushort>.Zero, Vector256<ushort>.Zero, Vector256<ushort>.Zero, Vector256<ushort>.Zero);
            foreach (ref readonly var type in wanted)
            {
                (a, b) = (a | Vector256.Equals(vectors[v], type), b | Vector256.Equals(vectors[v + 1], type));
                (c, d) = (c | Vector256.Equals(vectors[v + 2], type), d | Vector256.Equals(vectors[v + 3], type));
            }

            // There are no more places than events.
            var bits = Vector256.Narrow(a, b).ExtractMostSignificantBits() | ((ulong)Vector256.Narrow(c, d).ExtractMostSignificantBits() << 32);
            for (; bits != 0; bits &= bits - 1) Unsafe.Add(ref place, count++) = at + BitOperations.TrailingZeroCount(bits);
        }

        for (; at < among.Length; at++)
        {
            if (holds[among[at]] != 0) places[count++] = at;
        }

        return count;
    }
}
