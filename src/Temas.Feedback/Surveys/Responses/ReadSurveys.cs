using Temas.Feedback.Surveys.Definitions;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys.Responses;

/// <summary>A survey in a list.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Title">Its title, by language.</param>
/// <param name="State"><c>draft</c> (never published), <c>open</c> or <c>closed</c>.</param>
/// <param name="Version">The published version; null for a draft.</param>
/// <param name="HasDraft">Somebody works on it: there are changes that were not published.</param>
/// <param name="Type"><c>nps</c>, <c>csat</c>, <c>ces</c>, or null where it asks for no score.</param>
/// <param name="Begun">How many responses were begun.</param>
/// <param name="Complete">How many of them were finished.</param>
/// <param name="Mean">Mean of the scores; null where there is none.</param>
/// <param name="Latest">When one was last finished.</param>
/// <param name="ChangedAt">When the survey was last changed.</param>
/// <param name="ChangedBy">Who changed it.</param>
internal sealed record SurveySummary(
    string Key, IReadOnlyDictionary<string, string> Title, string State, int? Version, bool HasDraft, string? Type, long Begun, long Complete, double? Mean, DateTimeOffset? Latest, DateTimeOffset ChangedAt, string ChangedBy);

/// <summary>Reads the surveys of a workspace, drafts among them.</summary>
internal static class ReadSurveys
{
    /// <summary>All of them, the last changed first.</summary>
    public static async Task<IReadOnlyList<SurveySummary>> ListAsync(Workspace workspace, CancellationToken cancel)
    {
        var book = SurveyBook.Of(workspace);
        var counts = await book.Responses.CountAsync(cancel);
        var drafts = workspace.Definitions.List(SurveyDraftKind.Name).ToDictionary(d => d.Key);
        var published = workspace.Definitions.List(SurveyKind.Name).ToDictionary(d => d.Key);
        return [.. drafts.Keys.Union(published.Keys).Select(key => Of(key, published.GetValueOrDefault(key), drafts.GetValueOrDefault(key), book.Published(key)?.Survey, counts.GetValueOrDefault(key) ?? ResponseCount.None, workspace.Clock.GetUtcNow()))
            .OrderByDescending(s => s.ChangedAt).ThenBy(s => s.Key, StringComparer.Ordinal)];
    }

    private static SurveySummary Of(string key, Definition? published, Definition? draft, Survey? survey, ResponseCount count, DateTimeOffset now)
    {
        var newest = draft ?? published!;
        // A draft may be anything; its title is shown if it has one.
        var title = survey?.Title.ByLanguage ?? SurveyDocument.TitleOf(newest.Json);
        var state = survey is null ? "draft" : survey.IsClosed || survey.ClosesAt <= now || (survey.Limit is { } limit && count.Complete >= limit) ? "closed" : "open";
        return new SurveySummary(
            key, title.Count > 0 ? title : new Dictionary<string, string>(StringComparer.Ordinal) { ["en"] = key }, state, published?.Version, draft is not null && survey is not null, survey?.ScoreQuestion is { } scored ? AnsweredEvent.TypeOf(scored) : null,
            count.Begun, count.Complete, count.Mean, count.Latest, newest.At, newest.By);
    }
}
