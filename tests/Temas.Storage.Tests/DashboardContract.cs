using Temas.Insight.Dashboards.Reports;
using Temas.Insight.Dashboards.Sharing;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Storage.Tests;

/// <summary>What every store must do with links to dashboards and with the reports that went out.</summary>
public abstract class DashboardContract(StoreFixture store) : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => store.DisposeAsync();

    [SkippableFact]
    public async Task Share_AddFindList_AreTheSame_TheNewestFirst()
    {
        var workspace = await OpenAsync();
        var share = new Share("a", "executive", "Yönetim kurulu 😀", "?period=90d&segment=sadık", "https://intranet.example.com http://wall:8080", "ığü@example.com", At, At.AddDays(7), null, null);
        await ShareStore.AddAsync(workspace, share, default);
        await ShareStore.AddAsync(workspace, share with { Id = "b", MadeAt = At.AddHours(1) }, default);
        await ShareStore.AddAsync(workspace, share with { Id = "c", Board = "cx" }, default);
        (await ShareStore.FindAsync(workspace, "a", default)).ShouldBe(share);
        (await ShareStore.FindAsync(workspace, "A", default)).ShouldBeNull("an id is what it is, letter by letter");
        (await ShareStore.FindAsync(workspace, "none", default)).ShouldBeNull();
        (await ShareStore.ListAsync(workspace, "executive", default)).Select(s => s.Id).ShouldBe(["b", "a"]);
        (await ShareStore.ListAsync(workspace, "none", default)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Share_RevokedOnce_IsClosed_AndStaysAsItWas()
    {
        var workspace = await OpenAsync();
        await ShareStore.AddAsync(workspace, new Share("a", "executive", "n", "", "", "p", At, At.AddDays(7), null, null), default);
        (await ShareStore.FindAsync(workspace, "a", default))!.IsOpen(At).ShouldBeTrue();
        await ShareStore.SeenAsync(workspace, "a", At.AddMinutes(1), default);
        (await ShareStore.RevokeAsync(workspace, "a", At.AddMinutes(2), default)).ShouldBeTrue();
        (await ShareStore.RevokeAsync(workspace, "a", At.AddMinutes(3), default)).ShouldBeFalse("it was revoked");
        (await ShareStore.RevokeAsync(workspace, "none", At, default)).ShouldBeFalse();
        var read = (await ShareStore.FindAsync(workspace, "a", default))!;
        (read.SeenAt, read.RevokedAt, read.IsOpen(At.AddMinutes(3))).ShouldBe((At.AddMinutes(1), At.AddMinutes(2), false));
    }

    [SkippableFact]
    public async Task Share_WithOneIdTwice_IsRefused()
    {
        var workspace = await OpenAsync();
        var share = new Share("a", "executive", "n", "", "", "p", At, At.AddDays(7), null, null);
        await ShareStore.AddAsync(workspace, share, default);
        await Should.ThrowAsync<System.Data.Common.DbException>(() => ShareStore.AddAsync(workspace, share with { Board = "cx" }, default));
    }

    [SkippableFact]
    public async Task Report_OfABoardAndDay_IsTakenOnce_EvenByManyAtOnce()
    {
        var workspace = await OpenAsync();
        var day = new DateOnly(2026, 11, 2);
        (await ReportStore.WentOutAsync(workspace.Database, "executive", day, default)).ShouldBeFalse();
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ReportStore.TakeAsync(workspace.Database, "executive", day, At, default)));
        taken.Count(t => t).ShouldBe(1);
        (await ReportStore.WentOutAsync(workspace.Database, "executive", day, default)).ShouldBeTrue();
        (await ReportStore.TakeAsync(workspace.Database, "executive", day, At, default)).ShouldBeFalse();
        (await ReportStore.TakeAsync(workspace.Database, "executive", day.AddDays(1), At, default)).ShouldBeTrue();
        (await ReportStore.TakeAsync(workspace.Database, "cx", day, At, default)).ShouldBeTrue();
    }

    [SkippableFact]
    public async Task Report_OfLongAgo_IsForgotten_WhenAnotherGoesOut()
    {
        var workspace = await OpenAsync();
        var day = new DateOnly(2025, 1, 1);
        await ReportStore.TakeAsync(workspace.Database, "executive", day, At, default);
        await ReportStore.TakeAsync(workspace.Database, "cx", day, At, default);
        await ReportStore.TakeAsync(workspace.Database, "executive", day.AddDays(401), At, default);
        (await ReportStore.WentOutAsync(workspace.Database, "executive", day, default)).ShouldBeFalse();
        (await ReportStore.WentOutAsync(workspace.Database, "cx", day, default)).ShouldBeTrue("it is another board's");
    }

    private async Task<Workspace> OpenAsync()
    {
        await store.InitializeAsync();
        return (await store.OpenAsync(new Tables())).All[0];
    }

    private sealed class Tables : IWorkspaceModule
    {
        public IReadOnlyList<Migration> Migrations { get; } = [ShareStore.Migration, ReportStore.Migration];

        public IReadOnlyList<IDefinitionKind> DefinitionKinds { get; } = [];

        public void Attach(Workspace workspace)
        {
        }
    }
}

public sealed class SqliteDashboardTests() : DashboardContract(new SqliteStore());

public sealed class PostgresDashboardTests() : DashboardContract(new PostgresStore());
