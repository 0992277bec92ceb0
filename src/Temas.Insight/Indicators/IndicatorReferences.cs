using System.Globalization;
using System.Text.Json;
using Temas.Insight.Contracts;
using Temas.Insight.Framework;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Indicators;

/// <summary>What indicators refer to: the names in formulas, provided measures, goals and stages. Names have to be there, formulas must not lead back to themselves, and units have to go together.</summary>
internal static class IndicatorReferences
{
    /// <summary>The guard of a workspace.</summary>
    public static DefinitionGuard Guard(Workspace workspace) => (key, json, others) =>
        [.. Check(key, json, others(IndicatorKind.Name), workspace.Part<MeasureSources>()), .. CheckPlace(key, json, workspace.Definitions.List(IndicatorKind.Name).FirstOrDefault(d => d.Key == key)?.Json, others)];

    /// <summary>What is wrong with where a document puts the indicator: the goal that it serves and the stage at which it is measured are there. What it named before may have gone since: that is said where it is shown, and is no reason to refuse another change.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="json">The document.</param>
    /// <param name="before">The document that is in force; null for none.</param>
    /// <param name="others">The documents of a kind by key.</param>
    public static IReadOnlyList<Problem> CheckPlace(string key, string json, string? before, Func<string, IReadOnlyDictionary<string, string>> others)
    {
        if (IndicatorKind.Try(key, json).Definition?.Indicator is not { } indicator) return [];
        var old = before is null ? null : IndicatorKind.Try(key, before).Definition?.Indicator;
        var faults = new List<Problem>();
        if (indicator.Goal is { } goal && goal != old?.Goal && others(GoalKind.Name) is var goals && !goals.ContainsKey(goal))
            faults.Add(Problem.Invalid("goal_unknown", "There is no goal with this key.", "$.goal", goal, goals.Count == 0 ? "Make the goal first, or leave it out." : $"Make it first, leave it out, or use {Some(goals.Keys)}."));
        if (indicator.Stage is { } stage && stage != old?.Stage && StagesOf(others(Touchpoints)) is var stages && !stages.Contains(stage))
            faults.Add(Problem.Invalid("stage_unknown", "No touchpoint is at a stage with this key.", "$.stage", stage, $"Use {Some(stages)}; a stage of your own is there once a touchpoint is at it."));
        return faults;
    }

    private const string Touchpoints = "touchpoint";

    private const int MostNamed = 12;

    private static HashSet<string> StagesOf(IReadOnlyDictionary<string, string> touchpoints)
    {
        var stages = new HashSet<string>(ReadFramework.Stages, StringComparer.Ordinal);
        foreach (var json in touchpoints.Values)
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.TryGetProperty("stage", out var stage) && stage.ValueKind == JsonValueKind.String) stages.Add(stage.GetString()!);
        }

        return stages;
    }

    private static string Some(IEnumerable<string> keys) => string.Join(", ", keys.Take(MostNamed));

    /// <summary>What is wrong with how a document refers to others.</summary>
    public static IReadOnlyList<Problem> Check(string key, string json, IReadOnlyDictionary<string, string> others, MeasureSources measures)
    {
        if (IndicatorKind.Try(key, json).Definition is not { } definition) return [];
        foreach (var (name, limit) in new[] { ("target", definition.Indicator.Target), ("warning", definition.Indicator.Warning) })
        {
            // What a formula divides may well be more than one.
            if (definition.Figure is not FormulaFigure && IsNoShare(definition.Indicator.Unit, limit)) return [NoShare($"$.{name}", limit!.Value)];
        }

        if (definition.Figure is ProvidedFigure provided)
        {
            if (measures.Find(provided.Name) is not { } found) return [Problem.Invalid("measure_unknown", "There is no such measure.", "$.figure.provided", provided.Name, $"Use one of {string.Join(", ", measures.All.Select(m => m.Name))}.")];
            return Dimension.Of(found.Measure.Unit) == Dimension.Of(definition.Indicator.Unit) ? [] : [Problem.Invalid("unit_mismatch", "The measure has another unit.", "$.unit", definition.Indicator.Unit.ToString(), $"Use {found.Measure.Unit}.")];
        }

        if (definition.Figure is not FormulaFigure { Formula: var formula }) return [];
        if (measures.Find(key) is not null) return [Problem.Invalid("definition_key_taken", "A measure has this name already.", "key", key, "Choose another key.")];
        foreach (var name in formula.Names)
        {
            if (name == key || (others.ContainsKey(name) && LeadsTo(name, key, others, []))) return [Problem.Invalid("formula_circle", "The formula leads back to this indicator.", "$.formula", name, "Take the name out, or change the other formula.")];
            if (!others.ContainsKey(name) && measures.Find(name) is null) return [Problem.Invalid("formula_name_unknown", "No indicator and no measure has this name.", "$.formula", name, "Use the key of an indicator or the name of a measure; put spaces around a minus sign, for keys may have hyphens.")];
        }

        var checkedUnits = formula.Check(name => UnitOf(name, others, measures));
        if (checkedUnits.Problem is { } problem) return [problem with { Field = "$.formula" }];
        return checkedUnits.Value == Dimension.Of(definition.Indicator.Unit) ? []
            : [Problem.Invalid("unit_mismatch", $"The formula gives {Words(checkedUnits.Value)}, and the indicator says something else.", "$.unit", definition.Indicator.Unit.ToString(), "Choose the unit of what the formula gives.")];
    }

    /// <summary>Whether a limit was meant in per cent: nothing is more than the whole.</summary>
    public static bool IsNoShare(IndicatorUnit unit, double? limit) => unit == IndicatorUnit.Share && limit is > 1 or < -1;

    /// <summary>That a limit of a share was written in per cent.</summary>
    public static Problem NoShare(string field, double limit) =>
        Problem.Invalid("share_expected", "A share is a number from 0 to 1.", field, limit.ToString(CultureInfo.InvariantCulture), $"Write {(limit / 100).ToString(CultureInfo.InvariantCulture)}.");

    /// <summary>What is wrong with a limit that somebody else sets an indicator: the same as with its own.</summary>
    public static IEnumerable<Problem> CheckLimit(string indicator, double? limit, string field, IReadOnlyDictionary<string, string> others) =>
        limit is { } set && others.TryGetValue(indicator, out var json) && IndicatorKind.Try(indicator, json).Definition is { Figure: not FormulaFigure } of && IsNoShare(of.Indicator.Unit, set) ? [NoShare(field, set)] : [];

    private static bool LeadsTo(string name, string key, IReadOnlyDictionary<string, string> others, HashSet<string> seen)
    {
        if (name == key) return true;
        if (!seen.Add(name) || !others.TryGetValue(name, out var json) || IndicatorKind.Try(name, json).Definition?.Figure is not FormulaFigure { Formula: var formula }) return false;
        return formula.Names.Any(n => LeadsTo(n, key, others, seen));
    }

    private static IndicatorUnit UnitOf(string name, IReadOnlyDictionary<string, string> others, MeasureSources measures) =>
        others.TryGetValue(name, out var json) && IndicatorKind.Try(name, json).Definition is { } other ? other.Indicator.Unit : measures.Find(name)?.Measure.Unit ?? IndicatorUnit.Ratio;

    private static string Words(Dimension of) => of switch
    {
        { Money: 0, Days: 0, Hours: 0 } => "a plain number",
        { Money: 1, Days: 0, Hours: 0 } => "an amount",
        { Money: 0, Days: 1, Hours: 0 } => "days",
        { Money: 0, Days: 0, Hours: 1 } => "hours",
        _ => "a mixed unit",
    };
}
