using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Temas.Collect.Import;
using Temas.Kernel;

namespace Temas.Tests.Import;

public sealed class ImportRunTests : IDisposable
{
    private const string Orders = """
        key: orders
        userId: $customer
        event: Order Completed
        time: { value: $date, format: dd.MM.yyyy, zone: Europe/Istanbul }
        properties:
          revenue: { value: $total, as: number, decimal: ",", group: "." }

        """;

    private readonly ImportFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Run_OfIdenticalRows_KeepsBothAndRepeatsNone()
    {
        var file = folder.Write("a.csv", "customer;date;total\n1;01.02.2024;1.234,56\n1;01.02.2024;1.234,56\n2;02.02.2024;5,00\n");
        var first = await folder.RunAsync(Orders, file);
        var second = await folder.RunAsync(Orders, file);

        first.Progress.Accepted.ShouldBe(3);
        second.Progress.Duplicates.ShouldBe(3);
        folder.Sink.Events.Count.ShouldBe(3);
        folder.Sink.Events[0].GetProperty("properties").GetProperty("revenue").GetRawText().ShouldBe("1234.56");
        folder.Sink.Events[2].GetProperty("properties").GetProperty("revenue").GetRawText().ShouldBe("5.00");
        folder.Sink.Events[1].GetProperty("messageId").GetString()!.ShouldEndWith("-2");
    }

