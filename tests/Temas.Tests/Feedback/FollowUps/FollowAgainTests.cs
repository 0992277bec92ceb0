using System.Text;
using System.Text.Json;
using Temas.Customers.Contracts;
using Temas.Feedback.FollowUps;
using Temas.Feedback.Listening;

namespace Temas.Tests.Feedback.FollowUps;

/// <summary>A follower that was cut short, and one that begins anew in its place, as after a crash. Nothing follows beside it: of one workspace there is never more than one.</summary>
public sealed class FollowAgainTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(11)]
    public async Task Follower_ThatLostItsPlaceOrItsMemory_OpensNothingTwiceAndForgetsNothing(int seed)
    {
        await using var world = await FollowWorld.OpenAsync();
        var (random, workspace) = (new Random(seed), world.Workspace);
        var people = await world.OfAsync(workspace.Key, default);
        for (var round = 0; round < 6; round++)
        {
            for (var i = 0; i < 15; i++) await world.HappenAsync($"u{random.Next(12)}", "Survey Answered", $$"""{"survey_id":"brand","survey_type":"nps","score":{{random.Next(11)}}}""");
            var live = new LiveFollowUps(workspace, (FeltTexts)workspace.Part<IFeltTexts>());
            // Every other time at a place that is too early.
            if (round % 2 == 1) await workspace.Events.CommitAsync([], (connection, transaction, _) => FollowUpStore.WritePlaceAsync(connection, transaction, 0));
            using var cut = new CancellationTokenSource();
            if (round % 3 == 2) cut.CancelAfter(TimeSpan.FromMilliseconds(random.Next(4)));
            try
            {
                await live.FollowAsync(people, cut.Token);
            }
            catch (OperationCanceledException)
            {
                // Cut short.
            }
        }

        await LiveFollowUps.Of(workspace).FollowAsync(people, default);
        var all = await world.Store.ListAsync(new FollowUpFilter { All = true, Kind = FollowUpKind.Recover }, 1000);
        var low = workspace.Log.ReadFrom(1).Select(e => JsonDocument.Parse(Encoding.UTF8.GetString(e.Json.Span)).RootElement).Where(e => e.GetProperty("properties").GetProperty("score").GetInt32() <= 4).ToList();
        all.Count.ShouldBe(low.Select(e => e.GetProperty("userId").GetString()).Distinct().Count());
        all.Sum(f => f.Triggers).ShouldBe(low.Count);
    }
}
