using System.Text;
using Temas.Collect.Contracts;
using Temas.Collect.Feed;
using Temas.Collect.Receipts;
using Temas.Collect.Sources;
using Temas.Kernel;

namespace Temas.Tests.Collect;

public sealed class CollectPipelineTests(WorkspaceFixture fixture) : IClassFixture<WorkspaceFixture>
{
    [Fact]
    public async Task AcceptAsync_Messages_AreStoredOnceAndHaveReceipts()
    {
        var source = (await fixture.Create.FindOrCreateAsync(fixture.Workspace, "Receipts", Actor.System)).Value;
        const string Lines = """
            {"type":"track","event":"Order Completed","userId":"ayşe","messageId":"r-1","timestamp":"2025-01-01T00:00:00Z"}
            {"type":"track","userId":"ayşe","messageId":"r-2"}
            {"type":"page","anonymousId":"a","messageId":"r-1"}
            """;
        var outcome = (await AcceptAsync(source, Lines)).Value;
        (outcome.Accepted, outcome.Duplicates).ShouldBe((1, 1));
        outcome.Rejected.ShouldHaveSingleItem().Reason.ShouldBe(DropReason.EventNameMissing);
        (await AcceptAsync(source, Lines)).Value.Duplicates.ShouldBe(2);

        var read = new ReadReceipt(fixture.Sources);
        var stored = (await read.HandleAsync(fixture.Workspace, "r-1")).Value;
        (stored.Status, stored.Type, stored.Name, stored.Source.Name).ShouldBe(("stored", "track", "Order Completed", "Receipts"));
        stored.Time.ShouldBe(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var dropped = (await read.HandleAsync(fixture.Workspace, "r-2")).Value;
        (dropped.Status, dropped.Reason).ShouldBe(("dropped", "event_name_missing"));
        (await read.HandleAsync(fixture.Workspace, "r-3")).Problem!.Kind.ShouldBe(ProblemKind.NotFound);

        (await fixture.Workspace.Log.EraseAsync([stored.Position!.Value])).Value.ShouldBe(1);
        (await read.HandleAsync(fixture.Workspace, "r-1")).Value.Status.ShouldBe("erased");
    }

    [Fact]
    public async Task AcceptAsync_SameIdFromTwoSources_IsTwoEvents()
    {
        var one = (await fixture.Create.FindOrCreateAsync(fixture.Workspace, "One", Actor.System)).Value;
        var two = (await fixture.Create.FindOrCreateAsync(fixture.Workspace, "Two", Actor.System)).Value;
        const string Line = """{"type":"page","userId":"u","messageId":"same"}""";
        (await AcceptAsync(one, Line)).Value.Accepted.ShouldBe(1);
        (await AcceptAsync(two, Line)).Value.Accepted.ShouldBe(1);
        (await new ReadReceipt(fixture.Sources).HandleAsync(fixture.Workspace, "same")).Value.Others.ShouldHaveSingleItem().Source.Name.ShouldBe("Two");
    }

    [Fact]
    public async Task ReadFeed_WithSource_ShowsOnlyItsEventsNewestFirst()
    {
        var one = (await fixture.Create.FindOrCreateAsync(fixture.Workspace, "Feed one", Actor.System)).Value;
        var two = (await fixture.Create.FindOrCreateAsync(fixture.Workspace, "Feed two", Actor.System)).Value;
        for (var i = 0; i < 6; i++) await AcceptAsync(i % 2 == 0 ? one : two, $$"""{"type":"page","name":"P{{i}}","userId":"u"}""");
        await AcceptAsync(two, """{"type":"track","userId":"u"}""");
        var feed = new ReadFeed(fixture.Sources);
        var first = feed.Events(fixture.Workspace, new FeedQuery(Source: one.Id, Limit: 2));
        first.Events.Select(e => e.Name).ShouldBe(["P4", "P2"]);
        feed.Events(fixture.Workspace, new FeedQuery(Source: one.Id, Limit: 2, Before: first.Next)).Events.Select(e => e.Name).ShouldBe(["P0"]);
        (await feed.DroppedAsync(fixture.Workspace, new FeedQuery(Source: two.Id))).Dropped.ShouldHaveSingleItem().Reason.ShouldBe("event_name_missing");
        (await feed.DroppedAsync(fixture.Workspace, new FeedQuery(Source: one.Id))).Dropped.ShouldBeEmpty();
    }

    [Fact]
    public async Task AcceptAsync_SourceBlocksUnknownEvents_TakesWhatTheDefaultCatalogueKnows()
    {
        var source = (await fixture.Create.HandleAsync(fixture.Workspace, new CreateSourceRequest("Strict", UnknownPolicy.Block, UnknownPolicy.Block), Actor.System)).Value;
        var outcome = (await AcceptAsync(source, """
            {"type":"track","event":"Order Completed","userId":"u","messageId":"strict-1","properties":{"order_id":"1","not in any catalogue":2}}
            {"type":"track","event":"Never Heard Of","userId":"u"}
            """)).Value;
        outcome.Accepted.ShouldBe(1);
        outcome.Rejected.ShouldHaveSingleItem().Reason.ShouldBe(DropReason.EventNotInCatalogue);
        var kept = new ReadFeed(fixture.Sources).Events(fixture.Workspace, new FeedQuery(Source: source.Id)).Events[0];
        kept.Event!.Value.GetProperty("properties").GetRawText().ShouldBe("""{"order_id":"1"}""");
        kept.Flags.ShouldBe(["unknownProperty"]);
    }

    private Task<Result<CollectOutcome>> AcceptAsync(Source source, string lines) =>
        fixture.Pipeline.AcceptAsync(fixture.Workspace, source, Encoding.UTF8.GetBytes(lines), imported: false);
}
