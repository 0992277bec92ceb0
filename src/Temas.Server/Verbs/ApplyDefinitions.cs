using System.Text.Json;
using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.Yaml;
using Temas.Storage.Definitions;
using YamlDotNet.RepresentationModel;

namespace Temas.Server.Verbs;

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
/// <param name="Yaml">Definitions: kind, then key, then document.</param>
/// <param name="DryRun">True: say what would change, and change nothing.</param>
/// <param name="Prune">True: also remove definitions of the named kinds that are not named.</param>
internal sealed record ApplyRequest(string? Workspace, string Yaml, bool DryRun, bool Prune);

/// <param name="Workspace">Key of the workspace.</param>
/// <param name="DryRun">True when nothing was changed for the asking.</param>
/// <param name="Unchanged">Definitions that are already as the file has them.</param>
/// <param name="Changes">What was changed, or would be.</param>
/// <param name="Faults">All that is wrong with the file; when there is anything, nothing was changed.</param>
internal sealed record ApplyAnswer(string Workspace, bool DryRun, int Unchanged, IReadOnlyList<ApplyChange> Changes, IReadOnlyList<ApplyFault> Faults);

/// <param name="Kind">Kind of the definition.</param>
/// <param name="Key">Key of the definition.</param>
/// <param name="Change"><c>created</c>, <c>changed</c> or <c>removed</c>.</param>
/// <param name="Version">The version that was written; null in a dry run.</param>
internal sealed record ApplyChange(string Kind, string Key, string Change, int? Version);

/// <param name="Definition">Kind and key, such as <c>touchpoint/order-placed</c>; the kind alone, or empty, where the fault is above.</param>
/// <param name="Field">Path within the document, if there is one.</param>
/// <param name="Value">The value that is wrong, if it may be shown.</param>
/// <param name="Detail">What is wrong, and where in the file.</param>
/// <param name="WayOut">What to do about it.</param>
internal sealed record ApplyFault(string Definition, string? Field, string? Value, string Detail, string? WayOut);

/// <summary>Makes the definitions of a workspace what a file says. All or nothing as far as faults go; doing it again changes nothing.</summary>
internal static class ApplyDefinitions
{
    public static Verb<ApplyRequest, ApplyAnswer> Verb { get; } = new("apply", VerbJson.Default.ApplyRequest, VerbJson.Default.ApplyAnswer, RunAsync);

    private sealed record Wanted(string Kind, string Key, string Json);

    private static async Task<Result<ApplyAnswer>> RunAsync(VerbContext context, ApplyRequest request, CancellationToken cancel)
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        var store = found.Value.Definitions;
        var parsed = YamlJson.Parse(request.Yaml);
        if (!parsed.IsOk) return parsed.Problem!;

        var faults = new List<ApplyFault>();
        var wanted = Read(parsed.Value, store, faults);
        var beside = Beside(wanted, store, request.Prune);
        foreach (var definition in faults.Count == 0 ? wanted : [])
        {
            // Now that all are known that one of them may refer to.
            faults.AddRange(store.Check(definition.Kind, definition.Key, definition.Json, beside).Select(p => new ApplyFault($"{definition.Kind}/{definition.Key}", p.Field, p.Value, p.Detail, p.WayOut)));
        }

        var key = found.Value.Key.Value;
        if (faults.Count > 0) return new ApplyAnswer(key, request.DryRun, 0, [], faults);

        var changes = new List<ApplyChange>();
        var unchanged = 0;
        foreach (var definition in wanted)
        {
            var old = store.List(definition.Kind).FirstOrDefault(d => d.Key == definition.Key);
            if (old is not null && Same(old.Json, definition.Json))
            {
                unchanged++;
                continue;
            }

            int? version = null;
            if (!request.DryRun)
            {
                var saved = await store.SaveAsync(definition.Kind, definition.Key, definition.Json, context.Actor, beside, cancel);
                if (!saved.IsOk) return saved.Problem!;
                version = saved.Value.Version;
            }

            changes.Add(new ApplyChange(definition.Kind, definition.Key, old is null ? "created" : "changed", version));
        }

