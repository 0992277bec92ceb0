using Dapper;
using Microsoft.Extensions.Logging;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.ModuleEvents;
using Temas.Storage.Postgres;
using Temas.Storage.Sqlite;

namespace Temas.Storage.Workspaces;

/// <summary>Where the data is kept. Section <c>Store</c> of the settings.</summary>
public sealed class StoreOptions
{
    /// <summary>Folder of all data (<c>TEMAS_DATA</c>). Default: <c>data</c> in the working directory.</summary>
    public string Data { get; set; } = "data";

    /// <summary>The store (<c>TEMAS_STORE</c>): <c>sqlite</c> (default), or <c>postgres://user:password@host:port/database</c>.</summary>
    public string Store { get; set; } = "sqlite";

    /// <summary>Put before the schema names in PostgreSQL, so that two installations can share a database. Default: <c>temas</c>.</summary>
    public string SchemaPrefix { get; set; } = "temas";
}

/// <summary>The workspaces of this installation, opened.</summary>
public sealed class WorkspaceRegistry(StoreOptions options, IEnumerable<IWorkspaceModule> modules, TimeProvider clock, ILoggerFactory loggers)
{
    private static readonly IReadOnlyList<Migration> WorkspaceTable =
        [new("workspaces", 1, "create table workspace(key text primary key, name text not null, created_at bigint not null)")];

    private readonly List<IWorkspaceModule> modules = [.. modules];
    private readonly SemaphoreSlim changing = new(1, 1);
    private Database? system;
    private volatile IReadOnlyDictionary<string, Workspace> all = new Dictionary<string, Workspace>();

    /// <summary>The database of the installation itself: people, tokens, the list of workspaces. Holds no customer data.</summary>
    public Database System => system ?? throw new InvalidOperationException("The workspaces are not open.");

    /// <summary>True once everything is open and until it is closed.</summary>
    public bool IsOpen => system is not null && all.Count > 0;

    /// <summary>All workspaces, by key.</summary>
    public IReadOnlyList<Workspace> All => [.. all.Values.OrderBy(w => w.Key.Value, StringComparer.Ordinal)];

    /// <summary>The workspace with this key, or null.</summary>
    public Workspace? Find(WorkspaceKey key) => all.GetValueOrDefault(key.Value);

