using Microsoft.Playwright;

namespace Temas.Browser.Tests;

/// <summary>Takes the pictures of the README (docs/pictures/take) when TEMAS_PICTURES names a folder.</summary>
[Collection(BrowserCollection.Name)]
public sealed class Pictures(BrowserFixture browser)
{
    public static string? Folder => Environment.GetEnvironmentVariable("TEMAS_PICTURES");

    [PicturesFact]
    public async Task Take_Pages_InBothLanguagesAndThemes()
    {
        var all = Environment.GetEnvironmentVariable("TEMAS_PICTURES_ALL") is { Length: > 0 };
        Directory.CreateDirectory(Folder!);
        foreach (var (language, theme, width) in all
                     ? [("en", "light", 1280), ("tr", "dark", 1280), ("tr", "light", 390), ("en", "dark", 390)]
                     : new[] { ("en", "light", 1280), ("en", "dark", 1280), ("tr", "light", 1280), ("tr", "dark", 1280) })
        {
            var page = await browser.OpenStoryAsync("timeline", language, theme, width, width < 600 ? 844 : 1000);
            var customer = new Uri(page.Url).AbsolutePath;
            // Two of the four show every page, the other two the page that matters most.
            var few = !all && (language, theme) is ("en", "dark") or ("tr", "light");
            (string Name, string Path)[] shots = few ? [("customer", customer)] : all
                ? [("customer", customer), ("identity", customer + "?tab=identity"), ("traits", customer + "?tab=traits"), ("promises", customer + "?tab=promises"), ("consent", customer + "?tab=consent"), ("customers", "/w/main/customers"), ("events", "/w/main/events"), ("dropped", "/w/main/events?show=dropped"), ("sources", "/w/main/sources"), ("source", "/w/main/sources/1"), ("missing", "/nowhere"), ("api", "/docs/api")]
                : [("customer", customer), ("identity", customer + "?tab=identity"), ("customers", "/w/main/customers"), ("events", "/w/main/events")];
            foreach (var (name, path) in shots)
            {
                if (!all) await page.SetViewportSizeAsync(width, name == "customer" ? 1310 : 900);
                await page.GotoAsync(path);
                await page.WaitForTimeoutAsync(300);
                await page.ScreenshotAsync(new() { Path = Path.Combine(Folder!, FormattableString.Invariant($"{name}-{language}-{theme}{(width < 600 ? "-phone" : "")}.png")), FullPage = all, Animations = ScreenshotAnimations.Disabled });
            }

            await page.Context.CloseAsync();
            if (!all) continue;
            var entrance = await browser.OpenAsync("/sign-in", language, theme, width, width < 600 ? 844 : 860, email: null);
            await entrance.ScreenshotAsync(new() { Path = Path.Combine(Folder!, FormattableString.Invariant($"sign-in-{language}-{theme}{(width < 600 ? "-phone" : "")}.png")) });
            await entrance.Context.CloseAsync();
        }
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
