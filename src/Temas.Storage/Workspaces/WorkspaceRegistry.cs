using Temas.Kernel;

namespace Temas.Storage.Workspaces;

/// <summary>Where the data is kept. Section <c>Store</c> of the settings.</summary>
public sealed class StoreOptions
{
    /// <summary>Folder of all data (<c>TEMAS_DATA</c>). Default: <c>data</c> in the working directory.</summary>
    public string Data { get; set; } = "data";

    /// <summary>The store (<c>TEMAS_STORE</c>): <c>sqlite</c> (default), or <c>postgres://user:password@host:port/database</c>.</summary>
    public string Store { get; set; } = "sqlite";
}

/// <summary>The workspaces of this installation, opened.</summary>
public sealed class WorkspaceRegistry
{
    /// <summary>The database of the installation itself: people, tokens, the list of workspaces. Holds no customer data.</summary>
    public Database System => throw new NotImplementedException();

    /// <summary>All workspaces, by key.</summary>
    public IReadOnlyList<Workspace> All => throw new NotImplementedException();

    /// <summary>The workspace with this key, or null.</summary>
    public Workspace? Find(WorkspaceKey key) => throw new NotImplementedException();

    /// <summary>Makes a new, empty workspace with the default definitions and opens it.</summary>
    public Task<Result<Workspace>> CreateAsync(WorkspaceKey key, string name, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Opens the system database (with <paramref name="systemMigrations"/>) and all workspaces, replaying what their snapshots lack; makes the default workspace if there is none.</summary>
    public Task OpenAsync(IReadOnlyList<Migration> systemMigrations, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Writes snapshots and closes everything.</summary>
    public Task CloseAsync() => throw new NotImplementedException();
}
