using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Temas.Collect;
using Temas.Collect.Sources;
using Temas.Collect.Tracking;
using Temas.Customers;
using Temas.Customers.Api;
using Temas.Insight;
using Temas.Insight.Columns;
using Temas.Insight.Contracts;
using Temas.Insight.Dashboards;
using Temas.Insight.Dashboards.Live;
using Temas.Insight.Indicators;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;

namespace Temas.Tests.Insight.Dashboards;

/// <summary>What is kept for tiles against what is worked out anew, while things happen by chance: events of some types, people who say who they are, erasures, definitions that change.</summary>
public sealed class TileAnswersTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static readonly string[] Names = ["Product Viewed", "Order Completed", "Order Delivered", "Complaint Filed", "Called"];

    private static readonly string[] Questions =
    [
        """{"kind": "trend", "last": "30d", "unit": "day", "measures": [{"name": "m", "event": "track:Order Completed", "measure": "sum", "property": "total"}], "compare": "previous"}""",
        """{"kind": "trend", "last": "30d", "unit": "week", "measures": [{"name": "m", "event": "track:Product Viewed", "measure": "customers"}]}""",
        """{"kind": "trend", "last": "30d", "unit": "day", "measures": [{"name": "m"}]}""",
        """{"kind": "trend", "last": "30d", "unit": "week", "measures": [{"name": "m", "event": "track:Order Completed"}], "breakdown": {"touch": "channel"}, "top": 5}""",
        """{"kind": "trend", "last": "30d", "unit": "week", "measures": [{"name": "m", "event": "track:Called"}], "customers": {"did": {"event": "track:Order Completed"}}}""",
        """{"kind": "funnel", "last": "30d", "window": "7d", "steps": [{"event": "track:Product Viewed"}, {"event": "track:Order Completed"}]}""",
        """{"kind": "retention", "last": "30d", "unit": "week", "start": {"event": "track:Product Viewed"}, "return": {"event": "track:Order Completed"}}""",
        """{"kind": "paths", "last": "30d", "depth": 3}""",
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("temas-tiles-").FullName;
    private readonly CollectPipeline pipeline = new(new IntakePool(TimeProvider.System));
    private WorkspaceRegistry registry = null!;
    private SourceRegistry sources = null!;
    private Temas.Collect.Contracts.Source source = null!;
    private int next;

    private Workspace Workspace => registry.All[0];

    public async Task InitializeAsync()
    {
        registry = new WorkspaceRegistry(new StoreOptions { Data = folder }, [new CollectModule(), new CustomersModule(), new InsightModule()], TimeProvider.System, NullLoggerFactory.Instance);
        await registry.OpenAsync([]);
        sources = new SourceRegistry(registry, TimeProvider.System, NullLogger<SourceRegistry>.Instance);
        source = (await new CreateSource(sources, new AuditProbe()).FindOrCreateAsync(Workspace, "shop", Actor.System, default)).Value;
    }

    public async Task DisposeAsync()
    {
        sources.Dispose();
        await registry.CloseAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Trait("Length", "Long")]
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Kept_WhateverHappens_IsWhatIsWorkedOutAnew(int seed)
    {
        var (random, answers) = (new Random(seed), Workspace.Part<TileAnswers>());
        var indicators = Workspace.Part<IIndicators>();
        var today = DateOnly.FromDateTime(Now.UtcDateTime);
        for (var step = 0; step < 40; step++)
        {
            await HappenAsync(random);
            foreach (var question in Questions.Where(_ => random.Next(3) > 0))
            {
                var json = JsonDocument.Parse(question).RootElement;
                var kept = await answers.AskAsync(json, null, default);
                Words(kept.Value.Answer).ShouldBe(Words((await AskQuestion.RunAsync(Workspace, json, default)).Value.Answer), $"seed {seed}, step {step}: {question}");
            }

            string[] keys = ["orders", "revenue", "conversion", "complaint-rate", "repeat-purchase-rate"];
            keys = [.. keys.Where(k => indicators.All.ContainsKey(k) && random.Next(3) > 0)];
            var ask = new IndicatorAsk(today.AddDays(-29), today.AddDays(2), "day", null, true);
            var read = keys.Length == 0 ? new Dictionary<string, Result<IndicatorReading>>() : await IndicatorAnswers.ReadAsync(Workspace, indicators, keys, ask, null, default);
            foreach (var key in keys) Words(read[key]).ShouldBe(Words(await indicators.ReadAsync(key, ask, default)), $"seed {seed}, step {step}: {key}");
            if (random.Next(2) == 0) await TouchedAsync(random, $"seed {seed}, step {step}");
        }
    }

    [Fact]
    public async Task Kept_WhatNothingTouched_IsNotWorkedOutAgain()
    {
        var answers = Workspace.Part<TileAnswers>();
        await SendAsync("u1", "Order Completed");
        var ask = JsonDocument.Parse(Questions[0]).RootElement;
        _ = await answers.AskAsync(ask, null, default);
        var before = answers.Computed;
        for (var i = 0; i < 5; i++)
        {
            await SendAsync("u2", "Called");
            _ = await answers.AskAsync(ask, null, default);
        }

        answers.Computed.ShouldBe(before);
        await SendAsync("u1", "Order Completed");
        _ = await answers.AskAsync(ask, null, default);
        answers.Computed.ShouldBe(before + 1);
    }

    [Fact]
    public async Task Late_IsSaid_AndNotAcrossAChangedDefinition()
    {
        var answers = Workspace.Part<TileAnswers>();
        await SendAsync("u1", "Order Completed");
        var ask = JsonDocument.Parse(Questions[0]).RootElement;
        (await CountAsync(null)).ShouldBe(1);
        await SendAsync("u1", "Order Completed");
        var look = new TileLook(Lag.Opened);
        (await CountAsync(look)).ShouldBe(1, "what was worked out a moment ago is enough to open a page with");
        look.IsLate.ShouldBeTrue();
        (await CountAsync(null)).ShouldBe(2, "who may not see it late does not");
        look = new TileLook(Lag.Opened);
        (await CountAsync(look)).ShouldBe(2);
        look.IsLate.ShouldBeFalse();
        await SendAsync("u1", "Order Completed");
        await DefineAsync(0);
        look = new TileLook(Lag.Opened);
        (await CountAsync(look)).ShouldBe(3, "nothing is shown that was worked out by other rules");
        look.IsLate.ShouldBeFalse();

        async Task<double?> CountAsync(TileLook? how) => ((TrendAnswer)(await answers.AskAsync(JsonDocument.Parse("""{"kind": "trend", "last": "30d", "unit": "week", "measures": [{"name": "m", "event": "track:Order Completed"}]}""").RootElement, how, default)).Value.Answer).Series[0].Total;
    }

    [Fact]
    public async Task Shared_WhatBeganAfterAPageWasAskedFor_IsGoodForAllOfIt()
    {
        var answers = Workspace.Part<TileAnswers>();
        var json = JsonDocument.Parse(Questions[2]).RootElement;
        await SendAsync("u1", "Called");
        await Task.Run(async () =>
        {
            AskedAt.Begin();
            _ = await answers.AskAsync(json, null, default);
            var before = answers.Computed;
            await SendAsync("u1", "Called");
            _ = await answers.AskAsync(json, null, default);
            answers.Computed.ShouldBe(before, "the page was asked for before that happened");
        });
        var computed = answers.Computed;
        _ = await answers.AskAsync(json, null, default);
        answers.Computed.ShouldBe(computed + 1, "who asks now sees what happened");
    }

    [Fact]
    public async Task Joined_AndParted_ByWhateverSaysWhoIsWho_IsCountedAnew()
    {
        var answers = Workspace.Part<TileAnswers>();
        var ask = JsonDocument.Parse(Questions[1]).RootElement;
        await SendAsync("u1", "Product Viewed");
        await TellAsync(imported: true, Anonymous("Product Viewed"));
        (await CountAsync()).ShouldBe(2);

        // Any event with two identifiers says who is who, not only those that are made for it.
        await TellAsync(imported: true, $$"""{"type":"page","name":"Home","userId":"u1","anonymousId":"a1","messageId":"m{{next++}}"}""");
        (await CountAsync()).ShouldBe(1, "a page was seen by both");
        await DecideAsync("forbid");
        (await CountAsync()).ShouldBe(2, "somebody says that they are two");
        await DecideAsync("withdraw");
        (await CountAsync()).ShouldBe(1, "and takes it back");
        await TellAsync(imported: true, $$"""{"type":"track","event":"Called","userId":"u2","messageId":"m{{next++}}"}""");
        var computed = answers.Computed;
        (await CountAsync()).ShouldBe(1);
        answers.Computed.ShouldBe(computed, "a new customer is nobody else");

        async Task<double?> CountAsync() => ((TrendAnswer)(await answers.AskAsync(ask, null, default)).Value.Answer).Series[0].Total;

        async Task DecideAsync(string word) => (await DecideIdentity.RunAsync(Workspace, "user_id:u1", new IdentityDecision(word, "user_id:u1", "anonymous_id:a1"), Actor.System)).IsOk.ShouldBeTrue();
    }

    [Fact]
    public async Task Touches_OfManyGroups_AreAllCounted()
    {
        foreach (var user in new[] { "u1", "u2", "u3" }) await SendAsync(user, "Product Viewed");
        var to = DateOnly.FromDateTime(Now.UtcDateTime).AddDays(2);
        var figures = await TouchFigures.ReadAsync(Workspace, new BoardPeriod(to.AddDays(-7), to, true), null, "many", _ => Enumerable.Range(0, 150).Select(i => $"g{i}"), null, default);
        Enumerable.Range(0, 150).Select(i => figures.Value.Customers($"g{i}")).ShouldAllBe(n => n == 3);
    }

    [Fact]
    public async Task Versions_TellThatSomethingChanged_AndNotHowMuchThereIs()
    {
        var answers = Workspace.Part<TileAnswers>();
        await SendAsync("u1", "Product Viewed");
        await answers.FollowAsync(default);
        var before = answers.Stamp(TileConcern.Everything).ToString();
        before.ShouldMatch("^[0-9a-f]{16}$");
        answers.Stamp(TileConcern.Everything).ToString().ShouldBe(before);
        var page = IndicatorEndpoints.VersionOf(Workspace);
        await DefineAsync(1);
        answers.Stamp(TileConcern.Everything).ToString().ShouldNotBe(before);
        IndicatorEndpoints.VersionOf(Workspace).ShouldNotBe(page, "what is defined otherwise is shown otherwise");
        page = IndicatorEndpoints.VersionOf(Workspace);
        await SendAsync("u1", "Product Viewed");
        IndicatorEndpoints.VersionOf(Workspace).ShouldNotBe(page);
    }

    private async Task TouchedAsync(Random random, string which)
    {
        var (to, days) = (DateOnly.FromDateTime(Now.UtcDateTime).AddDays(2), random.Next(2) == 0 ? 7 : 30);
        var period = new BoardPeriod(to.AddDays(-days), to, true);
        var touched = await TouchFigures.ReadAsync(Workspace, period, null, null, default);
        var asked = await AskQuestion.RunAsync(Workspace, JsonDocument.Parse($$$"""
            {"kind": "trend", "from": "{{{period.FromText}}}", "to": "{{{period.ToText}}}", "unit": "week", "compare": "previous", "breakdown": {"touch": "stage"}, "top": 50, "measures": [
              {"name": "touches"}, {"name": "customers", "measure": "customers"}, {"name": "mean", "measure": "average", "touch": "perception"}, {"name": "felt", "where": {"touch": "perception", "is": "atLeast", "value": -1}}, {"name": "bad", "where": {"touch": "perception", "is": "less", "value": 0}}]}
            """).RootElement, default);
        var trend = (TrendAnswer)asked.Value.Answer;
        var byStage = touched.Value.By(t => t.Stage);
        foreach (var (stage, (now, before)) in byStage)
        {
            // A trend tells apart what there is now.
            if (now.Touches == 0) continue;
            double? Of(string measure) => trend.Series.Single(s => s.Measure == measure && s.Value as string == stage).Total;
            (now.Touches, now.Felt, now.Down, touched.Value.Customers(stage)).ShouldBe(((long)(Of("touches") ?? 0), (long)(Of("felt") ?? 0), (long)(Of("bad") ?? 0), (long)(Of("customers") ?? 0)), which);
            before.Touches.ShouldBe((long)(trend.Series.Single(s => s.Measure == "touches" && s.Value as string == stage).Previous?.Total ?? 0), which);
            if (now.Mean is { } mean) mean.ShouldBe(Of("mean")!.Value, 1e-9, which);
            else Of("mean").ShouldBeNull(which);
        }

        byStage.Values.Sum(s => s.Now.Touches).ShouldBe((long)trend.Series.Where(s => s.Measure == "touches" && s.Value is string).Sum(s => s.Total ?? 0), which);
    }

    private async Task HappenAsync(Random random)
    {
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            switch (random.Next(17))
            {
                case 0:
                    await TellAsync(imported: true, $$"""{"type":"identify","userId":"u{{random.Next(8)}}","anonymousId":"a{{random.Next(8)}}","messageId":"m{{next++}}"}""");
                    break;
                case 1 when Workspace.Log.Head > 3:
                    await Workspace.Log.EraseAsync([random.NextInt64(1, Workspace.Log.Head + 1)]);
                    break;
                case 2:
                    await DefineAsync(next++);
                    break;
                case 3 or 4:
                    await TellAsync(imported: true, $$"""{"type":"page","name":"Home","userId":"u{{random.Next(8)}}","anonymousId":"a{{random.Next(8)}}","messageId":"m{{next++}}"}""");
                    break;
                case 5:
                    // Of identifiers that nobody had yet there is nothing to decide.
                    var (a, b) = ($"user_id:u{random.Next(8)}", $"anonymous_id:a{random.Next(8)}");
                    _ = await DecideIdentity.RunAsync(Workspace, a, new IdentityDecision(random.Next(2) == 0 ? "forbid" : "confirm", a, b), Actor.System);
                    break;
                default:
                    var who = random.Next(3) == 0 ? $"\"anonymousId\":\"a{random.Next(8)}\"" : $"\"userId\":\"u{random.Next(8)}\"";
                    await TellAsync(imported: true, $$$"""{"type":"track","event":"{{{Names[random.Next(Names.Length)]}}}",{{{who}}},"messageId":"m{{{next++}}}","properties":{"total":{{{random.Next(1, 90)}}},"order_id":"o{{{random.Next(20)}}}"},"timestamp":"{{{Now.AddHours(-random.Next(0, 700)).ToString("O", CultureInfo.InvariantCulture)}}}"}""");
                    break;
            }
        }
    }

    private string Anonymous(string name) => $$"""{"type":"track","event":"{{name}}","anonymousId":"a1","messageId":"m{{next++}}","timestamp":"{{Now.AddHours(-1).ToString("O", CultureInfo.InvariantCulture)}}"}""";

    private Task SendAsync(string user, string name) =>
        TellAsync(imported: false, $$"""{"type":"track","event":"{{name}}","userId":"{{user}}","messageId":"m{{next++}}","properties":{"total":5},"timestamp":"{{Now.AddHours(-1).ToString("O", CultureInfo.InvariantCulture)}}"}""");

    private async Task TellAsync(bool imported, string json) => (await pipeline.AcceptAsync(Workspace, source, Encoding.UTF8.GetBytes(json), imported)).IsOk.ShouldBeTrue();

    private async Task DefineAsync(int number) =>
        (await Workspace.Definitions.SaveAsync("segment", "any", $$$"""{"label": {"tr": "S {{{number}}}", "en": "S {{{number}}}"}, "where": {"did": {"event": "track:Called"} } }""", Actor.System)).IsOk.ShouldBeTrue();

    // What an answer says, without when and how quickly it was said.
    private static string Words(Answer answer) => answer switch
    {
        TrendAnswer trend => string.Join('\n', trend.Series.Select(s => $"{s.Measure}/{s.Value}/{s.IsOther}: {Words(s.Figures)} = {s.Total:R} before {(s.Previous is { } p ? Words(p.Figures) + $" = {p.Total:R}" : "-")}")),
        FunnelAnswer funnel => string.Join('\n', funnel.Groups.Select(g => $"{g.Value}: {string.Join(' ', g.Steps)}")),
        RetentionAnswer retention => string.Join('\n', retention.Cohorts.Select(c => $"{c.Start} {c.Customers}: {string.Join(' ', c.Returned)}")),
        PathsAnswer paths => $"{paths.Ways} {paths.Customers}\n{string.Join('\n', paths.Edges)}",
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, null),
    };

    private static string Words(IReadOnlyList<double?> figures) => string.Join(' ', figures.Select(f => f is { } value ? value.ToString("R", CultureInfo.InvariantCulture) : "-"));

    private static string Words(Result<IndicatorReading> read) => read.Problem is { } problem ? problem.Code : $"{read.Value.Value:R} of {read.Value.Sample} before {read.Value.Before:R} missing {read.Value.Missing}: {Words([.. read.Value.Series.Select(s => s.Value)])}";
}
