using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Temas.Server.Tests.Clients;

namespace Temas.Browser.Tests.Collect;

/// <summary>A shop on an origin of its own, whose page loads the browser SDK as it comes from npm.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private readonly WebApplication app;

    private Shop(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.First());

    public static async Task<Shop> OpenAsync()
    {
        var folder = await ClientPackages.EnsureAsync();
        var sdk = Path.Combine(folder, "node_modules", "@segment", "analytics-next", "dist", "umd");
        var builder = WebApplication.CreateSlimBuilder();
        var app = builder.Build();
        app.Urls.Add($"http://{IPAddress.Loopback}:0");
        app.MapGet("/", () => Results.File(Path.Combine(folder, "page.html"), "text/html; charset=utf-8"));
        app.MapGet("/favicon.ico", () => Results.NoContent());
        app.MapGet("/analytics-next/{file}", (string file) => Results.File(Path.Combine(sdk, Path.GetFileName(file)), "text/javascript"));
        await app.StartAsync();
        return new Shop(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