    /// <summary>Makes a new, empty workspace with the default definitions and opens it.</summary>
    public async Task<Result<Workspace>> CreateAsync(WorkspaceKey key, string name, CancellationToken cancel = default)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > 100)
            return NameInvalid(name);
        await changing.WaitAsync(cancel);
        try
        {
            if (Find(key) is not null) return new Problem(ProblemKind.Conflict, "workspace_exists", "There is a workspace with this key.") { Field = "workspace", Value = key.Value, WayOut = "Choose another key." };
            // Opened before it is listed: a crash in between leaves an empty folder, which the next attempt takes over.
            var workspace = await OpenAsync(key, name, cancel);
            await using var connection = await System.OpenAsync(cancel);
            await connection.ExecuteAsync("insert into workspace(key, name, created_at) values(@key, @name, @at)", new { key = key.Value, name, at = clock.GetUtcNow().ToUnixTimeMilliseconds() });
            all = new Dictionary<string, Workspace>(all) { [key.Value] = workspace };
            return workspace;
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Gives a workspace another name for people; gives a problem, or null. Its key, and with it every address, stays.</summary>
    public async Task<Problem?> RenameAsync(WorkspaceKey key, string name, CancellationToken cancel = default)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > 100) return NameInvalid(name);
        await changing.WaitAsync(cancel);
        try
        {
            if (Find(key) is not { } workspace) return Problem.NotFound("workspace_unknown", "There is no such workspace.", "workspace", key.Value);
            await using var connection = await System.OpenAsync(cancel);
            await connection.ExecuteAsync("update workspace set name = @name where key = @key", new { key = key.Value, name });
            workspace.Name = name;
            return null;
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>
    /// Removes a workspace with everything in it, for good; gives a problem, or null. Whoever works in it just now is told that it is closing. The caller sees to who may enter it.
    /// </summary>
    public async Task<Problem?> RemoveAsync(WorkspaceKey key, CancellationToken cancel = default)
    {
        await changing.WaitAsync(cancel);
        try
        {
            if (Find(key) is not { } workspace) return Problem.NotFound("workspace_unknown", "There is no such workspace.", "workspace", key.Value);
            if (all.Count == 1) return new Problem(ProblemKind.Conflict, "workspace_last", "It is the only workspace.") { Field = "workspace", Value = key.Value, WayOut = "Make another one first." };
            all = new Dictionary<string, Workspace>(all.Where(w => w.Key != key.Value));
            await workspace.Log.DisposeAsync();
            await workspace.Database.DropAsync(CancellationToken.None);
            await workspace.Database.DisposeAsync();
            // Out of the way in one step, so that a crash leaves either all of it or an empty workspace of this name.
            var away = Path.Combine(options.Data, "workspaces", FormattableString.Invariant($".removed-{Guid.NewGuid():N}"));
            if (Directory.Exists(workspace.Folder)) Directory.Move(workspace.Folder, away);
            await using var connection = await System.OpenAsync(CancellationToken.None);
            await connection.ExecuteAsync("delete from workspace where key = @key", new { key = key.Value });
            if (Directory.Exists(away)) Directory.Delete(away, recursive: true);
            return null;
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>
    /// Opens the system database (with <paramref name="systemMigrations"/>) and all workspaces, replaying what their snapshots lack; makes the workspace
    /// <c>main</c> if there is none. A store that cannot be used is a <see cref="StoreException"/>.
    /// </summary>
    public async Task OpenAsync(IReadOnlyList<Migration> systemMigrations, CancellationToken cancel = default)
    {
        system = await OpenDatabaseAsync("system", Path.Combine(options.Data, "system.db"), [.. WorkspaceTable, .. systemMigrations], cancel);
        List<(string Key, string Name)> listed;
        await using (var connection = await system.OpenAsync(cancel))
            listed = [.. await connection.QueryAsync<(string, string)>("select key, name from workspace order by key")];
        var opened = new Dictionary<string, Workspace>();
        foreach (var (key, name) in listed) opened[key] = await OpenAsync(WorkspaceKey.Parse(key).Value, name, cancel);
        all = opened;
        if (opened.Count == 0) _ = (await CreateAsync(WorkspaceKey.Default, "Temas", cancel)).Value;
    }

    /// <summary>Writes snapshots and closes everything.</summary>
    public async Task CloseAsync()
    {
        foreach (var workspace in All)
        {
            await workspace.Log.DisposeAsync();
            await workspace.Database.DisposeAsync();
        }

        all = new Dictionary<string, Workspace>();
        if (system is not null) await system.DisposeAsync();
        system = null;
    }

    private static Problem NameInvalid(string name) => Problem.Invalid("workspace_name_invalid", "The name of a workspace has 1 to 100 characters.", "name", name, "Choose another name.");

    private async Task<Workspace> OpenAsync(WorkspaceKey key, string name, CancellationToken cancel)
    {
        var folder = Path.Combine(options.Data, "workspaces", key.Value);
        Directory.CreateDirectory(folder);
        Migration[] steps = [.. EventLog.LogTables.Migrations, .. DefinitionStore.Migrations, .. ModuleEventStore.Migrations, .. modules.SelectMany(m => m.Migrations)];
        var database = await OpenDatabaseAsync("ws_" + key.Value, Path.Combine(folder, "workspace.db"), steps, cancel);
        var definitions = new DefinitionStore(database, clock);
        await definitions.OpenAsync(modules.SelectMany(m => m.DefinitionKinds).Prepend(WorkspaceSettings.Kind), cancel);
        var log = new EventLog.EventLog(database, folder, clock, loggers.CreateLogger("Temas.EventLog"));
        var workspace = new Workspace(key, name, folder, database, definitions, log, new ModuleEventStore(database, clock), clock, loggers);
        foreach (var module in modules) module.Attach(workspace);
        await Task.Run(log.Open, cancel);
        return workspace;
    }

    private async Task<Database> OpenDatabaseAsync(string schema, string file, IReadOnlyList<Migration> steps, CancellationToken cancel)
    {
        Database? database = null;
        try
        {
            if (options.Store == "sqlite")
            {
                database = new SqliteDatabase(file);
            }
            else
            {
                var settings = PostgresDatabase.Parse(options.Store);
                if (settings.Problem is { } wrong) throw new StoreException(wrong);
                database = await PostgresDatabase.OpenAsync(settings.Value, $"{options.SchemaPrefix}_{schema}", cancel);
            }

            await Migrator.MigrateAsync(database, steps, clock, cancel);
            return database;
        }
        catch (Exception e) when (e is global::System.Data.Common.DbException or IOException or UnauthorizedAccessException or global::System.Net.Sockets.SocketException)
        {
            if (database is not null) await database.DisposeAsync();
            throw new StoreException(
                new Problem(ProblemKind.Unavailable, "store_unavailable", $"The store cannot be opened: {e.Message.TrimEnd('.')}.")
                {
                    Field = options.Store == "sqlite" ? "TEMAS_DATA" : "TEMAS_STORE",
                    Value = options.Store == "sqlite" ? options.Data : null,
                    WayOut = "Check that it exists, that it may be written, and that no other process holds it.",
                },
                e);
        }
    }
}
