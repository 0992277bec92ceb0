using System.Text.Json;
using Temas.Customers.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;

namespace Temas.Insight.Indicators;

/// <summary>What customers ordered, by the rules that profiles go by (docs/perception.md): kept for as long as nothing changes. A part of the workspace.</summary>
internal sealed class OrderBook(Workspace workspace)
{
    private readonly AnswerMemory memory = new(workspace);

    /// <summary>What is worked out of orders is held as long as these.</summary>
    public AnswerMemory.Held Held => memory.Current();

    /// <summary>What counts as an order now.</summary>
    public OrderSelector Rules => workspace.Part<ICustomerFacts>().Orders;

    /// <summary>The orders of all customers, or of those for whom a condition in JSON holds.</summary>
    public Task<Result<OrderHistories>> ReadAsync(JsonElement? where, CancellationToken cancel) => Held.AskAsync<OrderHistories>($"orders/{where?.GetRawText()}", async () =>
    {
        Condition? condition = null;
        if (where is { } json)
        {
            var read = QueryReader.For(workspace).ReadCondition(json);
            if (read.Problem is { } problem) return problem;
            condition = read.Value;
        }

        return await workspace.Part<LiveColumns>().OrdersAsync(Rules, condition, CancellationToken.None);
    }, cancel);

    /// <summary>Whether an event that counts as an order has ever arrived.</summary>
    public bool HasOrders
    {
        get
        {
            var counts = workspace.Part<LiveColumns>().Store.CountTypes();
            return Rules.Order.Types is { } types ? types.Any(counts.ContainsKey) : counts.Count > 0;
        }
    }
}
