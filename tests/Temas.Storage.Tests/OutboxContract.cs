using Temas.Engage.Channels;
using Temas.Engage.Contracts;
using Temas.Engage.Outbox;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Storage.Tests;

/// <summary>What every store must do with messages to customers.</summary>
public abstract class OutboxContract(StoreFixture store) : IAsyncLifetime
{
    private static readonly DateTimeOffset Until = TimeProvider.System.GetUtcNow().AddDays(1);

    private Database database = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => store.DisposeAsync();

    [SkippableFact]
    public async Task Take_ManyAtOnce_GivesEachMessageToOne()
    {
        var outbox = await OpenAsync();
        for (var i = 0; i < 20; i++) await AddAsync(outbox, Message($"m{i:00}"));
        (await AddAsync(outbox, Message("m00"))).ShouldBeFalse("it is there already");
        await AddAsync(outbox, Message("rolled back"), commit: false);
        (await outbox.DueChannelsAsync()).ShouldBe(["email"]);
        var due = await outbox.DueAsync("email", 100);
        due.Count.ShouldBe(20);
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).SelectMany(_ => due).Select(id => Task.Run(() => outbox.TakeAsync(id))));
        taken.OfType<OutboxMessage>().GroupBy(m => m.Id).Select(g => g.Count()).ShouldAllBe(n => n == 1);
        taken.Count(m => m is not null).ShouldBe(20);
        (await outbox.DueAsync("email", 100)).ShouldBeEmpty();
        taken.OfType<OutboxMessage>().First(m => m.Id == "m07").Text.ShouldBe("Merhaba İpek 😀");
    }

    [SkippableFact]
    public async Task Count_IsOfWhatBelongsTogether_ByChannelAndHowFarItIs()
    {
        var outbox = await OpenAsync();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var id in (string[])["invite:1", "invite:2", "invite:3", "invite:4", "remind:1"]) await AddAsync(outbox, Message(id));
        await AddAsync(outbox, Message("invite:sms") with { Channel = "sms" });
        await AddAsync(outbox, Message("invite:other") with { Reference = "survey:other" });
        foreach (var (id, state) in new[] { ("invite:1", MessageState.Sent), ("invite:2", MessageState.Bounced), ("invite:3", MessageState.Held) }) await outbox.EndAsync((await outbox.TakeAsync(id))!, state, null, null, null);
        await outbox.ReportAsync(OutboxStore.MarkOf("invite:1"), null, MessageState.Delivered, null);
        var fates = new MessageFateStore(database);
        (await fates.CountAsync("invite", Message("x").Reference, now.AddHours(-1), now.AddHours(1))).OrderBy(c => c.Channel).ShouldBe([new MessageCount("email", 1, 0, 1, 2), new MessageCount("sms", 1, 0, 0, 0)]);
        (await fates.CountAsync("invite", Message("x").Reference, now.AddHours(1), now.AddHours(2))).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Opened_IsNotedOfWatchedMailsAlone_AndACertaintyStays()
    {
        var outbox = await OpenAsync();
        var (fates, now) = (new MessageFateStore(database), TimeProvider.System.GetUtcNow());
        foreach (var id in (string[])["invite:1", "invite:2", "invite:3", "invite:4"]) await AddAsync(outbox, Message(id) with { MayTellOpens = id != "invite:4" });
        Task OpenedAsync(string id, bool isProgram, DateTimeOffset sentBefore) => fates.OpenedAsync(OutboxStore.MarkOf(id), isProgram, sentBefore);
        async Task<string> OpensAsync() => string.Join(' ', (await fates.ListAsync("invite", "survey:s", now.AddHours(-1), now.AddHours(1), null, null, 0, 10)).OrderBy(f => f.Id, StringComparer.Ordinal).Select(f => f.Opened ?? "-"));
        // Before it is noted as sent nobody can have read it.
        await OpenedAsync("invite:1", false, now.AddHours(1));
        foreach (var id in (string[])["invite:1", "invite:2", "invite:3", "invite:4"]) await outbox.EndAsync((await outbox.TakeAsync(id))!, MessageState.Sent, null, null, null, isWatched: id is not ("invite:3" or "invite:4"));
        (await OpensAsync()).ShouldBe("perhaps not - -");
        await OpenedAsync("invite:2", true, now.AddHours(1));
        await OpenedAsync("invite:1", false, now.AddHours(-1));
        (await OpensAsync()).ShouldBe("perhaps perhaps - -", "too soon, and a program");
        foreach (var id in (string[])["invite:1", "invite:4"]) await OpenedAsync(id, false, now.AddHours(1));
        await OpenedAsync("invite:1", true, now.AddHours(1));
        await OpenedAsync("nobody", false, now.AddHours(1));
        (await OpensAsync()).ShouldBe("opened perhaps - -");
        (await fates.CountAsync("invite", "survey:s", now.AddHours(-1), now.AddHours(1))).ShouldHaveSingleItem().ShouldBe(new MessageCount("email", 0, 4, 0, 0) { Watched = 2, Opened = 1, PerhapsOpened = 1 });
        foreach (var (fate, ids) in new[] { (MessageFates.Opened, "invite:1"), (MessageFates.PerhapsOpened, "invite:2"), (MessageFates.Watched, "invite:2 invite:1"), (MessageFates.NotSent, "") })
            (await fates.ListAsync("invite", "survey:s", now.AddHours(-1), now.AddHours(1), "email", fate, 0, 10)).Select(f => f.Id).Order(StringComparer.Ordinal).ShouldBe(ids.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        (await fates.FindAsync(["invite:2", "none"])).ShouldHaveSingleItem().Value.ShouldBe(new MessageFate("invite:2", "email", "sent", null, "perhaps"));
    }

    [SkippableFact]
    public async Task End_TellsInOneTransaction_AndReportsComeAfter()
    {
        var outbox = await OpenAsync();
        foreach (var id in (string[])["sent", "bounced", "again", "held"]) await AddAsync(outbox, Message(id));
        async Task<OutboxMessage> TakeAsync(string id) => (await outbox.TakeAsync(id)).ShouldNotBeNull();
        await outbox.EndAsync(await TakeAsync("sent"), MessageState.Sent, null, "a1", "P-1");
        await outbox.EndAsync(await TakeAsync("bounced"), MessageState.Bounced, "smtp_550", "a2", null);
        await outbox.EndAsync(await TakeAsync("held"), MessageState.Held, "no_consent", null, null);
        var again = await TakeAsync("again");
        await outbox.AgainAsync(again, Until, "smtp_451");
        (await outbox.TakeAsync("again")).ShouldBeNull("it is not due");
        (await outbox.HurryAsync("again")).ShouldBeTrue();
        (await outbox.HurryAsync("sent")).ShouldBeFalse();
        (await outbox.TakeAsync("again"))!.Attempts.ShouldBe(2);
        (outbox.HasBounced("email", "a2"), outbox.HasBounced("email", "a1"), outbox.HasBounced("sms", "a2")).ShouldBe((true, false, false));
        (await outbox.FindAsync("sent"))!.Text.ShouldBeNull();

        (await outbox.ReportAsync("P-1", "sms", MessageState.Delivered, null)).ShouldBeFalse("a gateway speaks of its own channel");
        (await outbox.ReportAsync("P-1", "email", MessageState.Delivered, null)).ShouldBeTrue();
        (await outbox.ReportAsync("P-1", "email", MessageState.Delivered, null)).ShouldBeFalse("it was said before");
        (await outbox.ReportAsync(OutboxStore.MarkOf("sent"), null, MessageState.Bounced, "5.1.1")).ShouldBeTrue();
        (await outbox.ReportAsync(OutboxStore.MarkOf("sent"), null, MessageState.Delivered, null)).ShouldBeFalse();
        (await outbox.ReportAsync("nobody", null, MessageState.Bounced, null)).ShouldBeFalse();
        outbox.HasBounced("email", "a1").ShouldBeTrue();
        var untold = await outbox.UntoldAsync(100);
        untold.Select(e => e.Name).ShouldBe(["Message Sent", "Message Bounced", "Message Delivered", "Message Bounced"]);
        await outbox.ToldAsync([untold[0].Id, untold[2].Id]);
        (await outbox.UntoldAsync(100)).Select(e => e.Id).ShouldBe([untold[1].Id, untold[3].Id]);
        (await outbox.CountAsync())[("email", MessageState.Bounced)].ShouldBe(2);
        (await outbox.ListAsync(MessageState.Held, "email", ["c1", "c2"], 10)).ShouldHaveSingleItem().Why.ShouldBe("no_consent");
        (await outbox.ListAsync(null, null, null, 2)).Count.ShouldBe(2);
    }

    [SkippableFact]
    public async Task Unsubscribe_IsNotedOnce_UntilSheAgreesAgain_AndForgettingTakesAll()
    {
        var outbox = await OpenAsync();
        await AddAsync(outbox, Message("m"));
        var before = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        var noted = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => outbox.UnsubscribeAsync("c1", "email", "surveys", before))));
        noted.Count(n => n).ShouldBe(1);
        (await outbox.UnsubscribeAsync("c1", "email", "surveys", TimeProvider.System.GetUtcNow().AddMinutes(1))).ShouldBeTrue("she had agreed again");
        (await outbox.UnsubscribeAsync("c1", "sms", "surveys", null)).ShouldBeTrue();
        outbox.Unsubscribed(["c0", "c1"], "surveys").Keys.Order().ShouldBe(["email", "sms"]);
        outbox.Unsubscribed(["c1"], "marketing").ShouldBeEmpty();
        await outbox.EndAsync((await outbox.TakeAsync("m"))!, MessageState.Bounced, "smtp_550", "a1", null);
        await outbox.ForgetAsync(["c0", "c1"], ["a1"]);
        outbox.Unsubscribed(["c1"], "surveys").ShouldBeEmpty();
        outbox.HasBounced("email", "a1").ShouldBeFalse();
        (await outbox.UntoldAsync(10)).ShouldBeEmpty();
        (await outbox.ListAsync(null, null, null, 10)).ShouldBeEmpty();
    }

    private static ChannelMessage Message(string id) => new() { Id = id, Customer = "c1", Channel = "email", Purpose = "surveys", Reference = "survey:s", Language = "tr", Subject = "Şık", Text = "Merhaba İpek 😀", Until = Until };

    private async Task<bool> AddAsync(OutboxStore outbox, ChannelMessage message, bool commit = true)
    {
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var added = await outbox.AddAsync(connection, transaction, message);
        if (commit) await transaction.CommitAsync();
        return added;
    }

    private async Task<OutboxStore> OpenAsync()
    {
        await store.InitializeAsync();
        database = (await store.OpenAsync(new Tables())).All[0].Database;
        return new OutboxStore(database, TimeProvider.System);
    }

    private sealed class Tables : IWorkspaceModule
    {
        public IReadOnlyList<Migration> Migrations => OutboxStore.Migrations;

        public IReadOnlyList<IDefinitionKind> DefinitionKinds => [ChannelKind.Instance];

        public void Attach(Workspace workspace)
        {
        }
    }
}

public sealed class SqliteOutboxTests() : OutboxContract(new SqliteStore());

public sealed class PostgresOutboxTests() : OutboxContract(new PostgresStore());
