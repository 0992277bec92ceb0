using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Temas.Collect.Sources;
using Temas.Kernel;
using Temas.Server.Invitations;
using Temas.Server.People;
using Temas.Server.Tests;
using Temas.Server.Tour;

namespace Temas.Browser.Tests;

/// <summary>A server that has been told the story, and a browser. Shared by the tests; each opens a page of its own.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private readonly List<string> faults = [];
    private TemasServer? server;
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>The write key of the source that told the story.</summary>
    public string WriteKey { get; private set; } = "";

    public Uri Address => server!.Address;

    internal TemasServer Server => server!;

    /// <summary>What pages complained about: broken rules of the content security policy, scripts that failed.</summary>
    public IReadOnlyList<string> Faults => faults;

    public async Task InitializeAsync()
    {
        server = await TemasServer.StartAsync();
        var made = await server.Services.GetRequiredService<CreateSource>().HandleAsync(server.Main, new CreateSourceRequest("Web shop"), Actor.System);
        WriteKey = made.Value.WriteKey;
        await Story.TellAsync(Address, WriteKey);
        // The tests look at the pages as somebody does who knows them; TourTests looks at the tour.
        var owner = await server.Services.GetRequiredService<PersonStore>().FindRowByEmailAsync(TemasServer.OwnerEmail, CancellationToken.None);
        await server.Services.GetRequiredService<EndTour>().HandleAsync(owner!.Id, Actor.System, CancellationToken.None);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (server is not null) await server.DisposeAsync();
    }

    /// <summary>A page in a browser of its own. <paramref name="email"/> null: nobody is signed in.</summary>
    public async Task<IPage> OpenAsync(string path, string language = "en", string theme = "light", int width = 1280, int height = 900, string? email = TemasServer.OwnerEmail, bool touch = false, bool scripts = true)
    {
        var context = await browser!.NewContextAsync(new()
        {
            BaseURL = Address.ToString(),
            Locale = language == "tr" ? "tr-TR" : "en-GB",
            ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new() { Width = width, Height = height },
            ReducedMotion = ReducedMotion.Reduce,
            HasTouch = touch,
            JavaScriptEnabled = scripts,
        });
        context.SetDefaultTimeout(30_000);
        context.WebError += (_, error) => Note($"{error.Page?.Url}: {error.Error}");
        context.Console += (_, message) =>
        {
            // What is not there, and a form that is shown again with what is wrong, are answers and no faults.
            if (message.Type == "error" && !message.Text.Contains("status of 404", StringComparison.Ordinal) && !message.Text.Contains("status of 422", StringComparison.Ordinal)) Note($"{message.Page?.Url}: {message.Text}");
        };
        var page = await context.NewPageAsync();
        if (email is not null) await SignInAsync(page, email);
        // The account of the tests speaks English; the cookie outweighs that, and signing in would take it away.
        await context.AddCookiesAsync([new() { Name = "temas-language", Value = language, Url = Address.ToString() }]);
        await page.GotoAsync(path);
        return page;
    }

    /// <summary>Invites somebody new; gives the path of the link.</summary>
    public async Task<string> InviteAsync(string? email = null, Role role = Role.Viewer) =>
        PathOf((await Server.Services.GetRequiredService<InvitePerson>().HandleAsync(
            email ?? $"guest-{Guid.NewGuid():N}@example.com", role, "en", WorkspaceKey.Default, new Inviter(Actor.System, Role.Owner, null), null, CancellationToken.None)).Value.Link);

    /// <summary>Makes somebody a link for a new password; gives its path.</summary>
    public async Task<string> PasswordLinkAsync()
    {
        var email = $"forgets-{Guid.NewGuid():N}@example.com";
        await Server.CreatePersonAsync(email, Role.Viewer);
        return PathOf((await Server.Services.GetRequiredService<PasswordLinks>().ForAsync(email, Actor.System, CancellationToken.None)).Value.Link);
    }

    private static string PathOf(string link) => new Uri(link).PathAndQuery;

    /// <summary>Opens the customer of the story, by searching.</summary>
    public async Task<IPage> OpenStoryAsync(string tab = "timeline", string language = "en", string theme = "light", int width = 1280, int height = 900)
    {
        var page = await OpenAsync($"/w/main/customers?q={Uri.EscapeDataString(Story.UserId)}", language, theme, width, height);
        await page.GetByRole(AriaRole.Link, new() { Name = Story.Customer }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = Story.Customer, Level = 1 }).WaitForAsync();
        if (tab != "timeline") await page.GotoAsync(new Uri(page.Url).GetLeftPart(UriPartial.Path) + "?tab=" + tab);
        return page;
    }

    private static async Task SignInAsync(IPage page, string email)
    {
        await page.GotoAsync("/sign-in");
        await page.Locator("#email").FillAsync(email);
        await page.Locator("#password").FillAsync(TemasServer.OwnerPassword);
        await page.Locator("main button").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/overview$"), new() { Timeout = 30_000 });
    }

    private void Note(string fault)
    {
        lock (faults) faults.Add(fault);
    }
}

[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}
