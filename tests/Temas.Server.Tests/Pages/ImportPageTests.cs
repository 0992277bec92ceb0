using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Dom;
using Temas.Kernel;
using static Temas.Server.Tests.PageClient;

namespace Temas.Server.Tests.Pages;

/// <summary>Imports in the browser, without scripts: a file is sent, mapped by a form, looked at, and imported by the same importer as on the command line.</summary>
public sealed class ImportPageTests(TemasServer server) : IClassFixture<TemasServer>
{
    private const string Orders = "Sipariş No;Müşteri;Tarih;Tutar\n1001;im-17;03.05.2024 14:20;1.234,50\n1002;im-18;04.05.2024 09:00;99,90\n1003;;04.05.2024 10:00;5,00\n";

    [Fact]
    public async Task File_UploadedMappedAndStarted_IsImportedAndRemovedAndGivesItsRejects()
    {
        using var owner = await server.SignInAsync();
        var page = await UploadAsync(owner, "orders.csv", Encoding.UTF8.GetBytes(Orders));
        page.ShouldStartWith("/w/main/imports/");
        var shown = await PageAsync(owner, page);
        shown.QuerySelectorAll("table.sample th").Select(h => h.TextContent).ShouldBe(["Sipariş No", "Müşteri", "Tarih", "Tutar"]);
        // Guessed by the names of the columns and by what stands in them.
        ((IHtmlSelectElement)shown.QuerySelector("select[name=role1]")!).Value.ShouldBe("user_id");
        ((IHtmlSelectElement)shown.QuerySelector("select[name=role2]")!).Value.ShouldBe("time");
        ((IHtmlInputElement)shown.QuerySelector("input[name=format]")!).Value.ShouldBe("dd.MM.yyyy HH:mm");
        ((IHtmlSelectElement)shown.QuerySelector("select[name=decimal]")!).Value.ShouldBe(",");
        ((IHtmlSelectElement)shown.QuerySelector("select[name=group]")!).Value.ShouldBe(".");
        ((IHtmlSelectElement)shown.QuerySelector("select[name=as3]")!).Value.ShouldBe("number");
        (string, string)[] filled =
        [
            ("type", "track"), ("event", "Order Completed"), ("format", "dd.MM.yyyy HH:mm"), ("zone", "Europe/Istanbul"), ("decimal", ","), ("group", "."), ("source", "Old shop"), ("key", "old-orders"), ("header", "yes"),
            ("role0", "property"), ("name0", "order_id"), ("role1", "user_id"), ("role2", "time"), ("role3", "property"), ("name3", "total"), ("as3", "number"),
        ];
        (await PostAsync(owner, $"{page}/mapping", filled)).ShouldBe($"{page}#preview");
        var preview = (await PageAsync(owner, page)).QuerySelector("#preview")!;
        preview.QuerySelectorAll("pre").Length.ShouldBe(2);
        preview.QuerySelector("pre")!.TextContent.ShouldContain("\"total\": 1234.50");
        preview.QuerySelector("pre")!.TextContent.ShouldContain("2024-05-03T11:20:00Z");
        preview.TextContent.ShouldContain("4", customMessage: "the line that is rejected");
        var yaml = await owner.GetStringAsync($"{page}/mapping.yaml");
        yaml.ShouldContain("userId: \"${Müşteri}\"");

        (await PostAsync(owner, $"{page}/start", filled)).ShouldBe(page);
        var id = page[(page.LastIndexOf('/') + 1)..];
        var ended = await EndedAsync(owner, id);
        ended.GetProperty("state").GetString().ShouldBe("Done");
        var progress = ended.GetProperty("progress");
        (progress.GetProperty("rows").GetInt64(), progress.GetProperty("accepted").GetInt64(), progress.GetProperty("rejected").GetInt64()).ShouldBe((3, 2, 1));
        (await owner.GetStringAsync($"{page}/rejects")).ShouldContain("no_identifier");
        var folder = Path.Combine(server.Main.Folder, "imports", id);
        Directory.Exists(Path.Combine(folder, "file")).ShouldBeFalse();
        Directory.Exists(Path.Combine(folder, "sample")).ShouldBeFalse();
        var customer = await owner.GetFromJsonAsync<JsonElement>("/api/customers/user_id:im-17");
        customer.GetProperty("profile").GetProperty("lifecycle").GetProperty("spent")[0].GetProperty("amount").GetDecimal().ShouldBe(1234.5m);

        // The same file again, with the mapping as the command line would take it: everything is there already.
        var again = await UploadAsync(owner, "orders.csv.gz", Gzip(Orders));
        using var own = new MultipartFormDataContent { { new StringContent(yaml), "yaml" } };
        using (var taken = await owner.PostAsync($"{again}/own-mapping", own)) taken.Headers.Location!.OriginalString.ShouldBe(again);
        (await PageAsync(owner, again)).QuerySelector("select[name=role0]").ShouldBeNull();
        (await PostAsync(owner, $"{again}/mapping", filled)).ShouldBe($"{again}#preview");
        (await PostAsync(owner, $"{again}/start")).ShouldBe(again);
        (await EndedAsync(owner, again[(again.LastIndexOf('/') + 1)..])).GetProperty("progress").GetProperty("duplicates").GetInt64().ShouldBe(2);
        (await PostAsync(owner, $"{again}/start")).ShouldBe($"{again}?problem=import_done");
        (await PostAsync(owner, $"{again}/remove")).ShouldBe("/w/main/imports");
        (await owner.GetAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await PageAsync(owner, "/w/main/imports")).Body!.TextContent.ShouldContain("orders.csv");
    }

