using System.IO.Compression;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.ResponseCompression;
using Temas.Collect;
using Temas.Customers;
using Temas.Demo;
using Temas.Demo.Loading;
using Temas.Engage;
using Temas.Feedback;
using Temas.Insight;
using Temas.Server.ApiDocs;
using Temas.Server.Audit;
using Temas.Server.Authorization;
using Temas.Server.Control;
using Temas.Server.Definitions;
using Temas.Server.Guides;
using Temas.Server.Health;
using Temas.Server.Invitations;
using Temas.Server.Oidc;
using Temas.Server.Operations;
using Temas.Server.Pages;
using Temas.Server.People;
using Temas.Server.Safety;
using Temas.Server.SecondFactor;
using Temas.Server.Settings;
using Temas.Server.Shop;
using Temas.Server.SignIn;
using Temas.Server.Tokens;
using Temas.Server.Tour;
using Temas.Server.Workspaces;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Server.Hosting;

/// <summary>The composition of Temas: what <c>serve</c> listens with, and what a command without a server works with.</summary>
internal static class TemasHost
{
    /// <summary>The largest body of a request, in bytes; the tracking API and definitions have smaller limits of their own.</summary>
    private const long LargestBody = 2 * 1024 * 1024;

    private const int LongestAddress = 64 * 1024;

    /// <summary>Builds the host; it neither listens nor opens data yet.</summary>
    public static WebApplication Build(TemasSettings settings, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "Temas.Server", Args = [] });
        AddLogging(builder.Logging, settings);
        AddKestrel(builder.WebHost, settings);
        AddServices(builder.Services, settings);
        configure?.Invoke(builder);
        var app = builder.Build();
        UsePipeline(app, settings);
        MapEndpoints(app);
        return app;
    }

    /// <summary>Opens the workspaces. Where nobody can sign in yet, a set-up code is made.</summary>
    public static async Task OpenAsync(WebApplication app, CancellationToken cancel)
    {
        await app.Services.GetRequiredService<WorkspaceRegistry>().OpenAsync(SystemSchema.Migrations, cancel);
        if (!await app.Services.GetRequiredService<PersonStore>().AnyAsync(cancel)) app.Services.GetRequiredService<SetUpCode>().Make();
    }

    /// <summary>Writes snapshots and closes the workspaces.</summary>
    public static Task CloseAsync(WebApplication app) => app.Services.GetRequiredService<WorkspaceRegistry>().CloseAsync();

    private static void AddServices(IServiceCollection services, TemasSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new StoreOptions { Data = settings.Data, Store = settings.Store, SchemaPrefix = settings.SchemaPrefix });
        services.AddSingleton<WorkspaceRegistry>();
        services.AddSingleton<Storage.Definitions.ChangeDefinition>();
        services.AddAccess(settings);
        services.AddControl();
        services.AddApiDocs();
        services.AddSingleton<GuideLibrary>();
        services.AddSingleton<GuideSearch>();
        services.AddUi();
        services.AddSingleton(new Collect.Import.Uploads.ImportOptions(settings.ImportLimitMegabytes * 1024L * 1024L));
        services.AddCollect();
        services.AddCustomers();
        services.AddInsight();
        services.AddSingleton(new EngageOptions(settings.PrivateTargets));
        services.AddEngage();
        services.AddFeedback();
        services.AddDemo();
        services.AddSingleton(new DemoOptions(settings.Demo));
        services.AddSingleton<EndTour>();
        services.AddSingleton<TourStops>();
        services.AddSingleton<RequestWatch>();
        services.AddSingleton<ReadOperations>();
        if (settings.Otlp is not null) services.AddHostedService<Telemetry>();
        services.AddExceptionHandler<Failures>();
        AddCompression(services);
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.Converters.Add(new RoleJson());
            o.SerializerOptions.TypeInfoResolverChain.Insert(0, ServerJson.Default);
        });
    }

    // Pages and answers are packed as they are made; the assets were packed when they were built. What is packed and encrypted tells by its length how often a text repeats:
    // the antiforgery token, the one secret on many pages, is another one on each.
    private static void AddCompression(IServiceCollection services)
    {
        services.AddResponseCompression(o =>
        {
            o.EnableForHttps = true;
            o.Providers.Add<BrotliCompressionProvider>();
            o.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
    }

    private static void AddKestrel(IWebHostBuilder host, TemasSettings settings)
    {
        host.UseKestrelHttpsConfiguration();
        host.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            // An editor that is refused or shows a preview comes back with everything that was filled in, in its address.
            kestrel.Limits.MaxRequestLineSize = LongestAddress;
            if (settings is { Certificate: { } certificate, CertificateKey: { } key })
                kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = X509Certificate2.CreateFromPemFile(certificate, key));
        });
    }

    private static void AddLogging(ILoggingBuilder logging, TemasSettings settings)
    {
        logging.SetMinimumLevel(settings.Log);
        // At Information the framework writes down the address of each request, which may hold an identifier of a customer; and Failures tells of defects itself.
        logging.AddFilter("Microsoft.AspNetCore", settings.Log > LogLevel.Warning ? settings.Log : LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
        // Says at each start that the keys are not encrypted at rest; docs/settings.md says what lies in the data folder.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
    }

    private static void UsePipeline(WebApplication app, TemasSettings settings)
    {
        app.UseMiddleware<RequestWatchMiddleware>();
        app.UseProxies(settings);
        app.UseMiddleware<SecurityHeaders>();
        // The tracking API answers in a few bytes, very often.
        app.UseWhen(http => !http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal), pages => pages.UseResponseCompression());
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(StatusAnswers.WriteAsync);
        app.UseRouting();
        app.UseMiddleware<Unrouted>();
        app.UseAuthentication();
        app.UseRequestLocalization();
        app.UseRateLimiter();
        app.UseMiddleware<RequestWorkspace>();
        app.UseMiddleware<PageFrame>();
        app.UseAuthorization();
        app.UseMiddleware<ForgeryCheck>();
        app.UseAntiforgery();
        app.UseMiddleware<AuditRequests>();
    }

    private static void MapEndpoints(WebApplication app)
    {
        app.MapHealth();
        app.MapControl();
        app.MapSessions();
        app.MapWorkspaces();
        app.MapDemo();
        app.MapPeople();
        app.MapInvitations();
        app.MapSecondFactor();
        app.MapOidc();
        app.MapTokens();
        app.MapAudit();
        app.MapOperations();
        app.MapSettings();
        app.MapDefinitions();
        app.MapCollect();
        app.MapCustomers();
        app.MapInsight();
        app.MapEngage();
        app.MapFeedback();
        app.MapApiDocs();
        app.MapShop();
        app.MapTour();
        app.MapPages();
    }
}
