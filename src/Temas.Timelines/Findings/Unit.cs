namespace Temas.Timelines.Findings;

/// <summary>
/// One time that a customer might have met something: whether she did, what she was like before, and what came after. What she was like is packed, four to eight bits for each part (<see cref="History"/>), so that
/// leaving parts out is a mask.
/// </summary>
public struct Unit
{
    /// <summary>Whose it is, by the node that stands for her.</summary>
    public int Customer;

    /// <summary>When what comes after begins to count, in milliseconds since 1970 UTC.</summary>
    public long Time;

    /// <summary>What she was like before.</summary>
    public ulong History;

    /// <summary>What she was like a while before that, to see whether those who met it were alike already then.</summary>
    public ulong Past;

    /// <summary>What else she met, a bit for each of <see cref="JourneyStudy.Marks"/> or <see cref="JourneyStudy.Troubles"/>.</summary>
    public ulong Marks;

    /// <summary>What she spent after.</summary>
    public float Value;

    /// <summary>How many orders that was.</summary>
    public float Orders;

    /// <summary>How she said it was, soon after, from -1 to 1; NaN where she said nothing.</summary>
    public float Felt;

    /// <summary>Whether she met it.</summary>
    public bool Met;

    /// <summary>Whether the time in which what comes after is counted has passed.</summary>
    public bool IsKnown;

    /// <summary>Whether she bought after.</summary>
    public bool Again;

    /// <summary>Whether she had bought in the while before.</summary>
    public bool Before;

    /// <summary>After how many days she bought next or, where she has not, for how many that is known, up to a year; 0 where it is not asked.</summary>
    public float Next;

    /// <summary>Whether she bought at the end of that.</summary>
    public bool Came;

    /// <summary>For how many days it is known what came after, up to a year, whether she bought or not; 0 where it is not asked.</summary>
    public float Known;

    /// <summary>Works out what depends on up to when it is known what came after. <paramref name="next"/>: the next order; the greatest number for none.</summary>
    internal void Await(long next, int days, long end)
    {
        const int Year = 365;
        IsKnown = Time + (days * JourneyPlan.Day) <= end;
        if (days != NoteKinds.Days) return;
        var until = Math.Min(end, Time + (Year * JourneyPlan.Day));
        (Came, Next, Known) = (next <= until, (float)((Math.Min(next, until) - Time) / (double)JourneyPlan.Day), (float)((until - Time) / (double)JourneyPlan.Day));
    }
}

/// <summary>What a customer was like, packed into 64 bits.</summary>
public static class History
{
    // Where each part begins: what is left out first is lowest, so that those who are alike in what is left lie together once they are sorted, however coarsely they are compared.
    private const int MonthAt = 0, RegionAt = 8, ChannelAt = 16, ValueAt = 20, RecencyAt = 24, ActivityAt = 28, OrdersAt = 32, ContextAt = 36, TroubleAt = 48;

    /// <summary>What is compared, the finest first; the coarser leave more and more out: by how many bits a history is shifted for it.</summary>
    public static IReadOnlyList<int> Levels { get; } = [0, ChannelAt, RecencyAt, ActivityAt, OrdersAt, ContextAt];

    /// <summary>Packs.</summary>
    public static ulong Of(int orders, int recency, int value, int activity, int trouble, int channel, int region, int context, int month) =>
        ((ulong)(orders & 15) << OrdersAt) | ((ulong)(recency & 15) << RecencyAt) | ((ulong)(value & 15) << ValueAt) | ((ulong)(activity & 15) << ActivityAt) | ((ulong)(trouble & 15) << TroubleAt)
        | ((ulong)(channel & 15) << ChannelAt) | ((ulong)(region & 255) << RegionAt) | ((ulong)(context & 4095) << ContextAt) | ((ulong)(month & 255) << MonthAt);

    /// <summary>The same with what else must be the same of those who are compared.</summary>
    public static ulong With(ulong history, int context) => (history & ~(4095UL << ContextAt)) | ((ulong)(context & 4095) << ContextAt);

    /// <summary>The same with the season as what must be the same of those who are compared.</summary>
    public static ulong InSeason(ulong history) => (history & ~(4095UL << ContextAt)) | ((history >> MonthAt & 255) << ContextAt);

    /// <summary>How many orders she had: 0, 1, 2, then 3 for up to four, and 4.</summary>
    public static int OrdersOf(ulong history) => (int)(history >> OrdersAt & 15);
}