    [Fact]
    public async Task Run_OfSameRowsInOtherClothes_GivesTheSameEvents()
    {
        await folder.RunAsync(Orders, folder.Write("a.csv", "customer;date;total\n1;01.02.2024;1,5\n2;01.02.2024;2,5\n"));
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress)) gzip.Write(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("customer,date,total\r\n2,01.02.2024,\"2,5\"\r\n1,01.02.2024,\"1,5\"")).ToArray());
        var second = await folder.RunAsync(Orders, folder.Write("b.csv.gz", packed.ToArray()));

        second.Problems.ShouldBeEmpty();
        second.Progress.Duplicates.ShouldBe(2);
    }

    [Fact]
    public async Task Run_WithId_GivesEachIdOneEvent()
    {
        var mapping = Orders + "id: $order\n";
        await folder.RunAsync(mapping, folder.Write("a.csv", "order;customer;date;total\nA;1;01.02.2024;1,5\nA;1;01.02.2024;1,5\nB;1;01.02.2024;1,5\n"));
        folder.Sink.Events.Count.ShouldBe(2);
        (await folder.RunAsync(mapping, folder.Write("b.csv", "order;customer;date;total\n;1;01.02.2024;1,5\n"))).Rejects.Single().Reason.ShouldBe("id_missing");
    }

    [Fact]
    public async Task Run_WithOtherKey_GivesOtherEvents()
    {
        var file = folder.Write("a.csv", "customer;date;total\n1;01.02.2024;1,5\n");
        await folder.RunAsync(Orders, file);
        (await folder.RunAsync(folder.Request(Orders, file) with { Key = "other" })).Progress.Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task Run_WithBadRows_WritesThemToTheRejectFileAndGoesOn()
    {
        var file = folder.Write("a.csv", "customer;date;total\n1;2024-02-01;1,5\n2;01.02.2024;1,5\n=cmd();01.02.2024;\"12.5\nx\"\n;01.02.2024;1\n4;01.02.2999;1\n");
        var report = await folder.RunAsync(Orders, file);

        report.Completed.ShouldBeTrue();
        report.Progress.ShouldBe(report.Progress with { Rows = 5, Accepted = 1, Rejected = 4 });
        report.Rejects.Select(r => (r.Line, r.Reason, r.Field)).ShouldBe([
            (2, "not_a_time", "time"), (4, "not_a_number", "properties.revenue"), (6, "no_identifier", "events[0]"), (7, "time_out_of_range", "time")]);
        var rejects = await File.ReadAllTextAsync(report.RejectFiles.Single());
        report.RejectFiles.Single().ShouldBe(file + ".rejects.csv");
        rejects.ShouldContain("2,\"not_a_time\",\"time\",");
        rejects.ShouldContain("\"'=cmd();01.02.2024;\"\"12.5\nx\"\"\"");
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(report.RejectFiles.Single()).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        folder.Write("a.csv", "customer;date;total\n2;01.02.2024;1,5\n");
        (await folder.RunAsync(Orders, file)).RejectFiles.ShouldBeEmpty();
        File.Exists(file + ".rejects.csv").ShouldBeFalse();
    }

    [Fact]
    public async Task Run_WithRefusedEvents_NamesTheirRows()
    {
        folder.Sink.Refuse = e => e.GetProperty("userId").GetString() == "2" ? new RejectedMessage(0, "event_not_in_catalogue", "The catalogue does not know it.", "event") : null;
        var report = await folder.RunAsync(Orders, folder.Write("a.csv", "customer;date;total\n1;01.02.2024;1\n2;01.02.2024;2\n"));

        report.Progress.Rejected.ShouldBe(1);
        report.Rejects.Single().Row.ShouldBe("2;01.02.2024;2");
        report.Rejects.Single().Line.ShouldBe(3);
        report.Rejects.Single().Reason.ShouldBe("event_not_in_catalogue");
    }

    [Fact]
    public async Task Run_BeyondMaxRejects_StopsAndSaysWhy()
    {
        var file = folder.Write("a.csv", "customer;date;total\n" + string.Concat(Enumerable.Repeat("1;never;1\n", 20_000)));
        var report = await folder.RunAsync(folder.Request(Orders, file) with { MaxRejects = 10 });
        report.Problems.Single().Code.ShouldBe("too_many_rejects");
        report.Progress.Rows.ShouldBeLessThan(20_000);
    }

    [Fact]
    public async Task Run_Dry_ShowsEventsAndFaultsAndWritesNothing()
    {
        var file = folder.Write("a.csv", "customer;date;total\n1;01.02.2024;1\n2;01.02.2024;x\n3;01.02.2024;3\n");
        var report = await folder.RunAsync(folder.Request(Orders, file) with { DryRun = true, Preview = 1 });

        report.Preview.Single().ShouldBe("""{"messageId":"MID","type":"track","event":"Order Completed","userId":"1","timestamp":"2024-01-31T21:00:00Z","properties":{"revenue":1}}"""
            .Replace("MID", JsonDocument.Parse(report.Preview.Single()).RootElement.GetProperty("messageId").GetString(), StringComparison.Ordinal));
        report.Rejects.Single().Reason.ShouldBe("not_a_number");
        report.Progress.Events.ShouldBe(2);
        report.Progress.Accepted.ShouldBe(0);
        folder.Sink.Calls.ShouldBe(0);
        Directory.Exists(folder.StateFolder).ShouldBeFalse();
        File.Exists(file + ".rejects.csv").ShouldBeFalse();
    }

    [Fact]
    public async Task Run_InterruptedWithRejects_WritesEachRejectOnce()
    {
        var text = new StringBuilder("customer;date;total\n");
        for (var i = 0; i < 20_000; i++) text.Append(i % 100 == 7 ? "x;never;1\n" : $"{i % 50};01.02.2024;1\n");
        var file = folder.Write("a.csv", text.ToString());
        ImportReport report;
        var runs = 0;
        do
        {
            folder.Sink.FailAfter = folder.Sink.Calls + 2;
            report = await folder.RunAsync(Orders, file);
        }
        while (!report.Completed && ++runs < 50);

        runs.ShouldBeGreaterThan(1);
        report.Progress.Rejected.ShouldBe(200);
        folder.Sink.Events.Count.ShouldBe(19_800);
        (await File.ReadAllLinesAsync(file + ".rejects.csv")).Length.ShouldBe(201);
        Directory.GetFiles(folder.StateFolder).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_WithSinkThatIsBusy_TriesAgain()
    {
        var busy = new BusySink(folder.Sink);
        var report = await folder.RunAsync(folder.Request(Orders, folder.Write("a.csv", "customer;date;total\n1;01.02.2024;1\n")), busy);
        report.Completed.ShouldBeTrue();
        busy.Calls.ShouldBe(3);
        folder.Sink.Events.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Run_OfRowToSeveralEvents_GivesThoseThatApply()
    {
        const string mapping = """
            userId: $id
            time: $at
            events:
              - type: identify
                email: $mail
                traits: { name: $name, address.city: $city }
              - event: Subscribed
                when: newsletter = yes
              - event: Order Completed
                when: { all: [total > 0, { not: "status in (cancelled, test)" }] }
                externalIds: { loyalty_card: $card }
                phone: $phone
                properties:
                  total: { value: $total, as: number }
                  products:
                    - { product_id: $sku, name: $title }
                  coupon: $coupon
            """;
        var events = await folder.EventsAsync(mapping, """
            id,at,mail,name,city,newsletter,total,status,card,phone,sku,title,coupon
            1,2024-01-01T10:00:00Z,a@b.c,Şule Işık,İzmir,yes,10.50,paid,C-1,05321234567,S1,Masa,
            2,2024-01-01T10:00:00Z,,Ali,,no,0,paid,,,,,
            3,2024-01-01T10:00:00Z,,Can,,no,5,test,,,,,
            """);

        events.Select(e => e.GetProperty("userId").GetString() + (e.TryGetProperty("event", out var name) ? name.GetString() : "-")).ShouldBe(["1-", "1Subscribed", "1Order Completed", "2-", "3-"]);
        events[0].GetProperty("traits").GetRawText().ShouldBe("""{"email":"a@b.c","name":"Şule Işık","address":{"city":"İzmir"}}""");
        events[2].GetProperty("properties").GetRawText().ShouldBe("""{"total":10.50,"products":[{"product_id":"S1","name":"Masa"}]}""");
        events[2].GetProperty("context").GetRawText().ShouldBe("""{"traits":{"phone":"05321234567"},"externalIds":[{"id":"C-1","type":"loyalty_card","collection":"users","encoding":"none"}]}""");
        events.Select(e => e.GetProperty("messageId").GetString()).Distinct().Count().ShouldBe(5);
    }

    [Fact]
    public async Task Run_WithLookupFile_AddsItsColumns()
    {
        const string mapping = """
            userId: $customer
            event: Order Completed
            time: $at
            joins:
              people: { file: people.csv, on: $customer, key: id, missing: MISSING }
            properties: { city: $people.city, who: "${people.full name}!" }
            """;
        folder.Write("people.csv", "id;full name;city\n1;Ayşe;İzmir\n2;;\n");
        var file = folder.Write("a.csv", "customer,at\n1,2024-01-01\n2,2024-01-01\n3,2024-01-01\n");

        (await folder.RunAsync(mapping.Replace("MISSING", "empty", StringComparison.Ordinal), file)).Progress.Accepted.ShouldBe(3);
        folder.Sink.Events[0].GetProperty("properties").GetRawText().ShouldBe("""{"city":"İzmir","who":"Ayşe!"}""");
        folder.Sink.Events[2].GetProperty("properties").GetRawText().ShouldBe("{}");
        (await folder.RunAsync(mapping.Replace("MISSING", "skip", StringComparison.Ordinal), file)).Progress.Skipped.ShouldBe(1);
        (await folder.RunAsync(mapping.Replace("MISSING", "reject", StringComparison.Ordinal), file)).Rejects.Single().Reason.ShouldBe("join_missing");

        folder.Write("people.csv", "id;full name;city\n1;Ayşe;İzmir\n1;Ali;Bursa\n");
        (await folder.RunAsync(mapping.Replace("MISSING", "empty", StringComparison.Ordinal), file)).Problems.Single().Code.ShouldBe("join_key_twice");
    }

    [Fact]
    public async Task Run_OfJsonLinesWithMapping_FindsPaths()
    {
        const string mapping = """
            format: jsonl
            userId: $user.id
            event: $what
            time: { value: $ts, format: unix-ms }
            properties:
              amount: { value: $items.0.price, as: number }
              raw: { value: $items, as: json }
            """;
        var events = await folder.EventsAsync(mapping, """
            {"user":{"id":7},"what":"Viewed","ts":1714545000123,"items":[{"price":12.90}]}

            {"user":{"id":"8"},"what":"Viewed","ts":"1714545000123","items":null}
            """);
        events[0].GetProperty("userId").GetString().ShouldBe("7");
        events[0].GetProperty("properties").GetRawText().ShouldBe("""{"amount":12.90,"raw":[{"price":12.90}]}""");
        events[1].GetProperty("properties").GetRawText().ShouldBe("{}");
    }

    [Fact]
    public async Task Run_OfSegmentMessages_NeedsNoMapping()
    {
        var file = folder.Write("a.jsonl", """
            {"type":"track","event":"A","userId":"1","messageId":"own"}
            {"type":"track","event":"B","userId":"1"}
            {"type":"track","event":"B","userId":"1"}
            {"type":"track","event":"C","userId":"1","messageId":null}
            {"type":"track",
            []
            """);
        var first = await folder.RunAsync(null, file);
        var second = await folder.RunAsync(null, file);

        first.Progress.Accepted.ShouldBe(4);
        first.Rejects.Select(r => (r.Line, r.Reason)).ShouldBe([(5, "json_malformed"), (6, "json_malformed")]);
        second.Progress.Duplicates.ShouldBe(4);
        folder.Sink.Events[0].GetProperty("messageId").GetString().ShouldBe("own");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\r\n")]
    [InlineData("customer;date;total")]
    [InlineData("customer;date;total\r\n")]
    [InlineData("\uFEFF")]
    public async Task Run_OfFileWithoutRows_Completes(string content)
    {
        var report = await folder.RunAsync(Orders, folder.Write("a.csv", content));
        report.Problems.ShouldBeEmpty();
        report.Progress.Rows.ShouldBe(0);
    }

    [Fact]
    public async Task Run_OfWrongEncoding_RejectsTheRowsAndNamesTheWayOut()
    {
        var windows = CodePagesEncodingProvider.Instance.GetEncoding(1254)!;
        var file = folder.Write("a.csv", windows.GetBytes("customer,date,total\nŞule,01.02.2024,1\nAli,01.02.2024,1\n"));

        var report = await folder.RunAsync(Orders, file);
        report.Rejects.Single().Reason.ShouldBe("undecodable");
        report.Rejects.Single().Line.ShouldBe(2);
        report.Rejects.Single().Detail.ShouldContain("windows-1254");

        (await folder.RunAsync(Orders + "encoding: windows-1254\n", file)).Rejects.ShouldBeEmpty();
        folder.Sink.Events.ShouldContain(e => e.GetProperty("userId").GetString() == "Şule");
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public async Task Run_OfUtf16WithOrWithoutMark_IsRead(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var bytes = encoding.GetBytes("customer,date,total\nŞule,01.02.2024,1\n");
        await folder.RunAsync(Orders, folder.Write("a.csv", bytes));
        await folder.RunAsync(Orders, folder.Write("b.csv", [.. encoding.GetPreamble(), .. bytes]));
        folder.Sink.Events.Single().GetProperty("userId").GetString().ShouldBe("Şule");
    }

    [Fact]
    public async Task Run_OfTruncatedGzip_ImportsWhatIsWholeAndSaysSo()
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression, leaveOpen: true))
        {
            gzip.Write("customer;date;total\n"u8);
            for (var i = 0; i < 30_000; i++) gzip.Write(Encoding.UTF8.GetBytes($"{i};01.02.2024;1\n"));
        }

        var report = await folder.RunAsync(Orders, folder.Write("a.csv.gz", packed.ToArray()[..300_000]));
        report.Problems.Single().Code.ShouldBe("gzip_damaged");
        report.Completed.ShouldBeFalse();
        folder.Sink.Events.Count.ShouldBeInRange(10_000, 20_000);
    }

    [Fact]
    public async Task Run_OfGzipInSeveralMembers_ReadsAll()
    {
        var packed = new MemoryStream();
        foreach (var part in new[] { "customer;date;total\n1;01.02.2024;1\n2;01.02.2024", ";1\n3;01.02.2024;1\n" })
        {
            await using var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true);
            gzip.Write(Encoding.UTF8.GetBytes(part));
        }

        (await folder.RunAsync(Orders, folder.Write("a.csv.gz", packed.ToArray()))).Progress.Accepted.ShouldBe(3);
        (await folder.RunAsync(Orders, folder.Write("b.csv.gz", packed.ToArray()[..^4]))).Problems.Single().Code.ShouldBe("gzip_damaged");
    }

    [Fact]
    public async Task Run_WithMissingColumns_NamesAllBeforeItBegins()
    {
        var good = folder.Write("a.csv", "customer;date;total\n1;01.02.2024;1\n");
        var bad = folder.Write("b.csv", "müşteri;tarih;total\n1;01.02.2024;1\n");
        var report = await folder.RunAsync(Orders, good, bad);
        report.Problems.Select(p => (p.Code, p.Value)).ShouldBe([("column_missing", "customer"), ("column_missing", "date")]);
        report.Problems[0].Detail.ShouldContain("müşteri");
        folder.Sink.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task Run_WithDuplicateColumnName_RefusesOnlyItsUse()
    {
        var file = folder.Write("a.csv", "customer;date;total;total\n1;01.02.2024;1;2\n");
        (await folder.RunAsync(Orders, file)).Problems.Single().Code.ShouldBe("column_ambiguous");
        (await folder.RunAsync(Orders.Replace("$total", "$4", StringComparison.Ordinal), file)).Progress.Accepted.ShouldBe(1);
        folder.Sink.Events.Single().GetProperty("properties").GetProperty("revenue").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Run_OfFormulasAndOddCharacters_KeepsThemAsText()
    {
        const string mapping = "userId: $id\nevent: Note\ntime: $at\nproperties: { a: $a }\n";
        var events = await folder.EventsAsync(mapping, "id,at,a\n1,2024-01-01,\"=HYPERLINK(\"\"x\"\")\"\n2,2024-01-01,\u0001\\</script>😀\n");
        events[0].GetProperty("properties").GetProperty("a").GetString().ShouldBe("=HYPERLINK(\"x\")");
        events[1].GetProperty("properties").GetProperty("a").GetString().ShouldBe("\u0001\\</script>😀");
    }

    [Fact]
    public async Task Run_OfEventBeyondTheLimit_RejectsTheRow()
    {
        const string mapping = "userId: $id\nevent: Note\ntime: $at\nproperties: { a: $a }\n";
        (await folder.RejectsAsync(mapping, $"id,at,a\n1,2024-01-01,{new string('x', 1_000_000)}\n")).Single().Reason.ShouldBe("event_too_large");
    }

    [Fact]
    public async Task Run_OfManyRows_KeepsBatchesWithinTheLimits()
    {
        const string mapping = "userId: $id\nevent: Note\ntime: received\nproperties: { a: $a }\n";
        var text = new StringBuilder("id,a\n");
        for (var i = 0; i < 6_000; i++) text.Append(i).Append(',').Append('x', i % 2 == 0 ? 10 : 400).Append('\n');
        var report = await folder.RunAsync(mapping, folder.Write("a.csv", text.ToString()));
        report.Progress.Accepted.ShouldBe(6_000);
        folder.Sink.LargestCall.ShouldBeLessThanOrEqualTo(500 * 1024);
        folder.Sink.Events.Select(e => e.GetProperty("userId").GetString()).ShouldBe(Enumerable.Range(0, 6_000).Select(i => $"{i}"));
        folder.Sink.Events[0].TryGetProperty("timestamp", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("missing.csv", "file_missing")]
    [InlineData("", "file_is_folder")]
    public async Task Run_OfFileThatIsNone_SaysSo(string name, string code) =>
        (await folder.RunAsync(Orders, folder[name])).Problems.Single().Code.ShouldBe(code);

    [Fact]
    public async Task Run_OfCsvWithoutMapping_AsksForOne() =>
        (await folder.RunAsync(null, folder.Write("a.csv", "a,b\n1,2\n"))).Problems.Single().Code.ShouldBe("mapping_missing");

    private sealed class BusySink(IImportSink inner) : IImportSink
    {
        public int Calls { get; private set; }

        public async Task<Result<ImportAnswer>> SendAsync(ReadOnlyMemory<byte> jsonLines, CancellationToken cancel) =>
            ++Calls < 3 ? new Problem(ProblemKind.Unavailable, "busy", "Not now.") { RetryAfter = TimeSpan.FromMilliseconds(1) } : await inner.SendAsync(jsonLines, cancel);
    }
}
