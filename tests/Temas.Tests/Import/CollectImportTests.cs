using Temas.Collect.Import;
using Temas.Kernel;
using Temas.Tests.Collect;

namespace Temas.Tests.Import;

/// <summary>Imports into the real log.</summary>
public sealed class CollectImportTests(WorkspaceFixture fixture) : IClassFixture<WorkspaceFixture>, IDisposable
{
    private readonly ImportFolder folder = new();

    public void Dispose() => folder.Dispose();

    [RealDataFact]
    public async Task Import_CdnowTwice_IsInTheLogOnce()
    {
        var sink = await SinkAsync("CDNOW");
        var before = fixture.Workspace.Log.Head;
        var request = folder.Request(SharedData.Mapping("cdnow.yaml"), Path.Combine(SharedData.Folder!, "cdnow", "CDNOW_master.txt"));

        using var cancel = new CancellationTokenSource();
        var interrupted = await ImportRun.RunAsync(request, sink, new StopAt(20_000, cancel), TimeProvider.System, cancel.Token);
        interrupted.Cancelled.ShouldBeTrue();
        var first = await folder.RunAsync(request, sink);
        var second = await folder.RunAsync(request, sink);

        first.Resumed.ShouldBeTrue();
        first.Completed.ShouldBeTrue();
        (first.Progress.Rows, first.Progress.Accepted + first.Progress.Duplicates, first.Progress.Rejected).ShouldBe((69_659, 69_659, 0));
        second.Progress.Duplicates.ShouldBe(69_659);
        (fixture.Workspace.Log.Head - before).ShouldBe(69_659);
    }

    [Fact]
    public async Task Import_OfWhatCollectRefuses_GoesToTheRejects()
    {
        var report = await folder.RunAsync(
            folder.Request("userId: $id\nevent: $name\ntime: $at\n", folder.Write("a.csv", $"id,name,at\n1,ok,2024-01-01\n2,{new string('x', 300)},2024-01-01\n")), await SinkAsync("Refusals"));

        report.Progress.Accepted.ShouldBe(1);
        report.Rejects.Single().Reason.ShouldBe("event_name_too_long");
        report.Rejects.Single().Line.ShouldBe(3);
    }

    private async Task<CollectImportSink> SinkAsync(string source) =>
        new(fixture.Pipeline, fixture.Workspace, (await fixture.Create.FindOrCreateAsync(fixture.Workspace, source, Actor.System)).Value);

    private sealed class StopAt(long rows, CancellationTokenSource cancel) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            if (value.Rows >= rows) cancel.Cancel();
        }
    }
}
