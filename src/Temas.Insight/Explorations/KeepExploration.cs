using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Temas.Collect.Editing;
using Temas.Insight.Explore;
using Temas.Insight.Segments;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Insight.Explorations;

/// <summary>What the pages of saved explorations post; and saving what the explorer shows: anew, or over what was saved.</summary>
internal static class KeepExploration
{
    private const int LongestAddress = 16 * 1024;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        EditorActions.Map(routes, ExplorationForm.Editor);
        routes.MapPost("/w/{workspace}/explore/saved/keep", KeepAsync).RequireAuthorization(Policies.Engage).ExcludeFromDescription();
    }

    private static async Task<IResult> KeepAsync(HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var (workspace, explore, given) = (current.Value, TemasUrls.Explore(current.Value.Key.Value), form["page"].ToString());
        if (given.Length > LongestAddress) return FormAnswer.Refused(explore, Problem.Invalid("query_too_long", "The address of the page is too long.", "page"));
        var state = ExploreState.Of(new QueryCollection(QueryHelpers.ParseQuery(given)));
        var filled = ExplorationForm.Read(name => form[name].ToString());
        var old = form["of"].ToString() is { Length: > 0 } of ? ChangeDefinition.InForce(workspace, ExplorationKind.Name, of) : null;
        var page = TemasUrls.With(state.Url(explore), ("saved", old?.Key));
        if (!state.IsComplete) return FormAnswer.Refused(page, Problem.Invalid("question_incomplete", "Nothing is asked yet.", "page"));
        if (old is null && !filled.Texts.Has("labelTr") && !filled.Texts.Has("labelEn")) return FormAnswer.Refused(page, Problem.Invalid("name_missing", "A name is missing.", "labelEn"));
        var key = old?.Key ?? await KeyAsync(workspace, filled.Texts.Has("labelEn") ? filled.Texts["labelEn"] : filled.Texts["labelTr"], cancel);
        var saved = await change.SaveAsync(workspace, ExplorationKind.Name, key, filled.ToJson(old?.Json, state, current.Actor.Name), current.Actor, cancel);
        return saved.Problem is { } problem ? FormAnswer.Refused(page, problem) : FormAnswer.Done(http, TemasUrls.With(state.Url(explore), ("saved", key)), "saved");
    }

    /// <summary>A key made of a name that no exploration has or had: who saves anew does not go on with the history of an archived one.</summary>
    private static async Task<string> KeyAsync(Workspace workspace, string name, CancellationToken cancel)
    {
        var wanted = SegmentForm.KeyOf(name) is { Length: > 0 } made ? made : ExplorationKind.Name;
        var key = wanted;
        for (var i = 2; (await workspace.Definitions.HistoryAsync(ExplorationKind.Name, key, cancel)).Count > 0; i++) key = FormattableString.Invariant($"{wanted}-{i}");
        return key;
    }
}
