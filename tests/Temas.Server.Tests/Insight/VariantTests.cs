using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Sources;
using Temas.Customers.Contracts;
using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tests.Insight;

/// <summary>An indicator of the library goes by the data that is there, from the first event to a change of the form, and its past with it.</summary>
public sealed class VariantTests(TemasServer server) : IClassFixture<TemasServer>
{
    private static int told;

    [Fact]
    public async Task AnIndicator_FollowsTheDataThatArrives_WithItsPast_AndWhatAPersonChoseStays()
    {
        var workspace = await server.CreateWorkspaceAsync("variants");
        var (choose, change) = (server.Services.GetRequiredService<ChooseVariants>(), server.Services.GetRequiredService<ChangeDefinition>());
        var key = (await server.Services.GetRequiredService<CreateSource>().HandleAsync(workspace, new CreateSourceRequest("S"), Actor.System)).Value.WriteKey;
        // It was taken into use before anything came, so in its usual form.
        (await IndicatorActions.AddAsync(workspace, "basket-size", change, Actor.System, default)).ShouldBeNull();
        (await choose.RunAsync(workspace, default)).ShouldBeNull();
        Property(workspace).ShouldBe("num_items");
        Versions(workspace).ShouldBe(1, "nothing is there to go by");

        await SendAsync(workspace, key, 40, "item_count", 3);
        await choose.RunAsync(workspace, default);
        Property(workspace).ShouldBe("item_count");
        (await ValueAsync(workspace)).ShouldBe(3, "all of its past is there at once");
        (await choose.RunAsync(workspace, default)).ShouldBeNull();
        Versions(workspace).ShouldBe(2);

        // A test of the usual form is none; all of it is, but only when what was decided is a while ago.
        await SendAsync(workspace, key, 2, "num_items", 9);
        await choose.RunAsync(workspace, default);
        Property(workspace).ShouldBe("item_count");
        await SendAsync(workspace, key, 200, "num_items", 5);
        await choose.RunAsync(workspace, default);
        Property(workspace).ShouldBe("item_count", "it was decided just now, and there is data for it");
        Versions(workspace).ShouldBe(2);

        // Whoever goes back says so, and that stays.
        (await change.RestoreAsync(workspace, IndicatorKind.Name, "basket-size", 1, new Actor("user", "someone@example.com"))).IsOk.ShouldBeTrue();
        Property(workspace).ShouldBe("num_items");
        await SendAsync(workspace, key, 2000, "item_count", 3);
        await choose.RunAsync(workspace, default);
        Property(workspace).ShouldBe("num_items");
    }

    private static string Property(Workspace workspace) => JsonDocument.Parse(ChangeDefinition.InForce(workspace, IndicatorKind.Name, "basket-size")!.Json).RootElement.GetProperty("figure").GetProperty("property").GetString()!;

    private static int Versions(Workspace workspace) => ChangeDefinition.InForce(workspace, IndicatorKind.Name, "basket-size")!.Version;

    private static async Task<double?> ValueAsync(Workspace workspace)
    {
        var today = DateOnly.FromDateTime(workspace.Clock.GetUtcNow().UtcDateTime);
        return (await workspace.Part<IIndicators>().ReadAsync("basket-size", new IndicatorAsk(today.AddDays(-20), today.AddDays(2), null, null), default)).Value.Value;
    }

    private async Task SendAsync(Workspace workspace, string key, int count, string property, int value)
    {
        using var client = server.Anonymous();
        var events = Enumerable.Range(0, count).Select(i =>
            $$"""{"type":"track","event":"Order Completed","messageId":"v{{Interlocked.Increment(ref told).ToString(CultureInfo.InvariantCulture)}}","userId":"u{{i % 50}}","timestamp":"{{workspace.Clock.GetUtcNow().AddDays(-2).AddMinutes(i).ToString("O", CultureInfo.InvariantCulture)}}","properties":{"order_id":"o{{told}}","{{property}}":{{value}} } }""").ToList();
        foreach (var some in events.Chunk(500))
        {
            using var body = new StringContent($$"""{"writeKey":"{{key}}","batch":[{{string.Join(',', some)}}]}""", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/v1/batch", UriKind.Relative), body);
            answer.EnsureSuccessStatusCode();
        }

        while (workspace.Part<ICustomerNodes>().Position < workspace.Log.Head) await Task.Delay(5);
    }
}