    [Fact]
    public async Task Segment_Messages_NeedNoMapping()
    {
        using var owner = await server.SignInAsync();
        var page = await UploadAsync(owner, "events.jsonl", Encoding.UTF8.GetBytes("""{"type":"track","userId":"seg-1","event":"Order Completed","timestamp":"2024-01-01T00:00:00Z"}""" + "\n"));
        (await PageAsync(owner, page)).QuerySelector("#preview pre")!.TextContent.ShouldContain("seg-1");
        (await PostAsync(owner, $"{page}/start", ("type", "track"), ("source", "Old platform"))).ShouldBe(page);
        var ended = await EndedAsync(owner, page[(page.LastIndexOf('/') + 1)..]);
        (ended.GetProperty("state").GetString(), ended.GetProperty("source").GetString(), ended.GetProperty("progress").GetProperty("accepted").GetInt64()).ShouldBe(("Done", "Old platform", 1));
    }

    [Fact]
    public async Task Upload_HostileOrWrong_IsRefusedAndLeavesNothing()
    {
        using var owner = await server.SignInAsync();
        (await UploadAsync(owner, "empty.csv", [])).ShouldBe("/w/main/imports?problem=file_empty");
        var climbing = await UploadAsync(owner, "../../../etc/passwd", Encoding.UTF8.GetBytes("a,b\n1,2\n"));
        (await owner.GetFromJsonAsync<JsonElement>($"/api/imports/{climbing[(climbing.LastIndexOf('/') + 1)..]}")).GetProperty("file").GetString().ShouldBe("passwd");
        (await owner.GetAsync("/w/main/imports/..%2F..%2Fworkspace")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var none = await owner.PostAsync("/w/main/imports", new StringContent("x", Encoding.UTF8, "text/plain"));
        none.Headers.Location!.OriginalString.ShouldBe("/w/main/imports?problem=file_missing");

        // The token stands in the form, before the file; without it nothing is taken in.
        var token = owner.DefaultRequestHeaders.GetValues("RequestVerificationToken").Single();
        owner.DefaultRequestHeaders.Remove("RequestVerificationToken");
        var before = (await owner.GetFromJsonAsync<JsonElement>("/api/imports")).GetProperty("imports").GetArrayLength();
        using (var forged = await owner.PostAsync("/w/main/imports", Form("x.csv", Encoding.UTF8.GetBytes(Orders), null))) forged.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using (var wrong = await owner.PostAsync("/w/main/imports", Form("x.csv", Encoding.UTF8.GetBytes(Orders), "no token"))) wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await owner.GetFromJsonAsync<JsonElement>("/api/imports")).GetProperty("imports").GetArrayLength().ShouldBe(before);
        using (var real = await owner.PostAsync("/w/main/imports", Form("x.csv", Encoding.UTF8.GetBytes(Orders), token))) real.Headers.Location!.OriginalString.ShouldStartWith("/w/main/imports/");
        owner.DefaultRequestHeaders.Add("RequestVerificationToken", token);

        var faulty = await UploadAsync(owner, "faulty.csv", Encoding.UTF8.GetBytes(Orders));
        using var own = new MultipartFormDataContent { { new StringContent("evnt: x"), "yaml" } };
        using (var taken = await owner.PostAsync($"{faulty}/own-mapping", own)) taken.StatusCode.ShouldBe(HttpStatusCode.Found);
        (await PageAsync(owner, faulty)).QuerySelectorAll("#preview .notice-danger").Length.ShouldBeGreaterThan(0);
        using var refused = await owner.PutAsync($"/api{faulty["/w/main".Length..]}/mapping", new StringContent("evnt: x"));
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        await server.CreatePersonAsync("analyst-import@example.com", Role.Analyst, password: "nine green bottles");
        using var analyst = await server.SignInAsync("analyst-import@example.com", "nine green bottles");
        (await analyst.GetAsync("/w/main/imports")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var closed = await analyst.PostAsync("/w/main/imports", Form("x.csv", Encoding.UTF8.GetBytes(Orders), null));
        closed.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Import_CancelledAndResumed_EndsWithEveryRowOnce()
    {
        using var program = await server.TokenClientAsync(Role.Manager);
        const int rows = 60_000;
        var csv = new StringBuilder("id,time\n");
        for (var i = 0; i < rows; i++) csv.Append(System.Globalization.CultureInfo.InvariantCulture, $"big-{i % 500},2024-01-01T00:{i / 60 % 60:00}:{i % 60:00}.{i / 3600 % 1000:000}Z\n");
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(csv.ToString()));
        var added = await (await program.PostAsync("/api/imports?name=big.csv", body)).Content.ReadFromJsonAsync<JsonElement>();
        var id = added.GetProperty("id").GetString()!;
        using var mapping = new StringContent("key: big\nuserId: $id\nevent: Big Thing\ntime: $time\n");
        (await program.PutAsync($"/api/imports/{id}/mapping", mapping)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await program.GetFromJsonAsync<JsonElement>($"/api/imports/{id}/preview")).GetProperty("events").GetArrayLength().ShouldBe(5);
        (await program.PostAsync($"/api/imports/{id}/start", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using (await program.PostAsync($"/api/imports/{id}/cancel", null))
        {
            // It may have been quicker; then there is nothing to resume.
        }

        var stopped = await EndedAsync(program, id);
        if (stopped.GetProperty("state").GetString() == "Stopped") (await program.PostAsync($"/api/imports/{id}/start", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var ended = await EndedAsync(program, id);
        ended.GetProperty("state").GetString().ShouldBe("Done");
        var progress = ended.GetProperty("progress");
        (progress.GetProperty("rows").GetInt64(), progress.GetProperty("accepted").GetInt64() + progress.GetProperty("duplicates").GetInt64()).ShouldBe((rows, rows));
    }

    [Fact]
    public async Task Erasure_OfSomebodyInAnUpload_RemovesTheFileAndHerRejectedRows()
    {
        using var owner = await server.SignInAsync();
        // Of an import that is done the file is gone; its rejected rows are kept.
        var done = await ImportAsync(owner, "done.csv", "id;e-posta;telefon;tutar\nfu-1;fu1@example.com;0532 111 22 33;5\nfu-1;;0532 111 22 33;abc\nfu-2;;0532 999 88 77;abc\n");
        var waiting = await UploadAsync(owner, "waiting.csv.gz", Pack("id;telefon\nx-9;(0532) 111-22-33\n"));
        var other = await UploadAsync(owner, "other.csv", Encoding.UTF8.GetBytes("id;telefon\nfu-11;0532 444 55 66\n"));
        using var erased = await owner.DeleteAsync("/api/customers/user_id:fu-1?reason=asked");
        erased.StatusCode.ShouldBe(HttpStatusCode.OK, await erased.Content.ReadAsStringAsync());
        var proof = await erased.Content.ReadFromJsonAsync<JsonElement>();
        proof.GetProperty("uploads").EnumerateArray().Select(u => u.GetString()).ShouldBe([Id(done), Id(waiting)], ignoreOrder: true);
        Directory.Exists(Path.Combine(server.Main.Folder, "imports", Id(waiting), "file")).ShouldBeFalse();
        Directory.Exists(Path.Combine(server.Main.Folder, "imports", Id(waiting), "sample")).ShouldBeFalse();
        (await PageAsync(owner, waiting)).QuerySelector("#status")!.TextContent.ShouldContain("file_erased");
        Directory.Exists(Path.Combine(server.Main.Folder, "imports", Id(other), "file")).ShouldBeTrue();
        var rejects = await owner.GetStringAsync($"{done}/rejects");
        rejects.ShouldNotContain("111 22 33");
        rejects.ShouldContain("999 88 77");
        (await PageAsync(owner, "/w/main/privacy?tab=erasures")).Body!.TextContent.ShouldContain("uploads that held her: 2");
    }

    [Fact]
    public async Task Preview_OfAMappingThatNamesAFileOfTheServer_IsRefusedInTheReadersLanguage()
    {
        using var owner = await server.SignInAsync();
        var page = await UploadAsync(owner, "joined.csv", Encoding.UTF8.GetBytes("id,n\n1,2\n"));
        await PostAsync(owner, $"{page}/own-mapping", ("yaml", "key: j\njoins:\n  x:\n    file: /etc/passwd\n    on: $id\n    key: a\nuserId: $id\nevent: E\ntime: received\n"));
        (await PageAsync(owner, page)).QuerySelector("#preview")!.TextContent.ShouldContain("an upload may read none of its files");
        owner.DefaultRequestHeaders.Add("Cookie", "temas-language=tr");
        var turkish = await UploadAsync(owner, "tr.csv", Encoding.UTF8.GetBytes("müşteri,tutar\n1,abc\n"));
        await PostAsync(owner, $"{turkish}/mapping", ("type", "track"), ("event", "E"), ("decimal", ","), ("header", "yes"), ("role0", "user_id"), ("role1", "property"), ("name1", "total"), ("as1", "number"));
        (await PageAsync(owner, turkish)).QuerySelector("#preview")!.TextContent.ShouldContain("“abc”");
    }

    private static string Id(string page) => page[(page.LastIndexOf('/') + 1)..];

    private static byte[] Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static async Task<string> ImportAsync(HttpClient owner, string name, string csv)
    {
        var page = await UploadAsync(owner, name, Encoding.UTF8.GetBytes(csv));
        await PostAsync(owner, $"{page}/start", ("type", "track"), ("event", "Seen"), ("source", "Uploads"), ("header", "yes"), ("delimiter", ";"), ("role0", "user_id"), ("role1", "email"), ("role2", "phone"), ("role3", "property"), ("name3", "total"), ("as3", "number"), ("decimal", ","));
        await EndedAsync(owner, Id(page));
        return page;
    }

    private static async Task<JsonElement> EndedAsync(HttpClient client, string id)
    {
        for (var i = 0; ; i++)
        {
            var import = await client.GetFromJsonAsync<JsonElement>($"/api/imports/{id}");
            if (import.GetProperty("state").GetString() != "Running") return import;
            i.ShouldBeLessThan(600, import.ToString());
            await Task.Delay(100);
        }
    }

    private static MultipartFormDataContent Form(string name, byte[] bytes, string? token)
    {
        var form = new MultipartFormDataContent();
        if (token is not null) form.Add(new StringContent(token), "__RequestVerificationToken");
        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        form.Add(file, "file", name);
        return form;
    }

    private static async Task<string> UploadAsync(HttpClient client, string name, byte[] bytes)
    {
        using var answer = await client.PostAsync("/w/main/imports", Form(name, bytes, null));
        answer.StatusCode.ShouldBe(HttpStatusCode.Found, await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.OriginalString;
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
