using Temas.Feedback.Asking.Invites;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Entering;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Storage.Tests;

/// <summary>What every store must do with responses to surveys.</summary>
public abstract class SurveyResponseContract(StoreFixture store) : IAsyncLifetime
{
    private static readonly DateTimeOffset Began = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    private Database? database;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => store.DisposeAsync();

    [SkippableFact]
    public async Task Save_ThenFind_IsTheSame_AndAFinishedOneStaysAsItIs()
    {
        var responses = await OpenAsync();
        var response = Response("r1") with { Customer = "user_id:ığ😀", Page = "p2", Answers = Of("why", "Çok güzel 😀\n\"x\""), About = new Dictionary<string, string> { ["order_id"] = "O-1" } };
        (await responses.SaveAsync(response)).ShouldBeTrue();
        (await responses.SaveAsync(response with { Page = "p3", Answers = Of("why", "b") })).ShouldBeTrue();
        var found = (await responses.FindAsync("r1"))!;
        (found.Customer, found.Page, found.Answers["why"].Value, found.About["order_id"], found.StartedAt, found.State).ShouldBe(("user_id:ığ😀", "p3", "b", "O-1", Began, ResponseState.Partial));
        (await responses.FinishAsync(found with { Score = 9.5, ChangedAt = Began.AddMinutes(1) }, [], isTold: true)).ShouldBe(Finished.Now);
        (await responses.SaveAsync(found with { Answers = Of("why", "late") })).ShouldBeFalse();
        (await responses.FinishAsync(found, [], isTold: true)).ShouldBe(Finished.Before);
        var kept = (await responses.FindAsync("r1"))!;
        (kept.State, kept.Score, kept.CompletedAt, kept.Answers["why"].Value).ShouldBe((ResponseState.Complete, 9.5, Began.AddMinutes(1), "b"));
        (await responses.UntoldAsync(10)).ShouldHaveSingleItem().Id.ShouldBe("r1");
        (await responses.ToldAsync("r1")).ShouldBeTrue();
        (await responses.ToldAsync("r1")).ShouldBeFalse();
        (await responses.UntoldAsync(10)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Finish_ManyAtOnce_TakesEachPlaceOnce()
    {
        var responses = await OpenAsync();
        for (var i = 0; i < 12; i++) await responses.SaveAsync(Response($"r{i:00}"));
        var same = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => responses.FinishAsync(Response("r00"), [("group", 5)], isTold: false))));
        same.Count(f => f == Finished.Now).ShouldBe(1);
        same.Count(f => f == Finished.Before).ShouldBe(7);
        var others = await Task.WhenAll(Enumerable.Range(1, 11).Select(i => Task.Run(() => responses.FinishAsync(Response($"r{i:00}"), [("group", 5)], isTold: false))));
        others.Count(f => f == Finished.Now).ShouldBe(4);
        others.Count(f => f == Finished.Full).ShouldBe(7);
        var taken = await responses.TakenAsync("s");
        (taken["group"], taken[ResponseStore.Everybody]).ShouldBe((5, 5));
        var count = (await responses.CountAsync())["s"];
        (count.Complete, count.ScreenedOut, count.Begun).ShouldBe((5, 7, 12));
        (await responses.FindAsync(["r07", "none", "r02"])).Select(r => r.Id).ShouldBe(["r07", "r02"]);
        (await responses.FindAsync([])).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task List_FilteredAndPaged_IsTheNewestFirst()
    {
        var responses = await OpenAsync();
        for (var i = 0; i < 10; i++)
        {
            var response = Response($"r{i}") with { StartedAt = Began.AddMinutes(i / 2), Language = i % 2 == 0 ? "tr" : "en", Customer = i == 3 ? "email:a@b.example" : null };
            await responses.SaveAsync(response);
            if (i < 6) await responses.FinishAsync(response with { Score = i }, [], isTold: false);
        }

        (await responses.ListAsync("s", new ResponseFilter(), 4)).Select(r => r.Id).ShouldBe(["r9", "r8", "r7", "r6"]);
        (await responses.ListAsync("s", new ResponseFilter(), 4, (Began.AddMinutes(3).ToUnixTimeMilliseconds(), "r7"))).Select(r => r.Id).ShouldBe(["r6", "r5", "r4", "r3"]);
        (await responses.ListAsync("s", new ResponseFilter(ResponseState.Complete, "tr", 2, 4), 10)).Select(r => r.Id).ShouldBe(["r4", "r2"]);
        (await responses.CountAsync())["s"].Mean.ShouldBe(2.5);
        (await responses.ForgetAsync(["email:a@b.example", "email:nobody@b.example", "anonymous_id:survey-r5"])).Count.ShouldBe(2);
        (await responses.ListAsync("s", new ResponseFilter(), 100)).Count.ShouldBe(8);
    }

    [SkippableFact]
    public async Task Left_IsWhatWasNotFinished_InTheOrderInWhichItWasLeft()
    {
        var responses = await OpenAsync();
        for (var i = 0; i < 6; i++) await responses.SaveAsync(Response($"r{i}") with { ChangedAt = Began.AddMinutes(i / 2) });
        await responses.FinishAsync(Response("r2") with { ChangedAt = Began.AddMinutes(1) }, [], isTold: false);
        await responses.SaveAsync(Response("other") with { Survey = "t" });
        var first = await responses.LeftAsync("s", (0, ""), Began.AddMinutes(2).ToUnixTimeMilliseconds(), 2);
        first.Select(r => r.Id).ShouldBe(["r0", "r1"]);
        (await responses.LeftAsync("s", (first[1].ChangedAt.ToUnixTimeMilliseconds(), first[1].Id), Began.AddMinutes(2).ToUnixTimeMilliseconds(), 2)).Select(r => r.Id).ShouldBe(["r3"]);
    }

