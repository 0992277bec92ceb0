using Temas.Collect.Contracts;
using Temas.Collect.Sources;
using Temas.Kernel;

namespace Temas.Tests.Collect.Sources;

public sealed class SourceTests(WorkspaceFixture fixture) : IClassFixture<WorkspaceFixture>
{
    private static readonly Actor Someone = new("user", "owner@shop.example");

    [Fact]
    public async Task CreateSource_NewName_WritesAtOnceWithAKeyOf32UrlSafeCharacters()
    {
        var made = (await fixture.Create.HandleAsync(fixture.Workspace, new CreateSourceRequest(" Web shop "), Someone)).Value;
        made.Name.ShouldBe("Web shop");
        made.WriteKey.Length.ShouldBe(32);
        made.WriteKey.ShouldAllBe(c => char.IsAsciiLetterOrDigit(c) || c == '-' || c == '_');
        made.CreatedBy.ShouldBe("owner@shop.example");
        (await fixture.Sources.FindAsync(made.WriteKey, default))!.Source.ShouldBe(made);
        (await fixture.Sources.FindAsync(made.WriteKey + "x", default)).ShouldBeNull();
    }

    [Theory]
    [InlineData(null, 0, "source_name_invalid")]
    [InlineData("   ", 0, "source_name_invalid")]
    [InlineData("a\nb", 0, "source_name_invalid")]
    [InlineData("Fine", -1, "source_rate_invalid")]
    public async Task CreateSource_WrongInput_IsRefused(string? name, int rate, string code) =>
        (await fixture.Create.HandleAsync(fixture.Workspace, new CreateSourceRequest(name, RateLimit: rate), Someone)).Problem!.Code.ShouldBe(code);

    [Fact]
    public async Task CreateSource_NameTaken_IsAConflictUntilTheOldOneIsRevoked()
    {
        var first = (await fixture.Create.HandleAsync(fixture.Workspace, new CreateSourceRequest("Tills"), Someone)).Value;
        (await fixture.Create.HandleAsync(fixture.Workspace, new CreateSourceRequest("tills"), Someone)).Problem!.Kind.ShouldBe(ProblemKind.Conflict);
        (await fixture.Change.RevokeAsync(fixture.Workspace, first.Id, Someone)).IsOk.ShouldBeTrue();
        (await fixture.Sources.FindAsync(first.WriteKey, default)).ShouldBeNull();
        (await fixture.Create.HandleAsync(fixture.Workspace, new CreateSourceRequest("tills"), Someone)).IsOk.ShouldBeTrue();
        (await fixture.Change.RevokeAsync(fixture.Workspace, first.Id, Someone)).Problem!.Code.ShouldBe("source_revoked");
        (await fixture.Change.RotateAsync(fixture.Workspace, 9999, Someone)).Problem!.Code.ShouldBe("source_unknown");
    }

    [Fact]
    public async Task ChangeSource_WhateverItDoes_IsInTheAuditTrailWithoutTheKey()
    {
        var made = (await fixture.Create.HandleAsync(fixture.Workspace, new CreateSourceRequest("Mobile"), Someone)).Value;
        await fixture.Change.UpdateAsync(fixture.Workspace, made.Id, new UpdateSourceRequest(RateLimit: 7), Someone);
        var rotated = (await fixture.Change.RotateAsync(fixture.Workspace, made.Id, Someone)).Value;
        await fixture.Change.RevokeAsync(fixture.Workspace, made.Id, Someone);
        var entries = fixture.Audit.Entries.Where(e => e.Target == $"source {made.Id}").ToList();
        entries.Select(e => e.Action).ShouldBe(["source.created", "source.changed", "source.key_rotated", "source.revoked"]);
        entries.ShouldAllBe(e => e.By == Someone);
        entries[1].Before!.ShouldContain("\"rateLimit\":0");
        entries[1].After!.ShouldContain("\"rateLimit\":7");
        entries.Select(e => e.Before + e.After).ShouldAllBe(facts => !facts.Contains(made.WriteKey) && !facts.Contains(rotated.WriteKey));
    }

    [Fact]
    public async Task RotateSource_NewKey_StopsTheOldOne()
    {
        var made = (await fixture.Create.HandleAsync(fixture.Workspace, new CreateSourceRequest("App"), Someone)).Value;
        var rotated = (await fixture.Change.RotateAsync(fixture.Workspace, made.Id, Someone)).Value;
        rotated.Id.ShouldBe(made.Id);
        (await fixture.Sources.FindAsync(made.WriteKey, default)).ShouldBeNull();
        (await fixture.Sources.FindAsync(rotated.WriteKey, default))!.Source.Id.ShouldBe(made.Id);
    }

    [Fact]
    public async Task UpdateSource_SomeFields_LeavesTheOthers()
    {
        var made = (await fixture.Create.HandleAsync(fixture.Workspace, new CreateSourceRequest("Kiosk", RateLimit: 5), Someone)).Value;
        var changed = (await fixture.Change.UpdateAsync(fixture.Workspace, made.Id, new UpdateSourceRequest(Events: UnknownPolicy.Block), Someone)).Value;
        changed.ShouldBe(made with { Events = UnknownPolicy.Block });
        (await fixture.Sources.FindAsync(made.WriteKey, default))!.Source.ShouldBe(changed);
        (await new ListSources().HandleAsync(fixture.Workspace)).Single(source => source.Source.Id == made.Id).Source.ShouldBe(changed);
    }

    [Fact]
    public async Task FindAsync_SourceOfAnotherProcess_IsSeen()
    {
        await fixture.Sources.RefreshAsync();
        var row = new Source { Id = 0, Name = "By hand", WriteKey = WriteKey.New(), CreatedAt = DateTimeOffset.UnixEpoch, CreatedBy = "command" };
        await SourceStore.InsertAsync(fixture.Workspace.Database, row, default);
        await fixture.Sources.RefreshAsync();
        (await fixture.Sources.FindAsync(row.WriteKey, default)).ShouldNotBeNull();
    }
}

public sealed class TokenBucketTests
{
    private sealed class Clock : TimeProvider
    {
        public long Ticks { get; set; } = 1;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Ticks;
    }

    [Fact]
    public void WaitFor_MoreThanTheBucketHolds_WaitsUntilTheDebtIsPaid()
    {
        var clock = new Clock();
        var bucket = new TokenBucket(clock);
        bucket.WaitFor(10).ShouldBe(TimeSpan.Zero);
        bucket.Take(100, 10);
        bucket.WaitFor(10).ShouldBe(TimeSpan.FromSeconds(8.1));
        clock.Ticks += 8_000;
        bucket.WaitFor(10).ShouldBe(TimeSpan.FromSeconds(0.1));
        clock.Ticks += 200;
        bucket.WaitFor(10).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void WaitFor_NoLimit_NeverWaits()
    {
        var bucket = new TokenBucket(new Clock());
        bucket.Take(int.MaxValue, 0);
        bucket.WaitFor(0).ShouldBe(TimeSpan.Zero);
    }
}
