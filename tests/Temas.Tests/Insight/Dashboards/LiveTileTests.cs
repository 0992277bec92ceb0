using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Temas.Collect.Feed;
using Temas.Collect.Pages;
using Temas.Customers.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Contracts;
using Temas.Insight.Dashboards;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Dashboards.Live;
using Temas.Insight.Dashboards.Tiles;
using Temas.Insight.Explore;
using Temas.Insight.Findings;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Tests.Feedback.Asking;
using Temas.Tests.Insight.Findings;
using Temas.Ui.Reading;
using static Temas.Tests.Feedback.Asking.AskingWorld;

namespace Temas.Tests.Insight.Dashboards;

/// <summary>What somebody who goes on looking at a board is told, and what its tiles say by themselves.</summary>
public sealed class LiveTileTests
{
    private const string Orders = """{"id": "n", "kind": "number", "title": {"tr": "S", "en": "O"}, "question": {"kind": "trend", "measures": [{"name": "m", "event": "track:Order Completed"}]}}""";

    [Fact]
    public async Task Follower_WhenADayIsOver_NamesTheTilesOfOtherDays_ThoughNothingCame()
    {
        await using var world = await OpenAsync(insight: true);
        using var words = Words(world);
        await world.HappenAsync(At("2026-05-02T20:00:00Z"), "a", "Order Completed");
        var follower = new BoardFollower(world.Workspace, Board(Orders), new BoardState(), Loader(world, words), new Dictionary<string, DashboardTile>());
        (await NamedAsync()).ShouldBe(["n"]);
        world.Clock.Now = At("2026-05-02T20:50:00Z");
        (await NamedAsync()).ShouldBeEmpty("it is the same day, and nothing came");

        // Midnight in Istanbul: the seven days are others.
        world.Clock.Now = At("2026-05-02T21:00:00Z");
        (await NamedAsync()).ShouldBe(["n"]);

        async Task<IEnumerable<string>> NamedAsync()
        {
            var moment = Stopwatch.GetTimestamp();
            await world.Workspace.Part<TileAnswers>().FollowAsync(default);
            follower.Begin(moment, default);
            await follower.EndAsync();
            return (await follower.TakeAsync()).Keys;
        }
    }

    [Fact]
    public async Task Tile_ThatIsStillBeingReadIn_IsLate_SoThatItIsAskedAgain()
    {
        await using var world = await OpenAsync(insight: true);
        using var words = Words(world);
        var (columns, loader) = (world.Workspace.Part<LiveColumns>(), Loader(world, words));
        await world.HappenAsync(At("2026-05-02T10:00:00Z"), "a", "Order Completed");
        await columns.CatchUpAsync(default);
        await world.HappenAsync(At("2026-05-02T10:01:00Z"), "b", "Called");
        using var held = new Held(columns);
        var following = columns.KeepUpAsync(default);
        columns.Patience = TimeSpan.FromMilliseconds(50);
        var (board, look) = (Board(Orders), new TileLook(Lag.Followed));
        var content = await loader.LoadAsync(board, board.Tiles[0], new BoardState(), look, Stopwatch.GetTimestamp(), default);
        content.ShouldBeOfType<EmptyContent>().IsLoading.ShouldBeTrue();
        (content.IsLate, look.IsLate).ShouldBe((true, true), "of its own events none may come any more");
        look.Due.ShouldBeGreaterThan(Stopwatch.GetTimestamp() - (60 * Stopwatch.Frequency));
        held.Dispose();
        await following;
    }

    [Fact]
    public async Task Columns_WhileAnErasureIsUnderWay_AreBehind()
    {
        await using var world = await OpenAsync(insight: true);
        var columns = world.Workspace.Part<LiveColumns>();
        await world.HappenAsync(At("2026-05-02T10:00:00Z"), "a", "Order Completed");
        await columns.CatchUpAsync(default);
        (await world.Workspace.Log.EraseAsync([world.Workspace.Log.Head])).IsOk.ShouldBeTrue();
        using var held = new Held(columns);
        var following = columns.KeepUpAsync(default);
        for (var i = 0; i < 50; i++)
        {
            columns.IsBehind.ShouldBeTrue("what was erased is still in them");
            await Task.Delay(10);
        }

        held.Dispose();
        await following;
        columns.IsBehind.ShouldBeFalse();
    }

