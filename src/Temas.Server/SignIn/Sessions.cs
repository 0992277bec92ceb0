using Dapper;
using Temas.Server.Authorization;
using Temas.Server.People;
using Temas.Storage.Workspaces;

namespace Temas.Server.SignIn;

/// <summary>
/// Who is signed in, by cookie. The cookie holds a random secret and nothing else; the server keeps its digest, so that a session can be ended at any time.
/// A session ends 14 days after it was last used and 60 days after its beginning.
/// </summary>
internal sealed class Sessions(WorkspaceRegistry workspaces, CallerStore callers, TimeProvider clock)
{
    private sealed class Row
    {
        public string Digest { get; init; } = "";

        public long CreatedAt { get; init; }

        public long SeenAt { get; init; }

        public string? Agent { get; init; }

        public string? Address { get; init; }
    }

    /// <summary>How long a session lives without use.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromDays(14);

    /// <summary>How long it lives at most.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(60);

    /// <summary>The cookie's name. With https the prefix makes browsers refuse it from anywhere but this host, path / and https.</summary>
    public static string CookieName(HttpRequest request) => request.IsHttps ? "__Host-temas" : "temas";

    /// <summary>Begins a session and sets the cookie. A session that the browser had before ends.</summary>
    public async Task BeginAsync(HttpContext http, PersonStore.Row person, CancellationToken cancel)
    {
        await DeleteAsync(http, cancel);
        var secret = Secrets.New(32);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await using var db = await workspaces.System.OpenAsync(cancel);
        await using var transaction = await db.BeginTransactionAsync(cancel);
        await db.ExecuteAsync("delete from sign_in_session where expires_at < @now", new { now }, transaction);
        await db.ExecuteAsync(
            """
            insert into sign_in_session(digest, person, stamp, created_at, seen_at, expires_at, agent, address)
            values (@digest, @person, @stamp, @now, @now, @expires, @agent, @address)
            """,
            new
            {
                digest = Secrets.Digest(secret),
                person = person.Id,
                stamp = person.Stamp,
                now,
                expires = now + (long)Idle.TotalMilliseconds,
                agent = SessionDevice.Kept(http.Request.Headers.UserAgent.ToString()),
                address = AddressOf(http),
            },
            transaction);
        await db.ExecuteAsync("update person set last_sign_in_at = @now where id = @id", new { now, id = person.Id }, transaction);
        await transaction.CommitAsync(cancel);
        http.Response.Cookies.Append(CookieName(http.Request), secret, OptionsFor(http.Request, Longest));
        Ui.Preferences.Languages.Forget(http);
    }

    /// <summary>Ends the session of this request, if it has one, and takes the cookie away.</summary>
    public async Task EndAsync(HttpContext http, CancellationToken cancel)
    {
        await DeleteAsync(http, cancel);
        http.Response.Cookies.Delete(CookieName(http.Request), OptionsFor(http.Request, null));
        // The sign-in page that follows speaks as the pages before it did.
        if (http.Features.Get<Caller>() is { IsPerson: true } caller && Ui.Preferences.Languages.IsKnown(caller.Language)) Ui.Preferences.Languages.Remember(http, caller.Language);
    }

    /// <summary>Ends all sessions of a person, on every device.</summary>
    public async Task EndAllAsync(string person, CancellationToken cancel)
    {
        await using (var db = await workspaces.System.OpenAsync(cancel))
        {
            await db.ExecuteAsync("delete from sign_in_session where person = @person", new { person });
        }

        callers.Forget();
    }

    /// <summary>The live sessions of a person, the one in use last first. The one of this request is marked.</summary>
    public async Task<IReadOnlyList<OwnSession>> ListAsync(HttpContext http, string person, CancellationToken cancel)
    {
        var here = http.Request.Cookies[CookieName(http.Request)] is { Length: > 0 } secret ? IdOf(Secrets.Digest(secret)) : null;
        await using var db = await workspaces.System.OpenAsync(cancel);
        var rows = await db.QueryAsync<Row>(
            """
            select s.digest, s.created_at as CreatedAt, s.seen_at as SeenAt, s.agent, s.address
            from sign_in_session s join person p on p.id = s.person
            where s.person = @person and s.stamp = p.stamp and s.expires_at > @now order by s.seen_at desc, s.digest
            """,
            new { person, now = clock.GetUtcNow().ToUnixTimeMilliseconds() });
        return [.. rows.Select(r => new OwnSession(
            IdOf(r.Digest), SessionDevice.Of(r.Agent), r.Address, DateTimeOffset.FromUnixTimeMilliseconds(r.CreatedAt), DateTimeOffset.FromUnixTimeMilliseconds(r.SeenAt), IdOf(r.Digest) == here))];
    }

    /// <summary>Ends one session of a person. False when there is none of this id any more.</summary>
    public async Task<bool> EndOneAsync(string person, string id, CancellationToken cancel)
    {
        int ended;
        await using (var db = await workspaces.System.OpenAsync(cancel))
        {
            ended = await db.ExecuteAsync("delete from sign_in_session where person = @person and substr(digest, 1, 16) = @id", new { person, id });
        }

        callers.Forget();
        return ended > 0;
    }

    private static string? AddressOf(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : null;

    // A part of the digest is name enough, and tells nothing of the secret.
    private static string IdOf(string digest) => digest[..16];

    private async Task DeleteAsync(HttpContext http, CancellationToken cancel)
    {
        if (http.Request.Cookies[CookieName(http.Request)] is not { Length: > 0 } secret) return;
        await using (var db = await workspaces.System.OpenAsync(cancel))
        {
            await db.ExecuteAsync("delete from sign_in_session where digest = @digest", new { digest = Secrets.Digest(secret) });
        }

        callers.Forget();
    }

    private static CookieOptions OptionsFor(HttpRequest request, TimeSpan? age) =>
        new() { HttpOnly = true, Secure = request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true, MaxAge = age };
}
