using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Temas.Kernel;
using Temas.Server.SignIn;

namespace Temas.Server.Tests.SignIn;

public sealed class SetUpTests
{
    private static FormUrlEncodedContent Form(string code, string email) => new(new Dictionary<string, string>
    {
        ["code"] = code,
        ["email"] = email,
        ["name"] = "The first",
        ["password"] = "a quiet evening in may",
        ["language"] = "tr",
    });

    [Fact]
    public async Task SetUp_RightCode_MakesOneOwnerOnce()
    {
        await using var server = await TemasServer.StartAsync(withOwner: false);
        var code = server.Services.GetRequiredService<SetUpCode>().Value!;
        using var browser = await server.BrowserAsync();
        using (var wrong = await browser.PostAsync("/setup/owner", Form("aaaaa-aaaaa-aaaaa-aaaaa-aaaaa", "first@example.com")))
            wrong.Headers.Location!.OriginalString.ShouldBe("/setup?problem=set_up_code_wrong");
        using (var right = await browser.PostAsync("/setup/owner", Form(code.ToUpperInvariant(), "first@example.com")))
            right.Headers.Location!.OriginalString.ShouldBe("/");
        var me = await browser.GetFromJsonAsync<JsonElement>("/api/session");
        me.GetProperty("email").GetString().ShouldBe("first@example.com");
        me.GetProperty("language").GetString().ShouldBe("tr");
        me.GetProperty("workspaces")[0].GetProperty("role").GetString().ShouldBe("owner");

        using var second = await server.BrowserAsync();
        using var late = await second.PostAsync("/setup/owner", Form(code, "second@example.com"));
        late.Headers.Location!.OriginalString.ShouldBe("/setup?problem=already_set_up");
        server.Log.Lines.ShouldNotContain(l => l.Contains(code, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task SetUp_TwoAtOnce_MakesOneOwner()
    {
        await using var server = await TemasServer.StartAsync(withOwner: false);
        var code = server.Services.GetRequiredService<SetUpCode>().Value!;
        var browsers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => server.BrowserAsync()));
        var answers = await Task.WhenAll(browsers.Select((b, i) => b.PostAsync("/setup/owner", Form(code, $"first{i}@example.com"))));
        answers.Count(a => a.Headers.Location!.OriginalString == "/").ShouldBe(1);
    }

    [Fact]
    public async Task SetUp_AfterRestart_IsOver()
    {
        var folder = Directory.CreateTempSubdirectory("temas-test-").FullName;
        try
        {
            await using (var first = await TemasServer.StartAsync(folder, withOwner: false))
            {
                first.Services.GetRequiredService<SetUpCode>().Value.ShouldNotBeNull();
                await first.CreatePersonAsync("owner@example.com", Role.Owner, password: TemasServer.OwnerPassword);
                first.Services.GetRequiredService<SetUpCode>().Value.ShouldBeNull();
            }

            await using var second = await TemasServer.StartAsync(folder, withOwner: false);
            second.Services.GetRequiredService<SetUpCode>().Value.ShouldBeNull();
            using var client = await second.SignInAsync();
            (await client.GetAsync("/api/session")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
