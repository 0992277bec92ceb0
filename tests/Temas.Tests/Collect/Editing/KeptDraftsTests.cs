using Temas.Collect.Editing;
using Temas.Kernel;

namespace Temas.Tests.Collect.Editing;

/// <summary>What was refused is kept for a while, and never takes more memory than it may.</summary>
public sealed class KeptDraftsTests(WorkspaceFixture fixture) : IClassFixture<WorkspaceFixture>
{
    private static readonly Actor One = new("user", "one@temas.local"), Other = new("user", "other@temas.local");

    [Fact]
    public void Kept_IsFoundByWhoSentItAlone_ForTwoHours()
    {
        var clock = new Clock();
        var drafts = new KeptDrafts(clock);
        var word = drafts.Keep(fixture.Workspace, One, [("a", "1"), ("b", ""), ("c", null)]);
        drafts.Find(fixture.Workspace, One, word).ShouldBe(new Dictionary<string, string> { ["a"] = "1" });
        drafts.Find(fixture.Workspace, Other, word).ShouldBeNull();
        drafts.Find(fixture.Workspace, One, "none").ShouldBeNull();
        clock.Now += TimeSpan.FromHours(2.1);
        drafts.Find(fixture.Workspace, One, word).ShouldBeNull();
    }

    [Fact]
    public void Kept_ByOne_LeavesWhatOthersHave()
    {
        var clock = new Clock();
        var drafts = new KeptDrafts(clock);
        var others = drafts.Keep(fixture.Workspace, Other, [("a", "1")]);
        var words = Enumerable.Range(0, 300).Select(_ => Keep(drafts, clock, One, 10)).ToList();
        words.Count(w => drafts.Find(fixture.Workspace, One, w) is not null).ShouldBe(20, "the newest of hers");
        drafts.Find(fixture.Workspace, One, words[^1]).ShouldNotBeNull();
        drafts.Find(fixture.Workspace, Other, others).ShouldNotBeNull();
    }

    [Fact]
    public void Kept_TooLong_OrTooMuchTogether_IsLetGo()
    {
        var clock = new Clock();
        var drafts = new KeptDrafts(clock);
        drafts.Find(fixture.Workspace, One, Keep(drafts, clock, One, 600_000)).ShouldBeNull();
        var words = Enumerable.Range(0, 30).Select(i => (By: new Actor("user", $"p{i}"), Word: Keep(drafts, clock, new Actor("user", $"p{i}"), 400_000))).ToList();
        words.Select(w => drafts.Find(fixture.Workspace, w.By, w.Word) is not null).ShouldBe(Enumerable.Range(0, 30).Select(i => i >= 21), "four million characters, the newest");
    }

    private string Keep(KeptDrafts drafts, Clock clock, Actor by, int length)
    {
        clock.Now += TimeSpan.FromSeconds(1);
        return drafts.Keep(fixture.Workspace, by, [("text", new string('x', length))]);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
