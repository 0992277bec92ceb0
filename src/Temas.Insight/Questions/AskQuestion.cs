using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Insight.Columns;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;

namespace Temas.Insight.Questions;

/// <summary>An answer, with the customers that it names.</summary>
internal sealed record Asked(Answer Answer, IReadOnlyList<CustomerLink> Customers);

/// <summary>Puts a question, for the API and the pages alike.</summary>
internal static class AskQuestion
{
    /// <summary>Answers a question in JSON (docs/formats/query.md).</summary>
    public static async Task<Result<Asked>> RunAsync(Workspace workspace, JsonElement question, CancellationToken cancel)
    {
        var read = QueryReader.For(workspace).Read(question);
        return read.Problem is { } fault ? fault : await RunAsync(workspace, read.Value, cancel);
    }

    /// <summary>Some of the customers for whom a condition in JSON holds, and how many they are.</summary>
    public static async Task<Result<Asked>> WhoAsync(Workspace workspace, string condition, int offset, int limit, CancellationToken cancel)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(condition);
        }
        catch (JsonException e)
        {
            return Problem.Invalid("json_malformed", $"The condition is not JSON: {e.Message}", "where", condition, "Open the list from a number of the explorer.");
        }

        using (document)
        {
            var read = QueryReader.For(workspace).ReadCondition(document.RootElement);
            return read.Problem is { } fault ? fault : await RunAsync(workspace, new SegmentQuery(read.Value, offset, limit), cancel);
        }
    }

    private static async Task<Result<Asked>> RunAsync(Workspace workspace, Query query, CancellationToken cancel)
    {
        var asked = await workspace.Part<LiveColumns>().AskAsync(query, new QueryLimits(), cancel);
        if (asked.Problem is { } problem) return problem;
        var nodes = asked.Value is SegmentAnswer segment ? segment.Nodes : [];
        return new Asked(asked.Value, nodes.Count == 0 ? [] : [.. workspace.Part<ICustomerNodes>().LinksOf(nodes).OfType<CustomerLink>()]);
    }
}
