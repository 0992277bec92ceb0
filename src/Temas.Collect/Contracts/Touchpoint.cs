namespace Temas.Collect.Contracts;

/// <summary>A text that people read, in both languages.</summary>
public sealed record LocalText(string Tr, string En)
{
    /// <summary>The text in the language of <paramref name="language"/> (<c>tr</c>, <c>tr-TR</c>; else English).</summary>
    public string In(string language) => language.StartsWith("tr", StringComparison.OrdinalIgnoreCase) ? Tr : En;
}

/// <summary>Where a touch takes place: DX is the digital part of CX.</summary>
public enum Medium
{
    /// <summary>On a screen or in a message.</summary>
    Digital,

    /// <summary>In a store, on the doorstep, on paper.</summary>
    Physical,
}

/// <summary>Whose place it is.</summary>
public enum Media
{
    /// <summary>The brand's own.</summary>
    Owned,

    /// <summary>Others speak of the brand unpaid.</summary>
    Earned,

    /// <summary>Bought.</summary>
    Paid,

    /// <summary>A partner's: marketplace, carrier, dealer.</summary>
    Partner,
}

/// <summary>Who began the touch.</summary>
public enum Initiative
{
    /// <summary>The customer: visits, buys, calls, answers. Counts towards the preferred channel.</summary>
    Customer,

    /// <summary>The brand: sends, shows, delivers.</summary>
    Brand,
}

/// <summary>The type of a property, for people and forms; Collect checks names only.</summary>
public enum PropertyType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>Number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A point in time.</summary>
    Instant,

    /// <summary>A day.</summary>
    Date,

    /// <summary>A list.</summary>
    List,

    /// <summary>An object.</summary>
    Object,
}

/// <summary>A place in the journey where customer and brand meet: definition of kind <c>touchpoint</c> (docs/catalogue.md).</summary>
public sealed record Touchpoint
{
    /// <summary>Its key: <c>order-completed</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Its name for people.</summary>
    public required LocalText Label { get; init; }

    /// <summary>The events that are this touchpoint; any of them.</summary>
    public required IReadOnlyList<EventPattern> Events { get; init; }

    /// <summary>Stage of the journey: <c>awareness</c>, <c>consideration</c>, <c>purchase</c>, <c>delivery</c>, <c>use</c>, <c>support</c>, <c>loyalty</c>, <c>advocacy</c>, or the workspace's own.</summary>
    public required string Stage { get; init; }

    /// <summary>Channel, unless the event's own property <c>channel</c> says otherwise: <c>web</c>, <c>app</c>, <c>email</c> …</summary>
    public required string Channel { get; init; }

    /// <summary>Digital or physical.</summary>
    public Medium Medium { get; init; }

    /// <summary>Whose place it is.</summary>
    public Media Media { get; init; }

    /// <summary>Who begins this touch.</summary>
    public Initiative Initiative { get; init; }

    /// <summary>The team that answers for it, if one is named.</summary>
    public LocalText? Owner { get; init; }

    /// <summary>The system that runs it, if one is named.</summary>
    public LocalText? System { get; init; }

    /// <summary>The partner who has a part in it, if one is named.</summary>
    public LocalText? Partner { get; init; }

    /// <summary>What is promised to be done there, and how soon, in words; null where nothing is said.</summary>
    public LocalText? ServiceLevel { get; init; }

    /// <summary>Properties that are known to belong to it, or null when any property may come.</summary>
    public IReadOnlyDictionary<string, PropertyType>? Properties { get; init; }

    /// <summary>How customers take it, as far as the catalogue can tell.</summary>
    public PerceptionRule Perception { get; init; } = PerceptionRule.None;
}

/// <summary>How a touch of a touchpoint is taken (docs/perception.md). Values lie in [-1, 1].</summary>
public sealed record PerceptionRule
{
    /// <summary>Neutral, whatever happens.</summary>
    public static PerceptionRule None { get; } = new();

    /// <summary>What is assumed when nothing more is known.</summary>
    public double Value { get; init; }

    /// <summary>Other values under conditions; the first that holds counts.</summary>
    public IReadOnlyList<ConditionalPerception> When { get; init; } = [];

    /// <summary>Where the customer says it herself; the first that can be read counts, and it outweighs everything else.</summary>
    public IReadOnlyList<RatingRule> Ratings { get; init; } = [];

    /// <summary>When this touch is out of place.</summary>
    public MisfireRule? Misfire { get; init; }
}

/// <summary>A value that counts when all conditions hold.</summary>
public sealed record ConditionalPerception(IReadOnlyList<PropertyCondition> Where, double Value);

/// <summary>How a rating is asked.</summary>
public enum RatingKind
{
    /// <summary>Likelihood to recommend, 0 to 10.</summary>
    Nps,

    /// <summary>Satisfaction, 1 to 5.</summary>
    Csat,

    /// <summary>Ease, 1 (very hard) to 7 (very easy).</summary>
    Ces,

    /// <summary>Any scale, best at the upper end.</summary>
    Scale,

    /// <summary>A face: a word, an emoji, or 1 to 5.</summary>
    Smiley,

    /// <summary>A number from -1 to 1, or <c>positive</c>, <c>neutral</c>, <c>mixed</c>, <c>negative</c>.</summary>
    Sentiment,

    /// <summary>What the customer wrote or said in words of her own: its sentiment is worked out. Stands behind every other rating of the same touch.</summary>
    Text,
}

/// <summary>A property in which customers rate.</summary>
/// <param name="Kind">How it is asked.</param>
/// <param name="Property">The property that holds the answer.</param>
/// <param name="Where">When the property is to be read so.</param>
/// <param name="Min">For <see cref="RatingKind.Scale"/>: the worst answer. For <see cref="RatingKind.Text"/>: no text counts for less than this.</param>
/// <param name="Max">For <see cref="RatingKind.Scale"/>: the best answer. For <see cref="RatingKind.Text"/>: no text counts for more than this; a complaint is one however kindly it is written.</param>
/// <param name="MaxProperty">For <see cref="RatingKind.Scale"/>: the property that holds the best answer, if the event tells it.</param>
public sealed record RatingRule(RatingKind Kind, PropertyPath Property, IReadOnlyList<PropertyCondition> Where, decimal Min, decimal Max, PropertyPath? MaxProperty);

/// <summary>When a touch is out of place: it presumes that a promise was kept which was not.</summary>
/// <param name="Promise">Key of the promise.</param>
/// <param name="WhileOpen">True: out of place as long as the promise is not kept; false: only when it is overdue.</param>
/// <param name="Value">How the first one is taken; each further one about the same promise takes the same share of what is left down to -1.</param>
public sealed record MisfireRule(string Promise, bool WhileOpen, double Value);
