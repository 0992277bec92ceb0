using System.Data.Common;
using Dapper;

namespace Temas.Storage;

/// <summary>Reads and changes rows by ids of which there may be very many: some at a time, and each as a parameter of its own, which both databases take.</summary>
public static class ByIds
{
    private const int AtOnce = 200;
    private const string Place = "(@ids)";

    /// <summary>What a statement finds for some ids, in which they stand as <c>in (@ids)</c>. Rows are in order within a few hundred ids only.</summary>
    public static async Task<List<T>> QueryByIdsAsync<T>(this DbConnection connection, string sql, IEnumerable<string> ids, DbTransaction? transaction = null)
    {
        var found = new List<T>();
        foreach (var some in ids.Chunk(AtOnce)) found.AddRange(await connection.QueryAsync<T>(Spread(sql, some, out var values), values, transaction));
        return found;
    }

    /// <summary>Has a statement change the rows with some ids. How many changed.</summary>
    public static async Task<int> ExecuteByIdsAsync(this DbConnection connection, string sql, IEnumerable<string> ids, DbTransaction? transaction = null)
    {
        var changed = 0;
        foreach (var some in ids.Chunk(AtOnce)) changed += await connection.ExecuteAsync(Spread(sql, some, out var values), values, transaction);
        return changed;
    }

    private static string Spread(string sql, string[] some, out DynamicParameters values)
    {
        values = new DynamicParameters();
        foreach (var (i, id) in some.Index()) values.Add(FormattableString.Invariant($"id{i}"), id);
        return sql.Replace(Place, $"({string.Join(", ", some.Select((_, i) => FormattableString.Invariant($"@id{i}")))})", StringComparison.Ordinal);
    }
}
