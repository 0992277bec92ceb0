using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Temas.Insight.Contracts;
using Temas.Insight.Dashboards;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Dashboards.Live;
using Temas.Insight.Dashboards.Pages;
using Temas.Insight.Dashboards.Tiles;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Timelines.Queries;

namespace Temas.Tests.Insight.Dashboards;

/// <summary>Definitions of dashboards, what their tiles depend on, and what editors make of them.</summary>
public sealed class DashboardTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ReadyMade_AreWellFormed_InBothLanguages()
    {
        var all = ReadyMade.All.ToList();
        all.Select(b => b.Key).ShouldBe(["executive", "cx", "marketing", "service", "store", "logistics", "data-quality"]);
        foreach (var (key, json) in all)
        {
            DashboardKind.Instance.Check(key, json).ShouldBeEmpty(key);
            var board = DashboardKind.Instance.Read(key, json);
            board.Label.Tr.ShouldNotBe(board.Label.En);
            board.Tiles.Count.ShouldBeGreaterThan(5);
            board.Tiles.Where(t => t.Question is not null).ShouldAllBe(t => t.Title != null, key);
        }
    }

    [Theory]
    [InlineData("""{"tiles":[{"id":"a","kind":"indicator"}]}""", "$.tiles[0].indicator")]
    [InlineData("""{"tiles":[{"id":"a","kind":"trend"}]}""", "$.tiles[0].question")]
    [InlineData("""{"tiles":[{"id":"a","kind":"text"}]}""", "$.tiles[0].text")]
    [InlineData("""{"tiles":[{"id":"a","kind":"feed"},{"id":"a","kind":"map"}]}""", "$.tiles")]
    [InlineData("""{"tiles":[{"id":"a","kind":"feed","width":13}]}""", "$.tiles[0].width")]
    [InlineData("""{"tiles":[{"id":"a","kind":"funnel","question":{"kind":"trend","measures":[{"name":"m"}]}}]}""", "$.tiles[0].question.kind")]
    [InlineData("""{"period":"31d"}""", "$.period")]
    [InlineData("""{"report":{"to":["nobody"]}}""", "$.report.to[0]")]
    [InlineData("""{"report":{"every":"week"}}""", "$.report.to")]
    public void Check_TellsWhatIsWrong_AtItsPlace(string rest, string place)
    {
        var json = """{"label":{"tr":"P","en":"D"},""" + rest[1..];
        DashboardKind.Instance.Check("d", json).Select(f => f.Field).ShouldContain(place);
    }

    [Theory]
    [InlineData("tr-TR", "7.343", "%4,1", "₺444.940")]
    [InlineData("en-GB", "7,343", "4.1%", "₺444,940")]
    public void Csv_HasFiguresForPrograms_WhateverTheReadersWayOfWriting(string culture, string touches, string bad, string worth)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Csv(new NumberContent(bad, null, [], null) { Figures = new FiguresOf(0.041, 0.03, 0.02, 0.01, 0.05, [("2026-03-13", 0.04), ("2026-03-14", null)]), Target = $"Hedef {bad}" })
                .ShouldBe(["from,value,before,target,low,high", ",0.041,0.03,0.02,0.01,0.05", "2026-03-13,0.04,,,,", "2026-03-14,,,,,"]);
            Csv(new JourneyContent([new StageFigure("Pays", "point", touches, null, touches, 0.05, -0.01, bad, null, 1)])).ShouldBe(["stage,touches,customers,perception,change,taken badly", "Pays,7343,7343,0.05,-0.01,0.041"]);
            Csv(new FindingsContent([new FindingRow("Checkout", null, worth, "", touches, "Shop", FindingState.New, 1, true) { Money = (444940.5, 1, 2) }], false)).ShouldBe(["finding,worth,low,high,customers,owner,state", "Checkout,444940.5,1,2,7343,Shop,New"]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string[] Csv(TileContent content) => System.Text.Encoding.UTF8.GetString(TileCsv.Write(content, ',')).TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

    [Theory]
    [InlineData("""{"id":"a","kind":"indicater","indicator":"mine"}""", "tile_kind_unknown", "kind", "indicater")]
    [InlineData("""{"id":"a","kind":"indicator","indicator":"nobody"}""", "indicator_unknown", "indicator", "nobody")]
    [InlineData("""{"id":"a","kind":"trend","exploration":"lost"}""", "exploration_unknown", "exploration", "lost")]
    [InlineData("""{"id":"a","kind":"summary","segment":"them"}""", "segment_unknown", "segment", "them")]
    [InlineData("""{"id":"a","kind":"touchpoints","options":{"tone":"sideways"}}""", "word_unknown", "options.tone", "sideways")]
    public void References_WhatATileNamesAnew_MustBeThere(string tile, string code, string place, string value)
    {
        var json = """{"label":{"tr":"P","en":"D"},"tiles":[{"id":"z","kind":"text","text":{"tr":"a","en":"a"}},""" + tile + "]}";
        DashboardKind.Instance.Check("d", json).ShouldBeEmpty();
        var fault = Named(json, null).ShouldHaveSingleItem();
        (fault.Code, fault.Field, fault.Value).ShouldBe((code, $"$.tiles[1].{place}", value));
        fault.WayOut.ShouldNotBeNull();
        Named(json.Replace("\"tiles\"", "\"period\":\"90d\",\"tiles\"", StringComparison.Ordinal), json).ShouldBeEmpty("what went since is no reason to refuse another period");
    }

    [Fact]
    public void References_OfReadyMadeBoards_AreThere()
    {
        foreach (var (_, json) in ReadyMade.All) Named(json, null).ShouldBeEmpty();
        Named("""{"label":{"tr":"P","en":"D"},"tiles":[{"id":"a","kind":"indicator","indicator":"mine"},{"id":"b","kind":"quotes","options":{"tone":"as the module likes"}},{"id":"c","kind":"indicator","indicator":"mine","options":{"unit":"score"}}]}""", null).ShouldBeEmpty();
    }

    private static IReadOnlyList<Problem> Named(string json, string? before) => DashboardReferences.Check(
        "d", json, before, [.. TileKinds.All.Select(k => k.Kind), "quotes", "follow-ups", "alerts"], kind => kind == "indicator" ? new Dictionary<string, string>(StringComparer.Ordinal) { ["mine"] = "{}" } : new Dictionary<string, string>(StringComparer.Ordinal));

    [Fact]
    public void Concern_IsTheTypesThatAQuestionLooksAt()
    {
        Of("""{"kind":"trend","measures":[{"name":"m","event":"track:A"},{"name":"n","event":["track:B","track:A"]}]}""").Types!.Order().ShouldBe(["track:A", "track:B"]);
        Of("""{"kind":"trend","measures":[{"name":"m","event":"track:A"}]}""").OfWhom.ShouldBeFalse("to count events it does not matter whose they are");
        Of("""{"kind":"trend","measures":[{"name":"m","event":"track:A","measure":"customers"}]}""").OfWhom.ShouldBeTrue();
        Of("""{"kind":"trend","measures":[{"name":"m"}]}""").Types.ShouldBeNull();
        Of("""{"kind":"trend","measures":[{"name":"m","event":"track:A"}],"breakdown":{"touch":"stage"}}""").Types.ShouldBeNull("touches are folds over whole timelines");
        Of("""{"kind":"trend","measures":[{"name":"m","event":"track:A"}],"customers":{"did":{"event":"track:B"}}}""").Types.ShouldBeNull();
        Of("""{"kind":"funnel","steps":[{"event":"track:A"},{"event":"track:B"}],"exclude":[{"event":"track:C","after":1,"before":2}]}""").Types!.Order().ShouldBe(["track:A", "track:B", "track:C"]);
        Of("""{"kind":"retention","start":{"event":"track:A"}}""").Types.ShouldBe(["track:A"]);

        static TileConcern Of(string question) => TileConcern.Of(new QueryReader(Now, TimeZoneInfo.Utc).Read(JsonDocument.Parse(question).RootElement).Value);
    }

    [Fact]
    public void Bind_PutsPeriodAndCustomers_AndTheQuestionStaysReadable()
    {
        var where = JsonDocument.Parse("""{"segment":"loyal"}""").RootElement;
        var period = new BoardPeriod(new DateOnly(2026, 2, 13), new DateOnly(2026, 3, 15), true);
        var bound = TileQuestion.Bind(TileQuestion.Of("""{"kind":"trend","last":"7d","measures":[{"name":"m","event":"track:A"}],"customers":{"did":{"event":"track:B"}}}"""), period, where);
        bound.GetProperty("from").GetString().ShouldBe("2026-02-13");
        bound.TryGetProperty("last", out _).ShouldBeFalse();
        bound.GetProperty("compare").GetString().ShouldBe("previous");
        bound.GetProperty("unit").GetString().ShouldBe("day");
        bound.GetProperty("customers").GetProperty("all").GetArrayLength().ShouldBe(2);
        new QueryReader(Now, TimeZoneInfo.Utc).Read(bound).IsOk.ShouldBeTrue();
        var behind = TileQuestion.Behind(bound, "m", "2026-02-13", "2026-03-15", where);
        new QueryReader(Now, TimeZoneInfo.Utc).ReadCondition(JsonDocument.Parse(behind).RootElement).IsOk.ShouldBeTrue();
    }

    [Theory]
    [InlineData("İSTANBUL")]
    [InlineData("istanbul")]
    [InlineData("Istanbul")]
    [InlineData("ŞANLIURFA")]
    [InlineData("Sanliurfa")]
    [InlineData("hakkâri")]
    [InlineData(" Iğdır ")]
    [InlineData("Ağrı")]
    public void Provinces_AreFound_HoweverTheyAreWritten(string name) => Provinces.Find(name).ShouldNotBeNull();

    [Theory]
    [InlineData("TR", "TR")]
    [InlineData("tur", "TR")]
    [InlineData("TÜRKİYE", "TR")]
    [InlineData("Turkey", "TR")]
    [InlineData("Almanya", "DE")]
    [InlineData("GERMANY", "DE")]
    [InlineData("ITALY", "IT")]
    [InlineData("italya", "IT")]
    [InlineData("İngiltere", "GB")]
    [InlineData(" us ", "US")]
    [InlineData("Singapur", "SG")]
    [InlineData("Atlantis", null)]
    public void Countries_AreFound_HoweverTheyAreWritten(string name, string? code) => (Countries.Find(name)?.Code).ShouldBe(code);

    [Fact]
    public void Countries_AreThoseOfTheStandard_OnTheMap()
    {
        var named = Countries.All.Where(c => c.Code.Length > 0).ToList();
        named.Select(c => c.Code).Distinct().Count().ShouldBe(named.Count);
        named.Count.ShouldBeInRange(245, 252, "ISO 3166-1 has 249, without Antarctica and with Kosovo");
        named.ShouldAllBe(c => c.Label.Tr.Length > 0 && c.Label.En.Length > 0 && Countries.Find(c.Code) == c && Countries.Find(c.Label.Tr)!.Code == c.Code && Countries.Find(c.Label.En)!.Code == c.Code);
        named.Count(c => c.Outline.Length > 0).ShouldBeGreaterThan(230);
        foreach (var outline in Countries.All.Select(c => c.Outline).Where(o => o.Length > 0))
        {
            (outline[0], outline[^1]).ShouldBe(('M', 'z'));
            var begin = outline.Split('l')[0][1..].Split(' ').Select(n => double.Parse(n, System.Globalization.CultureInfo.InvariantCulture)).ToList();
            (begin[0] >= 0 && begin[0] <= Countries.Width && begin[1] >= 0 && begin[1] <= Countries.Height).ShouldBeTrue();
        }

        typeof(Countries).Assembly.GetManifestResourceStream("Temas.Insight.Dashboards.Tiles.countries.txt")!.Length.ShouldBeLessThan(150_000);
    }

    [Fact]
    public void Provinces_AreEightyOne_OnTheMap()
    {
        Provinces.All.Count.ShouldBe(81);
        Provinces.All.Select(p => p.Name).Distinct().Count().ShouldBe(81);
        Provinces.All.ShouldAllBe(p => p.Outline.StartsWith('M') && p.Outline.EndsWith('z'));
        Begin("Edirne").X.ShouldBeLessThan(Begin("Van").X);
        Begin("Sinop").Y.ShouldBeLessThan(Begin("Hatay").Y);
        Provinces.All.Select(p => Begin(p.Name)).ShouldAllBe(p => p.X >= 0 && p.X <= Provinces.Width && p.Y >= 0 && p.Y <= Provinces.Height);

        static (int X, int Y) Begin(string name)
        {
            var words = Provinces.All.Single(p => p.Name == name).Outline.Split('l')[0][1..].Split(' ');
            return (int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture), int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void Form_Arranges_Sizes_Removes_AndKeepsWhatSomebodyElseAdded()
    {
        const string Before = """{"label":{"tr":"P","en":"D"},"tiles":[{"id":"a","kind":"feed","width":4,"height":3},{"id":"b","kind":"map","options":{"trait":"trait.city"}},{"id":"c","kind":"quality"},{"id":"new","kind":"journey"}]}""";
        var form = DashboardForm.Read(new FormCollection(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues>
        {
            ["labelTr"] = "Pano",
            ["id0"] = "a",
            ["order0"] = "2",
            ["width0"] = "6",
            ["height0"] = "2",
            ["id1"] = "b",
            ["order1"] = "1",
            ["width1"] = "5",
            ["height1"] = "4",
            ["id2"] = "c",
            ["order2"] = "3",
            ["remove2"] = "1",
            ["to"] = "a@example.com\r\nb@example.com",
            ["hour"] = "7",
        }));
        var json = form.ToJson(Before);
        DashboardKind.Instance.Check("d", json).ShouldBeEmpty();
        var board = DashboardKind.Instance.Read("d", json);
        board.Tiles.Select(t => (t.Id, t.Width, t.Height)).ShouldBe([("b", 5, 4), ("a", 6, 2), ("new", 4, 3)]);
        board.Tiles[0].Option("trait").ShouldBe("trait.city");
        board.Label.ShouldBe(new Temas.Collect.Contracts.LocalText("Pano", "Pano"));
        board.Report!.To.ShouldBe(["a@example.com", "b@example.com"]);
        board.Report.Hour.ShouldBe(7);
    }

    [Fact]
    public void State_IsItsAddress()
    {
        var state = new BoardState { Period = "90d", Compare = "0", Segment = "loyal", Channel = "store", Store = "Kadıköy & Moda" };
        BoardState.Of(new QueryCollection(QueryHelpers.ParseQuery(state.Url("")))).ShouldBe(state);
        BoardState.Of(new QueryCollection(QueryHelpers.ParseQuery("?period=31d&compare=x&from=2026-03-02&to=2026-03-01"))).ShouldBe(new BoardState { IsUnread = true }, "and it is said");
        BoardState.Of(new QueryCollection(QueryHelpers.ParseQuery("?period=7d&from=2026-03-01&to=2026-03-02"))).ShouldBe(new BoardState { From = "2026-03-01", To = "2026-03-02" });
    }
}
