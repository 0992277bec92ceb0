using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace Temas.Browser.Tests.Sdk;

/// <summary>
/// A website on an origin of its own that uses temas.js, and a tracking API that answers as a test wishes. What it takes is in <see cref="Taken"/>, one entry for each time an event came.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    public const string Key = "k1234567890";

    private readonly WebApplication app;
    private readonly Uri temas;

    private Site(WebApplication app, Uri temas) => (this.app, this.temas) = (app, temas);

    public Uri Address => new(app.Urls.First());

    /// <summary>What <c>temas.load</c> is given, as JavaScript; <c>HOST</c> stands for this site's own tracking API.</summary>
    public string Options { get; set; } = "{ host: HOST, consent: 'granted', pages: false, flushAfter: 50 }";

    public string WriteKey { get; set; } = Key;

    /// <summary>Calls that the page makes before the script is loaded.</summary>
    public string Calls { get; set; } = "";

    /// <summary>What stands in the page.</summary>
    public string Body { get; set; } = "<main><h1>Shop</h1></main>";

    /// <summary>In place of the stub, as websites with a strict content security policy have it.</summary>
    public string? Head { get; set; }

    public string? ContentSecurityPolicy { get; set; }

    /// <summary>How the tracking API answers the first requests; 200 afterwards.</summary>
    public ConcurrentQueue<(int Status, string? RetryAfter)> Answers { get; } = new();

    public TimeSpan Slowness { get; set; }

    public ConcurrentQueue<JsonElement> Taken { get; } = new();

    /// <summary>When requests came, and what was answered.</summary>
    public ConcurrentQueue<(DateTimeOffset At, int Status, string ContentType)> Requests { get; } = new();

    public IEnumerable<string> Names => Taken.Select(e => e.TryGetProperty("event", out var name) ? name.GetString()! : e.GetProperty("type").GetString()!);

    public static async Task<Site> OpenAsync(Uri temas)
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        app.Urls.Add($"http://{IPAddress.Loopback}:0");
        var site = new Site(app, temas);
        app.MapGet("/favicon.ico", () => Results.NoContent());
        app.MapMethods("/v1/batch", ["OPTIONS"], () => Results.StatusCode(418));
        app.MapPost("/v1/batch", site.TakeAsync);
        app.MapFallback(site.ShowAsync);
        await app.StartAsync();
        return site;
    }

    /// <summary>Waits until so many events came; fails after a while, with those that did.</summary>
    public async Task<IReadOnlyList<JsonElement>> ReceiveAsync(int count)
    {
        for (var i = 0; i < 200 && Taken.Count < count; i++) await Task.Delay(50);
        Taken.Count.ShouldBe(count, string.Join(", ", Names));
        return [.. Taken];
    }

    public async Task<IPage> VisitAsync(IBrowserContext context, string path = "/")
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(Address, path).ToString());
        await page.WaitForFunctionAsync("() => window.temas && window.temas.version");
        return page;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        if (Slowness > TimeSpan.Zero) await Task.Delay(Slowness);
        var (status, retryAfter) = Answers.TryDequeue(out var planned) ? planned : (200, null);
        Requests.Enqueue((TimeProvider.System.GetUtcNow(), status, http.Request.ContentType ?? ""));
        if (status == 200)
        {
            var batch = JsonElement.Parse(body);
            batch.GetProperty("writeKey").GetString().ShouldBe(WriteKey);
            foreach (var e in batch.GetProperty("batch").EnumerateArray()) Taken.Enqueue(e);
        }

        http.Response.StatusCode = status;
        if (retryAfter is not null) http.Response.Headers.RetryAfter = retryAfter;
        await http.Response.WriteAsync("{\"success\":true}");
    }

    private Task ShowAsync(HttpContext http)
    {
        http.Response.ContentType = "text/html; charset=utf-8";
        if (ContentSecurityPolicy is not null) http.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        var origin = temas.GetLeftPart(UriPartial.Authority);
        var options = Options.Replace("HOST", "location.origin", StringComparison.Ordinal);
        var head = Head ?? $$$"""
            <script>
            !function(w,d,u,k,o){var t=w.temas=w.temas||[];if(t.load)return;"load track page identify group alias reset consent optOut optIn ready on flush showBanner".split(" ").forEach(function(m){t[m]=function(){t.push([m,arguments,Date.now()])}});t.load(k,o);var s=d.createElement("script");s.async=1;s.src=u;d.head.appendChild(s)}(window,document,"{{{origin}}}/temas.js","{{{WriteKey}}}",{{{options}}});
            {{{Calls}}}
            </script>
            """;
        return http.Response.WriteAsync($"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>A shop</title>{head}</head><body>{Body}</body></html>");
    }
}
