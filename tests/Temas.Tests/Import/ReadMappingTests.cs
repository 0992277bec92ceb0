using Temas.Collect.Import.Mapping;

namespace Temas.Tests.Import;

public sealed class ReadMappingTests
{
    private const string Good = "userId: $id\nevent: Bought\ntime: $at\n";

    [Fact]
    public void From_OfEverythingWrong_NamesEachFaultWithItsPlace()
    {
        var (mapping, problems) = ReadMapping.From("""
            formt: csv
            delimiter: "::"
            zone: Europe/Instanbul
            decimal: ","
            group: ","
            joins:
              products: { file: p.csv, on: $sku }
            events:
              - event: Bought
                userId: $id
                time: { value: $at, format: "QQQ" }
                properties:
                  price: { value: $price, as: nmber }
                  count: { value: many, as: number }
              - type: trak
                when: status is maybe
            """, "x");

        mapping.ShouldBeNull();
        var fields = problems.Select(p => p.Field).ToList();
        foreach (var field in new[] { "formt", "delimiter", "zone", "group", "joins.products.key", "events[0].time.format", "events[0].properties.price.as", "events[0].properties.count", "events[1].type", "events[1].userId", "events[1].time", "events[1].when" })
            fields.ShouldContain(field);
        problems.Single(p => p.Field == "formt").WayOut!.ShouldContain("format");
        problems.ShouldAllBe(p => p.Code == "mapping_invalid" && p.Detail.StartsWith("Line ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("event: X\ntime: $t\n", "userId")]
    [InlineData("userId: $u\nevent: X\n", "time")]
    [InlineData("type: track\nuserId: $u\ntime: $t\n", "event")]
    [InlineData("type: alias\nuserId: $u\ntime: $t\n", "previousId")]
    [InlineData("type: group\nuserId: $u\ntime: $t\n", "groupId")]
    [InlineData("type: identify\nuserId: $u\ntime: $t\nproperties: { a: $b }\n", "properties")]
    [InlineData(Good + "format: fixed\n", "columns")]
    [InlineData(Good + "format: jsonl\ncolumns: [a]\n", "columns")]
    [InlineData(Good + "columns: [a, a]\n", "columns")]
    [InlineData(Good + "encoding: klingon\n", "encoding")]
    [InlineData(Good + "properties: { a: { valeu: $b } }\n", "properties.a.valeu", true)]
    [InlineData(Good + "properties: { a: { value: $b, fromat: iso } }\n", "properties.a.fromat")]
    [InlineData(Good + "properties: { a: \"5$\" }\n", "properties.a")]
    [InlineData(Good + "properties: { a..b: $c }\n", "properties.a..b")]
    [InlineData(Good + "properties: { a: $b, a.c: $d }\n", "properties.a.c")]
    [InlineData(Good + "context: { traits: { a: $b } }\n", "context.traits")]
    [InlineData(Good + "events: []\n", "events")]
    [InlineData(Good + "when: total > much\n", "when")]
    [InlineData("- a\n", "")]
    [InlineData("a: [\n", "")]
    [InlineData("a: &x 1\nb: *x\n", "")]
    [InlineData("", "")]
    public void From_OfWrongMapping_NamesTheKey(string yaml, string field, bool isObject = false)
    {
        var (mapping, problems) = ReadMapping.From(yaml, "x");
        if (isObject)
        {
            // A map without the key value is a nested object, so this is one and no typing error.
            mapping.ShouldNotBeNull();
            return;
        }

        problems.Select(p => p.Field).ShouldContain(field);
    }

    [Fact]
    public void From_OfShortMapping_TakesDefaults()
    {
        var (mapping, problems) = ReadMapping.From(Good, "orders");
        problems.ShouldBeEmpty();
        mapping!.Key.ShouldBe("orders");
        mapping.Input.Format.ShouldBe(InputFormat.Csv);
        mapping.Input.Header.ShouldBeTrue();
        mapping.Events.Count.ShouldBe(1);
    }

    [Fact]
    public void From_OfUnknownZone_ProposesNearOnes()
    {
        var (_, problems) = ReadMapping.From(Good + "zone: Asia/Istanbul2\n", "x");
        problems.Single().Field.ShouldBe("zone");
        ReadMapping.From(Good + "zone: Turkey/Istanbul\n", "x").Problems.Single().WayOut!.ShouldContain("Europe/Istanbul");
    }
}
