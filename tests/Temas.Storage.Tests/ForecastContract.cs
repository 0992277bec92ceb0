using Temas.Insight.Lifetime.Forecasts;
using Temas.Insight.Lifetime.Subscriptions;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Storage.Tests;

/// <summary>What every store must do with the models of forecasts: what is read says the same as what was kept, to the last bit.</summary>
public abstract class ForecastContract(StoreFixture store) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => store.DisposeAsync();

    [SkippableFact]
    public async Task Save_ThenLoad_IsTheSame_AndReplacesWhatWasKept()
    {
        var forecasts = await OpenAsync();
        forecasts.Load().ShouldBe((null, null));
        var orders = new OrderFit { At = 1_790_000_000_123, Position = long.MaxValue, Rules = ulong.MaxValue, Buying = [0.1 + 0.2, 1 / 3.0, Math.PI, 1e-300], Spending = [6.25, 3.74, 15.44], Check = new FitCheck(1, 2, 100.5, 99), ValueCheck = new FitCheck(1, 2, 1 / 3.0, 0.3) };
        var subscriptions = new SubscriptionFit
        {
            At = 5,
            Position = 6,
            Traits = [new HazardTrait("plan ığüş 😀", -0.5, 0.1), new HazardTrait("quiet", 1 / 7.0, 0.2)],
            Times = [1, 30.0001],
            Gathered = [0.01, 2 / 3.0],
            UsualPlan = "temel",
            Plans = ["ığüş 😀"],
            Flags = [1],
            Passing = 1.1,
            Rhythms = new Dictionary<string, double> { [""] = 5, ["temel"] = 30.5 * 86_400_000 },
            CommonRhythm = 1 / 3.0,
            Check = new FitCheck(3, 4, 0.2, 0.21),
            Concordance = 0.66,
        };
        await forecasts.SaveAsync(orders, subscriptions);
        var (readOrders, readSubscriptions) = forecasts.Load();
        (readOrders!.At, readOrders.Position, readOrders.Rules, readOrders.ValueCheck, readOrders.Check, readOrders.State).ShouldBe((orders.At, orders.Position, orders.Rules, orders.ValueCheck, orders.Check, FitState.Holds));
        readOrders.Buying.ShouldBe(orders.Buying);
        readOrders.Spending.ShouldBe(orders.Spending);
        readSubscriptions!.Traits.ShouldBe(subscriptions.Traits);
        readSubscriptions.Gathered.ShouldBe(subscriptions.Gathered);
        readSubscriptions.Rhythms.ShouldBe(subscriptions.Rhythms, ignoreOrder: true);
        readSubscriptions.CommonRhythm.ShouldBe(1 / 3.0);
        (readSubscriptions.UsualPlan, readSubscriptions.Plans[0], readSubscriptions.Concordance, readSubscriptions.State).ShouldBe(("temel", "ığüş 😀", 0.66, FitState.Holds));

        await forecasts.SaveAsync(orders with { Buying = null, Check = null }, null);
        var (again, none) = forecasts.Load();
        (again!.State, again.Model, none).ShouldBe((FitState.TooFew, null, null));
    }

    private async Task<ForecastStore> OpenAsync()
    {
        await store.InitializeAsync();
        return new ForecastStore((await store.OpenAsync(new Tables())).All[0].Database);
    }

    private sealed class Tables : IWorkspaceModule
    {
        public IReadOnlyList<Migration> Migrations => [ForecastStore.Migration];

        public IReadOnlyList<IDefinitionKind> DefinitionKinds => [];

        public void Attach(Workspace workspace)
        {
        }
    }
}

public sealed class SqliteForecastTests() : ForecastContract(new SqliteStore());

public sealed class PostgresForecastTests() : ForecastContract(new PostgresStore());
