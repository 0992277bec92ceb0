using System.Text.Json.Nodes;
using Temas.Customers.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Indicators;
using Temas.Insight.Questions;
using Temas.Insight.Traits;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;

namespace Temas.Insight.Segments;

/// <summary>Segments, for the module below that lists customers.</summary>
internal sealed class TellSegments(Workspace workspace) : ICustomerSegments
{
    /// <inheritdoc/>
    public IReadOnlyList<SegmentName> All => [.. Segment.Of(workspace).Values.Select(s => new SegmentName(s.Key, s.Label))];

    /// <inheritdoc/>
    public async Task<Result<HashSet<int>>> CustomersAsync(string key, CancellationToken cancel)
    {
        var reader = QueryReader.For(workspace);
        var condition = reader.ReadCondition(FigureJson.Element(new JsonObject { ["segment"] = key }));
        if (condition.Problem is { } fault) return fault;

        // Who is in it is as little known as who is not.
        if (reader.IsUnsaid) return AnswerTraits.Unsaid;
        var asked = await workspace.Part<LiveColumns>().AskAsync(new SegmentQuery(condition.Value, 0, int.MaxValue), new QueryLimits(), cancel);
        return asked.Problem is { } problem ? problem : ((SegmentAnswer)asked.Value).Nodes.ToHashSet();
    }
}
