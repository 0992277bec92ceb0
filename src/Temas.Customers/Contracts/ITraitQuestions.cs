using System.Text.Json;
using Temas.Customers.Profiles;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Contracts;

/// <summary>What a computed trait that is a question asks of a customer.</summary>
public enum TraitQuestionKind
{
    /// <summary>Whether a condition holds.</summary>
    Condition,

    /// <summary>Whether she is in a segment.</summary>
    Segment,

    /// <summary>How many steps of a funnel she came along.</summary>
    FunnelStep,

    /// <summary>Whether she came to the last.</summary>
    FunnelConverted,

    /// <summary>How many hours she took from the first step to the last.</summary>
    FunnelHours,

    /// <summary>On how many days, weeks or months she did something.</summary>
    ActiveUnits,

    /// <summary>What is expected of her, by a model that was fitted to all customers.</summary>
    Forecast,
}

/// <summary>A computed trait that is a question of the query algebra (docs/formats/query.md) and not a fold of its own: it is the same evaluator that answers it for her and for everybody.</summary>
/// <param name="Key">The trait's key.</param>
/// <param name="Kind">What is asked.</param>
/// <param name="Asked">The condition, funnel or activity as questions write it; of a segment its key, of a forecast its name.</param>
public sealed record TraitQuestion(string Key, TraitQuestionKind Kind, JsonElement Asked)
{
    /// <summary>The kind of definition that computed traits are.</summary>
    public static string DefinitionKind => ComputedTraitKind.Instance.Kind;

    /// <summary>The field of the definition in which the question stands.</summary>
    public string Field => Kind switch
    {
        TraitQuestionKind.Condition => "condition",
        TraitQuestionKind.Segment => "segment",
        TraitQuestionKind.ActiveUnits => "active",
        TraitQuestionKind.Forecast => "forecast",
        _ => "funnel",
    };

    /// <summary>Whether it is true or false, and not a number.</summary>
    public bool IsFlag => Kind is TraitQuestionKind.Condition or TraitQuestionKind.Segment or TraitQuestionKind.FunnelConverted;

    /// <summary>Those of a workspace, by the trait's key.</summary>
    public static IReadOnlyDictionary<string, TraitQuestion> Of(Workspace workspace) =>
        workspace.Definitions.Current(ComputedTraitKind.Instance).Values.Select(t => t.Question).OfType<TraitQuestion>().ToDictionary(q => q.Key, StringComparer.Ordinal);

    /// <summary>The question of a document; null where it is none, or the document has faults.</summary>
    public static TraitQuestion? Read(string key, string json) => ComputedTraitKind.Instance.Check(key, json).Count == 0 ? ComputedTraitKind.Instance.Read(key, json).Question : null;
}

/// <summary>What questions say of some customers.</summary>
/// <param name="Faults">By trait, why it cannot be asked; null where it can.</param>
/// <param name="Values">By customer and then by trait: true, false or a number; nothing where there is none.</param>
public sealed record TraitAnswers(IReadOnlyList<Problem?> Faults, IReadOnlyList<IReadOnlyList<RawJson>> Values)
{
    /// <summary>The code of the fault of what asks, within a condition, a forecast for which no model holds at the moment: that somebody is not in such a segment is then as little known as that she is.</summary>
    public const string Unsaid = "forecast_unsaid";
}

/// <summary>
/// Answers computed traits that are questions. A part of each workspace, of the module that has the columns; where there is none, these traits have no values. What was acknowledged before is in the answer, and what counts
/// from now counts from this moment.
/// </summary>
public interface ITraitQuestions
{
    /// <summary>What some traits say of some customers.</summary>
    /// <param name="traits">The traits.</param>
    /// <param name="customers">The customers by public id.</param>
    /// <param name="asOf">The moment that is looked at; null for now. What asks profiles or touches, which are known as of now only, has no answer for the past.</param>
    /// <param name="patience">As long as this the columns are waited for; null: as long as for any question.</param>
    /// <param name="cancel">Ends the waiting.</param>
    Task<Result<TraitAnswers>> ReadAsync(IReadOnlyList<TraitQuestion> traits, IReadOnlyList<string> customers, DateTimeOffset? asOf, TimeSpan? patience, CancellationToken cancel);
}
