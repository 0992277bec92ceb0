using Temas.Server.Control;
using Temas.Server.Settings;
using Temas.Storage.Workspaces;

namespace Temas.Server.Hosting;

/// <summary>The composition of Temas: what <c>serve</c> listens with, and what a command without a server works with.</summary>
internal static class TemasHost
{
    /// <summary>Builds the host; it neither listens nor opens data yet.</summary>
    public static WebApplication Build(TemasSettings settings, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "Temas.Server", Args = [] });
        builder.Logging.SetMinimumLevel(settings.Log);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new StoreOptions { Data = settings.Data, Store = settings.Store });
        builder.Services.AddSingleton<WorkspaceRegistry>();
        builder.Services.AddAuthentication();
        builder.Services.AddControl();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapControl();
        app.MapGet("/healthz", () => "ok");
        return app;
    }

    /// <summary>Opens the workspaces.</summary>
    public static Task OpenAsync(WebApplication app, CancellationToken cancel) =>
        app.Services.GetRequiredService<WorkspaceRegistry>().OpenAsync([], cancel);

    /// <summary>Writes snapshots and closes the workspaces.</summary>
    public static Task CloseAsync(WebApplication app) => app.Services.GetRequiredService<WorkspaceRegistry>().CloseAsync();
}
