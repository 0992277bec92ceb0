using Dapper;
using Temas.Storage.ModuleEvents;

namespace Temas.Storage.Tests;

/// <summary>What every store must do with what modules tell each other.</summary>
public abstract class ModuleEventContract(StoreFixture store) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => store.DisposeAsync();

    [SkippableFact]
    public async Task Hear_EachOnceInOrder_AlsoAcrossAFailureAndARestart()
    {
        await store.InitializeAsync();
        var registry = await store.OpenAsync();
        var events = registry.All[0].Events;
        var heard = new List<string>();
        Task Hear(IReadOnlyList<ModuleEvent> some)
        {
            heard.AddRange(some.Select(e => e.Subject));
            return Task.CompletedTask;
        }

        (await events.HearAsync("listener", ["a"], 10, (_, _, _) => throw new InvalidOperationException("nothing was told yet"))).ShouldBeFalse();
        await events.CommitAsync([.. Enumerable.Range(0, 450).Select(i => new NewModuleEvent(i % 3 == 0 ? "b" : "a", $"c{i}", "{}"))]);

        // What the listener writes goes with the failure, and it hears the same again.
        await Should.ThrowAsync<InvalidOperationException>(() => events.HearAsync("listener", ["a"], 100, async (connection, transaction, some) =>
        {
            await connection.ExecuteAsync("insert into module_listener(name, position) values('left behind', 1)", transaction: transaction);
            throw new InvalidOperationException(some[0].Subject);
        }));
        while (await events.HearAsync("listener", ["a"], 70, (_, _, some) => Hear(some)) && heard.Count < 140)
        {
        }

        await registry.CloseAsync();
        events = await OpenAsync();
        while (await events.HearAsync("listener", ["a"], 1000, (_, _, some) => Hear(some)))
        {
        }

        heard.ShouldBe(Enumerable.Range(0, 450).Where(i => i % 3 != 0).Select(i => $"c{i}"));
        (await events.HearAsync("left behind", ["a"], 10, (_, _, some) => Hear(some))).ShouldBeFalse("it is new, and hears from now on");
    }

    [SkippableFact]
    public async Task Count_SinceAMoment_IsByWhatWasSaid()
    {
        await store.InitializeAsync();
        var registry = await store.OpenAsync();
        var workspace = registry.All[0];
        (await workspace.Events.CountAsync(DateTimeOffset.UnixEpoch, ["a"])).ShouldBeEmpty();
        await workspace.Events.CommitAsync([.. Enumerable.Range(0, 30).Select(i => new NewModuleEvent(i % 3 == 0 ? "b" : "a", $"c{i}", i % 2 == 0 ? "{}" : """{"x":1}"""))]);
        await workspace.Events.ForgetAsync(["c1"]);
        await using (var connection = await workspace.Database.OpenAsync()) await connection.ExecuteAsync("update module_event set at = at - 10000 where id <= (select min(id) + 9 from module_event)");
        var now = workspace.Clock.GetUtcNow();
        (await workspace.Events.CountAsync(now.AddSeconds(-60), ["a", "b"])).Values.Sum().ShouldBe(29);
        var late = await workspace.Events.CountAsync(now.AddSeconds(-5), ["a"]);
        late.Keys.Order().ShouldBe([("a", """{"x":1}"""), ("a", "{}")], ignoreOrder: true);
        late.Values.Sum().ShouldBe(Enumerable.Range(10, 20).Count(i => i % 3 != 0));
        (await workspace.Events.CountAsync(now.AddDays(1), ["a"])).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Commit_WithWhatBelongsToIt_IsAllOrNothing()
    {
        var events = await OpenAsync();
        await Should.ThrowAsync<InvalidOperationException>(() => events.CommitAsync([new NewModuleEvent("a", "c", "{}")], (_, _, _) => throw new InvalidOperationException()));
        (await events.LastAsync()).ShouldBe(0);
        var last = 0L;
        await events.CommitAsync([new NewModuleEvent("a", "c", """{"x":"ğ😀"}""")], (_, _, id) =>
        {
            last = id;
            return Task.CompletedTask;
        });
        var told = (await events.ReadAsync(0, 10)).ShouldHaveSingleItem();
        (told.Id, told.Kind, told.Subject, told.Json).ShouldBe((last, "a", "c", """{"x":"ğ😀"}"""));
    }

    [SkippableFact]
    public async Task Commit_FromManySides_LosesNothingForOneWhoHearsMeanwhile()
    {
        var events = await OpenAsync();
        await events.HearAsync("listener", ["a"], 10, (_, _, _) => Task.CompletedTask);
        var heard = new List<string>();
        var tellers = Task.WhenAll(Enumerable.Range(0, 4).Select(async t =>
        {
            for (var i = 0; i < 25; i++) await events.CommitAsync([new NewModuleEvent("a", $"{t}-{i}", "{}")]);
        }));
        while (!tellers.IsCompleted || heard.Count < 100)
        {
            await events.HearAsync("listener", ["a"], 7, (_, _, some) =>
            {
                heard.AddRange(some.Select(e => e.Subject));
                return Task.CompletedTask;
            });
        }

        heard.Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 4).SelectMany(t => Enumerable.Range(0, 25).Select(i => $"{t}-{i}")).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task Forget_TakesAwayWhatWasToldOfSomebody()
    {
        var events = await OpenAsync();
        await events.CommitAsync([new NewModuleEvent("a", "her", "{}"), new NewModuleEvent("a", "another", "{}"), new NewModuleEvent("b", "her", "{}")]);
        (await events.OfAsync("her", 10)).Select(e => e.Kind).ShouldBe(["b", "a"]);
        await events.ForgetAsync(["her"]);
        (await events.ReadAsync(0, 10)).Select(e => e.Subject).ShouldBe(["another"]);
        var last = await events.LastAsync();
        await events.ForgetAsync(["another"]);
        await events.CommitAsync([new NewModuleEvent("a", "later", "{}")]);
        (await events.LastAsync()).ShouldBeGreaterThan(last, "an id is never given twice");
    }

    [SkippableFact]
    public async Task Hear_OfOneWhoIsNewSinceAMoment_BeginsThere_AndEndsWithTheDismissal()
    {
        await store.InitializeAsync();
        var workspace = (await store.OpenAsync()).All[0];
        await workspace.Events.CommitAsync([.. Enumerable.Range(0, 20).Select(i => new NewModuleEvent("a", $"c{i}", "{}"))]);
        await using (var connection = await workspace.Database.OpenAsync()) await connection.ExecuteAsync("update module_event set at = at - 10000 where id <= (select min(id) + 14 from module_event)");
        var since = workspace.Clock.GetUtcNow().AddSeconds(-5);
        var heard = new List<string>();
        Task Hear(IReadOnlyList<ModuleEvent> some)
        {
            heard.AddRange(some.Select(e => e.Subject));
            return Task.CompletedTask;
        }

        while (await workspace.Events.HearAsync("new", ["a"], 3, since, (_, _, some) => Hear(some)))
        {
        }

        heard.ShouldBe(["c15", "c16", "c17", "c18", "c19"]);
        await workspace.Events.DismissAsync("new");
        (await workspace.Events.HearAsync("new", ["a"], 30, workspace.Clock.GetUtcNow().AddSeconds(5), (_, _, some) => Hear(some))).ShouldBeFalse();
        heard.Count.ShouldBe(5);
    }

    [SkippableFact]
    public async Task Hear_OfWhatOneDoesNotWant_IsPassed_SoThatItIsNotKept()
    {
        await store.InitializeAsync();
        var (workspace, heard) = ((await store.OpenAsync()).All[0], new List<string>());
        var events = workspace.Events;
        Task Hear(IReadOnlyList<ModuleEvent> some)
        {
            heard.AddRange(some.Select(e => e.Subject));
            return Task.CompletedTask;
        }

        await events.CommitAsync([new NewModuleEvent("b", "first", "{}")]);
        (await events.HearAsync("old", ["a"], 10, DateTimeOffset.UnixEpoch, (_, _, some) => Hear(some))).ShouldBeFalse();
        (await PositionAsync(workspace, "old")).ShouldBe(await events.LastAsync(), "a new one, too");
        await events.CommitAsync([.. Enumerable.Range(0, 30).Select(i => new NewModuleEvent("b", $"b{i}", "{}"))]);
        (await events.HearAsync("old", ["a"], 10, (_, _, some) => Hear(some))).ShouldBeFalse();
        (await PositionAsync(workspace, "old")).ShouldBe(await events.LastAsync());

        // As much as is asked for: what lies behind the last that was heard may be more of the kind.
        await events.CommitAsync([.. Enumerable.Range(0, 9).Select(i => new NewModuleEvent(i % 3 == 0 ? "a" : "b", $"c{i}", "{}"))]);
        (await events.HearAsync("old", ["a"], 2, (_, _, some) => Hear(some))).ShouldBeTrue();
        (await PositionAsync(workspace, "old")).ShouldBeLessThan(await events.LastAsync());
        (await events.HearAsync("old", ["a"], 2, (_, _, some) => Hear(some))).ShouldBeTrue();
        heard.ShouldBe(["c0", "c3", "c6"]);
        (await PositionAsync(workspace, "old")).ShouldBe(await events.LastAsync());

        // With nothing new nobody's turn is taken.
        if (workspace.Database.Turn is { } turn) await turn.WaitAsync();
        (await events.HearAsync("old", ["a"], 2, (_, _, some) => Hear(some)).WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeFalse();
        workspace.Database.Turn?.Release();

        await using (var connection = await workspace.Database.OpenAsync()) await connection.ExecuteAsync("update module_event set at = 1");
        await events.TidyAsync();
        (await events.ReadAsync(0, 100)).ShouldBeEmpty();
        await events.CommitAsync([new NewModuleEvent("a", "later", "{}")]);
        (await events.HearAsync("old", ["a"], 10, (_, _, some) => Hear(some))).ShouldBeTrue();
        heard[^1].ShouldBe("later");
    }

    private static async Task<long> PositionAsync(Temas.Storage.Workspaces.Workspace workspace, string listener)
    {
        await using var connection = await workspace.Database.OpenAsync();
        return await connection.QuerySingleAsync<long>("select position from module_listener where name = @listener", new { listener });
    }

    private async Task<ModuleEventStore> OpenAsync()
    {
        await store.InitializeAsync();
        return (await store.OpenAsync()).All[0].Events;
    }
}

public sealed class SqliteModuleEventTests() : ModuleEventContract(new SqliteStore());

public sealed class PostgresModuleEventTests() : ModuleEventContract(new PostgresStore());
