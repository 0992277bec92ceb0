using Temas.Collect.Contracts;
using Temas.Insight.Segments;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Framework;

/// <summary>Somebody whom a journey is made for, with the segment of the customers who are like her: definition of kind <c>persona</c> (docs/framework.md).</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Her name: what she is called in the company.</param>
/// <param name="Who">Who she is, in a sentence.</param>
/// <param name="Icon">The icon that stands for her; null for initials.</param>
/// <param name="Segment">Key of the segment of those who are like her; null for none.</param>
/// <param name="Needs">What she needs.</param>
/// <param name="Pains">What hurts her.</param>
/// <param name="Channels">Which channels she prefers, the most preferred first.</param>
public sealed record Persona(string Key, LocalText Label, LocalText? Who, string? Icon, string? Segment, LocalText? Needs, LocalText? Pains, IReadOnlyList<string> Channels)
{
    /// <summary>The personas of a workspace, by key.</summary>
    public static IReadOnlyDictionary<string, Persona> All(Workspace workspace) => workspace.Definitions.Current(PersonaKind.Instance);
}

/// <summary>The kind of definition <c>persona</c>.</summary>
internal sealed class PersonaKind : IDefinitionKind<Persona>
{
    /// <summary>Name of the kind.</summary>
    public const string Name = "persona";

    private const int LongestText = 2000;

    /// <summary>Icons that can stand for somebody.</summary>
    public static IReadOnlyList<string> Icons { get; } = ["user", "home", "heart", "star", "shopping-cart", "shopping-bag", "building-store", "device-mobile", "coins", "clock", "users-group"];

    public static PersonaKind Instance { get; } = new();

    public string Kind => Name;

    public IEnumerable<KeyValuePair<string, string>> Defaults => [];

    /// <summary>A persona stands for customers of a segment that there is.</summary>
    public static DefinitionGuard Guard { get; } = (key, json, others) =>
        Instance.Read(key, json).Segment is { } named && !others(SegmentKind.Name).ContainsKey(named) ? [Problem.Invalid("segment_unknown", "There is no segment with this key.", "$.segment", named, "Make it first, or choose another.")] : [];

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public Persona Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    private static Persona Build(string key, DefinitionNode node)
    {
        node.Only("label", "who", "icon", "segment", "needs", "pains", "channels");
        var icon = node.Text("icon");
        if (icon is not null && !Icons.Contains(icon)) node.Fault("icon", "icon_unknown", "There is no such icon for a persona.", icon, $"Use one of {string.Join(", ", Icons)}.");
        return new Persona(
            key, node.Label(), node.Object("who", TextOf), icon, node.Text("segment", form: DefinitionDocument.KeyForm()), node.Object("needs", TextOf), node.Object("pains", TextOf), node.Texts("channels", 40, 12, DefinitionDocument.KeyForm()));
    }

    private static LocalText TextOf(DefinitionNode node)
    {
        node.Only("tr", "en");
        return new LocalText(node.RequiredText("tr", LongestText), node.RequiredText("en", LongestText));
    }
}
