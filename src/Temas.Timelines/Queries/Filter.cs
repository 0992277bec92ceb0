namespace Temas.Timelines.Queries;

/// <summary>A value in a question: a number, a text, or true or false. Values of different kinds are never equal.</summary>
public readonly record struct FilterValue
{
    private FilterValue(double number, string? text, bool? flag) => (Number, Text, Flag) = (number, text, flag);

    /// <summary>The number; NaN when it is none.</summary>
    public double Number { get; }

    /// <summary>The text; null when it is none.</summary>
    public string? Text { get; }

    /// <summary>The truth value; null when it is none.</summary>
    public bool? Flag { get; }

    /// <summary>A number.</summary>
    public static FilterValue Of(double number) => new(number + 0.0, null, null);

    /// <summary>A text.</summary>
    public static FilterValue Of(string text) => new(double.NaN, text, null);

    /// <summary>True or false.</summary>
    public static FilterValue Of(bool flag) => new(double.NaN, null, flag);
}

/// <summary>How a property is compared.</summary>
public enum FilterOperator
{
    /// <summary>Is one of the values.</summary>
    Equal,

    /// <summary>Is none of the values, or missing.</summary>
    NotEqual,

    /// <summary>A number above the value.</summary>
    Greater,

    /// <summary>A number not below the value.</summary>
    AtLeast,

    /// <summary>A number below the value.</summary>
    Less,

    /// <summary>A number not above the value.</summary>
    AtMost,

    /// <summary>A text in which one of the values occurs; letter by letter, upper and lower case differ.</summary>
    Contains,

    /// <summary>A text that begins with one of the values; letter by letter, upper and lower case differ.</summary>
    StartsWith,

    /// <summary>There is a value.</summary>
    Exists,

    /// <summary>There is none.</summary>
    Missing,
}

/// <summary>What the properties of an event must be. Always true or false: a comparison with a property that is missing is false, and "not" of that is true.</summary>
public abstract record Filter
{
    /// <summary>Whether it looks at what an event was as a touch.</summary>
    public virtual bool AsksTouch => false;
}

/// <summary>All of them hold.</summary>
public sealed record AllFilters(IReadOnlyList<Filter> Of) : Filter
{
    /// <inheritdoc/>
    public override bool AsksTouch => Of.Any(f => f.AsksTouch);
}

/// <summary>One of them holds at least.</summary>
public sealed record AnyFilter(IReadOnlyList<Filter> Of) : Filter
{
    /// <inheritdoc/>
    public override bool AsksTouch => Of.Any(f => f.AsksTouch);
}

/// <summary>It does not hold.</summary>
public sealed record NotFilter(Filter Of) : Filter
{
    /// <inheritdoc/>
    public override bool AsksTouch => Of.AsksTouch;
}

/// <summary>A property compared with values.</summary>
public sealed record PropertyFilter(string Property, FilterOperator Operator, IReadOnlyList<FilterValue> Values) : Filter;

/// <summary>What the event was as a touch, compared with values.</summary>
public sealed record TouchFilter(Touch Touch, FilterOperator Operator, IReadOnlyList<FilterValue> Values) : Filter
{
    /// <inheritdoc/>
    public override bool AsksTouch => true;
}

/// <summary>Which events are meant.</summary>
/// <param name="Types">Their types, such as <c>track:Order Completed</c>; null for any.</param>
/// <param name="Where">What their properties must be; null for anything.</param>
public sealed record EventSelector(IReadOnlyList<string>? Types, Filter? Where = null)
{
    /// <summary>All events.</summary>
    public static EventSelector Any { get; } = new((IReadOnlyList<string>?)null);

    /// <summary>Whether it looks at what an event was as a touch.</summary>
    public bool AsksTouch => Where?.AsksTouch == true;
}
