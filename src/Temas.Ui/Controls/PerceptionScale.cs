namespace Temas.Ui.Controls;

/// <summary>
/// The one scale of perception: -1 to +1 in five steps, each with a tone, a shape and a word, so that it can be told without seeing colours.
/// The steps meet at ±0.15 and ±0.6.
/// </summary>
public static class PerceptionScale
{
    /// <summary>The step of a perception: <c>p2</c>, <c>p1</c>, <c>p0</c>, <c>n1</c> or <c>n2</c>.</summary>
    public static string Step(double perception) => perception switch
    {
        >= 0.6 => "p2",
        >= 0.15 => "p1",
        > -0.15 => "p0",
        > -0.6 => "n1",
        _ => "n2",
    };

    /// <summary>The key of its word in <c>ControlText</c>.</summary>
    internal static string WordKey(double perception) => Step(perception) switch
    {
        "p2" => "VeryPositive",
        "p1" => "Positive",
        "n1" => "Negative",
        "n2" => "VeryNegative",
        _ => "Neutral",
    };

    /// <summary>The class that colours an element by perception; none for a touch without one.</summary>
    public static string ToneClass(double? perception) => perception is { } value ? $"tone-{Step(value)}" : "tone-none";
}