    [SkippableFact]
    public async Task Answered_ByTheLinkOrInAnyOtherWay_IsKnown()
    {
        var responses = await OpenAsync();
        await responses.SaveAsync(Response("begun") with { Customer = "user_id:a" });
        await responses.FinishAsync(Response("done") with { Customer = "user_id:b" }, [], isTold: false);
        (await responses.HasAnsweredAsync("s", "begun", ["user_id:a"], Began)).ShouldBeFalse();
        (await responses.HasAnsweredAsync("s", "done", [], Began.AddDays(1))).ShouldBeTrue();
        (await responses.HasAnsweredAsync("s", "none", ["email:b@b.example", "user_id:b"], Began)).ShouldBeTrue();
        (await responses.HasAnsweredAsync("s", "none", ["user_id:b"], Began.AddMinutes(1))).ShouldBeFalse("that was before she was asked");
        (await responses.HasAnsweredAsync("t", "none", ["user_id:b"], Began)).ShouldBeFalse();
    }

    [SkippableFact]
    public async Task Invitations_AreCountedByChannel_WithWhatCameOfThem_AndForgottenWithHer()
    {
        var responses = await OpenAsync();
        await using (var connection = await database!.OpenAsync())
        {
            foreach (var (id, channel, customer, response) in new[] { ("1", "email", "a", "done"), ("2", "email", "b", "begun"), ("3", "email", "c", "none"), ("4", "sms", "a", null), ("5", "web", null, "full") })
            {
                var asked = new Asked { Id = id, Survey = "s", Channel = channel, Customer = customer, Visitor = customer is null ? "v" : null, Response = response, At = Began };
                for (var i = 0; i < 2; i++) await InvitationStore.AddAsync(connection, null, asked);
            }
        }

        await responses.SaveAsync(Response("begun"));
        await responses.FinishAsync(Response("done"), [], isTold: false);
        await responses.ScreenOutAsync(Response("full"));
        var (store, from) = (new InvitationStore(database), Began.ToUnixTimeMilliseconds());
        (await store.CountAsync("s", from, from + 1, default)).OrderBy(c => c.Channel).ShouldBe([new AskedCount("email", 3, 0, 2, 1, 0), new AskedCount("sms", 1, 1, 0, 0, 0), new AskedCount("web", 1, 0, 1, 0, 1)]);
        (await store.CountAsync("s", from - 1, from, default)).ShouldBeEmpty();
        async Task<string> WhoAsync(string? channel, bool begun, bool answered, int skip = 0) => string.Join(' ', (await store.ListAsync("s", from, from + 1, channel, begun, answered, skip, 10, default)).Select(p => $"{p.Id}:{p.State}"));
        (await WhoAsync(null, false, false)).ShouldBe("5:ScreenedOut 4: 3: 2:Partial 1:Complete");
        (await WhoAsync("email", true, false)).ShouldBe("2:Partial 1:Complete");
        (await WhoAsync(null, false, true)).ShouldBe("1:Complete");
        (await WhoAsync(null, false, false, skip: 3)).ShouldBe("2:Partial 1:Complete");
        (await store.FindAsync(["1", "none", "4"], default)).Select(p => (p.Id, p.Customer, p.IsAnonymous)).ShouldBe([("4", "a", true), ("1", "a", false)]);
        await store.ForgetAsync(["a"], ["v"], default);
        (await store.CountAsync("s", from, from + 1, default)).ShouldHaveSingleItem().ShouldBe(new AskedCount("email", 2, 0, 1, 0, 0));
    }

    [SkippableFact]
    public async Task Entries_UnderAKey_AreTheFirstThatWasNoted()
    {
        await OpenAsync();
        var keys = new EntryKeys(database!);
        (await keys.IsAnotherAsync("r", "x", default)).ShouldBeFalse("nothing is known of it");
        var noted = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => keys.NoteAsync("r", $"{i}", default))));
        noted.Count(n => n).ShouldBe(1);
        var first = noted.ToList().IndexOf(true);
        (await keys.NoteAsync("r", $"{first}", default)).ShouldBeTrue("it may be handed in again");
        (await keys.IsAnotherAsync("r", "x", default)).ShouldBeTrue();
    }

    private static Dictionary<string, Answer> Of(string question, string value) => new() { [question] = Answer.Of(value) };

    private static SurveyResponse Response(string id) => new() { Id = id, Survey = "s", Version = 1, Language = "tr", Channel = "web", StartedAt = Began, ChangedAt = Began, CompletedAt = Began };

    private async Task<ResponseStore> OpenAsync()
    {
        await store.InitializeAsync();
        database = (await store.OpenAsync(new Tables())).All[0].Database;
        return new ResponseStore(database);
    }

    private sealed class Tables : IWorkspaceModule
    {
        public IReadOnlyList<Migration> Migrations => [.. ResponseStore.Migrations, .. InvitationStore.Migrations, EntryKeys.Migration];

        public IReadOnlyList<IDefinitionKind> DefinitionKinds => [SurveyKind.Instance];

        public void Attach(Workspace workspace)
        {
        }
    }
}

public sealed class SqliteSurveyResponseTests() : SurveyResponseContract(new SqliteStore());

public sealed class PostgresSurveyResponseTests() : SurveyResponseContract(new PostgresStore());
