using System.Globalization;
using Dapper;
using Temas.Kernel;
using Temas.Server.People;
using Temas.Storage.Workspaces;

namespace Temas.Server.SignIn;

/// <summary>
/// Counts failed sign-ins by the digest of the e-mail that was typed, whether or not somebody has it, so that being locked tells nothing either.
/// Five failures are free; each further one locks for 30 seconds, doubling up to 15 minutes. A day of quiet forgets.
/// </summary>
internal sealed class SignInFailures(WorkspaceRegistry workspaces, TimeProvider clock)
{
    /// <summary>Failures before the first lock.</summary>
    public const int Free = 5;

    private static readonly TimeSpan FirstLock = TimeSpan.FromSeconds(30), LongestLock = TimeSpan.FromMinutes(15), Memory = TimeSpan.FromDays(1);

    private sealed class Row
    {
        public long Failures { get; init; }

        public long LastAt { get; init; }

        public long LockedUntil { get; init; }
    }

    /// <summary>The problem to answer with while this address is locked, or null.</summary>
    public async Task<Problem?> LockedAsync(string email, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        var until = await db.ExecuteScalarAsync<long?>("select locked_until from sign_in_failure where digest = @digest", new { digest = DigestOf(email) });
        var left = (until ?? 0) - clock.GetUtcNow().ToUnixTimeMilliseconds();
        return left > 0 ? Locked(TimeSpan.FromMilliseconds(left)) : null;
    }

    /// <summary>Counts a failure.</summary>
    public async Task CountAsync(string email, CancellationToken cancel)
    {
        var digest = DigestOf(email);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await using var db = await workspaces.System.OpenAsync(cancel);
        await using var transaction = await db.BeginTransactionAsync(cancel);
        await db.ExecuteAsync("delete from sign_in_failure where last_at < @before and locked_until < @now", new { before = now - (long)Memory.TotalMilliseconds, now }, transaction);
        await db.ExecuteAsync(
            """
            insert into sign_in_failure(digest, failures, last_at, locked_until) values (@digest, 1, @now, 0)
            on conflict (digest) do update set failures = sign_in_failure.failures + 1, last_at = excluded.last_at
            """,
            new { digest, now },
            transaction);
        var row = await db.QuerySingleAsync<Row>("select failures, last_at as LastAt, locked_until as LockedUntil from sign_in_failure where digest = @digest", new { digest }, transaction);
        if (row.Failures >= Free)
        {
            var locked = now + (long)LockAfter(row.Failures).TotalMilliseconds;
            await db.ExecuteAsync("update sign_in_failure set locked_until = @locked where digest = @digest", new { digest, locked }, transaction);
        }

        await transaction.CommitAsync(cancel);
    }

    /// <summary>Forgets the failures after a success.</summary>
    public async Task ClearAsync(string email, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        await db.ExecuteAsync("delete from sign_in_failure where digest = @digest", new { digest = DigestOf(email) });
    }

    /// <summary>How long the address is locked after so many failures in a row.</summary>
    internal static TimeSpan LockAfter(long failures) =>
        failures < Free ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(LongestLock.Ticks, FirstLock.Ticks << (int)Math.Min(failures - Free, 10)));

    private static Problem Locked(TimeSpan left) =>
        new(ProblemKind.TooMany, "sign_in_locked", string.Create(CultureInfo.InvariantCulture, $"Too many failed attempts; sign-in with this address is locked for {Math.Ceiling(left.TotalSeconds)} seconds."))
        {
            RetryAfter = left,
            WayOut = "Wait, then try again, or ask an owner for another password.",
        };

    private static string DigestOf(string email) => Secrets.Digest(EmailAddress.KeyOf(email));
}
