using System.Text.Json;
using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.Yaml;
using YamlDotNet.RepresentationModel;

namespace Temas.Server.Verbs;

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
/// <param name="Kinds">Only these kinds; all when empty or null.</param>
internal sealed record ExportDefinitionsRequest(string? Workspace, IReadOnlyList<string>? Kinds);

/// <param name="Workspace">Key of the workspace.</param>
/// <param name="Definitions">How many definitions there are.</param>
/// <param name="Yaml">All of them: kind, then key, then document.</param>
internal sealed record ExportDefinitionsAnswer(string Workspace, int Definitions, string Yaml);

/// <summary>Writes the definitions in force as YAML, as <see cref="ApplyDefinitions"/> takes them.</summary>
internal static class ExportDefinitions
{
    public static Verb<ExportDefinitionsRequest, ExportDefinitionsAnswer> Verb { get; } =
        new("export.definitions", VerbJson.Default.ExportDefinitionsRequest, VerbJson.Default.ExportDefinitionsAnswer, RunAsync);

    private static Task<Result<ExportDefinitionsAnswer>> RunAsync(VerbContext context, ExportDefinitionsRequest request, CancellationToken cancel) => Task.FromResult(Run(context, request));

    private static Result<ExportDefinitionsAnswer> Run(VerbContext context, ExportDefinitionsRequest request)
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        var store = found.Value.Definitions;
        var kinds = store.Kinds.Select(k => k.Kind).Order(StringComparer.Ordinal).ToList();
        if (request.Kinds is { Count: > 0 } chosen)
        {
            if (chosen.FirstOrDefault(k => !kinds.Contains(k, StringComparer.Ordinal)) is { } unknown)
                return Problem.NotFound("definition_kind_unknown", "There is no such kind of definition.", "kind", unknown, $"The kinds are {string.Join(", ", kinds)}.");
            kinds = [.. kinds.Intersect(chosen, StringComparer.Ordinal)];
        }

        var count = 0;
        var root = new YamlMappingNode();
        foreach (var kind in kinds)
        {
            var documents = new YamlMappingNode();
            foreach (var definition in store.List(kind))
            {
                using var json = JsonDocument.Parse(definition.Json);
                documents.Add(YamlJson.Text(definition.Key), YamlJson.FromJson(json.RootElement));
                count++;
            }

            if (documents.Children.Count > 0) root.Add(YamlJson.Text(kind), documents);
        }

        return new ExportDefinitionsAnswer(found.Value.Key.Value, count, YamlJson.Write(root));
    }
}
