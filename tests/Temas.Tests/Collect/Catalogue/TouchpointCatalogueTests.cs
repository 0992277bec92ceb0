using System.Text;
using Temas.Collect.Catalogue;
using Temas.Collect.Contracts;
using Temas.Storage.EventLog;

namespace Temas.Tests.Collect.Catalogue;

public sealed class TouchpointCatalogueTests
{
    private static readonly TouchpointCatalogue Default = LiveCatalogue.Default;

    public static TheoryData<string> EcommerceEvents =>
    [
        "Products Searched", "Product List Viewed", "Product List Filtered", "Promotion Viewed", "Promotion Clicked", "Product Clicked", "Product Viewed", "Product Added",
        "Product Removed", "Cart Viewed", "Checkout Started", "Checkout Step Viewed", "Checkout Step Completed", "Payment Info Entered", "Order Updated", "Order Completed",
        "Order Refunded", "Order Cancelled", "Coupon Entered", "Coupon Applied", "Coupon Denied", "Coupon Removed", "Product Added to Wishlist",
        "Product Removed from Wishlist", "Wishlist Product Added to Cart", "Product Shared", "Cart Shared", "Product Reviewed",
    ];

    [Theory]
    [MemberData(nameof(EcommerceEvents))]
    public void Knows_EveryEventOfTheSegmentEcommerceSpecification_IsKnown(string name)
    {
        Default.Knows(EventType.Track, Encoding.UTF8.GetBytes(name)).ShouldBeTrue();
        Match(name, "{}").ShouldNotBeNull();
    }

    [Fact]
    public void Defaults_AllDocuments_PassTheirOwnChecks()
    {
        TouchpointKind.Instance.Defaults.SelectMany(d => TouchpointKind.Instance.Check(d.Key, d.Value)).ShouldBeEmpty();
        PromiseKind.Instance.Defaults.SelectMany(d => PromiseKind.Instance.Check(d.Key, d.Value)).ShouldBeEmpty();
    }

    [Fact]
    public void Defaults_EventNames_BelongToOneTouchpointUnlessConditionsTellThemApart()
    {
        var claimed = Default.Touchpoints.Values.SelectMany(t => t.Events.Where(e => e.Where.Count == 0).SelectMany(e => e.Names.Select(n => (e.Type, n))));
        claimed.GroupBy(c => c).Where(g => g.Count() > 1).Select(g => g.Key.n).ShouldBeEmpty();
    }

    [Fact]
    public void Match_ConditionOnProperty_IsPreferredToTheBareName()
    {
        Match("Message Sent", "{}")!.Key.ShouldBe("message-sent");
        Match("Message Sent", """{"template":"order_arrived"}""")!.Key.ShouldBe("order-arrived-message");
        Match("Message Sent", """{"template":"satisfaction_survey"}""")!.Key.ShouldBe("survey-sent");
        Match("Message Sent", """{"template":"order_confirmed"}""")!.Key.ShouldBe("order-confirmed");
    }

    [Fact]
    public void Match_PageOfAnyName_IsThePageTouchpoint()
    {
        Default.Match(EventType.Page, "Home"u8, default)!.Key.ShouldBe("page-viewed");
        Default.Match(EventType.Page, default, default)!.Key.ShouldBe("page-viewed");
        Default.Match(EventType.Screen, "Cart"u8, default)!.Key.ShouldBe("screen-viewed");
    }

    [Fact]
    public void Match_UnknownEventOrOtherCase_IsNothing()
    {
        Match("order completed", "{}").ShouldBeNull();
        Match("Something Else", "{}").ShouldBeNull();
        Default.Knows(EventType.Track, "Something Else"u8).ShouldBeFalse();
    }

    [Fact]
    public void Knows_WhatTemasTellsOfItself_IsKnown_AndNothingLikeIt()
    {
        Default.Knows(EventType.Track, "Follow-up Opened"u8).ShouldBeTrue();
        Default.Knows(EventType.Track, "Follow-up Done"u8).ShouldBeTrue();
        Default.Knows(EventType.Track, "Follow-up Call Made"u8).ShouldBeFalse("an event of the company's own");
        Default.Knows(EventType.Page, "Follow-up Done"u8).ShouldBe(Default.Knows(EventType.Page, "Any"u8));
        Default.Candidates(EventType.Track, "Follow-up Done"u8).ShouldBeEmpty("it is no touch");
        OwnEvents.Are("track:" + OwnEvents.FollowUpOpened).ShouldBeTrue();
        OwnEvents.Are("track:Follow-up").ShouldBeFalse();
    }

    [Fact]
    public void Knows_PromiseEventWithoutTouchpoint_IsKnown() => Default.Knows(EventType.Track, "Callback Cancelled"u8).ShouldBeTrue();

    [Theory]
    [InlineData("Lojistik", "en", "Logistics")]
    [InlineData("Logistics", "tr", "Lojistik")]
    [InlineData("Logistics", "en", "Logistics")]
    [InlineData("Ada's own team", "tr", "Ada's own team")]
    public void TeamIn_ATeamOfTheCatalogue_IsNamedInTheLanguage_AndAnyOtherAsItIsWritten(string written, string language, string shown) => Default.TeamIn(written, language).ShouldBe(shown);

    [Fact]
    public void KnowsProperty_ListedCommonAndForeign_TellsThemApart()
    {
        Default.KnowsProperty(EventType.Track, "Order Completed"u8, "total"u8).ShouldBeTrue();
        Default.KnowsProperty(EventType.Track, "Order Completed"u8, "channel"u8).ShouldBeTrue();
        Default.KnowsProperty(EventType.Track, "Order Completed"u8, "shoe_size"u8).ShouldBeFalse();
        Default.KnowsProperty(EventType.Track, "Something Else"u8, "shoe_size"u8).ShouldBeTrue();
        Default.KnowsProperty(EventType.Page, "Home"u8, "shoe_size"u8).ShouldBeTrue();
    }

