using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Contracts;
using Temas.Collect.Editing;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Insight.Framework;

/// <summary>The HTTP API of the framework, and what its pages post. Goals are written under <c>/api/definitions/goal</c>.</summary>
internal static class FrameworkEndpoints
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/framework", async (CurrentWorkspace current, CancellationToken cancel) => TypedResults.Json(await ReadFramework.RunAsync(current.Value, cancel), FrameworkJson.Default.FrameworkPicture))
            .WithTags("Indicators").RequireAuthorization(Policies.Read).Produces<FrameworkPicture>()
            .WithSummary("The measurement framework as it is: goals, stages with touchpoints, indicators, teams and systems, data sources by what really arrived, and what is missing");
        EditorActions.Map(routes, GoalForm.Editor);
        EditorActions.Map(routes, PersonaForm.Editor);
        routes.MapPost("/w/{workspace}/framework/apply", async ([FromForm] string? framework, HttpContext http, CurrentWorkspace current, ChangeDefinition change, IAuthorizationService may, CancellationToken cancel) =>
        {
            var page = TemasUrls.Framework(current.Value.Key.Value);

            // A framework brings touchpoints, too, and these are the catalogue's: whoever may not change it takes the rest.
            var mayAddTouchpoints = (await may.AuthorizeAsync(http.User, http, Policies.Manage)).Succeeded;
            var applied = await ReadyFrameworks.ApplyAsync(current.Value, framework ?? "", change, current.Actor, mayAddTouchpoints, cancel);
            if (applied.Problem is { } problem) return FormAnswer.Refused(page, problem);
            return applied.Value.Count == 0 ? FormAnswer.Done(http, page, "applied") : FormAnswer.Done(http, page, "applied_without", string.Join(' ', applied.Value));
        }).RequireAuthorization(Policies.Analyse).ExcludeFromDescription();
    }
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FrameworkPicture))]
[JsonSerializable(typeof(LocalText))]
internal sealed partial class FrameworkJson : JsonSerializerContext;