    [Theory]
    [InlineData("tr")]
    [InlineData("en")]
    public async Task Csv_OfACourse_HasDaysForPrograms_AndHoursTheirTimeOfDay(string language)
    {
        await using var world = await OpenAsync(insight: true);
        using var words = Words(world);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (CultureInfo.GetCultureInfo(language), CultureInfo.GetCultureInfo(language));
        await world.HappenAsync(At("2026-05-12T10:00:00Z"), "a", "Order Completed", """{"total": 100}""");
        foreach (var kind in new[] { "number", "trend", "retention" })
        {
            foreach (var unit in kind == "retention" ? ["day"] : new[] { "hour", "day" })
            {
                var asked = kind == "retention" ? """ "start":{"event":"track:Order Completed"},"return":{"event":"track:Order Completed"}""" : """ "measures":[{"name":"n","event":"track:Order Completed"}]""";
                var board = Board($$$"""{"id":"c","kind":"{{{kind}}}","question":{"kind":"{{{(kind == "number" ? "trend" : kind)}}}","unit":"{{{unit}}}",{{{asked}}} } }""");
                var content = await Loader(world, words).LoadAsync(board, board.Tiles[0], new BoardState { Period = "7d" }, default);
                var starts = System.Text.Encoding.UTF8.GetString(TileCsv.Write(content, ',')).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(kind == "number" ? 2 : 1).Select(l => l.Split(',')[0]).ToList();
                starts.ShouldBeUnique();
                starts.TrueForAll(d => DateTime.TryParseExact(d, unit == "hour" ? "yyyy-MM-dd'T'HH:mm" : "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)).ShouldBeTrue($"{kind} {unit}");
                starts.Count.ShouldBe(unit == "hour" ? 7 * 24 : 7, $"{kind} {unit}");
            }
        }
    }

    [Fact]
    public async Task Summary_WhereTheBoardIsNotCompared_HoldsThoseOfAStoreAgainstNothing()
    {
        await using var world = await OpenAsync(insight: true);
        using var words = Words(world);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (CultureInfo.GetCultureInfo("en"), CultureInfo.GetCultureInfo("en"));

        // Who bought there before and not since is not among them: held against those who did, they would always have bought more.
        await world.HappenAsync(At("2026-05-04T10:00:00Z"), "a", "Order Completed", """{"store_name": "Bornova", "total": 50}""");
        await world.HappenAsync(At("2026-05-04T11:00:00Z"), "b", "Order Completed", """{"store_name": "Bornova", "total": 300}""");
        await world.HappenAsync(At("2026-05-12T10:00:00Z"), "a", "Order Completed", """{"store_name": "Bornova", "total": 100}""");
        var board = Board("""{"id": "s", "kind": "summary"}""");
        (await SaidAsync("0")).ShouldNotContain("than in the period before");
        (await SaidAsync("1")).ShouldContain("less", Case.Insensitive);

        async Task<string> SaidAsync(string compare) =>
            (await Loader(world, words).LoadAsync(board, board.Tiles[0], new BoardState { Store = "Bornova", Compare = compare }, default)).ShouldBeOfType<SummaryContent>().Lines[0].Text;
    }

    [Fact]
    public async Task Summary_CountsOrdersAsTheIndicatorsBesideIt_AndNamesItsDays()
    {
        await using var world = await OpenAsync(insight: true);
        using var words = Words(world);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (CultureInfo.GetCultureInfo("en"), CultureInfo.GetCultureInfo("en"));
        await world.HappenAsync(At("2026-05-04T10:00:00Z"), "a", "Order Completed", """{"order_id": "o1", "total": 100}""");
        await world.HappenAsync(At("2026-05-04T11:00:00Z"), "b", "Order Completed", """{"order_id": "o2", "total": 50}""");
        await world.HappenAsync(At("2026-05-05T10:00:00Z"), "b", "Order Cancelled", """{"order_id": "o2"}""");
        var board = Board("""{"id": "s", "kind": "summary"}""");
        var line = await FirstAsync(new BoardState());
        line.Text.ShouldStartWith("In the last 7 days there were 1 orders worth ");
        line.Text.ShouldContain("100");
        line.Href.ShouldNotBeNull();
        (await FirstAsync(new BoardState { From = "2026-05-01", To = "2026-05-04" })).Text.ShouldStartWith("From 1 May 2026 to 4 May 2026 there were 1 orders");
        (await FirstAsync(new BoardState { From = "2026-05-04", To = "2026-05-04" })).Text.ShouldStartWith("On 4 May 2026 there were 1 orders");

        async Task<SummaryLine> FirstAsync(BoardState state) => (await Loader(world, words).LoadAsync(board, board.Tiles[0], state, default)).ShouldBeOfType<SummaryContent>().Lines[0];
    }

    [Fact]
    public async Task Indicators_ThatTakeLong_AreNotReadAgainAllTheTime()
    {
        await using var world = await OpenAsync(insight: true);
        await world.HappenAsync(At("2026-05-02T10:00:00Z"), "a", "Order Completed");
        var (slow, ask, today) = (new Slow(world.Workspace.Part<IIndicators>()), new IndicatorAsk(new DateOnly(2026, 4, 26), new DateOnly(2026, 5, 3), "day"), At("2026-05-02T10:00:00Z"));
        await LookAsync();
        await world.HappenAsync(today.AddMinutes(1), "b", "Order Completed");
        var look = await LookAsync();
        slow.Reads.ShouldBe(1, "it may be as old as five times what it takes");
        look.IsLate.ShouldBeTrue();

        async Task<TileLook> LookAsync()
        {
            var by = new TileLook(Lag.Followed);
            foreach (var key in new[] { "orders" }) (await IndicatorAnswers.ReadAsync(world.Workspace, slow, ["orders"], ask, by, default))[key].IsOk.ShouldBeTrue();
            return by;
        }
    }

    [Theory]
    [InlineData(30.0, 30.03, "flat")]
    [InlineData(30.0, 30.06, "good")]
    [InlineData(0.30, 0.303, "flat")]
    [InlineData(0.30, 0.306, "good")]
    public async Task Change_OfAScore_ThatIsWrittenAsNothing_IsNeitherGoodNorBad(double before, double now, string tone)
    {
        await using var world = await OpenAsync(insight: true);
        using var words = Words(world);
        FigureWords.Change(now, before, IndicatorUnit.Score, true, words.GetRequiredService<Reader>(), (key, argument) => $"{key} {argument}")!.Tone.ShouldBe(tone);
    }

    [Fact]
    public void Promises_OfTheLast24Hours_AreNotThoseOfToday()
    {
        var today = new DateOnly(2026, 5, 2);
        TileLoader.Covers(new BoardPeriod(today, today.AddDays(1), false), today).ShouldBeFalse();
        TileLoader.Covers(new BoardPeriod(today.AddDays(-6), today.AddDays(1), false), today).ShouldBeTrue();
        TileLoader.Covers(new BoardPeriod(today.AddDays(-7), today, false), today).ShouldBeFalse();
    }

    [Fact]
    public async Task Version_OfWhatWasFound_IsAnother_WhenSomebodyTakesItOn()
    {
        await using var world = await OpenAsync(insight: true);
        using var words = Words(world);
        var live = LiveFindings.Of(world.Workspace);
        await live.Store.SaveAsync(new FindingLook(world.Clock.Now, 1, 1, 1), [new KeptFinding(SampleFinding.Of("a"), FindingState.New, null, world.Clock.Now, world.Clock.Now, 0)], new Dictionary<string, IReadOnlyList<FindingMeeting>>(), []);
        await live.LoadAsync(default);
        var (board, loader) = (Board("""{"id": "f", "kind": "friction"}"""), Loader(world, words));
        var before = loader.VersionOf(board, board.Tiles[0], new BoardState());
        loader.VersionOf(board, board.Tiles[0], new BoardState()).ShouldBe(before);
        (await live.ChangeAsync("a", FindingState.InWork, null, false, null, "user 1", default)).IsOk.ShouldBeTrue();
        loader.VersionOf(board, board.Tiles[0], new BoardState()).ShouldNotBe(before, "the tile says who is at it");
    }

    private static Dashboard Board(string tile) => DashboardKind.Instance.Read("b", $$"""{"label": {"tr": "P", "en": "B"}, "period": "7d", "tiles": [{{tile}}]}""");

    private static ServiceProvider Words(AskingWorld world) => new ServiceCollection().AddLogging().AddLocalization().AddSingleton<TimeProvider>(world.Clock).AddSingleton<Reader>().BuildServiceProvider();

    // No tile here looks at sources.
    private static TileLoader Loader(AskingWorld world, ServiceProvider words) => new(
        new CurrentWorkspace { Value = world.Workspace }, words.GetRequiredService<Reader>(), words.GetRequiredService<IStringLocalizer<DashboardText>>(), words.GetRequiredService<IStringLocalizer<TouchpointsPage>>(),
        words.GetRequiredService<IStringLocalizer<ExploreText>>(), new ReadFeed(null!), null!);

    /// <summary>Columns that nobody can write to.</summary>
    private sealed class Held : IDisposable
    {
        private readonly ManualResetEventSlim taken = new(), released = new();
        private readonly Thread holder;

        public Held(LiveColumns columns)
        {
            holder = new Thread(() =>
            {
                using var read = columns.Store.Read();
                taken.Set();
                released.Wait();
            });
            holder.Start();
            taken.Wait();
        }

        public void Dispose()
        {
            released.Set();
            holder.Join();
        }
    }

    /// <summary>Indicators that take their time.</summary>
    private sealed class Slow(IIndicators of) : IIndicators
    {
        public int Reads { get; private set; }

        public IReadOnlyDictionary<string, Indicator> All => of.All;

        public Task<Result<IndicatorReading>> ReadAsync(string key, IndicatorAsk ask, CancellationToken cancel) => of.ReadAsync(key, ask, cancel);

        public async Task<IReadOnlyDictionary<string, Result<IndicatorReading>>> ReadManyAsync(IReadOnlyCollection<string> keys, IndicatorAsk ask, CancellationToken cancel)
        {
            Reads++;
            await Task.Delay(800, cancel);
            return await of.ReadManyAsync(keys, ask, cancel);
        }
    }
}
