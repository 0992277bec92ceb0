using Temas.Kernel;
using Temas.Server.Hosting;
using Temas.Server.SignIn;
using Temas.Ui;

namespace Temas.Server.Oidc;

/// <summary>The two addresses of signing in by OpenID Connect. Both are opened by browsers that follow a link, and change nothing before the provider has answered.</summary>
internal static class OidcEndpoints
{
    public static void MapOidc(this IEndpointRouteBuilder routes)
    {
        // Not a form: the content security policy lets forms lead to this server alone, redirects included.
        routes.MapGet("/sign-in/oidc", async (string? returnUrl, HttpContext http, OidcSignIn use, CancellationToken cancel) =>
            {
                var begun = await use.BeginAsync(http, returnUrl, cancel);
                return begun.IsOk ? new SeeOther(begun.Value) : Failed(http, begun.Problem!);
            })
            .RequireAuthorization(Policies.Open).ExcludeFromDescription();
        routes.MapGet(OidcSignIn.Callback, async (string? state, string? code, string? iss, string? error, HttpContext http, OidcSignIn use, CancellationToken cancel) =>
            {
                var ended = await use.EndAsync(http, state, code, iss, error, cancel);
                return ended.IsOk ? new SeeOther(SessionEndpoints.After(ended.Value.Done, ended.Value.Url)) : Failed(http, ended.Problem!);
            })
            .RequireAuthorization(Policies.Open).ExcludeFromDescription();
    }

    private static IResult Failed(HttpContext http, Problem problem) =>
        Answers.IsForPrograms(http) ? Answers.Of(problem) : new SeeOther(TemasUrls.With("/sign-in", ("problem", problem.Code)));
}
