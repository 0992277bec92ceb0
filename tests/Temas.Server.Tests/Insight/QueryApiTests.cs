using System.Net;
using System.Text;
using System.Text.Json;
using Temas.Insight.Columns;
using Temas.Kernel;
using Temas.Server.Tests.Collect;
using static Temas.Server.Tests.Insight.Asking;

namespace Temas.Server.Tests.Insight;

/// <summary>Questions over HTTP: on the live data, of everything that was acknowledged before.</summary>
public sealed class QueryApiTests(TemasServer shared) : IClassFixture<TemasServer>
{
    private const string Orders = """{"kind":"trend","from":"2026-01-01","to":"2026-02-01","unit":"month","measures":[{"name":"orders","event":"track:Order Completed"},{"name":"buyers","event":"track:Order Completed","measure":"customers"},{"name":"value","event":"track:Order Completed","measure":"sum","property":"total"}]}""";

    [Fact]
    public async Task Trend_WhatWasAcknowledged_IsInTheNextAnswer()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var analyst = await server.TokenClientAsync(Role.Analyst);
        for (var i = 1; i <= 20; i++)
        {
            (await server.SendAsync("/v1/track", source.WriteKey, $$$"""{"event":"Order Completed","anonymousId":"a{{{i % 4}}}","timestamp":"2026-01-{{{i:00}}}T10:00:00Z","properties":{"total":{{{i}}}.5}}""")).Status.ShouldBe(HttpStatusCode.OK);
            Totals(await AskAsync(analyst, Orders)).ShouldBe([i, Math.Min(i, 4), (i * (i + 1) / 2) + (i * 0.5)]);
        }

        // Two of them turn out to be one person.
        foreach (var anonymous in (string[])["a1", "a2"])
            await server.SendAsync("/v1/identify", source.WriteKey, $$$"""{"userId":"one","anonymousId":"{{{anonymous}}}","timestamp":"2026-01-25T10:00:00Z"}""");
        Totals(await AskAsync(analyst, Orders)).ShouldBe([20, 3, 220]);

