using Microsoft.Extensions.Logging.Abstractions;
using Temas.Collect;
using Temas.Collect.Sources;
using Temas.Collect.Tracking;
using Temas.Storage.Workspaces;

namespace Temas.Tests.Collect;

/// <summary>A workspace with Collect, on SQLite in a folder of its own.</summary>
public sealed class WorkspaceFixture : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("temas-collect-").FullName;

    internal WorkspaceRegistry Registry { get; private set; } = null!;

    internal SourceRegistry Sources { get; private set; } = null!;

    internal CollectPipeline Pipeline { get; } = new(new IntakePool(TimeProvider.System));

    internal Workspace Workspace => Registry.All[0];

    internal AuditProbe Audit { get; } = new();

    internal CreateSource Create => new(Sources, Audit);

    internal ChangeSource Change => new(Sources, Audit);

    public async Task InitializeAsync()
    {
        Registry = NewRegistry();
        await Registry.OpenAsync([]);
        Sources = new SourceRegistry(Registry, TimeProvider.System, NullLogger<SourceRegistry>.Instance);
    }

    public async Task DisposeAsync()
    {
        Sources.Dispose();
        await Registry.CloseAsync();
        Directory.Delete(folder, recursive: true);
    }

    internal WorkspaceRegistry NewRegistry() => new(new StoreOptions { Data = folder }, [new CollectModule()], TimeProvider.System, NullLoggerFactory.Instance);
}
