using Microsoft.Extensions.DependencyInjection;
using Temas.Collect;
using Temas.Collect.Sources;
using Temas.Demo.Loading;
using Temas.Kernel;
using Temas.Storage;
using Temas.Storage.Workspaces;

namespace Temas.Demo;

/// <summary>The module's entry: the demo company Veranda, simulated.</summary>
public static class DemoSetup
{
    /// <summary>Key and name of the workspace in which the demo company lives unless another is named.</summary>
    public const string Workspace = "veranda", Name = "Veranda";

    /// <summary>Adds the simulator. Needs Collect.</summary>
    public static IServiceCollection AddDemo(this IServiceCollection services)
    {
        services.AddSingleton<IWorkspaceModule, DemoModule>();
        services.AddSingleton(p => new TellWorld(p.GetRequiredService<CollectPipeline>(), p.GetRequiredService<CreateSource>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(p => new LoadDemo(p.GetRequiredService<TellWorld>(), p.GetRequiredService<TimeProvider>()));
        services.AddHostedService<LiveDemo>();
        return services;
    }
}

/// <summary>What the demo keeps in each workspace: one row, in the demo's own alone.</summary>
internal sealed class DemoModule : IWorkspaceModule
{
    /// <inheritdoc/>
    public IReadOnlyList<Migration> Migrations => DemoStore.Migrations;

    /// <inheritdoc/>
    public IReadOnlyList<IDefinitionKind> DefinitionKinds => [];

    /// <inheritdoc/>
    public void Attach(Workspace workspace) => workspace.Add(new DemoState(workspace.Database));
}
