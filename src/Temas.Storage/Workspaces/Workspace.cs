using Microsoft.Extensions.Logging;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.ModuleEvents;

namespace Temas.Storage.Workspaces;

/// <summary>
/// One brand's data, opened: its database, its log, its definitions, and what the modules keep of it. Workspaces never share a file or a schema.
/// </summary>
public sealed class Workspace
{
    private readonly Dictionary<Type, object> parts = [];

    internal Workspace(WorkspaceKey key, string name, string folder, Database database, DefinitionStore definitions, EventLog.EventLog log, ModuleEventStore events, TimeProvider clock, ILoggerFactory loggers) =>
        (Key, Name, Folder, Database, Definitions, Log, Events, Clock, Loggers) = (key, name, folder, database, definitions, log, events, clock, loggers);

    /// <summary>Its name in addresses.</summary>
    public WorkspaceKey Key { get; }

    /// <summary>Its name for people.</summary>
    public string Name { get; internal set; }

    /// <summary>Makes loggers for its parts. No personal data goes into them.</summary>
    public ILoggerFactory Loggers { get; }

    /// <summary>Its folder on this machine, for snapshots.</summary>
    public string Folder { get; }

    /// <summary>Its database.</summary>
    public Database Database { get; }

    /// <summary>What people configured.</summary>
    public DefinitionStore Definitions { get; }

    /// <summary>Its event log.</summary>
    public EventLog.EventLog Log { get; }

    /// <summary>What modules tell each other.</summary>
    public ModuleEventStore Events { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>What a module keeps of this workspace, put there by its <see cref="IWorkspaceModule"/>.</summary>
    public T Part<T>()
        where T : class => (T)parts[typeof(T)];

    /// <summary>As <see cref="Part{T}"/>, or null when no module put one there.</summary>
    public T? FindPart<T>()
        where T : class => (T?)parts.GetValueOrDefault(typeof(T));

    /// <summary>What is derived from the log, as far as modules put it there.</summary>
    public IReadOnlyList<EventLog.IProjection> Projections => [.. parts.Values.OfType<EventLog.IProjection>()];

    /// <summary>Puts a module's part into the workspace. Projections are also given to the log.</summary>
    public void Add<T>(T part)
        where T : class
    {
        parts.Add(typeof(T), part);
        if (part is EventLog.IProjection projection) Log.Add(projection);
    }
}

/// <summary>How a module takes part in a workspace. Registered in DI as a singleton; called in the order of registration.</summary>
public interface IWorkspaceModule
{
    /// <summary>Steps of the module's own tables in the workspace's database.</summary>
    IReadOnlyList<Migration> Migrations { get; }

    /// <summary>The kinds of definition that the module brings.</summary>
    IReadOnlyList<IDefinitionKind> DefinitionKinds { get; }

    /// <summary>Adds the module's parts to a workspace that is being opened. The log replays into its projections after all modules are attached.</summary>
    void Attach(Workspace workspace);
}

/// <summary>The workspace that the current request is about. Scoped; set by the server from the address, the API token or the sign-in.</summary>
public sealed class CurrentWorkspace
{
    private Workspace? value;

    /// <summary>The workspace. Reading it where none was set is a defect and throws.</summary>
    public Workspace Value
    {
        get => value ?? throw new InvalidOperationException("No workspace is set for this request.");
        set => this.value = value;
    }

    /// <summary>Whether one was set.</summary>
    public bool IsSet => value is not null;

    /// <summary>Who is asking.</summary>
    public Actor Actor { get; set; } = Actor.System;
}
