using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Sources;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tests.Feedback;

/// <summary>What customers wrote, from the event to the figure, the page and the file; and that it is gone with them.</summary>
public sealed class FeedbackTests(TemasServer server) : IClassFixture<TemasServer>
{
    private static readonly string Now = TimeProvider.System.GetUtcNow().AddHours(-3).ToString("O", CultureInfo.InvariantCulture);
    private static int told;

    [Fact]
    public async Task Texts_OfAWorkspace_AreCountedByTopicAndOpenToTheirCustomers()
    {
        using var client = await ToldAsync("voice", [
            Wrote("va", "Kargo çok hızlıydı ama ürün kırık geldi", """, "nps": 3"""),
            Wrote("vb", "Kargo çok geç geldi, berbat. Bir daha alışveriş yapmam!"),
            Wrote("vb", "Harika bir mağaza, çok teşekkürler"),
            Answered("vc", 10),
        ]);

        var figures = await client.GetFromJsonAsync<JsonElement>("/api/feedback/texts?period=7d");
        // Praise and blame in one text weigh each other up as a whole, and are told apart by topic.
        var all = figures.GetProperty("texts");
        (all.GetProperty("negative").GetInt32(), all.GetProperty("neutral").GetInt32(), all.GetProperty("positive").GetInt32()).ShouldBe((1, 1, 1));
        figures.GetProperty("customers").GetInt32().ShouldBe(2);
        figures.GetProperty("buckets").EnumerateArray().Sum(b => b.GetProperty("texts").GetProperty("total").GetInt32()).ShouldBe(3);
        var delivery = figures.GetProperty("topics").EnumerateArray().Single(t => t.GetProperty("key").GetString() == "delivery").GetProperty("texts");
        (delivery.GetProperty("positive").GetInt32(), delivery.GetProperty("negative").GetInt32()).ShouldBe((1, 1));

        var quotes = await client.GetFromJsonAsync<JsonElement>("/api/feedback/quotes?period=7d&topic=delivery&sentiment=negative");
        quotes.GetProperty("total").GetInt32().ShouldBe(1);
        quotes.GetProperty("quotes")[0].GetProperty("parts").EnumerateArray().ShouldContain(p => p.GetProperty("weight").GetDouble() < 0);

        var behind = await client.GetFromJsonAsync<JsonElement>("/api/feedback/customers?period=7d&score=nps&least=0&most=6");
        behind.GetProperty("total").GetInt32().ShouldBe(1);
        var scores = (await client.GetFromJsonAsync<JsonElement>("/api/feedback/scores?period=7d")).GetProperty("scores").EnumerateArray().ToList();
        scores[0].GetProperty("kind").GetString().ShouldBe("nps");
        scores[0].GetProperty("now").GetProperty("answers").GetInt32().ShouldBe(2);
        scores[0].GetProperty("now").GetProperty("value").GetDouble().ShouldBe(0);
    }

    [Fact]
    public async Task Texts_AnotherWorkspace_SeesNone()
    {
        using var first = await ToldAsync("voice-a", [Wrote("x", "berbat")]);
        using var other = await ToldAsync("voice-b", []);
        (await first.GetFromJsonAsync<JsonElement>("/api/feedback/quotes")).GetProperty("total").GetInt32().ShouldBe(1);
        (await other.GetFromJsonAsync<JsonElement>("/api/feedback/quotes")).GetProperty("total").GetInt32().ShouldBe(0);
        using var foreign = await other.GetAsync("/api/feedback/quotes?workspace=voice-a");
        foreign.IsSuccessStatusCode.ShouldBeFalse();
    }

    [Fact]
    public async Task Texts_ToldInAnotherOrder_GiveTheSameFigures()
    {
        string[] events = [Wrote("a", "Kargo berbat"), Wrote("b", "Çok memnunum"), Wrote("a", "idare eder"), Answered("c", 9), Answered("a", 2), Wrote("c", "The product broke, terrible")];
        using var forth = await ToldAsync("voice-forth", events);
        using var back = await ToldAsync("voice-back", [.. events.Reverse()]);
        foreach (var address in new[] { "/api/feedback/texts?period=7d", "/api/feedback/scores?period=7d" })
            (await back.GetStringAsync(address)).ShouldBe(await forth.GetStringAsync(address));
    }

