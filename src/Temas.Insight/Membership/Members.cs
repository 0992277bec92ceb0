using System.Numerics;

namespace Temas.Insight.Membership;

/// <summary>A set of customers, by number: a bit each.</summary>
internal sealed class Members
{
    private ulong[] bits = [];

    /// <summary>How many they are.</summary>
    public int Count { get; private set; }

    /// <summary>Their numbers, ascending.</summary>
    public IEnumerable<int> All
    {
        get
        {
            for (var word = 0; word < bits.Length; word++)
            {
                for (var left = bits[word]; left != 0; left &= left - 1) yield return (word << 6) + BitOperations.TrailingZeroCount(left);
            }
        }
    }

    public bool Has(int customer) => customer >> 6 is var word && word < bits.Length && (bits[word] >> customer & 1) != 0;

    public void Set(int customer, bool isIn)
    {
        if (Has(customer) == isIn) return;
        if (customer >> 6 >= bits.Length) Array.Resize(ref bits, (int)BitOperations.RoundUpToPowerOf2((uint)(customer >> 6) + 1));
        bits[customer >> 6] ^= 1UL << customer;
        Count += isIn ? 1 : -1;
    }
}
