using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Temas.Collect.Editing;
using Temas.Collect.Feed;
using Temas.Collect.Import.Uploads;
using Temas.Collect.Receipts;
using Temas.Collect.Sources;
using Temas.Collect.Tracking;
using Temas.Storage.Workspaces;

namespace Temas.Collect;

/// <summary>The module's entry.</summary>
public static class CollectSetup
{
    /// <summary>Registers the tracking API, sources and receipts. Needs <see cref="TimeProvider"/> and <see cref="WorkspaceRegistry"/>.</summary>
    public static IServiceCollection AddCollect(this IServiceCollection services)
    {
        services.AddSingleton<IWorkspaceModule, CollectModule>();
        services.AddSingleton<SourceRegistry>();
        services.AddHostedService<SourceWatch>();
        services.AddSingleton<IntakePool>();
        services.AddSingleton(provider => new CollectPipeline(provider.GetRequiredService<IntakePool>()));
        services.AddSingleton<TrackingEndpoint>();
        services.AddSingleton<SdkSettings>();
        services.AddSingleton<SiteCalls>();
        services.AddSingleton<KeptDrafts>();
        services.AddSingleton<CreateSource>();
        services.AddSingleton<ListSources>();
        services.AddSingleton<ChangeSource>();
        services.AddSingleton<ReadReceipt>();
        services.AddSingleton<ReadFeed>();
        services.AddSingleton<FeedStream>();
        services.AddSingleton<Catalogue.FindUnknownEvents>();
        services.TryAddSingleton(new ImportOptions());
        services.AddSingleton<ImportUploads>();
        services.AddHostedService(provider => provider.GetRequiredService<ImportUploads>());
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, FeedJson.Default));
        return services;
    }

    /// <summary>Maps the module's endpoints.</summary>
    public static IEndpointRouteBuilder MapCollect(this IEndpointRouteBuilder routes)
    {
        TrackingRoutes.Map(routes);
        SourceEndpoints.Map(routes);
        FeedEndpoints.Map(routes);
        Pages.SourceActions.Map(routes);
        EditorActions.Map(routes, Pages.TouchpointForm.Editor);
        ImportEndpoints.Map(routes);
        Pages.ImportActions.Map(routes);
        return routes;
    }
}
