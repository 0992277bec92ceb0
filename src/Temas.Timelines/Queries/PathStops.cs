using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>
/// Which events of a piece of the base are another place on a way than the event before them, and which come after a pause, a bit each: many are compared side by side. A customer's first event in the period is both. For one thread.
/// </summary>
internal sealed class PathStops
{
    private ulong[] others = [], pauses = [];

    /// <summary>How many words of 64 events there are.</summary>
    public int Words { get; private set; }

    /// <summary>Of 64 events, those that are other places, and those of them that come after a pause.</summary>
    public (ulong Others, ulong Pauses) this[int word] => (others[word], pauses[word]);

    /// <summary>Looks at the events of the customers at some places of the base, where every event is a place.</summary>
    public void Mark(BaseEvents all, int from, int to, TimeSpanMs when, long gap)
    {
        var (begin, end) = (all.StartOf(from), all.StartOf(to));
        var slice = all.Events.Slice(begin, end - begin);
        Words = (slice.Length + 63) >> 6;
        if (others.Length < Words) (others, pauses) = (new ulong[Words * 2], new ulong[Words * 2]);
        for (var word = 0; word < Words; word++) (others[word], pauses[word]) = Compare(slice, word << 6, gap);
        for (var customer = from; customer < to; customer++) pauses[(all.StartOf(customer) - begin) >> 6] |= 1UL << (all.StartOf(customer) - begin);
        if (all.First < when.From || all.Last >= when.To) LeaveOut(slice, when);
        for (var word = 0; word < Words; word++) others[word] |= pauses[word];
    }

    private static (ulong Others, ulong Pauses) Compare(in Slice events, int from, long gap)
    {
        var (others, pauses, to) = (0UL, 0UL, Math.Min(events.Length, from + 64));
        var i = Math.Max(from, 1);
        if (i == from && to == from + 64)
        {
            ref var type = ref MemoryMarshal.GetReference(events.Types);
            ref var time = ref MemoryMarshal.GetReference(events.Times);
            var most = Vector256.Create(gap);
            for (; i < to; i += Vector256<ushort>.Count)
            {
                var at = (nuint)i;
                others |= (ulong)(ushort)~Vector256.Equals(Vector256.LoadUnsafe(ref type, at), Vector256.LoadUnsafe(ref type, at - 1)).ExtractMostSignificantBits() << i;
                for (var four = 0; four < Vector256<ushort>.Count; four += Vector256<long>.Count, at += (nuint)Vector256<long>.Count)
                {
                    pauses |= (ulong)Vector256.GreaterThan(Vector256.LoadUnsafe(ref time, at) - Vector256.LoadUnsafe(ref time, at - 1), most).ExtractMostSignificantBits() << (i + four);
                }
            }

            return (others, pauses);
        }

        for (; i < to; i++)
        {
            others |= events.Types[i] != events.Types[i - 1] ? 1UL << i : 0;
            pauses |= events.Times[i] - events.Times[i - 1] > gap ? 1UL << i : 0;
        }

        return (others, pauses);
    }

    /// <summary>Leaves out what is not in the period, and whoever comes next after that comes first.</summary>
    private void LeaveOut(in Slice events, TimeSpanMs when)
    {
        var carried = 0UL;
        for (var word = 0; word < Words; word++)
        {
            // So is what is behind the last one.
            var from = word << 6;
            var outside = events.Length - from < 64 ? ulong.MaxValue << events.Length : 0;
            for (var i = from; i < Math.Min(events.Length, from + 64); i++) outside |= events.Times[i] < when.From || events.Times[i] >= when.To ? 1UL << i : 0;
            pauses[word] = (pauses[word] | (outside << 1) | carried) & ~outside;
            others[word] &= ~outside;
            carried = outside >> 63;
        }
    }
}
