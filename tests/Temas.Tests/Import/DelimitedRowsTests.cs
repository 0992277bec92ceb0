using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Temas.Collect.Import.Rows;

namespace Temas.Tests.Import;

public sealed class DelimitedRowsTests
{
    private static readonly DelimitedFormat Plain = new(',', '"', null, false, false);

    [Theory]
    [InlineData("a,b\n1,2\n", "1|2")]
    [InlineData("a,b\r\n1,2\r\n3,4", "1|2", "3|4")]
    [InlineData("a,b\r1,2\r\n3,4\n5,6\r", "1|2", "3|4", "5|6")]
    [InlineData("a,b\n\n\r\n1,2\n\n", "1|2")]
    [InlineData("a,b\n\"x,y\",2\n", "x,y|2")]
    [InlineData("a,b\n\"x\ny\r\nz\",2\n", "x\ny\r\nz|2")]
    [InlineData("a,b\n\"say \"\"hi\"\"\",\"\"\n", "say \"hi\"|")]
    [InlineData("a,b\n5\" nail,it's \"good\"\n", "5\" nail|it's \"good\"")]
    [InlineData("a,b\n,\n", "|")]
    [InlineData("a,b\n\"\",\"\"\"\"", "|\"")]
    public void Read_OfWellFormedText_GivesTheFields(string text, params string[] rows) => Rows(text, Plain).ShouldBe(rows);

    [Theory]
    [InlineData("a,b\n1\n2,3\n", "ragged_row:2", "2|3")]
    [InlineData("a,b\n1,2,3\n2,3\n", "ragged_row:2", "2|3")]
    [InlineData("a,b\n1,\"x\n2,3\n4,5\n", "quote_not_closed:2", "2|3", "4|5")]
    [InlineData("a,b\n1,\"x\"y\n2,3\n", "text_after_quote:2", "2|3")]
    [InlineData("a,b\n1,\"x\n2,\"y\"\n3,4\n", "text_after_quote:2", "2|y", "3|4")]
    [InlineData("a,b\n1,\0\n2,3\n", "nul_character:2", "2|3")]
    [InlineData("a,b\n\"1\n2\",3\n4\n", "1\n2|3", "ragged_row:4")]
    public void Read_OfBrokenRow_CostsThatLineOnly(string text, params string[] rows) => Rows(text, Plain).ShouldBe(rows);

    [Fact]
    public void Read_WithPad_TakesShortAndLongRows() =>
        Rows("a,b\n1\n1,2,3\n", Plain with { Pad = true }).ShouldBe(["1", "1|2|3"]);

    [Fact]
    public void Read_WithTrimAndComment_DropsSpaceAndComments() =>
        Rows("a,b\n# no row, \"no\n 1 ,  \" x \"  \n", Plain with { Trim = true, Comment = "#" }).ShouldBe(["1|x"]);

    [Fact]
    public void Read_OfFieldOfAMillionCharacters_GivesIt()
    {
        var field = new string('x', 1_000_000);
        Rows($"a,b\n\"{field}\n\",{field}\n1,2\n", Plain).ShouldBe([$"{field}\n|{field}", "1|2"]);
    }

    [Fact]
    public void Read_OfLineBeyondTheLimit_RejectsItAndGoesOn()
    {
        var rows = Rows($"a,b\n{new string('x', TextWindow.MaxRow + 300_000)}\n1,2\n", Plain);
        rows.ShouldBe(["row_too_long:2", "1|2"]);
    }

    [Theory]
    [InlineData("a;b\n1;2\n")]
    [InlineData("a\tb\n1,5\t2,5\n")]
    [InlineData("a|b\n1|2\n")]
    [InlineData("a,b\n1,2\n")]
    [InlineData("a;b\n1,5;2,5\n3,5;4,5")]
    [InlineData("a;b\n\"x,y,z\";2\n")]
    public void Open_WithoutDelimiter_FindsIt(string text)
    {
        using var rows = Open(text, Plain with { Delimiter = null });
        rows.Columns.ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Open_OfTextWithoutHeader_NamesColumnsByPlace()
    {
        using var rows = Open("x,y\n", Plain, header: false);
        rows.Columns.ShouldBe(["c1", "c2"]);
        rows.Read().ShouldBeTrue();
        rows.TryGet(rows.Find("2"), out var value).ShouldBeTrue();
        value.ToString().ShouldBe("y");
        rows.Read().ShouldBeFalse();
    }

    [Fact]
    public void Find_OfDuplicateName_SaysSo()
    {
        using var rows = Open("a,b,a\n1,2,3\n", Plain);
        rows.Find("a").ShouldBe(-2);
        rows.Find("3").ShouldBe(2);
        rows.Find("4").ShouldBe(-1);
    }

    [Fact]
    public void Read_OfWhatWasWritten_GivesItBack()
    {
        var cell = Gen.ArrayOf(Gen.Elements('a', 'ş', ',', '"', '\n', '\r', ' ', '1', '=')).Select(c => new string(c));
        var grid = from width in Gen.Choose(2, 5)
                   from rows in Gen.ArrayOf(Gen.ArrayOf(cell, width))
                   from newline in Gen.Elements("\n", "\r\n", "\r")
                   select (width, rows, newline);
        Prop.ForAll(grid.ToArbitrary(), g =>
        {
            var text = new StringBuilder(string.Join(',', Enumerable.Range(0, g.width))).Append(g.newline);
            foreach (var row in g.rows) text.Append(string.Join(',', row.Select(c => '"' + c.Replace("\"", "\"\"", StringComparison.Ordinal) + '"'))).Append(g.newline);
            return Rows(text.ToString(), Plain).SequenceEqual(g.rows.Select(r => string.Join('|', r)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Read_OfAnyText_EndsAndCountsEveryLine()
    {
        var text = Gen.ArrayOf(Gen.Elements('a', ',', '"', '\n', '\r', ' ', '\0', '#')).Select(c => new string(c));
        Prop.ForAll(text.ToArbitrary(), t =>
        {
            using var rows = Open(t, Plain with { Trim = true, Comment = "#" });
            var last = 0L;
            while (rows.Read())
            {
                if (rows.Line <= last) return false;
                last = rows.Line;
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    private static DelimitedRows Open(string text, DelimitedFormat format, bool header = true)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, text);
        var window = TextWindow.Open(path, null).Value;
        File.Delete(path);
        return DelimitedRows.Open(window, format, 0, header, []);
    }

    private static List<string> Rows(string text, DelimitedFormat format)
    {
        using var rows = Open(text, format);
        List<string> found = [];
        while (rows.Read())
        {
            List<string> fields = [];
            for (var i = 0; i < rows.ContentParts; i++) fields.Add(rows.ContentPart(i).ToString());
            found.Add(rows.Fault is { } fault ? $"{fault.Reason}:{rows.Line}" : string.Join('|', fields));
        }

        return found;
    }
}
