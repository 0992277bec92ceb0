using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Temas.Demo;
using Temas.Demo.Contracts;
using Temas.Demo.Loading;
using Temas.Insight.Findings;
using Temas.Kernel;
using Temas.Server.Workspaces;

namespace Temas.Browser.Tests;

/// <summary>Takes the pictures of the README (docs/pictures/take) when TEMAS_PICTURES names a folder: the demo company, and the story of the patio table.</summary>
[Collection(BrowserCollection.Name)]
public sealed class Pictures(BrowserFixture browser)
{
    private const int Width = 1280;

    public static string? Folder => Environment.GetEnvironmentVariable("TEMAS_PICTURES");

    [PicturesFact]
    public async Task Take_Pages_InBothLanguagesAndThemes()
    {
        Directory.CreateDirectory(Folder!);
        await LoadDemoAsync();
        foreach (var (language, theme) in new[] { ("en", "light"), ("en", "dark"), ("tr", "light"), ("tr", "dark") })
        {
            var page = await browser.OpenStoryAsync("timeline", language, theme, Width);
            var customer = new Uri(page.Url).AbsolutePath;
            foreach (var (name, path, height) in new[]
                     {
                         ("dashboard", $"/w/{DemoSetup.Workspace}/dashboards?whole=1&tour=ended&period=90d", 1020),
                         ("overview", $"/w/{DemoSetup.Workspace}/overview?period=90d", 1150),
                         ("customer", customer, 1310),
                         ("customers", $"/w/{DemoSetup.Workspace}/customers?stage=at_risk&journey=negative&columns=identifiers,stage,journey,trait:address.city,computed:total-spent,last", 860),
                     })
            {
                await page.SetViewportSizeAsync(Width, height);
                await page.GotoAsync(path);
                await page.WaitForTimeoutAsync(500);
                await page.ScreenshotAsync(new() { Path = Path.Combine(Folder!, FormattableString.Invariant($"{name}-{language}-{theme}.png")), Animations = ScreenshotAnimations.Disabled });
            }

            await page.Context.CloseAsync();
        }
    }

    /// <summary>A year of the demo company, with the figures over its customers worked out.</summary>
    private async Task LoadDemoAsync()
    {
        var services = browser.Server.Services;
        var opened = await services.GetRequiredService<OpenDemo>().HandleAsync(WorkspaceKey.Parse(DemoSetup.Workspace).Value, Actor.System, CancellationToken.None);
        await services.GetRequiredService<OpenDemo>().JoinAllAsync(CancellationToken.None);
        (await services.GetRequiredService<LoadDemo>().HandleAsync(opened.Value, new DemoRequest(Customers: 3000), Actor.System, null, CancellationToken.None)).Problem.ShouldBeNull();
        var page = await browser.OpenAsync($"/w/{DemoSetup.Workspace}/overview?period=365d");
        for (var i = 0; i < 120 && await page.Locator(".overview-grid").CountAsync() == 0; i++)
        {
            await page.WaitForTimeoutAsync(1000);
            await page.ReloadAsync();
        }

        // What is in the way and what went well is on the first page: it is looked for before anybody looks at that.
        await LiveFindings.Of(opened.Value).LookAsync(CancellationToken.None);
        await page.Context.CloseAsync();
    }
}

/// <summary>Skipped unless pictures are asked for.</summary>
public sealed class PicturesFactAttribute : FactAttribute
{
    public PicturesFactAttribute()
    {
        if (Pictures.Folder is null) Skip = "Set TEMAS_PICTURES to a folder to take pictures.";
    }
}
