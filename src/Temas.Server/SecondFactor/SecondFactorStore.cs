using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Temas.Storage.Workspaces;

namespace Temas.Server.SecondFactor;

/// <summary>
/// The tables <c>second_factor</c> and <c>recovery_code</c>. A secret must be known in clear to make codes from it, so it is kept encrypted with the keys of
/// the data folder: whoever has the database alone (of PostgreSQL, a dump) has no second factors.
/// </summary>
internal sealed class SecondFactorStore(WorkspaceRegistry workspaces, IDataProtectionProvider protection, TimeProvider clock)
{
    private readonly IDataProtector protector = protection.CreateProtector("temas.second-factor");

    private sealed class Row
    {
        public string Secret { get; init; } = "";

        public long LastStep { get; init; }

        public long CreatedAt { get; init; }

        public long? ConfirmedAt { get; init; }
    }

    /// <summary>What is kept of a person's second factor.</summary>
    /// <param name="Secret">The secret; null where the keys do not open it, as when the folder of the keys was lost.</param>
    /// <param name="LastStep">The last step whose code was accepted.</param>
    /// <param name="CreatedAt">When it was begun.</param>
    /// <param name="ConfirmedAt">Since when it is on; null while it is being set up.</param>
    internal sealed record Kept(byte[]? Secret, long LastStep, DateTimeOffset CreatedAt, DateTimeOffset? ConfirmedAt);

    /// <summary>What a person has, or null.</summary>
    public async Task<Kept?> FindAsync(string person, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        var row = await db.QuerySingleOrDefaultAsync<Row>(
            "select secret, last_step as LastStep, created_at as CreatedAt, confirmed_at as ConfirmedAt from second_factor where person = @person", new { person });
        return row is null ? null : new Kept(Open(row.Secret), row.LastStep, At(row.CreatedAt), row.ConfirmedAt is { } at ? At(at) : null);
    }

    /// <summary>Begins one with a new secret, in the place of one that was begun and never confirmed. False when one is on.</summary>
    public async Task<bool> BeginAsync(string person, byte[] secret, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        return await db.ExecuteAsync(
            """
            insert into second_factor(person, secret, last_step, created_at) values (@person, @secret, 0, @now)
            on conflict (person) do update set secret = excluded.secret, last_step = 0, created_at = excluded.created_at where second_factor.confirmed_at is null
            """,
            new { person, secret = protector.Protect(Convert.ToBase64String(secret)), now = Now }) > 0;
    }

    /// <summary>Turns on the one that was begun, with these recovery codes. False when that is done already.</summary>
    public async Task<bool> ConfirmAsync(string person, long step, IReadOnlyList<string> codes, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        await using var transaction = await db.BeginTransactionAsync(cancel);
        if (await db.ExecuteAsync("update second_factor set confirmed_at = @now, last_step = @step where person = @person and confirmed_at is null", new { person, step, now = Now }, transaction) == 0) return false;
        await PutCodesAsync(db, transaction, person, codes);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Notes the step of a code that was right. False when that step, or a later one, was noted before: of two who send the same code one succeeds.</summary>
    public async Task<bool> SpendStepAsync(string person, long step, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        return await db.ExecuteAsync("update second_factor set last_step = @step where person = @person and last_step < @step and confirmed_at is not null", new { person, step }) > 0;
    }

    /// <summary>Spends a recovery code; false when it is none (any more).</summary>
    public async Task<bool> SpendCodeAsync(string person, string digest, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        return await db.ExecuteAsync("delete from recovery_code where person = @person and digest = @digest", new { person, digest }) > 0;
    }

    /// <summary>How many recovery codes are left.</summary>
    public async Task<int> CountCodesAsync(string person, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        return (int)await db.ExecuteScalarAsync<long>("select count(*) from recovery_code where person = @person", new { person });
    }

    /// <summary>Replaces the recovery codes.</summary>
    public async Task ReplaceCodesAsync(string person, IReadOnlyList<string> codes, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        await using var transaction = await db.BeginTransactionAsync(cancel);
        await PutCodesAsync(db, transaction, person, codes);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Takes everything away; false when there was none that is on.</summary>
    public async Task<bool> DeleteAsync(string person, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        await using var transaction = await db.BeginTransactionAsync(cancel);
        await db.ExecuteAsync("delete from recovery_code where person = @person", new { person }, transaction);
        await db.ExecuteAsync("delete from pending_sign_in where person = @person", new { person }, transaction);
        var was = await db.ExecuteAsync("delete from second_factor where person = @person and confirmed_at is not null", new { person }, transaction) > 0;
        await transaction.CommitAsync(cancel);
        return was;
    }

    private static async Task PutCodesAsync(System.Data.Common.DbConnection db, System.Data.Common.DbTransaction transaction, string person, IReadOnlyList<string> codes)
    {
        await db.ExecuteAsync("delete from recovery_code where person = @person", new { person }, transaction);
        foreach (var code in codes) await db.ExecuteAsync("insert into recovery_code(person, digest) values (@person, @digest)", new { person, digest = RecoveryCodes.Digest(person, code) }, transaction);
    }

    private byte[]? Open(string secret)
    {
        try
        {
            return Convert.FromBase64String(protector.Unprotect(secret));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
