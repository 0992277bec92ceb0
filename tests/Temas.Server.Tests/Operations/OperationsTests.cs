using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Sources;
using Temas.Kernel;

namespace Temas.Server.Tests.Operations;

/// <summary>What whoever runs Temas gets to see, on the page and at a collector, and that it names nobody.</summary>
public sealed class OperationsTests
{
    [Fact]
    public async Task Operations_AfterEvents_TellThroughputLagStorageAndRequestsWithoutAnyName()
    {
        await using var server = await TemasServer.StartAsync();
        await SendAsync(server, "canary-person");
        using var owner = await server.TokenClientAsync(Role.Owner);
        (await owner.GetAsync("/api/customers/user_id:canary-person")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var text = await owner.GetStringAsync("/api/operations");

        text.ShouldNotContain("canary");
        var told = JsonDocument.Parse(text).RootElement;
        var log = told.GetProperty("log");
        (log.GetProperty("head").GetInt64(), log.GetProperty("waiting").GetInt32(), log.GetProperty("failures").GetInt64()).ShouldBe((1, 0, 0));
        log.GetProperty("storedPerMinute").EnumerateArray().Sum(m => m.GetInt64()).ShouldBe(1);
        log.GetProperty("commitP99Ms").GetDouble().ShouldBeGreaterThan(0);
        told.GetProperty("projections").EnumerateArray().ShouldAllBe(p => p.GetProperty("lag").GetInt64() == 0);
        told.GetProperty("storage").GetProperty("database").GetInt64().ShouldBeGreaterThan(0);
        told.GetProperty("storage").GetProperty("free").GetInt64().ShouldBeGreaterThan(0);
        told.GetProperty("requests").GetProperty("latest").GetInt32().ShouldBeGreaterThan(1);
        told.GetProperty("lastBackup").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Telemetry_SentToACollector_HasTracesAndMetricsAndNamesNobody()
    {
        await using var sink = await Sink.OpenAsync();
        var server = await TemasServer.StartAsync(settings: settings => settings with { Otlp = new Uri(sink.Address, "/") });
        await SendAsync(server, "canary-person");
        using (var owner = await server.TokenClientAsync(Role.Owner))
        {
            owner.DefaultRequestHeaders.UserAgent.ParseAdd("canary-browser/1.0");
            (await owner.GetAsync("/api/customers/user_id:canary-person?note=canary-query")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        // What is gathered leaves at the latest when the server stops.
        await server.DisposeAsync();

        var (traces, metrics) = (sink.Of("/v1/traces"), sink.Of("/v1/metrics"));
        traces.ShouldContain("GET /api/customers/{customer}");
        traces.ShouldContain("log.commit");
        metrics.ShouldContain("temas.log.events");
        metrics.ShouldContain("temas.log.waiting");
        metrics.ShouldContain("http.server.request.duration");
        (traces + metrics).ShouldNotContain("canary");
    }

    private static async Task SendAsync(TemasServer server, string person)
    {
        var made = await server.Services.GetRequiredService<CreateSource>().HandleAsync(server.Main, new CreateSourceRequest("Operations"), Actor.System);
        using var client = server.Anonymous();
        using var body = JsonContent.Create(new { type = "track", @event = "Product Viewed", userId = person, messageId = "o1", writeKey = made.Value.WriteKey });
        (await client.PostAsync(new Uri("/v1/track", UriKind.Relative), body)).EnsureSuccessStatusCode().Dispose();
    }

    /// <summary>Takes OTLP over HTTP and keeps the bytes; texts stand in them as they are.</summary>
    private sealed class Sink : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, ConcurrentBag<string>> bodies = new();
        private readonly WebApplication app;

        private Sink()
        {
            app = WebApplication.CreateSlimBuilder().Build();
            app.Urls.Add($"http://{IPAddress.Loopback}:0");
            app.MapPost("/v1/{kind}", async (HttpContext http) =>
            {
                using var memory = new MemoryStream();
                await http.Request.Body.CopyToAsync(memory);
                bodies.GetOrAdd(http.Request.Path, _ => []).Add(Encoding.UTF8.GetString(memory.ToArray()));
                return Results.Ok();
            });
        }

        public Uri Address => new(app.Urls.First());

        public static async Task<Sink> OpenAsync()
        {
            var sink = new Sink();
            await sink.app.StartAsync();
            return sink;
        }

        public string Of(string path) => string.Concat(bodies.GetValueOrDefault(path) ?? []);

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
