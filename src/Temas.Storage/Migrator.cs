using System.Data.Common;
using System.Globalization;
using System.Text;
using Dapper;
using Temas.Kernel;

namespace Temas.Storage;

/// <summary>
/// One step of a schema. Steps are append-only: a step that has landed is never edited (its text is checked against what was applied).
/// In <paramref name="Sql"/>, <c>$blob</c>, <c>$identity</c> and <c>$key</c> stand for the dialect's words (see <see cref="Dialect"/>). 64-bit numbers are <c>bigint</c>, times are
/// <c>bigint</c> milliseconds since 1970 UTC, texts <c>text</c>, truth values <c>integer</c> 0 or 1.
/// </summary>
/// <param name="Module">Whose step it is: <c>log</c>, <c>collect</c>, <c>system</c>.</param>
/// <param name="Number">1, 2, 3 … within the module.</param>
/// <param name="Sql">Statements, separated by semicolons.</param>
public sealed record Migration(string Module, int Number, string Sql);

/// <summary>A database that this release cannot use, with the reason; told to the person who starts Temas.</summary>
public sealed class StoreException(Problem problem, Exception? inner = null) : Exception(problem.ToString(), inner)
{
    /// <summary>What is wrong and what to do.</summary>
    public Problem Problem { get; } = problem;
}

/// <summary>Brings a database to the steps that this release knows, and refuses one that knows more.</summary>
internal static class Migrator
{
    private sealed class Applied
    {
        public string Module { get; set; } = "";

        public long Number { get; set; }

        public string Digest { get; set; } = "";
    }

    public static async Task MigrateAsync(Database database, IReadOnlyList<Migration> steps, TimeProvider clock, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (database.Dialect == Dialect.Postgres)
            await connection.ExecuteAsync("select pg_advisory_xact_lock(hashtext(current_schema()))", transaction: transaction);
        await connection.ExecuteAsync(
            "create table if not exists schema_step(module text not null, number bigint not null, digest text not null, applied_at bigint not null, primary key(module, number))",
            transaction: transaction);
        var applied = (await connection.QueryAsync<Applied>("select module, number, digest from schema_step", transaction: transaction)).ToList();

        foreach (var old in applied.Where(a => !steps.Any(s => s.Module == a.Module && s.Number == a.Number)))
        {
            throw new StoreException(new Problem(ProblemKind.Conflict, "schema_newer", $"{database.Name} has step {old.Module} {old.Number}, which this release does not know.")
            {
                WayOut = "It was written by a newer Temas: start that release, or restore a backup made with this one.",
            });
        }

        foreach (var step in steps)
        {
            var digest = Hash64.Of(Encoding.UTF8.GetBytes(step.Sql)).ToString("x16", CultureInfo.InvariantCulture);
            var before = applied.Find(a => a.Module == step.Module && a.Number == step.Number);
            if (before is not null)
            {
                if (before.Digest == digest) continue;
                throw new StoreException(new Problem(ProblemKind.Conflict, "schema_edited", $"Step {step.Module} {step.Number} of {database.Name} was applied with another text.")
                {
                    WayOut = "A step that has landed is never edited: restore its text and add a new step.",
                });
            }

            await RunAsync(connection, transaction, database.Dialect, step);
            await connection.ExecuteAsync(
                "insert into schema_step(module, number, digest, applied_at) values(@Module, @Number, @digest, @at)",
                new { step.Module, step.Number, digest, at = clock.GetUtcNow().ToUnixTimeMilliseconds() },
                transaction);
        }

        await transaction.CommitAsync(cancel);
    }

    private static async Task RunAsync(DbConnection connection, DbTransaction transaction, Dialect dialect, Migration step)
    {
        var sql = step.Sql.Replace("$blob", dialect.Blob, StringComparison.Ordinal)
            .Replace("$identity", dialect.Identity, StringComparison.Ordinal)
            .Replace("$key", dialect.Key, StringComparison.Ordinal);
        await connection.ExecuteAsync(sql, transaction: transaction);
    }
}
