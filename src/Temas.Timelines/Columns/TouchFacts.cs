namespace Temas.Timelines.Columns;

/// <summary>What an event was as a touch. What is not known of it is null.</summary>
/// <param name="Touchpoint">The touchpoint's key.</param>
/// <param name="Stage">Its stage.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Medium">The medium.</param>
/// <param name="Perception">How she took it, in hundredths from -100 to 100.</param>
public sealed record TouchFacts(string? Touchpoint, string? Stage, string? Channel, string? Medium, int? Perception)
{
    /// <summary>A perception in hundredths; one that is not 0 stays on its side of 0, so that the words agree with the profile.</summary>
    public static int Hundredths(double perception) => perception switch
    {
        > 0 => Math.Max(1, (int)Math.Round(perception * 100)),
        < 0 => Math.Min(-1, (int)Math.Round(perception * 100)),
        _ => 0,
    };

    /// <summary>The word for a perception: <c>negative</c>, <c>neutral</c> or <c>positive</c>.</summary>
    public static string WordFor(int perception) => perception switch { > 0 => "positive", < 0 => "negative", _ => "neutral" };
}

/// <summary>One event as a touch, by where it stands on the timeline.</summary>
/// <param name="Time">When it happened, in milliseconds since 1970 UTC.</param>
/// <param name="Position">Its log position.</param>
/// <param name="Facts">What it was.</param>
public readonly record struct EventTouch(long Time, long Position, TouchFacts Facts);
