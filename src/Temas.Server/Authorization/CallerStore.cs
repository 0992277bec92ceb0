using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using Temas.Kernel;
using Temas.Server.SignIn;
using Temas.Storage.Workspaces;

namespace Temas.Server.Authorization;

/// <summary>
/// Finds the caller behind a session's or a token's secret. An answer is kept for a second, so that a revocation made by another process holds
/// within that time; one made in this process holds at once (<see cref="Forget"/>).
/// </summary>
internal sealed class CallerStore(WorkspaceRegistry workspaces, TimeProvider clock)
{
    private const int MostKept = 10_000;
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(1), SeenEvery = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);
    private long generation;

    private readonly record struct Known(Caller Caller, long At);

    private sealed class TokenRow
    {
        public string Id { get; init; } = "";

        public string Name { get; init; } = "";

        public string Workspace { get; init; } = "";

        public long Role { get; init; }

        public long? LastUsedAt { get; init; }
    }

    private sealed class SessionRow
    {
        public string Id { get; init; } = "";

        public string Name { get; init; } = "";

        public string Email { get; init; } = "";

        public string Language { get; init; } = "";

        public long CreatedAt { get; init; }

        public long SeenAt { get; init; }

        public long? TourEndedAt { get; init; }
    }

    private sealed class MembershipRow
    {
        public string Workspace { get; init; } = "";

        public long Role { get; init; }

        public long Closed { get; init; }
    }

    /// <summary>The caller of a live token, or null.</summary>
    public Task<Caller?> FindTokenAsync(string secret, CancellationToken cancel) => FindAsync(secret, ReadTokenAsync, cancel);

    /// <summary>The caller of a live session, or null.</summary>
    public Task<Caller?> FindSessionAsync(string secret, CancellationToken cancel) => FindAsync(secret, ReadSessionAsync, cancel);

    /// <summary>Forgets all answers: rights have changed.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref generation);
        known.Clear();
    }

    private async Task<Caller?> FindAsync(string secret, Func<DbConnection, string, long, Task<Caller?>> read, CancellationToken cancel)
    {
        var digest = Secrets.Digest(secret);
        if (known.TryGetValue(digest, out var found) && clock.GetElapsedTime(found.At) < Keep) return found.Caller;
        var before = Volatile.Read(ref generation);
        var at = clock.GetTimestamp();
        await using var db = await workspaces.System.OpenAsync(cancel);
        var caller = await read(db, digest, clock.GetUtcNow().ToUnixTimeMilliseconds());
        if (caller is null)
        {
            known.TryRemove(digest, out _);
            return null;
        }

        if (known.Count >= MostKept) known.Clear();
        // What was read before a change must not be kept after it.
        if (Volatile.Read(ref generation) == before)
        {
            known[digest] = new Known(caller, at);
            if (Volatile.Read(ref generation) != before) known.TryRemove(digest, out _);
        }

        return caller;
    }

    private static async Task<Caller?> ReadTokenAsync(DbConnection db, string digest, long now)
    {
        var row = await db.QuerySingleOrDefaultAsync<TokenRow>(
            """
            select id, name, workspace, role, last_used_at as LastUsedAt from api_token
            where digest = @digest and revoked_at is null and (expires_at is null or expires_at > @now)
            """,
            new { digest, now });
        if (row is null) return null;
        if (now - (row.LastUsedAt ?? 0) >= (long)SeenEvery.TotalMilliseconds)
            await db.ExecuteAsync("update api_token set last_used_at = @now where id = @id", new { now, id = row.Id });
        return new Caller("token", row.Id, row.Name, "", "", new Dictionary<string, Role>(StringComparer.Ordinal) { [row.Workspace] = (Role)row.Role });
    }

    private static async Task<Caller?> ReadSessionAsync(DbConnection db, string digest, long now)
    {
        var row = await db.QuerySingleOrDefaultAsync<SessionRow>(
            """
            select p.id, p.name, p.email, p.language, s.created_at as CreatedAt, s.seen_at as SeenAt, p.tour_ended_at as TourEndedAt
            from sign_in_session s join person p on p.id = s.person
            where s.digest = @digest and s.expires_at > @now and s.stamp = p.stamp and p.disabled = 0
            """,
            new { digest, now });
        if (row is null) return null;
        if (now - row.SeenAt >= (long)SeenEvery.TotalMilliseconds)
        {
            var expires = Math.Min(now + (long)Sessions.Idle.TotalMilliseconds, row.CreatedAt + (long)Sessions.Longest.TotalMilliseconds);
            await db.ExecuteAsync("update sign_in_session set seen_at = @now, expires_at = @expires where digest = @digest", new { now, expires, digest });
        }

        var memberships = (await db.QueryAsync<MembershipRow>(
            """
            select m.workspace, m.role, (select count(*) from workspace_rule r where r.workspace = m.workspace and r.second_factor = 1
              and not exists (select 1 from second_factor f where f.person = m.person and f.confirmed_at is not null)) as Closed
            from membership m where m.person = @id
            """,
            new { id = row.Id })).AsList();
        return new Caller("user", row.Id, row.Name, row.Email, row.Language, memberships.ToDictionary(m => m.Workspace, m => (Role)m.Role, StringComparer.Ordinal))
        {
            TourEnded = row.TourEndedAt is not null,
            Closed = memberships.Where(m => m.Closed != 0).Select(m => m.Workspace).ToHashSet(StringComparer.Ordinal),
        };
    }
}
