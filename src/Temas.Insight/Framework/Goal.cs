using System.Globalization;
using Temas.Collect.Contracts;
using Temas.Insight.Indicators;
using Temas.Kernel;
using Temas.Storage.Definitions;

namespace Temas.Insight.Framework;

/// <summary>A business goal: definition of kind <c>goal</c> (docs/framework.md).</summary>
/// <param name="Key">Its key; indicators that serve it name it.</param>
/// <param name="Label">Its name.</param>
/// <param name="Description">What it is about.</param>
/// <param name="Owner">Who answers for it; empty where nobody does.</param>
/// <param name="Indicator">The indicator by which it is measured; null for none.</param>
/// <param name="Target">What that should reach, in its unit; null where nothing is said.</param>
/// <param name="Worth">What it is worth a year, in the currency of the workspace; null where nothing is said.</param>
/// <param name="By">By when; null where nothing is said.</param>
internal sealed record Goal(string Key, LocalText Label, LocalText? Description, string Owner, string? Indicator, double? Target, double? Worth, DateOnly? By);

/// <summary>The kind of definition <c>goal</c>.</summary>
internal sealed class GoalKind : IDefinitionKind<Goal>
{
    /// <summary>Name of the kind.</summary>
    public const string Name = "goal";

    public static GoalKind Instance { get; } = new();

    public string Kind => Name;

    public IEnumerable<KeyValuePair<string, string>> Defaults => [];

    /// <summary>A goal is measured by an indicator that there is.</summary>
    public static DefinitionGuard Guard { get; } = (key, json, others) =>
    {
        if (Instance.Read(key, json) is not { Indicator: { } named } goal) return [];
        return others(IndicatorKind.Name).ContainsKey(named)
            ? [.. IndicatorReferences.CheckLimit(named, goal.Target, "$.target", others(IndicatorKind.Name))]
            : [Problem.Invalid("indicator_unknown", "There is no indicator with this key.", "$.indicator", named, "Take it out of the library first, or choose another.")];
    };

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public Goal Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    private static Goal Build(string key, DefinitionNode node)
    {
        node.Only("label", "description", "owner", "indicator", "target", "worth", "by");
        var target = node.Has("target") ? node.Number("target", 0, -1e15, 1e15) : (double?)null;
        if (target is not null && !node.Has("indicator")) node.Fault("target", "target_without_indicator", "A target is one of an indicator.", wayOut: "Name the indicator.");
        DateOnly? by = null;
        if (node.Text("by") is { } text)
        {
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) by = day;
            else node.Fault("by", "time_unreadable", "This is no day.", text, "Write 2026-12-31.");
        }

        return new Goal(key, node.Label(), node.Name("description"), node.Text("owner") ?? "", node.Text("indicator", max: 100), target, node.Has("worth") ? node.Number("worth", 0, 0, 1e15) : null, by);
    }
}
