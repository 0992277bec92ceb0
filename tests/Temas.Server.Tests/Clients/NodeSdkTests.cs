using System.Globalization;
using Temas.Server.Tests.Collect;

namespace Temas.Server.Tests.Clients;

public sealed class NodeSdkTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Fact]
    public async Task AnalyticsNode_EveryCall_ArrivesWhole()
    {
        await ClientPackages.EnsureAsync();
        var source = await server.CreateSourceAsync();
        await ClientPackages.RunAsync("node", "node-sdk.mjs", server.Address.ToString(), source.WriteKey, 200.ToString(CultureInfo.InvariantCulture));
        var events = server.EventsOf(source);
        events.CountBy(e => e.Type ?? "").OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}")
            .ShouldBe(["alias 1", "group 1", "identify 1", "page 1", "screen 1", "track 200"]);
        var order = events.Last(e => e.Type == "track");
        order.Event!.Value.GetProperty("properties").GetProperty("note").GetString().ShouldBe("a \"quoted\" 😀 text");
        order.Event!.Value.GetProperty("context").GetProperty("library").GetProperty("name").GetString().ShouldBe("@segment/analytics-node");
        order.UserId.ShouldBe("node-şule");

        // The event happened when the client says, give or take what lies between sending and arriving.
        (order.Time!.Value - DateTimeOffset.Parse("2026-01-02T03:04:05.678Z", CultureInfo.InvariantCulture)).Duration().ShouldBeLessThan(TimeSpan.FromMinutes(5));
    }
}