    [Fact]
    public async Task Texts_OfAnErasedCustomer_AreGoneFromFigureQuoteAndFileAtOnce()
    {
        using var client = await ToldAsync("voice-gone", [Wrote("gone", "Eşsiz bir berbatlık, kargo kayıp"), Wrote("stays", "kargo berbat")]);
        (await client.GetFromJsonAsync<JsonElement>("/api/feedback/quotes")).GetProperty("total").GetInt32().ShouldBe(2);
        using var erased = await client.DeleteAsync("/api/customers/user_id:gone?reason=asked");
        erased.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetFromJsonAsync<JsonElement>("/api/feedback/texts")).GetProperty("texts").GetProperty("negative").GetInt32().ShouldBe(1);
        (await client.GetStringAsync("/api/feedback/quotes")).ShouldNotContain("berbatlık");
        (await client.GetStringAsync("/api/feedback/texts.csv")).ShouldNotContain("berbatlık");
        (await client.GetStringAsync("/api/feedback/customers")).ShouldNotContain("gone");
    }

    [Fact]
    public async Task Customers_JoinedLater_AreOne()
    {
        using var client = await ToldAsync("voice-join", [Wrote("one", "kötü"), Wrote("two", "berbat")]);
        (await client.GetFromJsonAsync<JsonElement>("/api/feedback/texts")).GetProperty("customers").GetInt32().ShouldBe(2);
        await TellAsync(server.Workspaces.Find(WorkspaceKey.Parse("voice-join").Value)!, [$$"""{"type":"alias","messageId":"join","userId":"two","previousId":"one","timestamp":"{{Now}}"}"""]);
        (await client.GetFromJsonAsync<JsonElement>("/api/feedback/texts")).GetProperty("customers").GetInt32().ShouldBe(1);
        (await client.GetFromJsonAsync<JsonElement>("/api/feedback/customers")).GetProperty("customers")[0].GetProperty("voices").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Topics_Changed_AreReadAnewAtOnce()
    {
        using var client = await ToldAsync("voice-topics", [Wrote("t", "zürafa sesi berbat")]);
        (await client.GetFromJsonAsync<JsonElement>("/api/feedback/texts")).GetProperty("topics").GetArrayLength().ShouldBe(0);
        var read = await client.GetFromJsonAsync<JsonElement>("/api/definitions/topics/default");
        using var written = await client.PutAsJsonAsync("/api/definitions/topics/default", JsonSerializer.Deserialize<JsonElement>("""{"topics": [{"key": "giraffe", "nameTr": "Zürafa", "nameEn": "Giraffe", "tr": {"keywords": ["zürafa"]}}]}"""));
        written.IsSuccessStatusCode.ShouldBeTrue(await written.Content.ReadAsStringAsync() + read);
        (await client.GetFromJsonAsync<JsonElement>("/api/feedback/texts")).GetProperty("topics")[0].GetProperty("key").GetString().ShouldBe("giraffe");
    }

    [Fact]
    public async Task Page_HostileText_IsShownAsTextWithItsPersonalDataMasked()
    {
        await ToldAsync("voice-hostile", [Wrote("h", "<script>alert(1)</script> berbat <img src=x onerror=alert(2)> ayse.yilmaz@posta.example 0532 123 45 67"), Wrote("h", "=HYPERLINK(1) kötü")]);
        await server.CreatePersonAsync("hostile@example.com", Role.Owner, "voice-hostile", "a word that nobody knows");
        using var owner = await server.SignInAsync("hostile@example.com", "a word that nobody knows");
        using var page = await owner.GetAsync("/w/voice-hostile/feedback");
        var html = await page.Content.ReadAsStringAsync();
        page.IsSuccessStatusCode.ShouldBeTrue(string.Join('\n', server.Log.Lines.Where(l => l.Contains("xception", StringComparison.Ordinal)).TakeLast(5)));
        html.ShouldNotContain("<script>alert");
        html.ShouldNotContain("<img src=x");
        html.ShouldContain("&lt;script&gt;");
        html.ShouldContain("<mark");
        html.ShouldNotContain("ayse.yilmaz");
        html.ShouldNotContain("123 45 67");
        var file = await owner.GetStringAsync("/api/feedback/texts.csv?workspace=voice-hostile");
        file.ShouldNotContain("ayse.yilmaz");
        file.ShouldContain("'=HYPERLINK");
        var trail = await owner.GetFromJsonAsync<JsonElement>("/api/audit?workspace=voice-hostile&action=feedback.exported");
        trail.GetProperty("entries").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Model_TrainedFromRatedComments_IsTakenIntoUseAndJudgesTextsFromThenOn()
    {
        string[] good = ["zümrüt", "yakut", "safir", "inci"], bad = ["çamur", "pas", "küf", "moloz"];
        var random = new Random(7);
        string Sentence(string[] words) => string.Join(' ', Enumerable.Range(0, 6).Select(i => i % 2 == 0 ? words[random.Next(words.Length)] : new[] { "kapı", "masa", "duvar", "pencere", "yol" }[random.Next(5)])) + " " + random.Next(100_000).ToString(CultureInfo.InvariantCulture);
        var events = Enumerable.Range(0, 400).Select(i => i % 2 == 0 ? Wrote($"g{i}", Sentence(good), """, "nps": 10""") : Wrote($"b{i}", Sentence(bad), """, "nps": 1""")).ToArray();
        using var client = await ToldAsync("voice-model", [string.Join(',', events), Wrote("new", "küf moloz pas duvar çamur")]);

        using var few = await (await ToldAsync("voice-few", [Wrote("x", "berbat", """, "nps": 1""")])).PostAsync(new Uri("/api/feedback/model/train", UriKind.Relative), null);
        few.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await few.Content.ReadAsStringAsync()).ShouldContain("too_few_texts");

        var untold = await client.GetFromJsonAsync<JsonElement>("/api/feedback/quotes?limit=1&sentiment=neutral");
        untold.GetProperty("total").GetInt32().ShouldBe(401);
        using var trained = await client.PostAsync(new Uri("/api/feedback/model/train", UriKind.Relative), null);
        trained.StatusCode.ShouldBe(HttpStatusCode.OK, await trained.Content.ReadAsStringAsync());
        var training = await trained.Content.ReadFromJsonAsync<JsonElement>();
        training.GetProperty("taken").GetBoolean().ShouldBeTrue();
        training.GetProperty("model").GetProperty("accuracy").GetDouble().ShouldBeGreaterThan(0.95);

        // Words that no lexicon knows, in a text without a score: on the timeline, too.
        var model = await client.GetFromJsonAsync<JsonElement>("/api/feedback/model");
        model.GetProperty("version").GetInt32().ShouldBe(1);
        (await client.GetFromJsonAsync<JsonElement>("/api/feedback/quotes?sentiment=negative")).GetProperty("total").GetInt32().ShouldBeGreaterThan(190);
        var timeline = await client.GetFromJsonAsync<JsonElement>("/api/customers/user_id:new/timeline");
        timeline.GetProperty("moments")[0].GetProperty("perception").GetDouble().ShouldBeLessThan(-0.3);
        timeline.GetProperty("moments")[0].GetProperty("evidence")[0].GetProperty("code").GetString().ShouldBe("text");

        // A training that brings nothing better is told, and nothing changes.
        using var again = await client.PostAsync(new Uri("/api/feedback/model/train", UriKind.Relative), null);
        (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("taken").GetBoolean().ShouldBeFalse();
        (await client.GetFromJsonAsync<JsonElement>("/api/feedback/model")).GetProperty("version").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Correction_OfAReading_IsALabelAuditedAndGoneWithTheCustomer()
    {
        using var client = await ToldAsync("voice-right", [Wrote("r", "Fena sayılmaz işte")]);
        var position = (await client.GetFromJsonAsync<JsonElement>("/api/feedback/quotes")).GetProperty("quotes")[0].GetProperty("position").GetInt64();
        using var wrong = await client.PutAsJsonAsync($"/api/feedback/corrections/{position}", new { sentiment = "furious" });
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var unknown = await client.PutAsJsonAsync("/api/feedback/corrections/999999", new { sentiment = "positive" });
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var done = await client.PutAsJsonAsync($"/api/feedback/corrections/{position}", new { sentiment = "positive" });
        done.StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await client.GetFromJsonAsync<JsonElement>("/api/feedback/quotes")).GetProperty("quotes")[0].GetProperty("corrected").GetString().ShouldBe("positive");
        (await client.GetFromJsonAsync<JsonElement>("/api/feedback/model")).GetProperty("corrections").GetInt32().ShouldBe(1);
        var trail = await client.GetFromJsonAsync<JsonElement>("/api/audit?workspace=voice-right&action=reading.corrected");
        trail.GetProperty("entries").GetArrayLength().ShouldBe(1);

        using var erased = await client.DeleteAsync("/api/customers/user_id:r?reason=asked");
        erased.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetFromJsonAsync<JsonElement>("/api/feedback/model")).GetProperty("corrections").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Drivers_OfAScoreThatFollowsARating_NameTheRatingFirst()
    {
        var random = new Random(3);
        var events = Enumerable.Range(0, 200).Select(i =>
        {
            var (score, noise) = (random.Next(0, 11), random.Next(1, 6));
            return Wrote($"d{i}", $"kargo {(random.Next(2) == 0 ? "hızlıydı" : "geç geldi")}", $$""", "nps": {{score}}, "answers": {"ease": {{Math.Clamp((score / 2) + random.Next(0, 2), 0, 5)}}, "noise": {{noise}}, "same": {{score}} }""");
        });
        using var client = await ToldAsync("voice-drivers", [string.Join(',', events)]);
        var found = (await client.GetFromJsonAsync<JsonElement>("/api/feedback/drivers?period=7d")).GetProperty("analysis");
        var drivers = found.GetProperty("drivers").EnumerateArray().ToList();
        drivers[0].GetProperty("key").GetString().ShouldBe("answer:ease");
        drivers.ShouldNotContain(d => d.GetProperty("key").GetString() == "answer:same");
        drivers.Sum(d => d.GetProperty("share").GetProperty("value").GetDouble()).ShouldBe(found.GetProperty("rSquared").GetProperty("value").GetDouble(), 1e-6);
        using var few = await ToldAsync("voice-driverless", [Answered("a", 3)]);
        (await few.GetFromJsonAsync<JsonElement>("/api/feedback/drivers")).GetProperty("why").GetString()!.ShouldContain("longer period");
    }

    [Theory]
    [InlineData("texts?period=8d", "period_unknown")]
    [InlineData("texts?from=yesterday", "day_invalid")]
    [InlineData("texts?from=2026-05-05&to=2026-05-04", "period_invalid")]
    [InlineData("texts?sentiment=angry", "sentiment_unknown")]
    [InlineData("texts?topic=nothing", "topic_unknown")]
    [InlineData("quotes?intent=none", "intent_unknown")]
    [InlineData("quotes?limit=0", "limit_invalid")]
    [InlineData("customers?least=3", "score_missing")]
    [InlineData("scores?score=stars", "score_unknown")]
    [InlineData("texts.csv?separator=tab", "separator_unknown")]
    public async Task Api_WrongQuestion_IsToldAsAProblem(string question, string code)
    {
        using var client = await server.TokenClientAsync(Role.Analyst);
        using var answer = await client.GetAsync($"/api/feedback/{question}");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, await answer.Content.ReadAsStringAsync());
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("type").GetString().ShouldBe($"/problems/{code}");
    }

    [Theory]
    [InlineData("/w/main/feedback?period=8d")]
    [InlineData("/w/main/feedback/scores?from=x")]
    [InlineData("/w/main/feedback/customers?score=stars")]
    [InlineData("/w/main/feedback")]
    [InlineData("/w/main/feedback/scores")]
    [InlineData("/w/main/feedback/drivers")]
    [InlineData("/w/main/feedback/model?problem=too_few_texts")]
    public async Task Pages_WithNothingOrWrongInput_SayWhatToDo(string address)
    {
        using var owner = await server.SignInAsync();
        (await owner.GetStringAsync(address)).ShouldContain("<h1>");
    }

    private static string Wrote(string user, string text, string more = "") =>
        $$"""{"type":"track","event":"Feedback Received","messageId":"v{{Interlocked.Increment(ref told)}}","userId":"{{user}}","timestamp":"{{Now}}","properties":{"text":{{JsonSerializer.Serialize(text)}},"source":"review"{{more}} } }""";

    private static string Answered(string user, int score) =>
        $$"""{"type":"track","event":"Survey Answered","messageId":"v{{Interlocked.Increment(ref told)}}","userId":"{{user}}","timestamp":"{{Now}}","properties":{"survey_id":"brand","survey_type":"nps","score":{{score}} } }""";

    private async Task<HttpClient> ToldAsync(string key, string[] events)
    {
        var workspace = await server.CreateWorkspaceAsync(key);
        if (events.Length > 0) await TellAsync(workspace, events);
        return await server.TokenClientAsync(Role.Owner, key);
    }

    private async Task TellAsync(Workspace workspace, string[] events)
    {
        var made = await server.Services.GetRequiredService<CreateSource>().HandleAsync(workspace, new CreateSourceRequest($"Voices {Interlocked.Increment(ref told)}"), Actor.System);
        using var client = server.Anonymous();
        foreach (var e in events)
        {
            using var body = new StringContent($$"""{"writeKey":"{{made.Value.WriteKey}}","batch":[{{e}}]}""", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/v1/batch", UriKind.Relative), body);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await answer.Content.ReadAsStringAsync()).ShouldNotContain("rejected");
        }
    }
}
