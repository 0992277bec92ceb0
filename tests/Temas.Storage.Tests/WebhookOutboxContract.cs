using Temas.Engage.Outbox;
using Temas.Engage.Webhooks;
using Temas.Kernel;
using Temas.Storage.ModuleEvents;
using Temas.Storage.Workspaces;

namespace Temas.Storage.Tests;

/// <summary>What every store must do with what webhooks are told.</summary>
public abstract class WebhookOutboxContract(StoreFixture store) : IAsyncLifetime
{
    private Database database = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => store.DisposeAsync();

    [SkippableFact]
    public async Task Delivery_IsTakenByOne_TriedAgain_GivenUp_AndPaused()
    {
        var webhooks = await OpenAsync();
        var now = TimeProvider.System.GetUtcNow();
        for (var i = 0; i < 2; i++) await AddAsync(webhooks, "msg_crm_1", "c1");
        await AddAsync(webhooks, "msg_crm_2", "");
        (await webhooks.DueAsync(10)).Select(d => d.Id).Order().ShouldBe(["msg_crm_1", "msg_crm_2"]);
        var taken = (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => webhooks.TakeAsync("msg_crm_1"))))).OfType<WebhookDelivery>().ShouldHaveSingleItem();
        taken.Body.ShouldBe("""{"x": "ğ"}""");
        (await webhooks.AgainAsync("crm", "msg_crm_1")).ShouldBeFalse("it is being sent");
        await webhooks.EndAsync(taken, false, "http_500", now.AddMinutes(1));
        (await webhooks.FindAsync("msg_crm_1"))!.State.ShouldBe(DeliveryState.Waiting);
        (await webhooks.StatesAsync())["crm"].Paused.ShouldBeNull();
        (await webhooks.AgainAsync("other", "msg_crm_1")).ShouldBeFalse("it is none of that webhook");
        (await webhooks.AgainAsync("crm", "msg_crm_1")).ShouldBeTrue();
        await webhooks.EndAsync((await webhooks.TakeAsync("msg_crm_1"))!, false, "http_500", now + WebhookStore.GivenUpAfter + TimeSpan.FromHours(1));
        (await webhooks.FindAsync("msg_crm_1"))!.State.ShouldBe(DeliveryState.Failed);
        await using (var connection = await database.OpenAsync()) await Dapper.SqlMapper.ExecuteAsync(connection, "update webhook_state set failing_since = 0");
        await webhooks.EndAsync((await webhooks.TakeAsync("msg_crm_2"))!, false, "no_answer", now);
        (await webhooks.StatesAsync())["crm"].Paused.ShouldNotBeNull();
        (await webhooks.DueAsync(10)).ShouldBeEmpty("it is paused");
        (await webhooks.ResumeAsync("crm")).ShouldBeTrue();
        (await webhooks.ResumeAsync("crm")).ShouldBeFalse();
        await webhooks.EndAsync((await webhooks.TakeAsync("msg_crm_2"))!, true, "http_200", now);
        (await webhooks.StatesAsync()).ShouldBeEmpty();
        (await webhooks.ListAsync("crm", 1)).Count.ShouldBe(1);
        await webhooks.ForgetAsync(["c1"]);
        (await webhooks.ListAsync("crm", 10)).ShouldHaveSingleItem().Id.ShouldBe("msg_crm_2");
        await webhooks.TidyAsync([]);
        (await webhooks.ListAsync("crm", 10)).ShouldBeEmpty();
    }

    private async Task AddAsync(WebhookStore webhooks, string id, string subject)
    {
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await webhooks.AddAsync(connection, transaction, "crm", new ModuleEvent(1, "survey.answered", subject, "{}", TimeProvider.System.GetUtcNow()), id, """{"x": "ğ"}""");
        await transaction.CommitAsync();
    }

    private async Task<WebhookStore> OpenAsync()
    {
        await store.InitializeAsync();
        database = (await store.OpenAsync(new Tables())).All[0].Database;
        return new WebhookStore(database, TimeProvider.System);
    }

    private sealed class Tables : IWorkspaceModule
    {
        public IReadOnlyList<Migration> Migrations { get; } = [.. OutboxStore.Migrations, .. WebhookStore.Migrations];

        public IReadOnlyList<IDefinitionKind> DefinitionKinds => [WebhookKind.Instance];

        public void Attach(Workspace workspace)
        {
        }
    }
}

public sealed class SqliteWebhookOutboxTests() : WebhookOutboxContract(new SqliteStore());

public sealed class PostgresWebhookOutboxTests() : WebhookOutboxContract(new PostgresStore());
