using Temas.Feedback.Quality;
using Temas.Feedback.Surveys.Entering;
using Temas.Feedback.Surveys.Figures;
using Temas.Feedback.Surveys.Respond;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Storage.Tests;

/// <summary>What every store must do with doubts about responses and with their tags.</summary>
public abstract class ResponseMarksContract(StoreFixture store) : IAsyncLifetime
{
    private static readonly DateTimeOffset Began = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => store.DisposeAsync();

    [SkippableFact]
    public async Task Marks_AreKeptOnce_FilterTheList_AndGoWithTheirResponses()
    {
        await store.InitializeAsync();
        var database = (await store.OpenAsync(new Tables())).All[0].Database;
        var (responses, marks) = (new ResponseStore(database), new ResponseMarks(database));
        for (var i = 0; i < 4; i++)
        {
            var response = new SurveyResponse { Id = $"r{i}", Survey = "s", Version = 1, Language = "tr", Channel = "web", StartedAt = Began.AddMinutes(i), ChangedAt = Began, CompletedAt = Began, Customer = i == 3 ? "user_id:gone" : null };
            await responses.SaveAsync(response);
            await responses.FinishAsync(response, [], isTold: false);
        }

        var doubt = new QualityAssessment([new QualityFlag(QualityFlagKind.Speeding, 0.5, "faster_than_reading", 3, 9, "q")]);
        await marks.KeepAsync("s", [("r1", doubt), ("r3", doubt), ("r0", new QualityAssessment([])), ("none", doubt)], default);
        await marks.KeepAsync("s", [("r1", new QualityAssessment([]))], default);
        var kept = await marks.DoubtsAsync(["r0", "r1", "none"], default);
        (kept.Count, kept["r1"].Weight, kept["r1"].Flags.ShouldHaveSingleItem(), kept["r0"].Weight).ShouldBe((2, 0.5, doubt.Flags[0], 1));

        (await marks.TagAsync("s", ["r1", "r2", "r3", "none"], "Kargo ığü", off: false, default)).ShouldBe(3);
        (await marks.TagAsync("s", ["r1"], "Kargo ığü", off: false, default)).ShouldBe(0);
        (await marks.TagAsync("other", ["r1"], "x", off: false, default)).ShouldBe(0);
        (await marks.TagAsync("s", ["r2"], "Kargo ığü", off: true, default)).ShouldBe(1);
        (await marks.UsedAsync("s", default)).ShouldBe([("Kargo ığü", 2L)]);
        (await marks.TagsAsync(["r1", "r2"], default))["r1"].ShouldBe(["Kargo ığü"]);
        (await responses.ListAsync("s", new ResponseFilter(Tag: "Kargo ığü"), 10)).Select(r => r.Id).ShouldBe(["r3", "r1"]);
        (await responses.ListAsync("s", new ResponseFilter(Doubtful: true), 10)).Select(r => r.Id).ShouldBe(["r3", "r1"]);
        (await responses.ListAsync("s", new ResponseFilter(Doubtful: false), 10)).Select(r => r.Id).ShouldBe(["r2", "r0"]);
        await responses.ForgetAsync(["user_id:gone"]);
        await marks.TidyAsync(default);
        (await marks.UsedAsync("s", default)).ShouldBe([("Kargo ığü", 1L)]);
        (await marks.DoubtsAsync(["r3"], default)).ShouldBeEmpty();
    }

    private sealed class Tables : IWorkspaceModule
    {
        public IReadOnlyList<Migration> Migrations => [.. ResponseStore.Migrations, .. ResponseMarks.Migrations, BotSigns.Migration, EntryKeys.Migration];

        public IReadOnlyList<IDefinitionKind> DefinitionKinds => [];

        public void Attach(Workspace workspace)
        {
        }
    }
}

public sealed class SqliteResponseMarksTests() : ResponseMarksContract(new SqliteStore());

public sealed class PostgresResponseMarksTests() : ResponseMarksContract(new PostgresStore());
