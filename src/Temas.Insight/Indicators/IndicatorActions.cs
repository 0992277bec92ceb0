using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Editing;
using Temas.Insight.Contracts;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Insight.Indicators;

/// <summary>What the pages of indicators post; and taking one out of the library, with those that its formula names.</summary>
internal static class IndicatorActions
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        EditorActions.Map(routes, IndicatorForm.Editor);
        routes.MapPost("/w/{workspace}/indicators/add", async (HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) =>
        {
            var form = await http.Request.ReadFormAsync(cancel);
            var library = TemasUrls.IndicatorLibrary(current.Value.Key.Value);
            foreach (var key in form["key"].OfType<string>())
            {
                if (await AddAsync(current.Value, key, change, current.Actor, cancel) is { } problem) return FormAnswer.Refused(library, problem);
            }

            return FormAnswer.Done(http, library, "added");
        }).RequireAuthorization(Policies.Analyse).ExcludeFromDescription();
    }

    /// <summary>Takes an entry of the library into use, in the form that goes with the data; what is in use already stays as it is.</summary>
    public static async Task<Problem?> AddAsync(Workspace workspace, string key, ChangeDefinition change, Actor by, CancellationToken cancel)
    {
        if (IndicatorLibrary.All.GetValueOrDefault(key) is not { } entry) return Problem.NotFound("indicator_unknown", "The library has no such indicator.", "key", null, "List the library to see its keys.");
        if (workspace.Part<IIndicators>().All.ContainsKey(key)) return null;
        foreach (var other in entry.Needs.Where(IndicatorLibrary.All.ContainsKey))
        {
            if (await AddAsync(workspace, other, change, by, cancel) is { } missing) return missing;
        }

        return (await change.SaveAsync(workspace, IndicatorKind.Name, key, IndicatorLibrary.Offer(workspace, entry).Document, by, cancel)).Problem;
    }
}