    [Fact]
    public void Check_ManyFaults_AreAllReportedWithTheirPath()
    {
        const string document = """
            {
              "label": {"en": "Ad", "de": "Anzeige"},
              "events": [{"names": ["Ad Clicked"], "where": [{"property": "cost", "is": "above", "value": "much"}, {"property": "x", "is": "like"}]}, {"type": "track"}],
              "stage": "First Touch", "channel": "ads", "medium": "analogue", "colour": "red",
              "properties": {"cost": "money"},
              "perception": {"value": 3, "ratings": [{"property": "r", "min": 5, "max": 1}], "misfire": {"value": 0.5}}
            }
            """;

        var faults = TouchpointKind.Instance.Check("ad", document);

        faults.Select(f => f.Field).Order(StringComparer.Ordinal).ShouldBe(new[]
        {
            "$.colour", "$.events[0].where[0].value", "$.events[0].where[1].is", "$.events[0].where[1].value", "$.events[1].names", "$.label.de", "$.label.tr", "$.medium",
            "$.perception.misfire.promise", "$.perception.misfire.value", "$.perception.ratings[0].as", "$.perception.ratings[0].max", "$.perception.value", "$.properties.cost", "$.stage",
        }.Order(StringComparer.Ordinal));
        faults.ShouldAllBe(f => f.Detail.Length > 0 && f.Code.Length > 0);
    }

    [Fact]
    public void Check_PromiseWithFaults_AreAllReportedWithTheirPath()
    {
        const string document = """{"label": {"tr": "a", "en": "b"}, "made": [{"names": ["A"]}], "kept": [{"names": ["B"]}], "grace": "P1M", "perception": {"worstDelay": "PT0S", "kept": 2}}""";
        PromiseKind.Instance.Check("p", document).Select(f => f.Field).ShouldBe(["$.made[0].due", "$.grace", "$.perception.worstDelay", "$.perception.kept"]);
    }

    [Theory]
    [InlineData("[]", "object_expected")]
    [InlineData("{", "json_malformed")]
    [InlineData("""{"label": 1, "label": 2}""", "json_malformed")]
    public void Check_NoObject_SaysSo(string document, string code) => TouchpointKind.Instance.Check("t", document).ShouldHaveSingleItem().Code.ShouldBe(code);

    [Theory]
    [InlineData("""{"n": 5}""", Comparison.Equal, "5", true)]
    [InlineData("""{"n": 5.0}""", Comparison.Equal, "5", true)]
    [InlineData("""{"n": "5"}""", Comparison.Equal, "5", true)]
    [InlineData("""{"n": "çay"}""", Comparison.Equal, "çay", true)]
    [InlineData("""{"n": "\u00e7ay"}""", Comparison.Equal, "çay", true)]
    [InlineData("""{"n": "Çay"}""", Comparison.Equal, "çay", false)]
    [InlineData("""{}""", Comparison.Equal, "5", false)]
    [InlineData("""{}""", Comparison.NotEqual, "5", true)]
    [InlineData("""{"n": null}""", Comparison.Missing, null, true)]
    [InlineData("""{"n": null}""", Comparison.Exists, null, false)]
    [InlineData("""{"n": 1e2}""", Comparison.AtLeast, "100", true)]
    [InlineData("""{"n": "abc"}""", Comparison.Above, "1", false)]
    [InlineData("""{"n": 4}""", Comparison.Below, "5", true)]
    [InlineData("""{"n": ["a", "b"]}""", Comparison.Contains, "b", true)]
    [InlineData("""{"n": "a big one"}""", Comparison.Contains, "big", true)]
    [InlineData("""{"n": {"a": 1}}""", Comparison.Equal, "a", false)]
    [InlineData("""{"n": true}""", Comparison.Equal, "true", true)]
    [InlineData("""{"n": 1, "n": 2}""", Comparison.Equal, "2", true)]
    public void Holds_ValueAgainstOperand_ComparesAsJson(string json, Comparison comparison, string? value, bool expected)
    {
        var properties = Encoding.UTF8.GetBytes(json);
        var condition = new PropertyCondition(new PropertyPath("n"), comparison, value is null ? [] : [value]);
        condition.Holds(properties, EventJson.Find(properties, condition.Property)).ShouldBe(expected);
    }

    [Fact]
    public void Find_Path_GoesDown()
    {
        var json = """{"a": {"b": [1], "c": {"d": "x"}}}"""u8;
        EventJson.Text(json, EventJson.Find(json, new PropertyPath("a.c.d"))).ShouldBe("x");
        EventJson.Find(json, new PropertyPath("a.b.c")).Exists.ShouldBeFalse();
    }

    [Theory]
    [InlineData("P3D", 259_200_000L)]
    [InlineData("PT4H", 14_400_000L)]
    [InlineData("P1DT12H", 129_600_000L)]
    [InlineData("P2W", 1_209_600_000L)]
    public void Duration_Iso8601_IsRead(string text, long expected)
    {
        Temas.Kernel.Iso8601Duration.TryParse(text, out var milliseconds).ShouldBeTrue();
        milliseconds.ShouldBe(expected);
    }

    [Theory]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1M")]
    [InlineData("P1H")]
    [InlineData("PT1D")]
    [InlineData("P-1D")]
    [InlineData("P1DT1H1H")]
    [InlineData("P9999999999D")]
    public void Duration_Malformed_IsRefused(string text) => Temas.Kernel.Iso8601Duration.TryParse(text, out _).ShouldBeFalse();

    private static Touchpoint? Match(string name, string properties) => Default.Match(EventType.Track, Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(properties));
}
