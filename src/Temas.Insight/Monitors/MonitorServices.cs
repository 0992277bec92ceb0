using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Letters;
using Temas.Insight.Monitors.Pages;
using Temas.Insight.Monitors.Watching;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors;

/// <summary>Monitors and alerts, as a part of the module.</summary>
internal static class MonitorServices
{
    /// <summary>Adds what watches, what people do with alerts, and their tile.</summary>
    public static IServiceCollection AddMonitors(this IServiceCollection services) => services
        .AddSingleton<WorkOnAlert>().AddSingleton<SendAlerts>().AddSingleton<ChooseVariants>().AddSingleton<MonitorsWatch>().AddHostedService(provider => provider.GetRequiredService<MonitorsWatch>())
        .AddSingleton(new DashboardTile(
            "alerts", new LocalText("Uyarılar", "Alerts"), new LocalText("Şu anda olağandışı olan: göstergeler, hedefler, susan kaynaklar.", "What is out of the ordinary now: indicators, targets, sources gone silent."), "bell", 6, 4, typeof(AlertsTile), false,
            workspace => workspace.Part<IAlerts>().Version))
        .ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, AlertJson.Default));

    /// <summary>Adds them to a workspace.</summary>
    public static void Attach(Workspace workspace)
    {
        var live = new LiveAlerts(workspace);
        workspace.Add(live);
        workspace.Add<IAlerts>(live);
        workspace.Definitions.Guard(MonitorKind.Name, MonitorKind.GuardOf(workspace));
    }
}