        // To ask changes nothing, and is not written down as if it did.
        using var owner = await server.TokenClientAsync();
        (await owner.GetStringAsync("/api/audit")).ShouldNotContain("/api/query");
    }

    [Fact]
    public async Task Trend_ComparedAndCumulative_HasThePeriodBeforeBeside()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var analyst = await server.TokenClientAsync(Role.Analyst);
        foreach (var (who, day) in ((string, string)[])[("a", "2025-12-30"), ("a", "2026-01-01"), ("b", "2026-01-02"), ("a", "2026-01-02"), ("c", "2026-01-03")])
            await server.SendAsync("/v1/track", source.WriteKey, $$"""{"event":"Seen","userId":"{{who}}","timestamp":"{{day}}T10:00:00Z"}""");
        var answer = await AskAsync(analyst, """{"kind":"trend","from":"2026-01-01","to":"2026-01-04","compare":"previous","cumulative":true,"measures":[{"event":"track:Seen","measure":"customers"}]}""");
        double[] Figures(JsonElement of) => [.. of.GetProperty("figures").EnumerateArray().Select(f => f.GetDouble())];
        var series = answer.GetProperty("series")[0];
        Figures(series).ShouldBe([1, 2, 3]);
        Figures(series.GetProperty("previous")).ShouldBe([0, 1, 1]);
        series.GetProperty("previous").GetProperty("total").GetDouble().ShouldBe(1);
        answer.GetProperty("previous").GetProperty("from").GetString().ShouldStartWith("2025-12-29T00:00:00");
        answer.GetProperty("previous").GetProperty("to").GetString().ShouldStartWith("2026-01-01T00:00:00");
        answer.GetProperty("previous").GetProperty("buckets").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task Query_ThatAcceptsCsv_IsAnsweredInIt()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var analyst = await server.TokenClientAsync(Role.Analyst);
        foreach (var name in (string[])["Bir", "İki"]) await server.SendAsync("/v1/track", source.WriteKey, $$"""{"event":"{{name}}","userId":"a","timestamp":"2026-01-01T1{{name.Length}}:00:{{(name == "Bir" ? "00" : "30")}}Z"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/query") { Content = new StringContent("""{"kind":"paths","from":"2026-01-01","to":"2026-01-02"}""", Encoding.UTF8, "application/json") };
        request.Headers.Accept.ParseAdd("text/csv");
        using var answer = await analyst.SendAsync(request);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        (await answer.Content.ReadAsStringAsync()).TrimStart('\uFEFF').ShouldBe("place,event,next,ways,customers,medianSeconds\r\n0,track:Bir,,1,1,\r\n1,track:İki,,1,1,\r\n0,track:Bir,track:İki,1,1,30\r\n");
    }

    [Fact]
    public async Task Segment_ErasedCustomer_IsNeitherCountedNorRemembered()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var owner = await server.TokenClientAsync(Role.Owner);
        foreach (var user in (string[])["ayse", "mehmet"])
            await server.SendAsync("/v1/track", source.WriteKey, $$$"""{"event":"Note Left","userId":"{{{user}}}","properties":{"note":"left by {{{user}}} alone"}}""");
        const string Everybody = """{"kind":"segment","where":{"did":{"event":"track:Note Left"}},"limit":10}""";
        (await AskAsync(owner, Everybody)).GetProperty("total").GetInt32().ShouldBe(2);

        using var erased = await owner.DeleteAsync("/api/customers/user_id:ayse?reason=asked");
        erased.StatusCode.ShouldBe(HttpStatusCode.OK);

        var left = await AskAsync(owner, Everybody);
        left.GetProperty("total").GetInt32().ShouldBe(1);
        left.GetProperty("customers")[0].GetProperty("name").GetString().ShouldBe("mehmet");
        var columns = server.Main.Part<LiveColumns>();
        columns.Holds("left by ayse alone").ShouldBeFalse();
        columns.Holds("left by mehmet alone").ShouldBeTrue();
    }

    [Fact]
    public async Task Columns_SavedAndReadAgainAfterARestart_AnswerAsBefore_AndForgetWhoIsErased()
    {
        var folder = Directory.CreateTempSubdirectory("temas-columns-").FullName;
        const string Notes = """{"kind":"segment","where":{"did":{"event":"track:Note Left"}},"limit":10}""";
        string path, key;
        await using (var first = await TemasServer.StartAsync(folder))
        {
            key = (await first.CreateSourceAsync()).WriteKey;
            foreach (var user in (string[])["ayse", "mehmet", "can"]) await first.SendAsync("/v1/track", key, $$$"""{"event":"Note Left","userId":"{{{user}}}","properties":{"note":"left by {{{user}}} alone"}}""");
            using var owner = await first.TokenClientAsync(Role.Owner);
            (await AskAsync(owner, Notes)).GetProperty("total").GetInt32().ShouldBe(3);
            var columns = first.Main.Part<LiveColumns>();
            await columns.FoldAsync(saves: true, CancellationToken.None);
            path = columns.SnapshotPath;
            Encoding.UTF8.GetString(await File.ReadAllBytesAsync(path)).ShouldContain("left by ayse alone");
            await first.SendAsync("/v1/alias", key, """{"previousId":"can","userId":"mehmet"}""");
        }

        await using (var second = await TemasServer.StartAsync(folder))
        {
            using var owner = await second.TokenClientAsync(Role.Owner);
            await second.SendAsync("/v1/track", key, """{"event":"Note Left","userId":"later"}""");
            (await AskAsync(owner, Notes)).GetProperty("total").GetInt32().ShouldBe(3);
            File.Exists(path).ShouldBeTrue();
            using var erased = await owner.DeleteAsync("/api/customers/user_id:ayse?reason=asked");
            erased.StatusCode.ShouldBe(HttpStatusCode.OK);
            File.Exists(path).ShouldBeFalse();
            (await AskAsync(owner, Notes)).GetProperty("total").GetInt32().ShouldBe(2);
            second.Main.Part<LiveColumns>().Holds("left by ayse alone").ShouldBeFalse();
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Funnel_AfterCustomersWereDerivedAfresh_IsTheSame()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var analyst = await server.TokenClientAsync(Role.Analyst);
        foreach (var (name, who, at) in ((string, string, int)[])[("Seen", "anonymousId\":\"x", 1), ("Bought", "userId\":\"u", 3), ("Seen", "userId\":\"v", 2)])
            await server.SendAsync("/v1/track", source.WriteKey, $$$"""{"event":"{{{name}}}","{{{who}}}","timestamp":"2026-01-0{{{at}}}T10:00:00Z"}""");
        await server.SendAsync("/v1/identify", source.WriteKey, """{"userId":"u","anonymousId":"x","timestamp":"2026-01-02T10:00:00Z"}""");
        const string Funnel = """{"kind":"funnel","from":"2026-01-01","to":"2026-02-01","steps":[{"event":"track:Seen"},{"event":"track:Bought"}],"window":"3d"}""";
        int[] Steps(JsonElement answer) => [.. answer.GetProperty("groups")[0].GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("customers").GetInt32())];
        Steps(await AskAsync(analyst, Funnel)).ShouldBe([2, 1]);

        await server.Main.Log.RebuildAsync(null, null, CancellationToken.None);

        Steps(await AskAsync(analyst, Funnel)).ShouldBe([2, 1]);
    }

    [Fact]
    public async Task Trend_AskedWhileEventsPourIn_FilesEachUnderItsCustomer()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var analyst = await server.TokenClientAsync(Role.Analyst);
        const string Question = """{"kind":"trend","last":"1d","unit":"day","measures":[{"name":"events","event":"track:Poured"},{"name":"who","event":"track:Poured","measure":"customers"}]}""";
        var senders = Enumerable.Range(0, 4).Select(async sender =>
        {
            for (var i = 0; i < 60; i++)
                (await server.SendAsync("/v1/track", source.WriteKey, $$$"""{"event":"Poured","userId":"p{{{sender}}}-{{{i}}}"}""")).Status.ShouldBe(HttpStatusCode.OK);
        }).ToList();
        while (!senders.TrueForAll(s => s.IsCompleted))
        {
            // Each is somebody else: as many customers as events, at any moment.
            var totals = Totals(await AskAsync(analyst, Question));
            totals[1].ShouldBe(totals[0]);
        }

        await Task.WhenAll(senders);
        Totals(await AskAsync(analyst, Question)).ShouldBe([240, 240]);
    }

    [Theory]
    [InlineData("[]", "not_an_object", null)]
    [InlineData("""{"kind":"trend""", "json_malformed", null)]
    [InlineData("""{"kind":"magic"}""", "kind_unknown", "kind")]
    [InlineData("""{"kind":"trend"}""", "field_missing", "measures")]
    [InlineData("""{"kind":"trend","measures":[{"measure":"sum"}]}""", "field_missing", "measures[0].property")]
    [InlineData("""{"kind":"trend","measures":[{"measure":"many"}]}""", "choice_unknown", "measures[0].measure")]
    [InlineData("""{"kind":"trend","measures":[{}],"unit":"hour","from":"1990-01-01","to":"2020-01-01"}""", "buckets_too_many", "unit")]
    [InlineData("""{"kind":"trend","measures":[{"name":"a"},{"name":"r","ratio":["a","b"]}]}""", "measure_unknown", "measures")]
    [InlineData("""{"kind":"trend","measures":[{}],"compare":"last year"}""", "choice_unknown", "compare")]
    [InlineData("""{"kind":"trend","measures":[{}],"cumulative":true,"rolling":7}""", "cumulative_and_rolling", "cumulative")]
    [InlineData("""{"kind":"funnel","steps":[{"event":"a"}]}""", "steps_too_few", "steps")]
    [InlineData("""{"kind":"funnel","steps":[{"event":"a"},{"evnt":"b"}]}""", "field_unknown", "steps[1].evnt")]
    [InlineData("""{"kind":"funnel","steps":[{"event":"a"},{"event":"b","where":{"property":"p","is":"greater","value":"x"}}]}""", "number_expected", "steps[1].where.value")]
    [InlineData("""{"kind":"funnel","steps":[{"event":"a"},{"event":"b"}],"window":"soon"}""", "duration_unreadable", "window")]
    [InlineData("""{"kind":"funnel","steps":[{"event":"a"},{"event":"b"}],"order":"any","exclude":[{"event":"c"}]}""", "exclude_needs_order", "exclude")]
    [InlineData("""{"kind":"retention","from":"2026-02-01","to":"2026-01-01"}""", "period_empty", "to")]
    [InlineData("""{"kind":"retention","from":"yesterday"}""", "time_unreadable", "from")]
    [InlineData("""{"kind":"paths","depth":1}""", "whole_number_expected", "depth")]
    [InlineData("""{"kind":"segment","where":{"path":{"top":3}}}""", "field_unknown", "where.path.top")]
    [InlineData("""{"kind":"segment","where":{"path":{},"next":"page:Home"}}""", "field_missing", "where.event")]
    [InlineData("""{"kind":"segment","where":{"path":{"gap":"30m"},"place":20,"event":"page:Home"}}""", "whole_number_expected", "where.place")]
    [InlineData("""{"kind":"stickiness","last":"500d"}""", "buckets_too_many", "unit")]
    [InlineData("""{"kind":"stickiness","rolling":0}""", "whole_number_expected", "rolling")]
    [InlineData("""{"kind":"frequency","unit":"day"}""", "field_unknown", "unit")]
    [InlineData("""{"kind":"interval","compare":"never"}""", "choice_unknown", "compare")]
    [InlineData("""{"kind":"segment","where":{"did":{},"unit":"day"}}""", "period_missing", "where.unit")]
    [InlineData("""{"kind":"segment","where":{"did":{},"unit":"minute","within":"1d"}}""", "choice_unknown", "where.unit")]
    [InlineData("""{"kind":"segment","where":{"did":{},"unit":"hour","within":"3000d"}}""", "buckets_too_many", "where.unit")]
    [InlineData("""{"kind":"segment","where":{"did":{},"unit":"day","from":"2026-02-01","to":"2026-01-01"}}""", "period_empty", "where.to")]
    [InlineData("""{"kind":"segment","where":{"interval":{},"atLeast":"3h","below":"1h"}}""", "range_empty", "where.below")]
    [InlineData("""{"kind":"segment","where":{"interval":{},"atLeast":"long"}}""", "duration_unreadable", "where.atLeast")]
    [InlineData("""{"kind":"segment","where":{"interval":{"evnt":"a"}}}""", "field_unknown", "where.interval.evnt")]
    [InlineData("""{"kind":"segment"}""", "field_missing", "where")]
    [InlineData("""{"kind":"segment","where":{"done":{}}}""", "condition_unknown", "where")]
    [InlineData("""{"kind":"segment","where":{"did":{},"atLeast":3,"atMost":2}}""", "range_empty", "where.atMost")]
    public async Task Query_WithAFault_NamesFieldReasonAndWayOut(string question, string code, string? field)
    {
        using var analyst = await shared.TokenClientAsync(Role.Analyst);
        using var body = new StringContent(question, Encoding.UTF8, "application/json");
        using var answer = await analyst.PostAsync("/api/query", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        problem.GetProperty("code").GetString().ShouldBe(code);
        (problem.TryGetProperty("field", out var named) ? named.GetString() : null).ShouldBe(field);
    }

    [Fact]
    public async Task Query_ThatNestsWithoutEnd_IsRefused()
    {
        using var analyst = await shared.TokenClientAsync(Role.Analyst);
        using var body = new StringContent($$$"""{"kind":"segment","where":{{{string.Concat(Enumerable.Repeat("{\"not\":", 30))}}}{"did":{}}{{{new string('}', 30)}}}}""", Encoding.UTF8, "application/json");
        using var answer = await analyst.PostAsync("/api/query", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("too_deep");
    }

    private static double[] Totals(JsonElement answer) => [.. answer.GetProperty("series").EnumerateArray().Select(s => s.GetProperty("total").GetDouble())];
}
