using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Kernel;

namespace Temas.Customers.Profiles;

/// <summary>What a computed trait measures.</summary>
internal enum Measure
{
    Count,
    Sum,
    Average,
    Min,
    Max,
    First,
    Last,
    MostFrequent,
    UniqueList,
    DaysSince,
    DaysSinceFirst,
    Percentile,
    Exists,

    // These are questions: the columns answer them, by the evaluator of questions about all customers.
    Condition,
    Segment,
    FunnelStep,
    FunnelConverted,
    FunnelHours,
    ActiveUnits,
    Forecast,
}

/// <summary>A trait that is a fold over the timeline, or a question of the query algebra: definition of kind <c>computed-trait</c> (docs/catalogue.md).</summary>
internal sealed record ComputedTrait
{
    public required string Key { get; init; }

    public required LocalText Label { get; init; }

    public required Measure Measure { get; init; }

    /// <summary>Events of these touchpoints count.</summary>
    public IReadOnlyList<string> Touchpoints { get; init; } = [];

    /// <summary>These events count as well.</summary>
    public IReadOnlyList<EventPattern> Events { get; init; } = [];

    /// <summary>Conditions that must all hold.</summary>
    public IReadOnlyList<PropertyCondition> Where { get; init; } = [];

    /// <summary>The property that is measured; the first one that the event has.</summary>
    public IReadOnlyList<PropertyPath> Property { get; init; } = [];

    /// <summary>Only events of so many milliseconds before the moment count; null for all.</summary>
    public long? Window { get; init; }

    /// <summary>Between 0 and 1, of <see cref="Measure.Percentile"/>: 0.5 is the median.</summary>
    public double Percentile { get; init; } = 0.5;

    /// <summary>Longest list of <see cref="Measure.UniqueList"/>.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>What it asks, where it is a question and not a fold; else null.</summary>
    public TraitQuestion? Question { get; init; }
}

/// <summary>The kind of definition <c>computed-trait</c>.</summary>
internal sealed class ComputedTraitKind : IDefinitionKind<ComputedTrait>
{
    private const int MostCharacters = 64 * 1024;

    // What the one half of the measures goes by, and what the other.
    private static readonly string[] FoldFields = ["touchpoints", "events", "where", "property", "window", "limit", "percentile"];
    private static readonly string[] QuestionFields = ["condition", "segment", "funnel", "active", "forecast"];

    public static ComputedTraitKind Instance { get; } = new();

    public string Kind => "computed-trait";

    public IEnumerable<KeyValuePair<string, string>> Defaults =>
    [
        Of("order-count", """{"label": {"tr": "Sipariş sayısı", "en": "Number of orders"}, "measure": "count", "touchpoints": ["order-completed", "store-purchase-completed"]}"""),
        Of("total-spent", """{"label": {"tr": "Toplam harcama", "en": "Total spent"}, "measure": "sum", "property": ["total", "revenue", "value"], "touchpoints": ["order-completed", "store-purchase-completed"]}"""),
        Of("average-order", """{"label": {"tr": "Ortalama sipariş tutarı", "en": "Average order"}, "measure": "average", "property": ["total", "revenue", "value"], "touchpoints": ["order-completed", "store-purchase-completed"]}"""),
        Of("days-since-order", """{"label": {"tr": "Son siparişten beri geçen gün", "en": "Days since the last order"}, "measure": "days_since", "touchpoints": ["order-completed", "store-purchase-completed"]}"""),
        Of("favourite-category", """{"label": {"tr": "En çok bakılan kategori", "en": "Favourite category"}, "measure": "most_frequent", "property": "category", "touchpoints": ["product-viewed", "product-list-viewed"]}"""),
        Of("complaints-90d", """{"label": {"tr": "Son 90 gündeki şikâyetler", "en": "Complaints in 90 days"}, "measure": "count", "touchpoints": ["complaint-filed"], "window": "P90D"}"""),
    ];

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public ComputedTrait Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    private static KeyValuePair<string, string> Of(string key, string json) => KeyValuePair.Create(key, json);

