using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Temas.Storage.Workspaces;

namespace Temas.Engage.Channels;

/// <summary>
/// The secrets that channels and webhooks need in clear: tokens of gateways, keys that sign. Kept encrypted with the keys of the data folder, so that whoever has the database alone has none of them; never given out again, and no part of definitions, exports and the audit trail.
/// </summary>
internal sealed class SecretBox(IDataProtectionProvider protection)
{
    private readonly IDataProtector protector = protection.CreateProtector("temas.engage");

    /// <summary>Puts a secret of an owner (<c>channel:sms</c>), in the place of the one before.</summary>
    public async Task PutAsync(Workspace workspace, string owner, string name, string secret, CancellationToken cancel = default)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        await connection.ExecuteAsync(
            "insert into engage_secret(owner, name, value, changed_at) values(@owner, @name, @value, @now) on conflict(owner, name) do update set value = excluded.value, changed_at = excluded.changed_at",
            new { owner, name, value = protector.Protect(secret), now = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds() });
    }

    /// <summary>A secret; null when there is none, or the keys do not open it, as when the folder of the keys was lost.</summary>
    public async Task<string?> FindAsync(Workspace workspace, string owner, string name, CancellationToken cancel = default)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        if (await connection.QuerySingleOrDefaultAsync<string>("select value from engage_secret where owner = @owner and name = @name", new { owner, name }) is not { } value) return null;
        try
        {
            return protector.Unprotect(value);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Names of the secrets of an owner.</summary>
    public static async Task<IReadOnlySet<string>> NamesAsync(Workspace workspace, string owner, CancellationToken cancel = default)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        return (await connection.QueryAsync<string>("select name from engage_secret where owner = @owner", new { owner })).ToHashSet(StringComparer.Ordinal);
    }
}
