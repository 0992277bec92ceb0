using Temas.Feedback.Asking;
using Temas.Feedback.Asking.Decisions;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Storage.Tests;

/// <summary>What every store must do with asks.</summary>
public abstract class AskContract(StoreFixture store) : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => store.DisposeAsync();

    [SkippableFact]
    public async Task Note_ThenFind_IsTheSame_AndWhatIsKnownStays()
    {
        var asks = await OpenAsync();
        (await asks.PositionAsync(default)).ShouldBeNull();
        var ask = Of("1") with { Visitor = "ığ😀", About = new Dictionary<string, string> { ["order_id"] = "O-1" }, Position = 7, HeldReason = AskReason.NotDelivered, HeldAt = Noon };
        await asks.NoteAsync([ask], 12, [], Noon, default);
        await asks.NoteAsync([ask with { Survey = "another" }], 13, [], Noon, default);
        var found = (await asks.FindAsync("1", default))!;
        (found with { About = ask.About }).ShouldBe(ask);
        found.About["order_id"].ShouldBe("O-1");
        (await asks.PositionAsync(default)).ShouldBe(13);
        (await asks.FindAsync("2", default)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task Decide_Settled_IsNotDecidedAgain_AndWhatFailsBesideItIsNotKept()
    {
        var asks = await OpenAsync();
        await asks.NoteAsync([Of("1"), Of("2")], 1, [], Noon, default);
        var done = 0;
        var asked = Of("1") with { State = AskState.Asked, NextAt = null, Channel = "email" };
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => asks.DecideAsync(asked, (_, _) => { Interlocked.Increment(ref done); return Task.CompletedTask; }, default))));
        (all.Count(a => a), done).ShouldBe((1, 1));
        (await asks.DecideAsync(asked with { State = AskState.Refused }, null, default)).ShouldBeFalse();
        await Should.ThrowAsync<InvalidOperationException>(() => asks.DecideAsync(asked with { Id = "2" }, (_, _) => throw new InvalidOperationException("no"), default));
        (await asks.FindAsync("2", default))!.State.ShouldBe(AskState.Waiting);
        (await asks.DueAsync(Noon.AddHours(1), 10, default)).Select(a => a.Id).ShouldBe(["2"]);
    }

    [SkippableFact]
    public async Task Due_IsWhatItsTimeHasCome_AndAnEventWakesWhatItMayFree()
    {
        var asks = await OpenAsync();
        var held = Of("held") with { State = AskState.Held, Reason = AskReason.NotDelivered, NextAt = Noon.AddDays(3) };
        await asks.NoteAsync([Of("b") with { NextAt = Noon.AddMinutes(2) }, Of("a") with { NextAt = Noon.AddMinutes(2) }, Of("c") with { NextAt = Noon.AddMinutes(1) }, held, held with { Id = "night", Reason = AskReason.QuietHours }], 1, [], Noon, default);
        (await asks.NextAsync(default)).ShouldBe(Noon.AddMinutes(1));
        (await asks.DueAsync(Noon.AddMinutes(2), 10, default)).Select(a => a.Id).ShouldBe(["c", "a", "b"]);
        (await asks.HeldAsync(default)).ShouldBe(["her"]);
        await asks.NoteAsync([], 2, ["her"], Noon.AddSeconds(30), default);
        (await asks.DueAsync(Noon.AddSeconds(30), 10, default)).Select(a => a.Id).ShouldBe(["held"]);
        await asks.PostponeAsync("held", Noon.AddDays(1), default);
        (await asks.DueAsync(Noon.AddSeconds(30), 10, default)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Last_CountAndList_AreThoseOfThePersonAndTheTime()
    {
        var asks = await OpenAsync();
        for (var i = 0; i < 10; i++)
        {
            await asks.NoteAsync(
                [Of($"{i}") with { Customer = i % 2 == 0 ? "her" : null, Visitor = i % 2 == 1 ? "v" : null, Survey = i < 5 ? "s" : "t", Rule = i < 8 ? "r" : "q", State = i == 9 ? AskState.Refused : AskState.Asked, Reason = i == 9 ? AskReason.NoChannel : null, NextAt = null, DecidedAt = Noon.AddHours(i) }],
                i, [], Noon, default);
        }

        (await asks.LastAsync(new AskedPerson(["her", "before"], []), ["s"], Noon.AddDays(1), null, default)).ShouldBe((Noon.AddHours(8), Noon.AddHours(4)));
        (await asks.LastAsync(new AskedPerson(["her"], ["v"]), ["s", "t"], Noon.AddHours(7), null, default)).ShouldBe((Noon.AddHours(7), Noon.AddHours(7)));
        (await asks.LastAsync(new AskedPerson(["her"], []), ["s"], Noon.AddDays(1), null, "q", default)).Anything.ShouldBe(Noon.AddHours(6));
        (await asks.LastAsync(new AskedPerson([], []), ["s"], Noon, null, default)).ShouldBe((null, null));
        (await asks.CountAsync(Noon.AddHours(2), Noon.AddHours(8), default)).ShouldBe(7);
        (await asks.CountAsync(Noon.AddHours(2), Noon.AddHours(8), "q", default)).ShouldBe(6);
        (await asks.OfAsync(new AskedPerson(["her"], ["v"]), 3, default)).Select(a => a.Id).ShouldBe(["9", "8", "7"]);
        (await asks.ListAsync(new AskFilter("r", AskState.Asked), 2, (Noon.AddHours(6).ToUnixTimeMilliseconds(), "6"), default)).Select(a => a.Id).ShouldBe(["5", "4"]);
        (await asks.ListAsync(new AskFilter(Reason: AskReason.NoChannel), 10, null, default)).ShouldHaveSingleItem().Id.ShouldBe("9");
        (await asks.CountsAsync(Noon.AddHours(7), null, default)).Select(c => (c.Rule, c.State, c.Reason, c.Count)).ShouldBe([("r", AskState.Asked, null, 1), ("q", AskState.Asked, null, 1), ("q", AskState.Refused, AskReason.NoChannel, 1)], ignoreOrder: true);
        await asks.TidyAsync(Noon.AddDays(1), default);
        (await asks.ForgetAsync(new AskedPerson(["her"], ["nobody"]), default)).ShouldBe(5);
        (await asks.ListAsync(new AskFilter(), 100, null, default)).Count.ShouldBe(4);
    }

    [SkippableFact]
    public async Task Put_OfAPage_IsWrittenAnewUntilSheWasAsked()
    {
        var asks = await OpenAsync();
        var offer = Of("p") with { State = AskState.Refused, Reason = AskReason.AskedLately, NextAt = null };
        await asks.PutAsync(offer, default);
        await asks.PutAsync(offer with { State = AskState.Offered, Reason = null }, default);
        (await asks.FindAsync("p", default))!.State.ShouldBe(AskState.Offered);
        (await asks.DecideAsync(offer with { State = AskState.Asked, Reason = null }, null, default)).ShouldBeTrue();
        await asks.PutAsync(offer, default);
        (await asks.FindAsync("p", default))!.State.ShouldBe(AskState.Asked);
    }

    [SkippableFact]
    public async Task Reminder_CountsAsAnyAsk_ButForTheOneThatItRemindsOf()
    {
        var asks = await OpenAsync();
        var first = Of("first") with { State = AskState.Asked, NextAt = null };
        await asks.NoteAsync([first, first with { Id = "other", Survey = "t", DecidedAt = Noon.AddHours(-5) }, first with { Id = "first-r1", Reminds = "first", Reminder = 1, DecidedAt = Noon.AddDays(3) }], 1, [], Noon, default);
        var found = (await asks.FindAsync("first-r1", default))!;
        (found.Reminds, found.Reminder).ShouldBe(("first", 1));
        var her = new AskedPerson(["her"], []);
        (await asks.LastAsync(her, ["s"], Noon.AddDays(9), null, default)).ShouldBe((Noon.AddDays(3), Noon.AddDays(3)));
        (await asks.LastAsync(her, ["s"], Noon.AddDays(9), "first", default)).ShouldBe((Noon.AddHours(-5), null));
        (await asks.CountAsync(Noon.AddDays(3), Noon.AddDays(3), default)).ShouldBe(1);
        (await asks.CountsAsync(Noon.AddDays(-1), null, default)).ShouldHaveSingleItem().Count.ShouldBe(2, "who was asked is counted once");
        (await asks.ForgetAsync(her, default)).ShouldBe(3);
    }

    private static Ask Of(string id) => new() { Id = id, Rule = "r", Survey = "s", Customer = "her", Cause = "Go", TriggeredAt = Noon, DueAt = Noon, NextAt = Noon, DecidedAt = Noon };

    private async Task<AskStore> OpenAsync()
    {
        await store.InitializeAsync();
        return new AskStore((await store.OpenAsync(new Module())).All[0].Database);
    }

    private sealed class Module : IWorkspaceModule
    {
        public IReadOnlyList<Migration> Migrations => AskStore.Migrations;

        public IReadOnlyList<IDefinitionKind> DefinitionKinds => [];

        public void Attach(Workspace workspace)
        {
        }
    }
}

public sealed class SqliteAskTests() : AskContract(new SqliteStore());

public sealed class PostgresAskTests() : AskContract(new PostgresStore());
