using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Temas.Kernel;
using Temas.Server.Hosting;
using Temas.Server.SignIn;
using Temas.Server.Tokens;

namespace Temas.Server.Authorization;

/// <summary>
/// Who is asking? An API token by <c>Authorization: Bearer tmt_…</c>, otherwise the session of the cookie. A token that is sent and not valid is refused,
/// whatever cookie comes with it; credentials of other sorts (a source's write key) are none of this scheme's business.
/// </summary>
internal sealed class TemasAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, CallerStore callers)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string Name = "temas";

    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        Caller? caller;
        if (header.Length > 0)
        {
            if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
            var secret = header.AsSpan(Bearer.Length).Trim();
            if (!secret.StartsWith(CreateToken.Prefix, StringComparison.Ordinal)) return AuthenticateResult.NoResult();
            caller = secret.Length <= 100 ? await callers.FindTokenAsync(secret.ToString(), Context.RequestAborted) : null;
            if (caller is null) return AuthenticateResult.Fail("The token is unknown, revoked or has ended.");
        }
        else
        {
            if (Request.Cookies[Sessions.CookieName(Request)] is not { Length: > 0 and <= 100 } secret) return AuthenticateResult.NoResult();
            caller = await callers.FindSessionAsync(secret, Context.RequestAborted);
            if (caller is null) return AuthenticateResult.NoResult();
        }

        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(Name), Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (!Answers.IsForPrograms(Context) && (HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method)))
        {
            var back = Request.PathBase + Request.Path + Request.QueryString;
            Response.Redirect(back == "/" ? "/sign-in" : "/sign-in?returnUrl=" + Uri.EscapeDataString(back));
            return Task.CompletedTask;
        }

        Response.Headers.WWWAuthenticate = "Bearer realm=\"temas\"";
        var tokenSent = Request.Headers.Authorization.Count > 0;
        return Answers.WriteAsync(Context, new Problem(
            ProblemKind.Unauthenticated,
            tokenSent ? "token_invalid" : "not_signed_in",
            tokenSent ? "The credentials are not a token that is valid here: unknown, revoked, ended, or a write key." : "This needs a sign-in or an API token.")
        {
            WayOut = "Send Authorization: Bearer tmt_…; make a token with: temas token create --role viewer.",
        });
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var policy = EndpointPolicy.Of(Context.GetEndpoint());
        var needed = policy is not null && RolePolicies.Least.TryGetValue(policy, out var role) ? People.RoleNames.Of(role) : "another";
        return Answers.WriteAsync(Context, new Problem(ProblemKind.Forbidden, "role_too_low", $"This needs the role {needed} or above.") { WayOut = "Ask an owner of the workspace." });
    }
}
