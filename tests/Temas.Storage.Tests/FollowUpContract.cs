using Temas.Feedback.FollowUps;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Storage.Tests;

/// <summary>What every store must do with follow-ups.</summary>
public abstract class FollowUpContract(StoreFixture store) : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => store.DisposeAsync();

    [SkippableFact]
    public async Task Write_ThenFind_IsTheSame_WithItsStory()
    {
        var (workspace, follow) = await OpenAsync();
        var written = One("a", "c1") with
        {
            Owner = "p",
            Status = FollowUpStatus.Done,
            RemindAt = At.AddHours(1),
            EscalateAt = At.AddHours(2),
            EscalatedAt = At.AddHours(3),
            FirstAt = At,
            ClosedAt = At.AddHours(4),
            FirstTook = TimeSpan.FromMinutes(7),
            Took = TimeSpan.FromHours(4),
            Cause = "staff",
            Done = "Özür dilendi 😀",
            Result = "r",
            Before = new ScaleAnswer("nps", 3),
            Afterwards = new ScaleAnswer("nps", 9),
            AfterwardsAt = At.AddDays(1),
            Reopened = 2,
            Triggers = 3,
        };
        await WriteAsync(workspace, new FollowUpChange(written, [new FollowUpLine(At, "system", "opened", "") { Reason = written.Reason }, new FollowUpLine(At.AddMinutes(1), "user p", "note", "ığü")]) { Added = [written.Reason], Events = ["followup.opened"], Telling = [("m1", "{}")] }, 17);
        (await follow.FindAsync("a")).ShouldBe(written);
        (await follow.FindAsync("none")).ShouldBeNull();
        var lines = await follow.LinesAsync("a");
        lines.Select(l => (l.Kind, l.Text)).ShouldBe([("opened", ""), ("note", "ığü")]);
        lines[0].Reason.ShouldBe(written.Reason);
        (await follow.PlaceAsync()).ShouldBe(17);
        (await follow.TriggersAsync(1, 100)).ShouldBe([(5L, "a")]);
        (await follow.UntoldAsync(10)).ShouldBe([("m1", "{}")]);
        await follow.ToldAsync(["m1"]);
        (await follow.UntoldAsync(10)).ShouldBeEmpty();
        (await workspace.Events.ReadAsync(0, 10)).ShouldHaveSingleItem().Kind.ShouldBe("followup.opened");
    }

    [SkippableFact]
    public async Task Tally_OfARule_CountsByHowFarTheyAre()
    {
        var (workspace, follow) = await OpenAsync();
        FollowUp[] some = [One("a", "c1"), One("b", "c2") with { FirstAt = At }, One("c", "c3") with { Status = FollowUpStatus.Waiting, FirstAt = At }, One("d", "c4") with { Status = FollowUpStatus.Done }, One("e", "c5") with { Status = FollowUpStatus.GivenUp }];
        foreach (var f in some) await WriteAsync(workspace, new FollowUpChange(f with { Rule = "finding:x" }, []), 1);
        await WriteAsync(workspace, new FollowUpChange(One("f", "c6"), []), 1);
        (await follow.TallyAsync("finding:x")).ShouldBe(new Temas.Customers.Contracts.FollowUpTally(3, 1, 1, 1));
        (await follow.TallyAsync("none")).ShouldBe(new Temas.Customers.Contracts.FollowUpTally(0, 0, 0, 0));
    }

    [SkippableFact]
    public async Task List_ByEachFilter_GivesThoseAndTheirCount()
    {
        var (workspace, follow) = await OpenAsync();
        for (var i = 0; i < 12; i++)
        {
            var f = One($"f{i:00}", $"c{i % 4}") with
            {
                Matter = $"m{i}",
                Rule = $"r{i % 2}",
                Owner = i % 3 == 0 ? null : $"p{i % 3}",
                DueAt = At.AddHours(12 - i),
                Status = (FollowUpStatus)(i % 5),
                ClosedAt = i % 5 >= 3 ? At.AddHours(11 - i + (i % 2 * 3)) : null,
                Afterwards = i % 5 == 3 ? new ScaleAnswer("csat", i % 2 == 0 ? 5 : 2) : null,
            };
            await WriteAsync(workspace, new FollowUpChange(f, []), null);
        }

        foreach (var filter in new FollowUpFilter[]
        {
            new(), new() { All = true }, new() { Status = FollowUpStatus.Done }, new() { Rule = "r1" }, new() { Owner = "" }, new() { Owner = "p1", All = true }, new() { Customer = "c2", All = true }, new() { OverdueAt = At.AddHours(6) },
            new() { All = true, Figure = "asked" }, new() { All = true, Figure = "recovered" }, new() { All = true, Figure = "in_time" }, new() { All = true, Figure = "late" }, new() { Kind = FollowUpKind.Recover },
            new() { From = At, To = At.AddMinutes(1), All = true },
        })
        {
            var list = await follow.ListAsync(filter, 100);
            (await follow.CountAsync(filter)).ShouldBe(list.Count);
            list.Count.ShouldBeGreaterThan(0, filter.ToString());
        }

        (await follow.ListAsync(new FollowUpFilter(), 100)).Select(f => f.DueAt).ShouldBeInOrder(SortDirection.Ascending);
        (await follow.ListAsync(new FollowUpFilter { All = true, Figure = "recovered" }, 10)).ShouldAllBe(f => f.IsRecovered == true);
        (await follow.PressingAsync(At, 10)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task OneOpenPerCustomerAndMatter_IsHeldByTheStore_AndWhoIsForgottenIsGone()
    {
        var (workspace, follow) = await OpenAsync();
        await WriteAsync(workspace, new FollowUpChange(One("a", "c1"), [new FollowUpLine(At, "system", "opened", "")]), null);
        await Should.ThrowAsync<System.Data.Common.DbException>(() => WriteAsync(workspace, new FollowUpChange(One("b", "c1"), []), 99));
        (await follow.PlaceAsync()).ShouldBeNull("all or nothing");
        await WriteAsync(workspace, new FollowUpChange(One("a", "c1") with { Status = FollowUpStatus.GivenUp, ClosedAt = At }, []), null);
        await WriteAsync(workspace, new FollowUpChange(One("b", "c1"), []), 99);
        await WriteAsync(workspace, new FollowUpChange(One("c", "c2"), []), null);
        await follow.RenameAsync("c2", "c1");
        (await follow.FindAsync("c"))!.Customer.ShouldBe("c2", "the same matter is open under both");
        await follow.RenameAsync("c2", "c3");
        (await follow.OfCustomersAsync(["c1", "c3"])).ToDictionary(g => g.Key, g => g.Count()).ShouldBe(new Dictionary<string, int> { ["c1"] = 2, ["c3"] = 1 }, ignoreOrder: true);
        await follow.ForgetAsync(["c1"]);
        (await follow.ListAsync(new FollowUpFilter { All = true }, 10)).ShouldHaveSingleItem().Id.ShouldBe("c");
        (await follow.LinesAsync("a")).ShouldBeEmpty();
    }

    private static FollowUp One(string id, string customer) => new()
    {
        Id = id,
        Customer = customer,
        Matter = "recover",
        Kind = FollowUpKind.Recover,
        Rule = "low",
        Who = """{"userId":"u"}""",
        OpenedAt = At,
        DueAt = At.AddHours(9),
        ChangedAt = At,
        Reason = new FollowUpReason("low", 2, "nps", 5, At, "Survey Answered") { Value = 3, AtMost = 6, Survey = "s", Response = "r" },
    };

    private static Task WriteAsync(Workspace workspace, FollowUpChange change, long? place) => workspace.Events.CommitAsync([.. change.Events.Select(e => new Temas.Storage.ModuleEvents.NewModuleEvent(e, change.FollowUp.Customer, "{}"))], async (connection, transaction, _) =>
    {
        if (place is { } at) await FollowUpStore.WritePlaceAsync(connection, transaction, at);
        await FollowUpStore.WriteAsync(connection, transaction, change);
        await FollowUpStore.WriteTurnAsync(connection, transaction, 2, "p", 3);
    });

    private async Task<(Workspace Workspace, FollowUpStore Store)> OpenAsync()
    {
        await store.InitializeAsync();
        var workspace = (await store.OpenAsync(new Tables())).All[0];
        return (workspace, new FollowUpStore(workspace.Database));
    }

    private sealed class Tables : IWorkspaceModule
    {
        public IReadOnlyList<Migration> Migrations => FollowUpStore.Migrations;

        public IReadOnlyList<IDefinitionKind> DefinitionKinds => [];

        public void Attach(Workspace workspace)
        {
        }
    }
}

public sealed class SqliteFollowUpTests() : FollowUpContract(new SqliteStore());

public sealed class PostgresFollowUpTests() : FollowUpContract(new PostgresStore());
