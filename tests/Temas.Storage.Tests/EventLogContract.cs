using System.Text;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Storage.Tests;

/// <summary>What every store must do with a log.</summary>
public abstract class EventLogContract(StoreFixture store) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => store.DisposeAsync();

    [SkippableFact]
    public async Task Append_ThenRead_GivesWhatWasWritten()
    {
        var log = (await OpenAsync()).All[0].Log;
        var events = Enumerable.Range(0, 300).Select(i => Sample.Track($"m{i}", $"ü{i % 7}")).ToArray();
        var batch = Sample.Batch(3, events);

        (await log.AppendAsync(batch)).Value.ShouldBe(300);

        log.Head.ShouldBe(300);
        batch.ResultOf(299).ShouldBe((AppendOutcome.Stored, 300L));
        var read = log.Read([300, 1, 150, 999]);
        read.Select(e => e.Position).ShouldBe([300, 1, 150]);
        Encoding.UTF8.GetString(read[1].Json.Span).ShouldBe(Encoding.UTF8.GetString(events[0]));
        (read[0].Source, read[0].Time, read[0].ReceivedAt).ShouldBe((3, Sample.Now - 1000, Sample.Now));
        log.ReadFrom(1).Select(e => e.Position).ShouldBe(Enumerable.Range(1, 300).Select(i => (long)i));
        log.ReadLatest(3).Select(e => e.Position).ShouldBe([300, 299, 298]);
        log.ReadLatest(2, before: 10).Select(e => e.Position).ShouldBe([9, 8]);
    }

    [SkippableFact]
    public async Task Append_TheSameMessageAgain_IsADuplicateAlsoAfterARestart()
    {
        var registry = await OpenAsync();
        await registry.All[0].Log.AppendAsync(Sample.Batch(1, Sample.Track("a"), Sample.Track("b")));
        var again = Sample.Batch(1, Sample.Track("b"), Sample.Track("c"), Sample.Track("c"));
        await registry.All[0].Log.AppendAsync(again);
        again.ResultOf(0).ShouldBe((AppendOutcome.Duplicate, 2L));
        again.ResultOf(1).ShouldBe((AppendOutcome.Stored, 3L));
        again.ResultOf(2).ShouldBe((AppendOutcome.Duplicate, 3L));
        var other = Sample.Batch(2, Sample.Track("a"));
        await registry.All[0].Log.AppendAsync(other);
        other.ResultOf(0).Outcome.ShouldBe(AppendOutcome.Stored);
        await registry.CloseAsync();

        var log = (await OpenAsync()).All[0].Log;
        log.Head.ShouldBe(4);
        var late = Sample.Batch(1, Sample.Track("a"), Sample.Track("d"));
        await log.AppendAsync(late);
        late.ResultOf(0).ShouldBe((AppendOutcome.Duplicate, 1L));
        late.ResultOf(1).ShouldBe((AppendOutcome.Stored, 5L));
        log.Find(1, "c").ShouldBe(3);
        log.Find(2, "c").ShouldBeNull();
        (await log.CountAsync()).ShouldBe([new LogCount(1, "accepted", 4), new LogCount(1, "duplicate", 3), new LogCount(2, "accepted", 1)]);
    }

    [SkippableFact]
    public async Task Append_WithDrops_KeepsReceiptsAndCounts()
    {
        var log = (await OpenAsync()).All[0].Log;
        var batch = Sample.Batch(1, Sample.Track("good"));
        batch.Drop(new DroppedEvent("bad", "no_identifier", "userId and anonymousId are missing.", "Clicked"));
        await log.AppendAsync(batch);

        var receipt = (await log.FindDropAsync("bad")).ShouldNotBeNull();
        (receipt.Reason, receipt.Name, receipt.Source).ShouldBe(("no_identifier", "Clicked", 1));
        (await log.ReadDropsAsync(10)).Count.ShouldBe(1);
        (await log.FindDropAsync("good")).ShouldBeNull();
        (await log.CountAsync()).ShouldContain(new LogCount(1, "no_identifier", 1));
        (await log.CountDropsAsync(receipt.ReceivedAt)).ShouldBe([new DropCount(1, "no_identifier", 1)]);
        (await log.CountDropsAsync(receipt.ReceivedAt.AddMilliseconds(1))).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Erase_LeavesNoByteOfTheEvent_AndLateRetriesStayDuplicates()
    {
        var registry = await OpenAsync();
        var log = registry.All[0].Log;
        await log.AppendAsync(Sample.Batch(1, Sample.Track("k1", "keep"), Sample.Track("e1", "Zümrüt-geheim-4711"), Sample.Track("k2", "keep")));

        (await log.EraseAsync([2, 77])).Value.ShouldBe(1);

        log.Read([2])[0].Kind.ShouldBe(LogRecordKind.Erased);
        log.Read([1, 3]).Select(e => e.Kind).ShouldAllBe(k => k == LogRecordKind.Event);
        (await log.CountAsync()).ShouldContain(new LogCount(1, "erased", 1));
        var retry = Sample.Batch(1, Sample.Track("e1", "Zümrüt-geheim-4711"));
        await log.AppendAsync(retry);
        retry.ResultOf(0).ShouldBe((AppendOutcome.Duplicate, 2L));
        await registry.CloseAsync();
        foreach (var file in Directory.EnumerateFiles(store.Folder, "*", SearchOption.AllDirectories))
            File.ReadAllBytes(file).AsSpan().IndexOf("geheim-4711"u8).ShouldBe(-1, file);

        (await (await OpenAsync()).All[0].Log.EraseAsync([2])).Value.ShouldBe(0);
    }

    [SkippableFact]
    public async Task Projection_AfterAnyRestart_HasSeenEachPositionOnce()
    {
        for (var round = 0; round < 4; round++)
        {
            var seen = new Seen();
            var registry = await OpenAsync(seen);
            seen.Positions.ShouldBe(Enumerable.Range(1, round * 40).Select(i => (long)i));
            await Task.WhenAll(Enumerable.Range(0, 40).Select(i => registry.All[0].Log.AppendAsync(Sample.Batch(1, Sample.Track($"{round}-{i}")))));
            seen.Positions.Count.ShouldBe((round + 1) * 40);
            await registry.CloseAsync();
        }
    }

    [SkippableFact]
    public async Task Rebuild_GivesEachPositionAgain()
    {
        var seen = new Seen();
        var log = (await OpenAsync(seen)).All[0].Log;
        await log.AppendAsync(Sample.Batch(1, [.. Enumerable.Range(0, 500).Select(i => Sample.Track($"m{i}"))]));
        await log.RebuildAsync("seen", null, CancellationToken.None);
        seen.Positions.ShouldBe(Enumerable.Range(1, 500).Select(i => (long)i));
        (await log.AppendAsync(Sample.Batch(1, Sample.Track("m3")))).IsOk.ShouldBeTrue();
        log.Head.ShouldBe(500);
    }

    [SkippableFact]
    public async Task Backup_WhileWriting_RestoresToTheSameLog()
    {
        var registry = await OpenAsync();
        var workspace = registry.All[0];
        await workspace.Log.AppendAsync(Sample.Batch(1, [.. Enumerable.Range(0, 1000).Select(i => Sample.Track($"m{i}"))]));
        var file = Path.Combine(store.Folder, "backup.bin");
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++) await workspace.Log.AppendAsync(Sample.Batch(1, Sample.Track($"w{i}")));
        });
        await workspace.Database.BackupAsync(file, CancellationToken.None);
        await writing;

        var other = (await registry.CreateAsync(WorkspaceKey.Parse("other").Value, "Other")).Value;
        await other.Database.RestoreAsync(file, CancellationToken.None);
        await registry.CloseAsync();
        var restored = (await OpenAsync()).Find(WorkspaceKey.Parse("other").Value)!.Log;
        restored.Head.ShouldBeGreaterThanOrEqualTo(1000);
        restored.ReadFrom(1).Count().ShouldBe((int)restored.Head);
        var again = Sample.Batch(1, Sample.Track("m999"));
        await restored.AppendAsync(again);
        again.ResultOf(0).Outcome.ShouldBe(AppendOutcome.Duplicate);
    }

    private async Task<WorkspaceRegistry> OpenAsync(params IWorkspaceModule[] modules)
    {
        await store.InitializeAsync();
        return await store.OpenAsync(modules);
    }

    private sealed class Seen : IWorkspaceModule, IProjection
    {
        public List<long> Positions { get; } = [];

        public string Name => "seen";

        public long Position => Positions.Count == 0 ? 0 : Positions[^1];

        public IReadOnlyList<Migration> Migrations => [];

        public IReadOnlyList<IDefinitionKind> DefinitionKinds => [];

        public void Attach(Workspace workspace) => workspace.Add(this);

        public void Load(Action<string> report)
        {
        }

        public void Clear() => Positions.Clear();

        public void BeginApply()
        {
        }

        public void Apply(in LogEvent e) => Positions.Add(e.Position);

        public void EndApply()
        {
        }

        public void Snapshot(bool force)
        {
        }

        public void Erase(IReadOnlyList<long> positions)
        {
        }
    }
}

public sealed class SqliteEventLogTests() : EventLogContract(new SqliteStore());

public sealed class PostgresEventLogTests() : EventLogContract(new PostgresStore());
