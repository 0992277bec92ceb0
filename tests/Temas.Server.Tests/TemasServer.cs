using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Temas.Kernel;
using Temas.Server.Hosting;
using Temas.Server.People;
using Temas.Server.Safety;
using Temas.Server.Settings;
using Temas.Server.SignIn;
using Temas.Server.Tokens;
using Temas.Server.Workspaces;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tests;

/// <summary>
/// A whole server for tests: real Kestrel on a free port over a data folder of its own, removed at the end. Use it as <c>IClassFixture&lt;TemasServer&gt;</c>; state is shared by
/// the tests of the class, so each test makes what it needs under names of its own. <see cref="StartAsync"/> makes one with other settings.
/// </summary>
public sealed class TemasServer : IAsyncLifetime, IAsyncDisposable
{
    /// <summary>The owner that every test server begins with.</summary>
    public const string OwnerEmail = "owner@example.com", OwnerPassword = "a long way to the sea";

    private readonly bool ownsFolder;
    private readonly bool withOwner;
    private readonly Action<WebApplicationBuilder>? configure;
    private readonly Func<TemasSettings, TemasSettings>? change;
    private WebApplication? app;

    public TemasServer()
        : this(null, true, null, null)
    {
    }

    private TemasServer(string? folder, bool withOwner, Action<WebApplicationBuilder>? configure, Func<TemasSettings, TemasSettings>? change)
    {
        ownsFolder = folder is null;
        Folder = folder ?? Directory.CreateTempSubdirectory("temas-test-").FullName;
        (this.withOwner, this.configure, this.change) = (withOwner, configure, change);
    }

    /// <summary>The data folder.</summary>
    public string Folder { get; }

    /// <summary>Everything that the server logged, from Trace up.</summary>
    public LogCapture Log { get; } = new();

    /// <summary>The server's address, such as <c>http://127.0.0.1:40123</c>.</summary>
    public Uri Address { get; private set; } = new("http://localhost");

    internal WebApplication App => app ?? throw new InvalidOperationException("The server has not been started.");

    internal IServiceProvider Services => App.Services;

    /// <summary>The opened workspaces.</summary>
    public WorkspaceRegistry Workspaces => Services.GetRequiredService<WorkspaceRegistry>();

    /// <summary>The workspace <c>main</c>.</summary>
    public Workspace Main => Workspaces.Find(WorkspaceKey.Default)!;

    /// <summary>
    /// Starts a server. With <paramref name="folder"/> it takes that data folder and leaves it; without <paramref name="withOwner"/> nobody can sign in yet.
    /// </summary>
    internal static async Task<TemasServer> StartAsync(
        string? folder = null, bool withOwner = true, Action<WebApplicationBuilder>? configure = null, Func<TemasSettings, TemasSettings>? settings = null)
    {
        var server = new TemasServer(folder, withOwner, configure, settings);
        await server.InitializeAsync();
        return server;
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        var settings = new TemasSettings { Data = Folder, Urls = ["http://127.0.0.1:0"], Store = "sqlite", Log = LogLevel.Trace };
        settings = change?.Invoke(settings) ?? settings;
        app = TemasHost.Build(settings, builder =>
        {
            builder.Logging.ClearProviders().AddProvider(Log);
            // Thousands of sign-ins from one address are an attack in life and a matter of course in tests.
            builder.Services.Configure<PasswordHasherOptions>(o => o.IterationCount = 1_000);
            builder.Services.Configure<RateOptions>(o => (o.SignInsPerAccount, o.SignInsPerAddress, o.AnonymousPerSecond, o.CallsPerSecond) = (100_000, 100_000, 100_000, 100_000));
            configure?.Invoke(builder);
        });
        foreach (var url in settings.Urls) app.Urls.Add(url);
        await TemasHost.OpenAsync(app, CancellationToken.None);
        await app.StartAsync();
        Address = new Uri(app.Urls.First(u => u.StartsWith("http://127", StringComparison.Ordinal)));
        if (withOwner && !await Services.GetRequiredService<PersonStore>().AnyAsync(CancellationToken.None))
            await CreatePersonAsync(OwnerEmail, Role.Owner, password: OwnerPassword);
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.StopAsync();
            await TemasHost.CloseAsync(app);
            await app.DisposeAsync();
            app = null;
        }

        if (ownsFolder) Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A client without cookies or token; does not follow redirects.</summary>
    public HttpClient Anonymous() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };

    /// <summary>A client with the cookies of a browser that is not signed in, and an antiforgery token in its headers.</summary>
    public async Task<HttpClient> BrowserAsync()
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address };
        await RenewAntiforgeryAsync(client);
        return client;
    }

    /// <summary>A client that has signed in as <paramref name="email"/>; its changes carry the antiforgery token.</summary>
    public async Task<HttpClient> SignInAsync(string email = OwnerEmail, string password = OwnerPassword)
    {
        var client = await BrowserAsync();
        using var answer = await client.PostAsync("/session", new FormUrlEncodedContent(new Dictionary<string, string> { ["email"] = email, ["password"] = password, ["returnUrl"] = "/" }));
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.OriginalString.ShouldBe("/");
        await RenewAntiforgeryAsync(client);
        return client;
    }

    /// <summary>Puts the antiforgery token that belongs to the client's cookies into its headers. Needed again after signing in.</summary>
    public static async Task RenewAntiforgeryAsync(HttpClient client)
    {
        var answer = await client.GetFromJsonAsync<JsonElement>("/api/session/antiforgery");
        var header = answer.GetProperty("header").GetString()!;
        client.DefaultRequestHeaders.Remove(header);
        client.DefaultRequestHeaders.Add(header, answer.GetProperty("token").GetString());
    }

    /// <summary>A client with an API token of this role.</summary>
    public async Task<HttpClient> TokenClientAsync(Role role = Role.Owner, string workspace = "main")
    {
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await CreateTokenAsync(role, workspace));
        return client;
    }

    /// <summary>Makes an API token; gives its secret.</summary>
    public async Task<string> CreateTokenAsync(Role role = Role.Owner, string workspace = "main", DateTimeOffset? expiresAt = null) =>
        (await Services.GetRequiredService<CreateToken>().HandleAsync(new CreateTokenRequest($"test {role}", role, WorkspaceKey.Parse(workspace).Value, expiresAt), Actor.System, CancellationToken.None)).Value.Secret;

    /// <summary>Makes a person; gives the id.</summary>
    public async Task<string> CreatePersonAsync(string email, Role role, string workspace = "main", string? password = null) =>
        (await Services.GetRequiredService<CreatePerson>().HandleAsync(new CreatePersonRequest(email, null, password, "en", role, WorkspaceKey.Parse(workspace).Value), Actor.System, CancellationToken.None)).Value.Person.Id;

    /// <summary>Makes a workspace.</summary>
    public async Task<Workspace> CreateWorkspaceAsync(string key) =>
        (await Services.GetRequiredService<AddWorkspace>().HandleAsync(WorkspaceKey.Parse(key).Value, null, null, Actor.System, CancellationToken.None)).Value;
}
