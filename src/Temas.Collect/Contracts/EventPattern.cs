using Temas.Storage.EventLog;

namespace Temas.Collect.Contracts;

/// <summary>Which events are meant: a call, exact names (none: every name), and conditions on properties that must all hold.</summary>
public sealed record EventPattern(EventType Type, IReadOnlyList<string> Names, IReadOnlyList<PropertyCondition> Where)
{
    /// <summary>Whether all conditions hold on the JSON object <paramref name="properties"/> (empty when the event has none).</summary>
    public bool Holds(ReadOnlySpan<byte> properties)
    {
        foreach (var condition in Where)
        {
            if (!condition.Holds(properties, EventJson.Find(properties, condition.Property))) return false;
        }

        return true;
    }
}

/// <summary>How a condition compares.</summary>
public enum Comparison
{
    /// <summary>The property has this value: numbers as numbers, texts letter by letter.</summary>
    Equal,

    /// <summary>The property is absent or has another value.</summary>
    NotEqual,

    /// <summary>The property is a number below the value.</summary>
    Below,

    /// <summary>The property is a number of at most the value.</summary>
    AtMost,

    /// <summary>The property is a number above the value.</summary>
    Above,

    /// <summary>The property is a number of at least the value.</summary>
    AtLeast,

    /// <summary>The property has one of the values.</summary>
    OneOf,

    /// <summary>The property is a text that holds this one (letter by letter), or a list with this value.</summary>
    Contains,

    /// <summary>The property is there and not null.</summary>
    Exists,

    /// <summary>The property is absent or null.</summary>
    Missing,
}
