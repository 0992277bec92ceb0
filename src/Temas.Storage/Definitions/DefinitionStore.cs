using Temas.Kernel;

namespace Temas.Storage.Definitions;

/// <summary>The definitions of one workspace, with their history. The current ones are held in memory; changes are seen at once, also those that another process made.</summary>
public sealed class DefinitionStore
{
    /// <summary>The current definitions of a kind, read and checked, by key. Immutable; a change replaces it.</summary>
    public IReadOnlyDictionary<string, T> Current<T>(IDefinitionKind<T> kind)
        where T : class => throw new NotImplementedException();

    /// <summary>The kinds that this workspace knows.</summary>
    public IReadOnlyList<IDefinitionKind> Kinds => throw new NotImplementedException();

    /// <summary>Raised after a change, with the kind that changed.</summary>
    public event Action<string>? Changed;

    internal void RaiseChanged(string kind) => Changed?.Invoke(kind);

    /// <summary>The newest version of each definition of a kind, removed ones left out.</summary>
    public IReadOnlyList<Definition> List(string kind) => throw new NotImplementedException();

    /// <summary>All versions of one definition, newest first.</summary>
    public Task<IReadOnlyList<Definition>> HistoryAsync(string kind, string key, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Writes a new version after checking it; the same document again makes none. Gives the version in force, or all faults in one problem.</summary>
    public Task<Result<Definition>> SaveAsync(string kind, string key, string json, Actor by, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Writes a version that removes the definition.</summary>
    public Task<Result<Definition>> RemoveAsync(string kind, string key, Actor by, CancellationToken cancel = default) => throw new NotImplementedException();

    
}