    private static ComputedTrait Build(string key, DefinitionNode node)
    {
        node.Only(["label", "measure", .. FoldFields, .. QuestionFields]);
        node.RequiredText("measure");
        var trait = new ComputedTrait
        {
            Key = key,
            Label = node.Label(),
            Measure = node.OneOf(
                "measure",
                Measure.Count,
                ("count", Measure.Count),
                ("sum", Measure.Sum),
                ("average", Measure.Average),
                ("min", Measure.Min),
                ("max", Measure.Max),
                ("first", Measure.First),
                ("last", Measure.Last),
                ("most_frequent", Measure.MostFrequent),
                ("unique_list", Measure.UniqueList),
                ("days_since", Measure.DaysSince),
                ("days_since_first", Measure.DaysSinceFirst),
                ("percentile", Measure.Percentile),
                ("exists", Measure.Exists),
                ("condition", Measure.Condition),
                ("segment", Measure.Segment),
                ("funnel_step", Measure.FunnelStep),
                ("funnel_converted", Measure.FunnelConverted),
                ("funnel_hours", Measure.FunnelHours),
                ("active_units", Measure.ActiveUnits),
                ("forecast", Measure.Forecast)),
            Touchpoints = node.Texts("touchpoints", form: DefinitionDocument.KeyForm()),
            Events = node.List("events", n => n.Pattern()),
            Where = node.Conditions("where"),
            Property = node.Paths("property"),
            Window = node.Duration("window"),
            Limit = (int)node.Number("limit", 100, 1, 1000),
            Percentile = node.Number("percentile", 0.5, 0, 1),
        };
        if (KindOf(trait.Measure) is { } kind) return trait with { Question = Question(key, kind, node) };
        Unused(node, QuestionFields, "A measure of events asks no question.");
        if (trait.Touchpoints.Count + trait.Events.Count == 0) node.Fault("touchpoints", "field_missing", "Say which touchpoints or events count.", wayOut: "Add touchpoints or events.");
        if (trait.Window is 0) node.Fault("window", "duration_expected", "The window is longer than nothing.");
        if (trait.Property.Count == 0 && trait.Measure is not (Measure.Count or Measure.DaysSince or Measure.DaysSinceFirst or Measure.Exists))
        {
            node.Fault("property", "field_missing", "This measure needs the property that it measures.", wayOut: "Add property.");
        }

        return trait;
    }

    private static TraitQuestionKind? KindOf(Measure measure) => measure switch
    {
        Measure.Condition => TraitQuestionKind.Condition,
        Measure.Segment => TraitQuestionKind.Segment,
        Measure.FunnelStep => TraitQuestionKind.FunnelStep,
        Measure.FunnelConverted => TraitQuestionKind.FunnelConverted,
        Measure.FunnelHours => TraitQuestionKind.FunnelHours,
        Measure.ActiveUnits => TraitQuestionKind.ActiveUnits,
        Measure.Forecast => TraitQuestionKind.Forecast,
        _ => null,
    };

    /// <summary>The question, of which only the form is looked at here: what it says is read by those who answer it.</summary>
    private static TraitQuestion Question(string key, TraitQuestionKind kind, DefinitionNode node)
    {
        var question = new TraitQuestion(key, kind, default);
        Unused(node, [.. FoldFields, .. QuestionFields.Where(f => f != question.Field)], "This measure is a question, which says itself what counts.");
        if (!node.Has(question.Field))
        {
            node.Fault(question.Field, "field_missing", "This measure needs the question that it asks.", wayOut: $"Add {question.Field} (docs/catalogue.md).");
            return question;
        }

        if (kind == TraitQuestionKind.Segment) node.Text(question.Field, max: 100, form: DefinitionDocument.KeyForm());
        else if (kind == TraitQuestionKind.Forecast) node.Text(question.Field, max: 100);
        else node.Object(question.Field, n => n.Element.GetRawText());
        var of = node.Element.GetProperty(question.Field);
        if (of.GetRawText().Length > MostCharacters) node.Fault(question.Field, "condition_too_long", "The question has more than 65,536 characters.", wayOut: "Part it into segments, and refer to them.");
        return question with { Asked = of.Clone() };
    }

    private static void Unused(DefinitionNode node, IEnumerable<string> fields, string why)
    {
        foreach (var field in fields.Where(f => node.Has(f))) node.Fault(field, "field_unused", why, wayOut: "Leave this field out, or choose another measure.");
    }
}
