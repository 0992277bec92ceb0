using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Sources;
using Temas.Kernel;
using static Temas.Server.Tests.PageClient;

namespace Temas.Server.Tests.Customers;

/// <summary>Lists of customers: filters together with a search, columns, files, saved views.</summary>
public sealed class CustomerListTests(TemasServer server) : IClassFixture<TemasServer>
{
    // Once: the same events from another source would be other events.
    private static bool told;

    [Fact]
    public async Task List_WithTextAndFilter_HoldsWhomBothMean()
    {
        await TellAsync();
        using var client = await server.TokenClientAsync(Role.Viewer);

        (await NamesAsync(client, "q=yılmaz")).ShouldBe(["Ayşe Yılmaz", "Bora Yılmaz"], ignoreOrder: true);
        (await NamesAsync(client, "q=yılmaz&stage=new")).ShouldBe(["Ayşe Yılmaz"]);
        (await NamesAsync(client, "stage=new&sort=orders")).ShouldBe(["Ayşe Yılmaz", "=HYPERLINK(\"x\")"], ignoreOrder: true);
        (await NamesAsync(client, "q=nobody-at-all&stage=new")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("?stage=emperor", "filter_unknown")]
    [InlineData("?sort=up", "sort_unknown")]
    [InlineData("?page=0", "page_invalid")]
    [InlineData(".csv?columns=shoe-size", "column_unknown")]
    [InlineData(".csv?separator=tab", "separator_unknown")]
    public async Task List_WrongQuestion_IsToldAsAProblem(string question, string code)
    {
        using var client = await server.TokenClientAsync(Role.Analyst);
        using var answer = await client.GetAsync($"/api/customers/list{question}");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, await answer.Content.ReadAsStringAsync());
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("type").GetString().ShouldBe($"/problems/{code}");
    }

    [Fact]
    public async Task File_OfAList_HasTheColumnsAskedForAndNoFormula()
    {
        await TellAsync();
        using var client = await server.TokenClientAsync(Role.Analyst);

        using var answer = await client.GetAsync("/api/customers/list.csv?stage=new&columns=stage,orders,id:email,trait:city,trait:address.town,computed:total-spent&separator=semicolon");

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        bytes[..3].ShouldBe(Encoding.UTF8.Preamble.ToArray());
        var lines = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(l => l[(l.IndexOf(';', StringComparison.Ordinal) + 1)..]).ToList();
        lines[0].ShouldBe("name;canonical;stage;orders;id:email;trait:city;trait:address.town;computed:total-spent");
        lines[1..].ShouldBe(
            ["Ayşe Yılmaz;user_id:list-a;new;1;ayse@list.example;İzmir;Bornova;4999.5", "\"'=HYPERLINK(\"\"x\"\")\";user_id:list-c;new;1;;;;10"], ignoreOrder: true);
        using var owner = await server.SignInAsync();
        var trail = await owner.GetFromJsonAsync<JsonElement>("/api/audit?workspace=main&action=customers.exported");
        trail.GetProperty("entries")[0].GetProperty("target").GetString()!.ShouldStartWith("stage=new columns=stage,orders");
    }

    [Fact]
    public async Task View_SavedFromAList_ShowsItAgainAndComesBackWhenItIsRemoved()
    {
        await TellAsync();
        using var owner = await server.SignInAsync();

        var shown = await PostAsync(owner, "/w/main/customers/views/save", ("name", "İzmir'in yenileri"), ("query", "?q=secret&stage=new&sort=orders&columns=stage,orders&page=7"));
        shown.ShouldBe("/w/main/customers?view=izmir-in-yenileri&stage=new&sort=orders&columns=stage%2Corders");
        var page = WebUtility.HtmlDecode(await owner.GetStringAsync(shown));
        page.ShouldContain("Ayşe Yılmaz");
        page.ShouldNotContain("Bora Yılmaz");
        page.ShouldContain("aria-current=\"page\">İzmir'in yenileri");
        (await owner.GetStringAsync("/api/definitions/customer-view/izmir-in-yenileri?workspace=main")).ShouldNotContain("secret");

        await PostAsync(owner, "/w/main/customers/views/remove", ("key", "izmir-in-yenileri"));
        (await owner.GetStringAsync("/w/main/customers")).ShouldContain("value=\"izmir-in-yenileri\"");
        (await PostAsync(owner, "/w/main/customers/views/restore", ("key", "izmir-in-yenileri"))).ShouldBe(shown);
        (await PostAsync(owner, "/w/main/customers/views/save", ("name", "   "), ("query", "?stage=new"))).ShouldContain("problem=");
    }

    private static async Task<List<string?>> NamesAsync(HttpClient client, string query) =>
        [.. (await client.GetFromJsonAsync<JsonElement>($"/api/customers/list?{query}")).GetProperty("customers").EnumerateArray().Select(c => c.GetProperty("name").GetString())];

    private async Task TellAsync()
    {
        if (told) return;
        told = true;
        var made = await server.Services.GetRequiredService<CreateSource>().HandleAsync(server.Main, new CreateSourceRequest("List"), Actor.System);
        using var client = server.Anonymous();
        var now = TimeProvider.System.GetUtcNow().AddDays(-1).ToString("O", CultureInfo.InvariantCulture);
        string[] events =
        [
            $$"""{"type":"identify","messageId":"l1","userId":"list-a","timestamp":"{{now}}","traits":{"name":"Ayşe Yılmaz","email":"ayse@list.example","city":"İzmir","address":{"town":"Bornova"} } }""",
            $$"""{"type":"track","messageId":"l2","userId":"list-a","timestamp":"{{now}}","event":"Order Completed","properties":{"order_id":"L1","total":4999.5} }""",
            $$"""{"type":"identify","messageId":"l3","userId":"list-b","timestamp":"{{now}}","traits":{"name":"Bora Yılmaz"} }""",
            $$"""{"type":"identify","messageId":"l4","userId":"list-c","timestamp":"{{now}}","traits":{"name":"=HYPERLINK(\"x\")"} }""",
            $$"""{"type":"track","messageId":"l5","userId":"list-c","timestamp":"{{now}}","event":"Order Completed","properties":{"order_id":"L2","total":10} }""",
        ];
        using var body = new StringContent($$"""{"writeKey":"{{made.Value.WriteKey}}","batch":[{{string.Join(',', events)}}]}""", Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/v1/batch", UriKind.Relative), body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("rejected");
        // The figures follow beside the log, on a busy machine a little later.
        using var reader = await server.TokenClientAsync(Role.Viewer);
        for (var i = 0; i < 300; i++)
        {
            using var list = await reader.GetAsync("/api/customers/list");
            if (list.IsSuccessStatusCode && (await list.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("total").GetInt32() >= 3) return;
            await Task.Delay(100);
        }
    }
}
