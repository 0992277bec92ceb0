using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Insight.Contracts;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;

namespace Temas.Insight.Explorations;

/// <summary>The kind of definition <c>exploration</c>: a question that was saved, and how the explorer shows it (docs/explore.md).</summary>
internal sealed class ExplorationKind : IDefinitionKind<SavedExploration>
{
    /// <summary>Name of the kind.</summary>
    public const string Name = "exploration";

    private const int MostCharacters = 64 * 1024, MostFields = 40, MostValues = 200, LongestValue = 500;

    // Whether a question is well formed does not depend on the day; a late one lets "from" name any.
    private static readonly DateTimeOffset Checked = new(2199, 12, 1, 0, 0, 0, TimeSpan.Zero);

    public static ExplorationKind Instance { get; } = new();

    public string Kind => Name;

    public IEnumerable<KeyValuePair<string, string>> Defaults => [];

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public SavedExploration Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    private static SavedExploration Build(string key, DefinitionNode node)
    {
        node.Only("label", "description", "owner", "question", "page");
        var question = Question(node);
        return new SavedExploration(
            key, node.Label(), node.Name("description"), Owner(node), question.ValueKind == JsonValueKind.Object && question.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String ? kind.GetString()! : "", question, Page(node));
    }

    private static string Owner(DefinitionNode node)
    {
        var owner = node.RequiredText("owner");
        if (owner.Length > 200) node.Fault("owner", "text_too_long", "An owner has at most 200 characters.", owner, "Write an e-mail address or the name of a team.");
        return owner;
    }

    private static JsonElement Question(DefinitionNode node)
    {
        if (!node.Has("question"))
        {
            node.Fault("question", "field_missing", "An exploration has a question.", wayOut: "Add one, such as {\"kind\": \"trend\", \"measures\": [{\"event\": \"track:Order Completed\"}]}.");
            return default;
        }

        var question = node.Element.GetProperty("question");
        if (question.GetRawText().Length > MostCharacters) node.Fault("question", "query_too_long", "The question has more than 65,536 characters.", wayOut: "Put conditions into segments, and name those.");
        else if (new QueryReader(Checked, TimeZoneInfo.Utc).Read(question).Problem is { } fault) node.Fault(fault.Field is { } field ? $"question.{field}" : "question", fault.Code, fault.Detail, fault.Value, fault.WayOut);
        return question.Clone();
    }

    /// <summary>The choices of the explorer's form: texts, or lists of them.</summary>
    private static string Page(DefinitionNode node)
    {
        if (!node.Has("page")) return "";
        var page = node.Element.GetProperty("page");
        if (page.ValueKind != JsonValueKind.Object || page.EnumerateObject().Count() > MostFields)
        {
            node.Fault("page", "page_unreadable", "How the explorer shows it is an object of at most 40 of its choices.", wayOut: "Leave it out, or save the exploration on the page.");
            return "";
        }

        var url = "";
        foreach (var field in page.EnumerateObject())
        {
            List<JsonElement> values = field.Value.ValueKind == JsonValueKind.Array ? [.. field.Value.EnumerateArray()] : [field.Value];
            if (values.Count > MostValues || values.Exists(v => v.ValueKind != JsonValueKind.String || v.GetString()!.Length > LongestValue))
            {
                node.Fault($"page.{field.Name}", "page_unreadable", "A choice is a text of at most 500 characters, or a list of at most 200.", field.Value.GetRawText(), "Leave it out, or save the exploration on the page.");
                return "";
            }

            // An empty choice is one, too.
            foreach (var value in values) url += $"&{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(value.GetString()!)}";
        }

        return url.TrimStart('&');
    }
}

/// <summary>The saved explorations of a workspace.</summary>
internal sealed class WorkspaceExplorations(Workspace workspace) : IExplorations
{
    public IReadOnlyDictionary<string, SavedExploration> All => workspace.Definitions.Current(ExplorationKind.Instance);

    public async Task<Result<Answer>> AnswerAsync(string key, CancellationToken cancel)
    {
        var asked = await AskAsync(key, cancel);
        return asked.Problem is { } problem ? problem : asked.Value.Answer;
    }

    public async Task<Result<Asked>> AskAsync(string key, CancellationToken cancel) => All.GetValueOrDefault(key) is { } saved
        ? await AskQuestion.RunAsync(workspace, saved.Question, cancel)
        : Problem.NotFound("exploration_unknown", "There is no saved exploration with this key.", "key", key, "List the explorations to see their keys.");
}
