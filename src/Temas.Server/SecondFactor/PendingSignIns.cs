using Dapper;
using Temas.Server.People;
using Temas.Server.SignIn;
using Temas.Storage.Workspaces;

namespace Temas.Server.SecondFactor;

/// <summary>
/// Who has shown the password and not yet the code. A cookie of its own holds a random secret; the server keeps its digest for five minutes and five
/// attempts. It opens nothing but the second step.
/// </summary>
internal sealed class PendingSignIns(WorkspaceRegistry workspaces, PersonStore people, TimeProvider clock)
{
    /// <summary>How long the second step may take.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>Codes that may be tried before the password is asked for again.</summary>
    public const int MostAttempts = 5;

    /// <summary>The cookie's name.</summary>
    public static string CookieName(HttpRequest request) => request.IsHttps ? "__Host-temas-pending" : "temas-pending";

    /// <summary>Begins the second step and sets the cookie.</summary>
    public async Task BeginAsync(HttpContext http, PersonStore.Row person, CancellationToken cancel)
    {
        var secret = Secrets.New(32);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await using var db = await workspaces.System.OpenAsync(cancel);
        await db.ExecuteAsync("delete from pending_sign_in where expires_at < @now", new { now });
        await db.ExecuteAsync(
            "insert into pending_sign_in(digest, person, stamp, attempts, expires_at) values (@digest, @person, @stamp, 0, @expires)",
            new { digest = Secrets.Digest(secret), person = person.Id, stamp = person.Stamp, expires = now + (long)Life.TotalMilliseconds });
        http.Response.Cookies.Append(CookieName(http.Request), secret, OptionsFor(http.Request));
    }

    /// <summary>The person whose second step this is, or null; with <paramref name="attempt"/> one of the attempts is taken.</summary>
    public async Task<PersonStore.Row?> FindAsync(HttpContext http, bool attempt, CancellationToken cancel)
    {
        if (http.Request.Cookies[CookieName(http.Request)] is not { Length: > 0 and <= 100 } secret) return null;
        var key = new { digest = Secrets.Digest(secret), now = clock.GetUtcNow().ToUnixTimeMilliseconds(), most = MostAttempts };
        string? id;
        await using (var db = await workspaces.System.OpenAsync(cancel))
        {
            if (attempt && await db.ExecuteAsync("update pending_sign_in set attempts = attempts + 1 where digest = @digest and expires_at > @now and attempts < @most", key) == 0) return null;
            // A password that was changed meanwhile has to be shown anew.
            id = await db.ExecuteScalarAsync<string?>(
                "select p.id from pending_sign_in s join person p on p.id = s.person where s.digest = @digest and s.expires_at > @now and s.attempts <= @most and s.stamp = p.stamp and p.disabled = 0", key);
        }

        return id is null ? null : await people.FindRowAsync(id, cancel);
    }

    /// <summary>Ends the second step and takes the cookie away.</summary>
    public async Task EndAsync(HttpContext http, CancellationToken cancel)
    {
        if (http.Request.Cookies[CookieName(http.Request)] is not { Length: > 0 } secret) return;
        await using (var db = await workspaces.System.OpenAsync(cancel))
        {
            await db.ExecuteAsync("delete from pending_sign_in where digest = @digest", new { digest = Secrets.Digest(secret) });
        }

        http.Response.Cookies.Delete(CookieName(http.Request), OptionsFor(http.Request));
    }

    private static CookieOptions OptionsFor(HttpRequest request) => new() { HttpOnly = true, Secure = request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true, MaxAge = Life };
}
