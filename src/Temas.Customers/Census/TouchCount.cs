namespace Temas.Customers.Census;

/// <summary>
/// How often something happened to one customer at one place in one hour, and how it was taken. Eight bytes, ordered by hour:
/// <code>
/// | hour: 22 | place: 16 | felt: 8 | count: 18 |
/// </code>
/// The hour is counted from the beginning of 1970 by the clock of the workspace; <c>felt</c> is 0 where nothing was to be felt, else the perception in hundredths, from 1 (-1) to 201 (+1).
/// </summary>
internal readonly record struct TouchCount(ulong Bits)
{
    private const int CountBits = 18, FeltBits = 8, PlaceBits = 16;
    private const ulong MostCount = (1UL << CountBits) - 1;

    /// <summary>Hours that fit; the clock of the log reaches from 1970 to 2448.</summary>
    public const int MostHour = (1 << 22) - 1;

    /// <summary>Places that fit.</summary>
    public const int MostPlaces = 1 << PlaceBits;

    public int Hour => (int)(Bits >> (PlaceBits + FeltBits + CountBits));

    public int Place => (int)(Bits >> (FeltBits + CountBits)) & (MostPlaces - 1);

    public int Felt => (int)(Bits >> CountBits) & ((1 << FeltBits) - 1);

    public int Count => (int)(Bits & MostCount);

    /// <summary>Whether it was a touch at all, felt or not: an event of a touchpoint, or with a reason.</summary>
    public bool IsTouch => Felt != 0;

    /// <summary>How it was taken, in [-1, 1], to the hundredth.</summary>
    public double Perception => Felt == 0 ? 0 : (Felt - 101) / 100.0;

    public Tone Tone => Felt switch { 0 => Tone.None, < 101 => Tone.Negative, 101 => Tone.Neutral, _ => Tone.Positive };

    /// <summary>One touch. A perception that is not 0 stays on its side of 0, so that sums agree with the profiles.</summary>
    public static TouchCount Of(int hour, int place, double? perception)
    {
        var felt = perception switch
        {
            null => 0,
            > 0 => 101 + Math.Max(1, (int)Math.Round(perception.Value * 100)),
            < 0 => 101 + Math.Min(-1, (int)Math.Round(perception.Value * 100)),
            _ => 101,
        };
        return new TouchCount(((ulong)(uint)Math.Clamp(hour, 0, MostHour) << (PlaceBits + FeltBits + CountBits)) | ((ulong)(uint)place << (FeltBits + CountBits)) | ((ulong)(uint)felt << CountBits) | 1);
    }

    /// <summary>The least count of an hour, for binary searches.</summary>
    public static TouchCount Floor(int hour) => new((ulong)(uint)Math.Clamp(hour, 0, MostHour) << (PlaceBits + FeltBits + CountBits));

    /// <summary>Sorts and adds up what is equal but for the count.</summary>
    public static TouchCount[] Merge(List<TouchCount> touches)
    {
        touches.Sort(static (x, y) => x.Bits.CompareTo(y.Bits));
        var kept = 0;
        for (var i = 0; i < touches.Count; i++)
        {
            var last = kept == 0 ? default : touches[kept - 1];
            if (kept > 0 && last.Bits >> CountBits == touches[i].Bits >> CountBits && (ulong)last.Count + (ulong)touches[i].Count <= MostCount)
                touches[kept - 1] = new TouchCount(last.Bits + (ulong)touches[i].Count);
            else touches[kept++] = touches[i];
        }

        return [.. touches.Take(kept)];
    }
}

/// <summary>How a touch was taken, in three words.</summary>
internal enum Tone
{
    /// <summary>It was no touch.</summary>
    None,

    /// <summary>Badly.</summary>
    Negative,

    /// <summary>Neither well nor badly.</summary>
    Neutral,

    /// <summary>Well.</summary>
    Positive,
}
