using Temas.Insight.Contracts;
using Temas.Insight.Findings;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Tests.Insight.Findings;

namespace Temas.Storage.Tests;

/// <summary>What every store must do with findings.</summary>
public abstract class FindingContract(StoreFixture store) : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => store.DisposeAsync();

    [SkippableFact]
    public async Task Save_ThenRead_IsTheSame_AndAgainIsAnUpdate()
    {
        var findings = await OpenAsync();
        (await findings.LookAsync()).ShouldBeNull();
        var kept = new KeptFinding(SampleFinding.Of("a"), FindingState.New, null, At, At, 0);
        await findings.SaveAsync(new FindingLook(At, 17, 40, 99), [kept], new Dictionary<string, IReadOnlyList<FindingMeeting>> { ["a"] = [new(3, 30), new(ulong.MaxValue, long.MaxValue), new(1, -1)] }, [("a", new FindingLine(At, "system", "found", ""))]);
        (await findings.LookAsync()).ShouldBe(new FindingLook(At, 17, 40, 99));
        DetectorNote[] notes = [new("promise", 12_000_000_000, 4, 1), new("silent", 0, 0, 0)];
        await findings.SaveAsync(new FindingLook(At, 18, 41, 100) { Detectors = notes }, [], new Dictionary<string, IReadOnlyList<FindingMeeting>>(), []);
        var look = (await findings.LookAsync())!;
        (look.Took, look.Tried, look.Position).ShouldBe((18, 41, 100));
        look.Detectors.ShouldBe(notes);
        var read = (await findings.AllAsync()).ShouldHaveSingleItem();
        (read.State, read.Person, read.FirstAt, read.LastAt, read.Rank, read.Document.Title.Tr, read.Document.Worth).ShouldBe((FindingState.New, null, At, At, 0, "İşçi 😀", new FindingFigure(1.5, -2, 3)));
        read.Document.Weeks.ShouldBe([new FindingWeek(new DateOnly(2026, 1, 1), 2, 3)]);
        (await findings.CustomersAsync("a")).ShouldBe([new FindingMeeting(3, 30), new FindingMeeting(ulong.MaxValue, long.MaxValue), new FindingMeeting(1, -1)]);
        (await findings.CustomersAsync("none")).ShouldBeEmpty();

        await findings.SaveAsync(new FindingLook(At.AddDays(1), 1, 2, 100), [kept with { State = FindingState.Gone, LastAt = At.AddDays(1), Rank = 4 }], new Dictionary<string, IReadOnlyList<FindingMeeting>> { ["a"] = [new(7, 8)] }, []);
        read = (await findings.AllAsync()).ShouldHaveSingleItem();
        (read.State, read.FirstAt, read.LastAt, read.Rank).ShouldBe((FindingState.Gone, At, At.AddDays(1), 4));
        (await findings.CustomersAsync("a")).ShouldBe([new FindingMeeting(7, 8)]);

        // Of what nobody met any more nothing is kept of who did.
        await findings.SaveAsync(new FindingLook(At.AddDays(2), 1, 2, 100), [], new Dictionary<string, IReadOnlyList<FindingMeeting>> { ["a"] = [] }, []);
        (await findings.CustomersAsync("a")).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Change_ByAPerson_KeepsTheStoryInItsOrder()
    {
        var findings = await OpenAsync();
        var kept = new KeptFinding(SampleFinding.Of("a"), FindingState.New, null, At, At, 0);
        await findings.SaveAsync(new FindingLook(At, 1, 1, 1), [kept], new Dictionary<string, IReadOnlyList<FindingMeeting>>(), [("a", new FindingLine(At, "system", "found", ""))]);
        await findings.ChangeAsync(kept with { State = FindingState.InWork, Person = "p" }, [new FindingLine(At.AddMinutes(1), "user p", "state", "in_work"), new FindingLine(At.AddMinutes(1), "user p", "note", "ığü")]);
        (await findings.AllAsync())[0].ShouldSatisfyAllConditions(f => f.State.ShouldBe(FindingState.InWork), f => f.Person.ShouldBe("p"));
        (await findings.LinesAsync("a")).Select(l => (l.By, l.Kind, l.Text)).ShouldBe([("system", "found", ""), ("user p", "state", "in_work"), ("user p", "note", "ığü")]);
    }

    [SkippableFact]
    public async Task Forget_SomeCustomers_LeavesTheOthers()
    {
        var findings = await OpenAsync();
        await findings.SaveAsync(new FindingLook(At, 1, 1, 1), [new KeptFinding(SampleFinding.Of("a"), FindingState.New, null, At, At, 0)], new Dictionary<string, IReadOnlyList<FindingMeeting>> { ["a"] = [new(1, 10), new(2, 20), new(3, 30)], ["b"] = [new(4, 40)] }, []);
        await findings.ForgetAsync(new HashSet<ulong> { 2, 9 });
        (await findings.CustomersAsync("a")).ShouldBe([new FindingMeeting(1, 10), new FindingMeeting(3, 30)]);
        (await findings.CustomersAsync("b")).ShouldBe([new FindingMeeting(4, 40)]);
    }

    private async Task<FindingStore> OpenAsync()
    {
        await store.InitializeAsync();
        return new FindingStore((await store.OpenAsync(new Tables())).All[0].Database);
    }

    private sealed class Tables : IWorkspaceModule
    {
        public IReadOnlyList<Migration> Migrations => FindingStore.Migrations;

        public IReadOnlyList<IDefinitionKind> DefinitionKinds => [];

        public void Attach(Workspace workspace)
        {
        }
    }
}

public sealed class SqliteFindingTests() : FindingContract(new SqliteStore());

public sealed class PostgresFindingTests() : FindingContract(new PostgresStore());
