namespace Temas.Timelines.Queries;

/// <summary>What is known of an event as a touch between a customer and the brand, beside its properties.</summary>
public enum Touch
{
    /// <summary>The touchpoint, by its key.</summary>
    Touchpoint,

    /// <summary>The touchpoint's stage of the journey.</summary>
    Stage,

    /// <summary>The channel on which it took place.</summary>
    Channel,

    /// <summary>The touchpoint's medium: <c>digital</c> or <c>physical</c>.</summary>
    Medium,

    /// <summary>How she took it, which is a number from -1 to 1 and a word in one: it compares as the number, is told apart by the word, and is equal to both.</summary>
    Perception,
}
