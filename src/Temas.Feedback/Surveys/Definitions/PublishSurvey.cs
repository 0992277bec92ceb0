using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys.Definitions;

/// <summary>Makes a version of what is being worked on: from then on it is asked; who has begun goes on with the version that she began.</summary>
internal sealed class PublishSurvey(ChangeDefinition change)
{
    /// <summary>Publishes the draft of a survey; the draft is put away.</summary>
    public async Task<Result<Definition>> RunAsync(Workspace workspace, string key, Actor by, CancellationToken cancel)
    {
        if (ChangeDefinition.InForce(workspace, SurveyDraftKind.Name, key) is not { } draft)
            return Problem.NotFound("draft_unknown", "There is no draft of a survey with this key.", "survey", key, "Write one to /api/definitions/survey-draft, or change the survey in the editor.");
        var published = await change.SaveAsync(workspace, SurveyKind.Name, key, draft.Json, by, cancel);
        if (published.IsOk) await change.RemoveAsync(workspace, SurveyDraftKind.Name, key, by, cancel);
        return published;
    }

    /// <summary>What somebody works on: the draft, or what was published where there is none; null where there is neither.</summary>
    public static Definition? Current(Workspace workspace, string key) => ChangeDefinition.InForce(workspace, SurveyDraftKind.Name, key) ?? ChangeDefinition.InForce(workspace, SurveyKind.Name, key);
}
