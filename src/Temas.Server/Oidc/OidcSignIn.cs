using Temas.Kernel;
using Temas.Server.Hosting;
using Temas.Server.Safety;
using Temas.Server.SignIn;

namespace Temas.Server.Oidc;

/// <summary>Where to go on after a sign-in by the provider.</summary>
/// <param name="Url">The page.</param>
/// <param name="Done">False: a code is asked for first.</param>
internal sealed record OidcSignedIn(string Url, bool Done);

/// <summary>
/// Use case: sign in by an OpenID provider, by the authorization code flow with PKCE (OpenID Connect Core 1.0, section 3.1; RFC 7636).
/// </summary>
internal sealed class OidcSignIn(OidcProvider provider, OidcStates states, OidcPeople people, FinishSignIn finish, SignInRates rates, PublicLinks links)
{
    /// <summary>Where the provider sends the browser back to; to be registered there.</summary>
    public const string Callback = "/sign-in/oidc/callback";

    /// <summary>Begins; gives the provider's address to which the browser goes.</summary>
    public async Task<Result<string>> BeginAsync(HttpContext http, string? returnUrl, CancellationToken cancel)
    {
        if (!provider.IsSet) return OidcProblems.NotSet;
        if (rates.Take(http.Connection.RemoteIpAddress, "oidc begin") is { } tooMany) return tooMany;
        var state = states.Begin(http, ReturnUrl.Local(returnUrl));
        return await provider.AuthorizeUrlAsync(links.To(Callback, http), state.State, state.Nonce, state.Challenge(), cancel);
    }

    /// <summary>Ends: the browser is back with a code or with a failure.</summary>
    public async Task<Result<OidcSignedIn>> EndAsync(HttpContext http, string? state, string? code, string? issuer, string? error, CancellationToken cancel)
    {
        if (!provider.IsSet) return OidcProblems.NotSet;
        if (rates.Take(http.Connection.RemoteIpAddress, "oidc end") is { } tooMany) return tooMany;
        // The state first: what nobody asked for is not answered, not even by telling its failure.
        if (states.Take(http, state) is not { } begun) return OidcProblems.StateExpired;
        if (error is { Length: > 0 }) return error is "server_error" or "temporarily_unavailable" ? OidcProblems.Unreachable : OidcProblems.Denied;
        if (code is not { Length: > 0 and <= 4000 }) return OidcProblems.Refused;
        var identity = await provider.RedeemAsync(code, issuer, links.To(Callback, http), begun.Verifier, begun.Nonce, cancel);
        if (!identity.IsOk) return identity.Problem!;
        var person = await people.FindAsync(identity.Value, cancel);
        if (!person.IsOk) return person.Problem!;
        return new OidcSignedIn(begun.ReturnUrl, await finish.HandleAsync(http, person.Value, cancel));
    }
}
