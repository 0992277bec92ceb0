using Temas.Kernel;
using Temas.Storage.Definitions;

namespace Temas.Feedback.Surveys.Figures;

/// <summary>What the score of a survey is to be.</summary>
/// <param name="Target">-100 to 100 for NPS, per cent for CSAT and CES.</param>
internal sealed record SurveyTarget(double Target);

/// <summary>The kind of definition <c>survey-target</c>; its key is that of the survey.</summary>
internal sealed class SurveyTargetKind : IDefinitionKind<SurveyTarget>
{
    /// <summary>Its name.</summary>
    public const string Name = "survey-target";

    private SurveyTargetKind()
    {
    }

    /// <summary>The kind.</summary>
    public static SurveyTargetKind Instance { get; } = new();

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, string>> Defaults => [];

    /// <summary>The target of a survey; null where none is set.</summary>
    public static double? Of(DefinitionStore definitions, string survey) => definitions.Current(Instance).GetValueOrDefault(survey)?.Target;

    /// <inheritdoc/>
    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, Read).Faults;

    /// <inheritdoc/>
    public SurveyTarget Read(string key, string json) => DefinitionDocument.ReadChecked(json, Read);

    private static SurveyTarget Read(DefinitionNode node)
    {
        node.Only("target");
        return new SurveyTarget(node.RequiredNumber("target", -100, 100));
    }
}
