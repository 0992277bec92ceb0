using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Temas.Server.SignIn;

namespace Temas.Server.Oidc;

/// <summary>
/// What a sign-in that was begun must remember until the browser comes back: state against answers that nobody asked for, nonce against ID tokens of others, the verifier
/// of PKCE against codes that were stolen on the way. It travels in a cookie that only this server can read and write, for ten minutes.
/// </summary>
/// <param name="State">Sent to the provider and back.</param>
/// <param name="Nonce">Sent to the provider and back in the ID token.</param>
/// <param name="Verifier">Shown when the code is exchanged; the provider got its SHA-256 before.</param>
/// <param name="ReturnUrl">Where to go on, on this server.</param>
/// <param name="Until">When it ends, Unix milliseconds.</param>
internal sealed record OidcState(string State, string Nonce, string Verifier, string ReturnUrl, long Until)
{
    /// <summary>The S256 challenge of the verifier.</summary>
    public string Challenge() => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));
}

/// <summary>Writes and reads <see cref="OidcState"/> in its cookie.</summary>
internal sealed class OidcStates(IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>How long the provider may take.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly IDataProtector protector = protection.CreateProtector("temas.oidc-state");

    /// <summary>Begins one and sets the cookie, in the place of one that was begun before.</summary>
    public OidcState Begin(HttpContext http, string returnUrl)
    {
        var state = new OidcState(Secrets.New(32), Secrets.New(32), Secrets.New(32), returnUrl, (clock.GetUtcNow() + Life).ToUnixTimeMilliseconds());
        http.Response.Cookies.Append(NameFor(http.Request), protector.Protect(JsonSerializer.Serialize(state)), OptionsFor(http.Request));
        return state;
    }

    /// <summary>The one that <paramref name="state"/> belongs to, once: the cookie goes.</summary>
    public OidcState? Take(HttpContext http, string? state)
    {
        if (http.Request.Cookies[NameFor(http.Request)] is not { Length: > 0 } cookie) return null;
        http.Response.Cookies.Delete(NameFor(http.Request), OptionsFor(http.Request));
        try
        {
            var kept = JsonSerializer.Deserialize<OidcState>(protector.Unprotect(cookie));
            return kept is not null && state is not null && kept.Until > clock.GetUtcNow().ToUnixTimeMilliseconds()
                && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(kept.State), Encoding.UTF8.GetBytes(state)) ? kept : null;
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
        }
    }

    // Lax: the browser comes back from another site, by following a link.
    private static CookieOptions OptionsFor(HttpRequest request) => new() { HttpOnly = true, Secure = request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true, MaxAge = Life };

    private static string NameFor(HttpRequest request) => request.IsHttps ? "__Host-temas-oidc" : "temas-oidc";
}