        if (request.Prune)
        {
            foreach (var kind in wanted.Select(w => w.Kind).Distinct(StringComparer.Ordinal))
            {
                foreach (var surplus in store.List(kind).Where(d => !wanted.Any(w => w.Kind == kind && w.Key == d.Key)))
                {
                    int? version = null;
                    if (!request.DryRun)
                    {
                        var removed = await store.RemoveAsync(kind, surplus.Key, context.Actor, cancel);
                        if (!removed.IsOk) return removed.Problem!;
                        version = removed.Value.Version;
                    }

                    changes.Add(new ApplyChange(kind, surplus.Key, "removed", version));
                }
            }
        }

        return new ApplyAnswer(key, request.DryRun, unchanged, changes, []);
    }

    /// <summary>What will stand when the file is applied: the documents of the file, and null for those that go.</summary>
    private static Dictionary<(string Kind, string Key), string?> Beside(List<Wanted> wanted, DefinitionStore store, bool prune)
    {
        var beside = new Dictionary<(string, string), string?>();
        foreach (var definition in wanted) beside[(definition.Kind, definition.Key)] = definition.Json;
        foreach (var old in prune ? wanted.Select(w => w.Kind).Distinct(StringComparer.Ordinal).SelectMany(store.List) : []) beside.TryAdd((old.Kind, old.Key), null);
        return beside;
    }

    private static List<Wanted> Read(YamlNode root, DefinitionStore store, List<ApplyFault> faults)
    {
        var wanted = new List<Wanted>();
        if (root is not YamlMappingNode kinds)
        {
            faults.Add(new ApplyFault("", null, null, "The file is no map of kinds.", "Begin with a kind, such as touchpoint:, and its definitions by key below it."));
            return wanted;
        }

        foreach (var (kindNode, definitions) in kinds.Children)
        {
            var kind = (kindNode as YamlScalarNode)?.Value ?? "";
            if (store.Kinds.All(k => k.Kind != kind))
            {
                faults.Add(new ApplyFault(kind, null, null, $"There is no such kind of definition ({YamlJson.Where(kindNode)}).", $"The kinds are {string.Join(", ", store.Kinds.Select(k => k.Kind).Order(StringComparer.Ordinal))}."));
                continue;
            }

            if (definitions is not YamlMappingNode documents)
            {
                faults.Add(new ApplyFault(kind, null, null, $"It is no map of definitions by key ({YamlJson.Where(definitions)}).", null));
                continue;
            }

            foreach (var (keyNode, document) in documents.Children) Read(kind, keyNode, document, store, wanted, faults);
        }

        return wanted;
    }

    private static void Read(string kind, YamlNode keyNode, YamlNode document, DefinitionStore store, List<Wanted> wanted, List<ApplyFault> faults)
    {
        var key = (keyNode as YamlScalarNode)?.Value ?? "";
        var name = $"{kind}/{key}";
        var json = YamlJson.ToJson(document);
        if (!json.IsOk)
        {
            faults.Add(new ApplyFault(name, null, null, json.Problem!.Detail, json.Problem.WayOut));
            return;
        }

        foreach (var problem in store.CheckAlone(kind, key, json.Value))
        {
            faults.Add(new ApplyFault(name, problem.Field, problem.Value, $"{problem.Detail} ({YamlJson.Where(keyNode)})", problem.WayOut));
        }

        wanted.Add(new Wanted(kind, key, json.Value));
    }

    private static bool Same(string stored, string wanted)
    {
        using var a = JsonDocument.Parse(stored);
        using var b = JsonDocument.Parse(wanted);
        return JsonSerializer.Serialize(a.RootElement) == JsonSerializer.Serialize(b.RootElement);
    }
}
