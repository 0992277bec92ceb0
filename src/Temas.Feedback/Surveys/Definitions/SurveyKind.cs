using System.Text;
using Temas.Kernel;

namespace Temas.Feedback.Surveys.Definitions;

/// <summary>The kind of definition <c>survey</c>: what was published. Each version stays readable for the answers to it.</summary>
internal sealed class SurveyKind : IDefinitionKind<Survey>
{
    /// <summary>Name of the kind.</summary>
    public const string Name = "survey";

    public static SurveyKind Instance { get; } = new();

    public string Kind => Name;

    // A survey is published by somebody who means it; ready-made ones are drafts that one begins with.
    public IEnumerable<KeyValuePair<string, string>> Defaults => [];

    public IReadOnlyList<Problem> Check(string key, string json) => SurveyDraftKind.TooLarge(json) is { } problem ? [problem] : DefinitionDocument.Read(json, n => SurveyReader.Read(key, n)).Faults;

    public Survey Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => SurveyReader.Read(key, n));
}

/// <summary>The kind of definition <c>survey-draft</c>: a survey that somebody works on, which may still be incomplete. Publishing makes a version of <c>survey</c> of it.</summary>
internal sealed class SurveyDraftKind : IDefinitionKind
{
    /// <summary>Name of the kind.</summary>
    public const string Name = "survey-draft";

    /// <summary>Largest document, in bytes.</summary>
    public const int Largest = 1024 * 1024;

    public static SurveyDraftKind Instance { get; } = new();

    public string Kind => Name;

    public IEnumerable<KeyValuePair<string, string>> Defaults => [];

    public IReadOnlyList<Problem> Check(string key, string json) => TooLarge(json) is { } problem ? [problem] : [];

    /// <summary>The problem that a document is too large, or null.</summary>
    internal static Problem? TooLarge(string json) =>
        Encoding.UTF8.GetByteCount(json) > Largest ? Problem.Invalid("survey_too_large", "A survey has at most 1,048,576 bytes, its pictures included.", "$", wayOut: "Make pictures smaller.") : null;
}
