using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Figures;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tests.Feedback;

/// <summary>The scores of a survey, doubts and tags of its responses: by API and page, and gone with who is erased.</summary>
public sealed class FiguresPagesTests(TemasServer server) : IClassFixture<TemasServer>
{
    private const string Document = """{"languages":["en"],"title":"Figures","pages":[{"id":"p","questions":[{"id":"score","kind":"nps","title":"Would you recommend us to somebody whom you know well?"},{"id":"why","kind":"text","title":"Why is that? Please tell us in your own words."}]}]}""";

    [Fact]
    public async Task Scores_FollowTheResponses_AndOpenToThem()
    {
        await SurveyAsync("figures", 40);
        using var owner = await server.SignInAsync();
        var figures = await owner.GetFromJsonAsync<JsonElement>("/api/surveys/figures/scores?workspace=main");
        (figures.GetProperty("complete").GetInt32(), figures.GetProperty("doubtful").GetInt32()).ShouldBe((40, 1), "one answered at once");
        figures.GetProperty("questions")[0].GetProperty("score").GetProperty("answers").GetInt32().ShouldBe(40);
        await FinishAsync("figures", "late", 0, "slow", TimeSpan.FromMinutes(2));
        figures = await owner.GetFromJsonAsync<JsonElement>("/api/surveys/figures/scores?workspace=main");
        figures.GetProperty("complete").GetInt32().ShouldBe(41);
        var behind = await owner.GetFromJsonAsync<JsonElement>("/api/surveys/figures/scores/responses?workspace=main&question=score&least=0&most=0");
        behind.GetProperty("total").GetInt32().ShouldBe(figures.GetProperty("questions")[0].GetProperty("values").EnumerateArray().Single(v => v.GetProperty("value").GetString() == "0").GetProperty("count").GetInt32());
        (await owner.GetStringAsync("/api/surveys/figures/scores.csv?workspace=main")).ShouldContain("score,nps,41");

        await PageClient.PostAsync(owner, "/w/main/surveys/of/figures/target", ("target", "-99,5"));
        var page = await PageClient.PageAsync(owner, "/w/main/surveys/of/figures/scores");
        page.QuerySelectorAll(".line-chart").Length.ShouldBe(1);
        page.QuerySelector(".facts .badge-ok")!.TextContent.ShouldBe("Reached");
        (await PageClient.PageAsync(owner, "/w/main/surveys/of/figures/scores/answers?doubtful=true")).QuerySelectorAll("tbody tr").Length.ShouldBe(1);
        (await owner.GetAsync("/w/main/surveys/of/none/scores")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await owner.GetAsync("/api/surveys/none/scores?workspace=main")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await owner.GetAsync("/api/surveys/figures/scores?workspace=main&period=x")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Tags_OnManyAtOnce_FilterTheListAndStandInTheFile()
    {
        await SurveyAsync("tagged", 3);
        using var owner = await server.SignInAsync();
        var page = await PageClient.PageAsync(owner, "/w/main/surveys/of/tagged/responses");
        var ids = page.QuerySelectorAll("input[name=responses]").Select(i => i.GetAttribute("value")!).ToList();
        ids.Count.ShouldBe(3);
        await PageClient.PostAsync(owner, "/w/main/surveys/of/tagged/tags", ("tag", "Kargo"), ("responses", ids[0]), ("responses", ids[1]), ("responses", "none"));
        (await PageClient.PageAsync(owner, "/w/main/surveys/of/tagged/responses?tag=Kargo")).QuerySelectorAll("tbody tr").Length.ShouldBe(2);
        await PageClient.PostAsync(owner, "/w/main/surveys/of/tagged/tags", ("tag", "Kargo"), ("responses", ids[0]), ("off", "1"));
        var csv = await owner.GetStringAsync("/api/surveys/tagged/responses.csv?workspace=main&tag=Kargo");
        csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
        csv.ShouldContain(",Kargo,");
        // The one that was answered at once has its reasons beside it.
        await LiveAnswers.Of(server.Main).FollowAsync(default);
        var doubtful = (await PageClient.PageAsync(owner, "/w/main/surveys/of/tagged/responses?quality=doubtful")).QuerySelectorAll("tbody a")[0].GetAttribute("href")!;
        (await PageClient.PageAsync(owner, doubtful)).QuerySelector("#response ul")!.TextContent.ShouldContain("nobody answers in less than");
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        (await viewer.PostAsJsonAsync("/api/surveys/tagged/responses/tags", new { responses = ids, tag = "x" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task ErasedCustomer_IsGoneFromFiguresAndMarks()
    {
        await SurveyAsync("forgotten", 2);
        await FinishAsync("forgotten", "hers", 3, "Buradaydım", TimeSpan.FromMinutes(1), "user_id:figures-gone");
        using var owner = await server.TokenClientAsync(Role.Owner);
        await LiveAnswers.Of(server.Main).FollowAsync(default);
        await LiveAnswers.Of(server.Main).Marks.TagAsync("forgotten", ["hers"], "t", off: false, default);
        (await owner.GetFromJsonAsync<JsonElement>("/api/surveys/forgotten/scores")).GetProperty("complete").GetInt32().ShouldBe(3);
        LiveAnswers.Of(server.Main).Forget(await SurveyBook.Of(server.Main).Responses.ForgetAsync(["user_id:figures-gone"]));
        await LiveAnswers.Of(server.Main).Marks.TidyAsync(default);
        (await owner.GetFromJsonAsync<JsonElement>("/api/surveys/forgotten/scores")).GetProperty("complete").GetInt32().ShouldBe(2);
        (await LiveAnswers.Of(server.Main).Marks.UsedAsync("forgotten", default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Topics_AreNamedTriedSavedAndBroughtBack()
    {
        using var owner = await server.SignInAsync();
        (await PageClient.PostAsync(owner, "/w/main/feedback/topics/do/save", ("key", "giraffe"), ("nameTr", "Zürafa"), ("nameEn", ""), ("trKeywords", "zürafa"))).ShouldContain("problem=topic_name_invalid");
        (await PageClient.PageAsync(owner, "/w/main/feedback/topics?topic=new&draft=try&key=giraffe&nameTr=Z&nameEn=G&trKeywords=z%C3%BCrafa")).QuerySelector("h2")!.TextContent.ShouldBe("New topic");
        await PageClient.PostAsync(owner, "/w/main/feedback/topics/do/save", ("key", "giraffe"), ("nameTr", "Zürafa"), ("nameEn", "Giraffe"), ("trKeywords", "zürafa\r\nuzun boyun"));
        (await PageClient.PageAsync(owner, "/w/main/feedback/topics?topic=giraffe")).QuerySelector("#trKeywords")!.TextContent.ShouldBe("zürafa\nuzun boyun");
        await PageClient.PostAsync(owner, "/w/main/feedback/topics/do/remove", ("of", "giraffe"));
        (await PageClient.PageAsync(owner, "/w/main/feedback/topics?search=1")).QuerySelectorAll("tbody a.strong").ShouldNotContain(a => a.TextContent == "Giraffe");
        await PageClient.PostAsync(owner, "/w/main/feedback/topics/do/restore", ("version", "2"));
        (await PageClient.PageAsync(owner, "/w/main/feedback/topics")).QuerySelectorAll("tbody a.strong").ShouldContain(a => a.TextContent == "Giraffe");
    }

    private async Task SurveyAsync(string key, int responses)
    {
        (await server.Main.Definitions.SaveAsync(SurveyKind.Name, key, Document, Actor.System)).IsOk.ShouldBeTrue();
        for (var i = 0; i < responses; i++) await FinishAsync(key, $"{key}-{i}", i % 11, $"words of number {i}", i == 0 ? TimeSpan.FromMilliseconds(300) : TimeSpan.FromMinutes(1 + (i % 3)));
    }

    private async Task FinishAsync(string survey, string id, int score, string text, TimeSpan took, string? customer = null)
    {
        var (store, now) = (SurveyBook.Of(server.Main).Responses, DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
        var response = new SurveyResponse
        {
            Id = id,
            Survey = survey,
            Version = 1,
            Language = "en",
            Channel = "web",
            Customer = customer,
            StartedAt = now - took,
            ChangedAt = now,
            CompletedAt = now,
            Score = score,
            Answers = new Dictionary<string, Answer> { ["score"] = Answer.Of(score.ToString(System.Globalization.CultureInfo.InvariantCulture)), ["why"] = Answer.Of(text) },
        };
        (await store.SaveAsync(response)).ShouldBeTrue();
        (await store.FinishAsync(response, [], isTold: false)).ShouldBe(Finished.Now);
    }
}
