using Microsoft.Playwright;
using Temas.Server.Tests;

namespace Temas.Browser.Tests.Sdk;

/// <summary>A server of Temas, which gives out the SDK, and a browser.</summary>
public sealed class SdkFixture : IAsyncLifetime
{
    private TemasServer? server;
    private IPlaywright? playwright;
    private IBrowser? browser;

    internal TemasServer Server => server!;

    internal IBrowser Browser => browser!;

    public async Task InitializeAsync()
    {
        server = await TemasServer.StartAsync();
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (server is not null) await server.DisposeAsync();
    }

    /// <summary>A browser without a past; <paramref name="script"/> runs before every page of it.</summary>
    internal async Task<IBrowserContext> ContextAsync(string? script = null)
    {
        var context = await Browser.NewContextAsync(new() { Locale = "tr-TR", TimezoneId = "Europe/Istanbul" });
        context.SetDefaultTimeout(15_000);
        if (script is not null) await context.AddInitScriptAsync(script);
        return context;
    }
}
