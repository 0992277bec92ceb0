using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Insight.Columns;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Insight.Suggestions;

/// <summary>What fits, at most 20.</summary>
internal sealed record SuggestionList(IReadOnlyList<Suggestion> Suggestions);

/// <summary>The HTTP API of what can be asked about.</summary>
internal static class SuggestEndpoints
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/suggest", Results<JsonHttpResult<SuggestionList>, ProblemResult> (string? of, [FromQuery(Name = "event")] string[]? types, string? property, string? q, CurrentWorkspace current) =>
            {
                var (search, some) = (q?.Trim() ?? "", (types ?? []).Where(t => t.Length > 0).Take(100).ToList());
                if (search.Length > 200) return Problem.Invalid("search_too_long", "A search has at most 200 characters.", "q", search, "Type less.").ToResult();
                switch (of)
                {
                    case "event": return Json(Suggest.Events(current.Value, search));
                    case "property": return Json(Suggest.Properties(current.Value, some, search));
                    case "value" when !string.IsNullOrEmpty(property): return Json(Suggest.Values(current.Value.Part<LiveColumns>().Store, some, property, search));
                    case "value": return Problem.Invalid("field_missing", "The property whose values are asked for is missing.", "property", null, "Add property=NAME.").ToResult();
                    default: return Problem.Invalid("choice_unknown", "What is to be suggested is not known.", "of", of, "Use event, property or value.").ToResult();
                }
            })
            .WithTags("Questions")
            .RequireAuthorization(Policies.Read)
            .Produces<SuggestionList>()
            .WithSummary("What questions can be about, as one types: of=event, of=property (with event=TYPE, several times for several), of=value (with property=NAME), the most frequent first, at most 20. Values that identify a person are not among them");

    private static JsonHttpResult<SuggestionList> Json(IEnumerable<Suggestion> some) => TypedResults.Json(new SuggestionList([.. some]), SuggestJson.Default.SuggestionList);
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SuggestionList))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(bool))]
internal sealed partial class SuggestJson : JsonSerializerContext;
