using Temas.Collect.Contracts;
using Temas.Kernel;

namespace Temas.Collect.Catalogue;

/// <summary>The kind of definition <c>touchpoint</c>.</summary>
internal sealed class TouchpointKind : IDefinitionKind<Touchpoint>
{
    public static TouchpointKind Instance { get; } = new();

    public string Kind => "touchpoint";

    public IEnumerable<KeyValuePair<string, string>> Defaults => DefaultDefinitions.Of("touchpoints.json");

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public Touchpoint Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    private static Touchpoint Build(string key, DefinitionNode node)
    {
        node.Only("label", "events", "stage", "channel", "medium", "media", "initiative", "owner", "system", "partner", "serviceLevel", "properties", "perception");
        var events = node.List("events", n => n.Pattern());
        if (events.Count == 0) node.Fault("events", "field_missing", "A touchpoint needs at least one event.", wayOut: "Name the events that are this touchpoint.");
        return new Touchpoint
        {
            Key = key,
            Label = node.Label(),
            Events = events,
            Stage = node.RequiredText("stage", form: PatternReading.WordForm()),
            Channel = node.RequiredText("channel", form: PatternReading.WordForm()),
            Medium = node.OneOf("medium", Medium.Digital, ("digital", Medium.Digital), ("physical", Medium.Physical)),
            Media = node.OneOf("media", Media.Owned, ("owned", Media.Owned), ("earned", Media.Earned), ("paid", Media.Paid), ("partner", Media.Partner)),
            Initiative = node.OneOf("initiative", Initiative.Customer, ("customer", Initiative.Customer), ("brand", Initiative.Brand)),
            Owner = node.Name("owner"),
            System = node.Name("system"),
            Partner = node.Name("partner"),
            ServiceLevel = node.Name("serviceLevel"),
            Properties = node.Object("properties", Properties),
            Perception = node.Object("perception", Perception) ?? PerceptionRule.None,
        };
    }

    private static IReadOnlyDictionary<string, PropertyType> Properties(DefinitionNode node)
    {
        var result = new Dictionary<string, PropertyType>(StringComparer.Ordinal);
        foreach (var field in node.Element.EnumerateObject())
        {
            result[field.Name] = node.OneOf(
                field.Name,
                PropertyType.Text,
                ("text", PropertyType.Text),
                ("number", PropertyType.Number),
                ("boolean", PropertyType.Boolean),
                ("instant", PropertyType.Instant),
                ("date", PropertyType.Date),
                ("list", PropertyType.List),
                ("object", PropertyType.Object));
        }

        return result;
    }

    private static PerceptionRule Perception(DefinitionNode node)
    {
        node.Only("value", "when", "ratings", "misfire");
        return new PerceptionRule
        {
            Value = node.Number("value", 0, -1, 1),
            When = node.List("when", n =>
            {
                n.Only("where", "value");
                return new ConditionalPerception(n.Conditions("where"), n.RequiredNumber("value", -1, 1));
            }),
            Ratings = node.List("ratings", Rating),
            Misfire = node.Object("misfire", n =>
            {
                n.Only("promise", "while", "value");
                return new MisfireRule(n.RequiredText("promise", form: DefinitionDocument.KeyForm()), n.OneOf("while", false, ("overdue", false), ("open", true)), n.Number("value", -0.5, -1, 0));
            }),
        };
    }

    private static RatingRule Rating(DefinitionNode node)
    {
        node.Only("as", "property", "where", "min", "max", "maxProperty");
        if (!node.Has("as")) node.Fault("as", "field_missing", "Say how the rating is asked: nps, csat, ces, scale, smiley, sentiment or text.");
        node.RequiredText("property");
        var kind = node.OneOf(
            "as",
            RatingKind.Scale,
            ("nps", RatingKind.Nps),
            ("csat", RatingKind.Csat),
            ("ces", RatingKind.Ces),
            ("scale", RatingKind.Scale),
            ("smiley", RatingKind.Smiley),
            ("sentiment", RatingKind.Sentiment),
            ("text", RatingKind.Text));
        var isText = kind == RatingKind.Text;
        var min = (decimal)node.Number("min", isText ? -1 : 1, isText ? -1 : -1000, isText ? 1 : 1000);
        var max = (decimal)node.Number("max", isText ? 1 : 5, isText ? -1 : -1000, isText ? 1 : 1000);
        if (max <= min) node.Fault("max", "bounds_crossed", "The best answer is above the worst.");
        return new RatingRule(kind, node.Path("property") ?? new PropertyPath("_"), node.Conditions("where"), min, max, node.Path("maxProperty"));
    }
}
