using System.Net;
using System.Text;
using System.Text.Json;
using Temas.Insight.Columns;
using Temas.Insight.Membership;
using Temas.Kernel;
using Temas.Server.Tests.Collect;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tests.Insight;

/// <summary>Who enters and leaves segments: each change told once, whatever happens in between.</summary>
public sealed class MembershipTests
{
    private static readonly (string Key, string Where)[] Segments =
    [
        ("buyers", """{"did":{"event":"track:Bought"},"atLeast":2}"""),
        ("aegean", """{"profile":"trait.city","value":"İzmir"}"""),
        ("quiet", """{"all":[{"did":{"event":"track:Bought"}},{"did":{"event":"track:Bought"},"atMost":0,"within":"10d"}]}"""),
        ("both", """{"all":[{"segment":"buyers"},{"not":{"segment":"aegean"}}]}"""),
    ];

    [Fact]
    public async Task Changes_OfAnyHistory_AddUpToWhoIsIn()
    {
        for (var seed = 1; seed <= 2; seed++)
        {
            var random = new Random(seed);
            var folder = Directory.CreateTempSubdirectory("temas-members-").FullName;
            var clock = new SteppedClock();
            var server = await TemasServer.StartAsync(folder, configure: b => b.Services.AddSingleton<TimeProvider>(clock));
            try
            {
                var source = await server.CreateSourceAsync();
                using (var owner = await server.TokenClientAsync()) await DefineAsync(owner, Segments);
                await FollowAsync(server.Main);
                for (var round = 0; round < 10; round++)
                {
                    for (var i = random.Next(1, 8); i > 0; i--) await HappenAsync(server, source.WriteKey, random, clock);
                    if (random.Next(6) == 0)
                    {
                        await server.DisposeAsync();
                        server = await TemasServer.StartAsync(folder, configure: b => b.Services.AddSingleton<TimeProvider>(clock));
                    }

                    if (random.Next(8) == 0) await server.Main.Log.RebuildAsync(null, null, CancellationToken.None);
                    if (random.Next(4) == 0) clock.Step(TimeSpan.FromDays(random.Next(1, 6)));
                    clock.Step(TimeSpan.FromMinutes(1));
                    await FollowAsync(server.Main);
                    await FollowAsync(server.Main);
                    await CheckAsync(server, seed, round);
                }
            }
            finally
            {
                await server.DisposeAsync();
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    [Fact]
    public async Task Changes_OfADefinitionThatIsChanged_AreNone_AndOfSomebodyErased_AreGone()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var owner = await server.TokenClientAsync(Role.Owner);
        await DefineAsync(owner, ("aegean", """{"profile":"trait.city","value":"İzmir"}"""));
        await FollowAsync(server.Main);
        foreach (var (user, city) in ((string, string)[])[("ayse", "İzmir"), ("ali", "Van"), ("can", "İzmir")]) await server.SendAsync("/v1/identify", source.WriteKey, $$$"""{"userId":"{{{user}}}","traits":{"city":"{{{city}}}"}}""");
        await FollowAsync(server.Main);
        (await ChangesAsync(owner)).Count(c => c.Segment == "aegean").ShouldBe(2);
        (await owner.GetStringAsync("/api/customers/user_id:ayse/segments")).ShouldContain("aegean");

        await DefineAsync(owner, ("aegean", """{"profile":"trait.city","value":"Van"}"""));
        await FollowAsync(server.Main);
        await FollowAsync(server.Main);
        (await ChangesAsync(owner)).Count(c => c.Segment == "aegean").ShouldBe(2);
        (await owner.GetStringAsync("/api/customers/user_id:ayse/segments")).ShouldNotContain("aegean");

        var id = JsonDocument.Parse(await owner.GetStringAsync("/api/customers/user_id:ayse")).RootElement.GetProperty("id").GetString()!;
        (await ChangesAsync(owner)).ShouldContain(c => c.Customer == id);
        using (var browser = await server.SignInAsync())
        {
            var ali = JsonDocument.Parse(await owner.GetStringAsync("/api/customers/user_id:ali")).RootElement.GetProperty("id").GetString()!;
            (await browser.GetStringAsync($"/w/main/customers/{ali}")).ShouldContain("/segments/aegean\"");
            (await browser.GetStringAsync($"/w/main/customers/{id}")).ShouldNotContain("/segments/aegean\"");
        }

        using (var erased = await owner.DeleteAsync("/api/customers/user_id:ayse?reason=asked")) erased.StatusCode.ShouldBe(HttpStatusCode.OK);
        await FollowAsync(server.Main);
        (await ChangesAsync(owner)).ShouldNotContain(c => c.Customer == id);
    }

    [Theory]
    [InlineData("/api/segments/changes?after=-1", HttpStatusCode.BadRequest)]
    [InlineData("/api/segments/changes?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/api/customers/user_id:nobody/segments", HttpStatusCode.NotFound)]
    public async Task Ask_ForWhatCannotBe_IsRefused(string path, HttpStatusCode status)
    {
        await using var server = await TemasServer.StartAsync();
        using var owner = await server.TokenClientAsync();
        using var response = await owner.GetAsync(path);
        response.StatusCode.ShouldBe(status);
    }

    private static async Task HappenAsync(TemasServer server, string key, Random random, SteppedClock clock)
    {
        var (user, other) = (random.Next(12), random.Next(12));
        var time = clock.GetUtcNow().AddDays(-random.Next(15)).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        switch (random.Next(12))
        {
            case 0:
                await server.SendAsync("/v1/alias", key, $$$"""{"previousId":"u{{{other}}}","userId":"u{{{user}}}","timestamp":"{{{time}}}"}""");
                break;
            case 1 when random.Next(3) == 0:
                using (var owner = await server.TokenClientAsync(Role.Owner))
                {
                    using var _ = await owner.DeleteAsync($"/api/customers/user_id:u{user}?reason=asked");
                }

                break;
            case 2 or 3 or 4:
                await server.SendAsync("/v1/identify", key, $$$"""{"userId":"u{{{user}}}","timestamp":"{{{time}}}","traits":{"city":"{{{(random.Next(2) == 0 ? "İzmir" : "Van")}}}"}}""");
                break;
            default:
                await server.SendAsync("/v1/track", key, $$$"""{"event":"Bought","userId":"u{{{user}}}","timestamp":"{{{time}}}"}""");
                break;
        }
    }

    private static async Task CheckAsync(TemasServer server, int seed, int round)
    {
        using var owner = await server.TokenClientAsync();
        var changes = await ChangesAsync(owner);
        foreach (var (key, _) in Segments)
        {
            var told = new HashSet<string>(StringComparer.Ordinal);
            foreach (var change in changes.Where(c => c.Segment == key)) (change.Change == "entered" ? told.Add(change.Customer) : told.Remove(change.Customer)).ShouldBeTrue($"seed {seed}, round {round}: {change} twice");
            var question = $$$"""{"kind":"segment","where":{"segment":"{{{key}}}"},"limit":100}""";
            using var response = await owner.PostAsync("/api/query", new StringContent(question, Encoding.UTF8, "application/json"));
            var isIn = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("customers").EnumerateArray().Select(c => c.GetProperty("id").GetString()!);
            told.Order(StringComparer.Ordinal).ShouldBe(isIn.Order(StringComparer.Ordinal), $"seed {seed}, round {round}, {key}");
        }
    }

    private static async Task FollowAsync(Workspace workspace)
    {
        var columns = workspace.Part<LiveColumns>();
        await columns.CatchUpAsync(CancellationToken.None);
        for (var i = 0; i < 500 && (columns.Whole is null || columns.IsBehind); i++)
        {
            await Task.Delay(10);
            await columns.CatchUpAsync(CancellationToken.None);
        }

        await workspace.Part<LiveMembership>().FollowAsync(CancellationToken.None);
    }

    private static async Task DefineAsync(HttpClient owner, params (string Key, string Where)[] segments)
    {
        foreach (var (key, where) in segments)
        {
            using var saved = await owner.PutAsync($"/api/definitions/segment/{key}", new StringContent($$$"""{"label":{"tr":"{{{key}}}","en":"{{{key}}}"},"where":{{{where}}}}""", Encoding.UTF8, "application/json"));
            saved.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Created);
        }
    }

    private static async Task<List<SegmentChangeBody>> ChangesAsync(HttpClient owner)
    {
        var all = new List<SegmentChangeBody>();
        for (var after = 0L; ;)
        {
            var page = JsonSerializer.Deserialize<SegmentChangesBody>(await owner.GetStringAsync($"/api/segments/changes?after={after}&limit=50"), JsonSerializerOptions.Web)!;
            if (page.Changes.Count == 0) return all;
            all.AddRange(page.Changes);
            after = page.Next;
        }
    }
}
