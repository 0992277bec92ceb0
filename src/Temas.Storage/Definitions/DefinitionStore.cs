using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dapper;
using Temas.Kernel;

namespace Temas.Storage.Definitions;

/// <summary>Finds what is wrong with a document as it stands among those of all kinds: what it asks of another module, or a circle.</summary>
/// <param name="key">Its key.</param>
/// <param name="json">The document, which passed the check of its kind.</param>
/// <param name="others">The documents of a kind by key as they will stand beside it, itself left out.</param>
public delegate IReadOnlyList<Problem> DefinitionGuard(string key, string json, Func<string, IReadOnlyDictionary<string, string>> others);

/// <summary>The definitions of one workspace, with their history. The current ones are held in memory; a change is seen at once.</summary>
public sealed partial class DefinitionStore
{
    private readonly Database database;
    private readonly TimeProvider clock;
    private readonly Dictionary<string, IDefinitionKind> kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DefinitionGuard> guards = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly ConcurrentDictionary<string, object> read = new(StringComparer.Ordinal);
    private volatile Dictionary<(string Kind, string Key), Definition> newest = [];

    internal DefinitionStore(Database database, TimeProvider clock) => (this.database, this.clock) = (database, clock);

    /// <summary>Steps of the store's table.</summary>
    internal static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("definitions", 1, """
            create table definition(
                kind text not null, key text not null, version bigint not null, json text not null, changed_by text not null, changed_at bigint not null, removed integer not null,
                primary key(kind, key, version))
            """),
    ];

    /// <summary>The kinds that this workspace knows.</summary>
    public IReadOnlyList<IDefinitionKind> Kinds => [.. kinds.Values];

    /// <summary>Raised after a change, with the kind that changed, before the change is answered.</summary>
    public event Action<string>? Changed;

    /// <summary>Has documents of a kind checked by another module, too, before they are written; once a kind, while the workspace is being put together.</summary>
    public void Guard(string kind, DefinitionGuard guard) => guards.Add(kind, guard);

    /// <summary>The current definitions of a kind, read and checked, by key. Immutable; a change replaces it.</summary>
    public IReadOnlyDictionary<string, T> Current<T>(IDefinitionKind<T> kind)
        where T : class =>
        (IReadOnlyDictionary<string, T>)read.GetOrAdd(
            kind.Kind,
            static (name, state) => state.Store.List(name).Where(d => state.Kind.Check(d.Key, d.Json).Count == 0)
                .ToDictionary(d => d.Key, d => state.Kind.Read(d.Key, d.Json), StringComparer.Ordinal),
            (Store: this, Kind: kind));

    /// <summary>The newest version of each definition of a kind, by key, removed ones left out.</summary>
    public IReadOnlyList<Definition> List(string kind) =>
        [.. newest.Values.Where(d => d.Kind == kind && !d.Removed).OrderBy(d => d.Key, StringComparer.Ordinal)];

    /// <summary>All versions of one definition, newest first.</summary>
    public async Task<IReadOnlyList<Definition>> HistoryAsync(string kind, string key, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(Row.Select + " where kind = @kind and key = @key order by version desc", new { kind, key }, cancellationToken: cancel));
        return [.. rows.Select(r => r.ToDefinition())];
    }

    /// <summary>Writes a new version after checking it; the same document again makes none. Gives the version in force, or what is wrong: the first fault, with all of them in its text.</summary>
    /// <param name="kind">Kind of the definition.</param>
    /// <param name="key">Its key.</param>
    /// <param name="json">Its document.</param>
    /// <param name="by">Who writes it.</param>
    /// <param name="beside">Documents by kind and key that are written together with this one, and so may be referred to; null for one that is removed.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Result<Definition>> SaveAsync(string kind, string key, string json, Actor by, IReadOnlyDictionary<(string Kind, string Key), string?>? beside = null, CancellationToken cancel = default)
    {
        var faults = CheckAlone(kind, key, json);
        if (faults.Count > 0) return faults.Count == 1 ? faults[0] : faults[0] with { Detail = string.Join(" ", faults.Select(f => f.ToString())) };
        return await WriteAsync(kind, key, Compact(json), removed: false, by, beside, cancel);
    }

    /// <summary>Writes a version that removes the definition.</summary>
    public async Task<Result<Definition>> RemoveAsync(string kind, string key, Actor by, CancellationToken cancel = default) =>
        newest.TryGetValue((kind, key), out var old) && !old.Removed
            ? await WriteAsync(kind, key, old.Json, removed: true, by, null, cancel)
            : Problem.NotFound("definition_unknown", $"There is no {kind} with this key.", "key", key, "List the definitions to see their keys.");

    /// <summary>All that is wrong with a document; empty when it could be saved.</summary>
    /// <param name="kind">Kind of the definition.</param>
    /// <param name="key">Its key.</param>
    /// <param name="json">Its document.</param>
    /// <param name="beside">Documents by kind and key that would be written together with it; null for one that would be removed.</param>
    public IReadOnlyList<Problem> Check(string kind, string key, string json, IReadOnlyDictionary<(string Kind, string Key), string?>? beside = null) =>
        CheckAlone(kind, key, json) is { Count: > 0 } faults ? faults : CheckAmong(kind, key, json, beside);

    /// <summary>As <see cref="Check"/>, without looking at the others of its kind.</summary>
    public IReadOnlyList<Problem> CheckAlone(string kind, string key, string json)
    {
        if (!kinds.TryGetValue(kind, out var known))
            return [Problem.NotFound("definition_kind_unknown", "There is no such kind of definition.", "kind", kind, $"The kinds are {string.Join(", ", kinds.Keys)}.")];
        if (!KeyForm().IsMatch(key))
            return [Problem.Invalid("definition_key_invalid", "A key has 1 to 100 of a-z, 0-9, hyphen, underscore and dot and begins with a letter or digit.", "key", key, "Choose another key.")];
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return [Problem.Invalid("definition_not_an_object", "A definition is a JSON object.", "$", null, "Send an object.")];
        }
        catch (JsonException e)
        {
            return [Problem.Invalid("json_invalid", $"It is not JSON: {e.Message}", "$", null, "Correct it and send it again.")];
        }

        return known.Check(key, json);
    }

    /// <summary>Reads everything, and gives kinds that this workspace has never had their defaults.</summary>
    internal async Task OpenAsync(IEnumerable<IDefinitionKind> known, CancellationToken cancel)
    {
        foreach (var kind in known) kinds.Add(kind.Kind, kind);
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var seen = (await connection.QueryAsync<string>("select distinct kind from definition", transaction: transaction)).ToHashSet(StringComparer.Ordinal);
        var at = clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var kind in kinds.Values.Where(k => !seen.Contains(k.Kind)))
        {
            foreach (var (key, json) in kind.Defaults)
            {
                var faults = kind.Check(key, json);
                if (faults.Count > 0) throw new InvalidOperationException($"The default {kind.Kind} {key} breaks its own rules: {faults[0]}");
                await InsertAsync(connection, transaction, new Definition(kind.Kind, key, 1, Compact(json), Actor.System.Name, DateTimeOffset.FromUnixTimeMilliseconds(at), false));
            }
        }

        var rows = await connection.QueryAsync<Row>(
            Row.Select + " d where version = (select max(version) from definition n where n.kind = d.kind and n.key = d.key)", transaction: transaction);
        newest = rows.Select(r => r.ToDefinition()).ToDictionary(d => (d.Kind, d.Key));
        await transaction.CommitAsync(cancel);
    }

    private IReadOnlyList<Problem> CheckAmong(string kind, string key, string json, IReadOnlyDictionary<(string Kind, string Key), string?>? beside)
    {
        var faults = kinds[kind].CheckAmong(key, json, Others(kind));
        return guards.TryGetValue(kind, out var guard) ? [.. faults, .. guard(key, json, Others)] : faults;

        Dictionary<string, string> Others(string of)
        {
            var others = List(of).ToDictionary(d => d.Key, d => d.Json, StringComparer.Ordinal);
            foreach (var ((_, other), document) in beside?.Where(b => b.Key.Kind == of) ?? [])
            {
                if (document is null) others.Remove(other);
                else others[other] = document;
            }

            if (of == kind) others.Remove(key);
            return others;
        }
    }

    private async Task<Result<Definition>> WriteAsync(string kind, string key, string json, bool removed, Actor by, IReadOnlyDictionary<(string Kind, string Key), string?>? beside, CancellationToken cancel)
    {
        await writing.WaitAsync(cancel);
        try
        {
            // Under the lock, so that two who write at once cannot refer to each other.
            if (!removed && CheckAmong(kind, key, json, beside) is { Count: > 0 } faults) return faults[0];
            newest.TryGetValue((kind, key), out var old);
            if (old is not null && old.Json == json && old.Removed == removed) return old;
            var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
            var made = new Definition(kind, key, (old?.Version ?? 0) + 1, json, by.Name, now, removed);
            await using (var connection = await database.OpenAsync(cancel)) await InsertAsync(connection, null, made);
            newest = new Dictionary<(string, string), Definition>(newest) { [(kind, key)] = made };
            read.TryRemove(kind, out _);
            Changed?.Invoke(kind);
            return made;
        }
        finally
        {
            writing.Release();
        }
    }

    private static Task InsertAsync(DbConnection connection, DbTransaction? transaction, Definition d) =>
        connection.ExecuteAsync(
            "insert into definition(kind, key, version, json, changed_by, changed_at, removed) values(@Kind, @Key, @Version, @Json, @By, @at, @removed)",
            new { d.Kind, d.Key, d.Version, d.Json, d.By, at = d.At.ToUnixTimeMilliseconds(), removed = d.Removed ? 1 : 0 },
            transaction);

    private static string Compact(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement);
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,99}$", RegexOptions.CultureInvariant)]
    private static partial Regex KeyForm();

    private sealed class Row
    {
        public const string Select = "select kind as Kind, key as Key, version as Version, json as Json, changed_by as ChangedBy, changed_at as ChangedAt, removed as Removed from definition";

        public string Kind { get; set; } = "";

        public string Key { get; set; } = "";

        public long Version { get; set; }

        public string Json { get; set; } = "";

        public string ChangedBy { get; set; } = "";

        public long ChangedAt { get; set; }

        public long Removed { get; set; }

        public Definition ToDefinition() => new(Kind, Key, (int)Version, Json, ChangedBy, DateTimeOffset.FromUnixTimeMilliseconds(ChangedAt), Removed != 0);
    }
}
