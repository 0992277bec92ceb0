using System.Text.Json.Nodes;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Identity;

/// <summary>A value, or pattern of values, that identifies nobody.</summary>
/// <param name="Kind">Kind of identifier; <c>*</c> for all.</param>
/// <param name="Value">The value; <c>*</c> at either end stands for anything.</param>
/// <param name="Events">How many of the events that were looked at hold it.</param>
public sealed record BlockedIdentifier(string Kind, string Value, int Events);

/// <summary>The values that identify nobody: a part of the definition <c>identity</c>/<c>default</c>.</summary>
public sealed class ChangeBlocked(ChangeDefinition change)
{
    /// <summary>How many of the newest records are looked at for counting.</summary>
    public const int Looked = 20_000;

    /// <summary>The kinds of identifier of a workspace, strongest first.</summary>
    public static IReadOnlyList<string> Kinds(Workspace workspace) => [.. RulesOf(workspace).Kinds.Select(k => k.Name)];

    /// <summary>The values, those that occur first, with how many of the newest events hold each.</summary>
    public static IReadOnlyList<BlockedIdentifier> List(Workspace workspace)
    {
        var rules = RulesOf(workspace);
        var seen = new Dictionary<(int Kind, string Value), int>();
        var found = new List<(int Kind, string Value)>();
        var reader = new IdentifierReader(rules) { Blocked = found };
        foreach (var e in workspace.Log.ReadBackwards().Take(Looked))
        {
            if (e.Kind != LogRecordKind.Event) continue;
            found.Clear();
            reader.Read(e.AsLogEvent());
            foreach (var value in found.Distinct()) seen[value] = seen.GetValueOrDefault(value) + 1;
        }

        var values = seen.Select(s => (Kind: rules.Kinds[s.Key.Kind].Name, Bytes: System.Text.Encoding.UTF8.GetBytes(s.Key.Value), Events: s.Value)).ToList();
        return [.. rules.Blocked.OrderBy(b => b.Key, StringComparer.Ordinal).SelectMany(b => b.Value.Select(pattern =>
        {
            var of = new BlockedValues([pattern]);
            return new BlockedIdentifier(b.Key, pattern, values.Where(v => (b.Key == IdentityRules.Any || v.Kind == b.Key) && of.Contains(v.Bytes)).Sum(v => v.Events));
        })).OrderByDescending(b => b.Events)];
    }

    /// <summary>Adds a value to the list, or takes it away; gives what is wrong, or null. Customers are then worked out anew.</summary>
    public async Task<Problem?> HandleAsync(Workspace workspace, string? kind, string? value, bool blocked, Actor by, CancellationToken cancel = default)
    {
        kind = string.IsNullOrWhiteSpace(kind) ? IdentityRules.Any : kind.Trim();
        value = value?.Trim() ?? "";
        if (blocked && (value.Length is 0 or > 256 || value.Trim('*').Length == 0)) return Problem.Invalid("blocked_value_invalid", "A blocked value has 1 to 256 characters and is more than *.", "value", value, "Write the value as it comes in.");
        var document = JsonNode.Parse(ChangeDefinition.InForce(workspace, IdentityRulesKind.Name, IdentityRulesKind.Key)?.Json ?? IdentityRulesKind.DefaultJson)!.AsObject();
        var all = document["blocked"] as JsonObject;
        if (all is null) document["blocked"] = all = [];
        var of = all[kind] as JsonArray;
        if (of is null && blocked) all[kind] = of = [];
        var at = of is null ? -1 : of.Select(v => v is JsonValue text && text.TryGetValue<string>(out var known) ? known : null).ToList().FindIndex(v => string.Equals(v, value, StringComparison.OrdinalIgnoreCase));
        if (blocked && at >= 0) return new Problem(ProblemKind.Conflict, "blocked_value_known", "This value is blocked already.") { Field = "value", Value = value };
        if (!blocked && at < 0) return Problem.NotFound("blocked_value_unknown", "This value is not blocked.", "value", value);
        if (blocked) of!.Add((JsonNode)JsonValue.Create(value));
        else of!.RemoveAt(at);
        return (await change.SaveAsync(workspace, IdentityRulesKind.Name, IdentityRulesKind.Key, document.ToJsonString(), by, cancel)).Problem;
    }

    private static IdentityRules RulesOf(Workspace workspace) => workspace.Definitions.Current(IdentityRulesKind.Instance).GetValueOrDefault(IdentityRulesKind.Key) ?? IdentityRules.Default;
}
