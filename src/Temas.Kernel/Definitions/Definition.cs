namespace Temas.Kernel;

/// <summary>One version of something that people configure: a touchpoint, a promise, a computed trait.</summary>
/// <param name="Kind">Kind of definition, such as <c>touchpoint</c>.</param>
/// <param name="Key">Its name within the kind: 1 to 100 of a-z, 0-9, hyphen, underscore and dot.</param>
/// <param name="Version">1 for the first version; every change adds one.</param>
/// <param name="Json">The document.</param>
/// <param name="By">Who made this version.</param>
/// <param name="At">When, in UTC.</param>
/// <param name="Removed">True when this version says that the definition no longer holds.</param>
public sealed record Definition(string Kind, string Key, int Version, string Json, string By, DateTimeOffset At, bool Removed);

/// <summary>A kind of definition: how its documents are read and held against their rules.</summary>
public interface IDefinitionKind
{
    /// <summary>Name in addresses and YAML, singular, kebab-case: <c>computed-trait</c>.</summary>
    string Kind { get; }

    /// <summary>All that is wrong with a document; empty when nothing is. <c>Field</c> of each problem is a JSON path.</summary>
    IReadOnlyList<Problem> Check(string key, string json);

    /// <summary>
    /// What is wrong with how a document that passed <see cref="Check"/> refers to others of its kind: they are missing, or lead back to it. <paramref name="others"/> are the documents by key as they will stand
    /// beside it. Only asked before a document is written, for what it refers to may be removed later.
    /// </summary>
    IReadOnlyList<Problem> CheckAmong(string key, string json, IReadOnlyDictionary<string, string> others) => [];

    /// <summary>What a new workspace begins with: key and document.</summary>
    IEnumerable<KeyValuePair<string, string>> Defaults { get; }
}

/// <summary>A kind whose documents are read as <typeparamref name="T"/>.</summary>
public interface IDefinitionKind<T> : IDefinitionKind
    where T : class
{
    /// <summary>Reads a document that passed <see cref="IDefinitionKind.Check"/>.</summary>
    T Read(string key, string json);
}
