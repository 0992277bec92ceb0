using Temas.Customers.Contracts;

namespace Temas.Customers.Census;

/// <summary>A promise in a portrait.</summary>
/// <param name="Place">Number of its kind among the places.</param>
/// <param name="Status">What became of it.</param>
/// <param name="IsWaiting">Broken, and still neither kept nor made void: she waits to this moment.</param>
/// <param name="MadeHour">When it was made.</param>
/// <param name="OutHour">When it came out: kept or late when it was kept, broken when its time ran out. 0 while it is open, and when it was cancelled.</param>
/// <param name="DelayHours">Of one that was kept late, by how many hours.</param>
internal readonly record struct PromiseMark(ushort Place, PromiseStatus Status, bool IsWaiting, int MadeHour, int OutHour, int DelayHours = 0);

/// <summary>
/// What one customer contributes to the figures of the workspace: her fold, boiled down. Holds no identifier and no text, only counts. Hours are those of <see cref="TouchCount"/>.
/// </summary>
internal sealed class Portrait
{
    /// <summary>The node that stood for her.</summary>
    public required int Node { get; init; }

    /// <summary>Her public id.</summary>
    public required ulong Id { get; init; }

    /// <summary>Sum over the nodes that are hers, by which it is seen that she was joined or parted.</summary>
    public required ulong Members { get; init; }

    public required TouchCount[] Touches { get; init; }

    public required PromiseMark[] Promises { get; init; }

    /// <summary>Her word on each purpose and channel of consent.</summary>
    public ConsentMark[] Consents { get; init; } = [];

    public required LifecycleStage Stage { get; init; }

    public required int Orders { get; init; }

    /// <summary>Events on her timeline.</summary>
    public required int Events { get; init; }

    /// <summary>Times of her first and last event, in milliseconds since 1970 UTC; 0 without events.</summary>
    public required long First { get; init; }

    public required long Last { get; init; }

    /// <summary>Perception of the journey at <see cref="AsOf"/>; NaN when no touch was felt.</summary>
    public required double Journey { get; init; }

    /// <summary>The moment for which it holds, in milliseconds since 1970 UTC; the time of her last event, if that is later than the clock.</summary>
    public required long AsOf { get; init; }

    /// <summary>From this moment on it is another by the clock alone: a promise breaks, she is at risk, she is lost.</summary>
    public required long StaleAt { get; init; }

    /// <summary>Her touches in hours [from, to).</summary>
    public ReadOnlySpan<TouchCount> Between(int from, int to)
    {
        var begin = At(from);
        return Touches.AsSpan(begin, Math.Max(0, At(to) - begin));
    }

    private int At(int hour)
    {
        if (hour <= 0) return 0;
        if (hour > TouchCount.MostHour) return Touches.Length;
        var found = Array.BinarySearch(Touches, TouchCount.Floor(hour), ByBits.Instance);
        return found < 0 ? ~found : found;
    }

    private sealed class ByBits : IComparer<TouchCount>
    {
        public static ByBits Instance { get; } = new();

        public int Compare(TouchCount x, TouchCount y) => x.Bits.CompareTo(y.Bits);
    }
}
