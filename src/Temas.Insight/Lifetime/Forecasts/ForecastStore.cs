using System.Text.Json;
using Dapper;
using Temas.Storage;

namespace Temas.Insight.Lifetime.Forecasts;

/// <summary>Keeps the models by which forecasts are made, the latest of each kind: a restart says the same of everybody.</summary>
internal sealed class ForecastStore(Database database)
{
    private const string Orders = "orders", Subscriptions = "subscriptions";

    /// <summary>The table.</summary>
    public static Migration Migration { get; } = new("forecasts", 1, "create table forecast_fit(kind text primary key, at bigint not null, json text not null)");

    /// <summary>What is kept.</summary>
    public (OrderFit? Orders, SubscriptionFit? Subscriptions) Load()
    {
        using var connection = database.Open();
        var rows = connection.Query<Row>("select kind as Kind, json as Json from forecast_fit").ToDictionary(r => r.Kind, r => r.Json, StringComparer.Ordinal);
        return (
            rows.TryGetValue(Orders, out var orders) ? JsonSerializer.Deserialize(orders, FitJson.Default.OrderFit) : null,
            rows.TryGetValue(Subscriptions, out var subscriptions) ? JsonSerializer.Deserialize(subscriptions, FitJson.Default.SubscriptionFit) : null);
    }

    /// <summary>Keeps both instead of what was kept; one that is null is kept no more.</summary>
    public async Task SaveAsync(OrderFit? orders, SubscriptionFit? subscriptions, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.ExecuteAsync("delete from forecast_fit", transaction: transaction);
        await AddAsync(Orders, orders?.At, orders is null ? null : JsonSerializer.Serialize(orders, FitJson.Default.OrderFit));
        await AddAsync(Subscriptions, subscriptions?.At, subscriptions is null ? null : JsonSerializer.Serialize(subscriptions, FitJson.Default.SubscriptionFit));
        await transaction.CommitAsync(cancel);

        async Task AddAsync(string kind, long? at, string? json)
        {
            if (json is not null) await connection.ExecuteAsync("insert into forecast_fit(kind, at, json) values(@kind, @at, @json)", new { kind, at, json }, transaction);
        }
    }

    private sealed class Row
    {
        public string Kind { get; set; } = "";

        public string Json { get; set; } = "";
    }
}
