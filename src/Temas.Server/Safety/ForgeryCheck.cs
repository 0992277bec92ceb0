using Microsoft.AspNetCore.Antiforgery;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.Hosting;
using Temas.Ui.Http;

namespace Temas.Server.Safety;

/// <summary>
/// Refuses changes that a page of another site makes a browser ask for. Whatever may change something and can come with a cookie needs the antiforgery
/// token, as form field <c>__RequestVerificationToken</c> or header <c>RequestVerificationToken</c>; sign-in and set-up need it, too. Requests with an API token or a
/// write key carry a secret that no browser adds by itself, and need none.
/// </summary>
internal sealed class ForgeryCheck(RequestDelegate next, IAntiforgery antiforgery)
{
    private const string Header = "RequestVerificationToken";

    private static readonly Problem Refused =
        new(ProblemKind.Invalid, "antiforgery_failed", "The request does not carry the token that shows that it comes from a page of Temas.") { WayOut = "Reload the page and try again; programs use an API token." };

    public async Task InvokeAsync(HttpContext http)
    {
        if (!IsSafe(http.Request.Method) && !IsExempt(http))
        {
            var site = http.Request.Headers["Sec-Fetch-Site"].ToString();
            // A form that is read as it comes in brings its token along, and its endpoint asks for it before it does anything.
            var streamed = http.GetEndpoint()?.Metadata.GetMetadata<StreamedForm>() is not null && !http.Request.Headers.ContainsKey(Header);
            if (streamed) http.Features.Set(new PendingForgeryCheck(token => IsValidAsync(http, token)));
            if (site is "cross-site" or "same-site" || (!streamed && !await antiforgery.IsRequestValidAsync(http)))
            {
                await Answers.WriteAsync(http, Refused);
                return;
            }
        }

        await next(http);
    }

    private Task<bool> IsValidAsync(HttpContext http, string token)
    {
        http.Request.Headers[Header] = token;
        return antiforgery.IsRequestValidAsync(http);
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);

    // The tracking API reads no cookie at all, not even where it is open to everybody.
    private static bool IsExempt(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal)
        || EndpointPolicy.Of(http.GetEndpoint()) is Policies.Write or Policies.Control
        || http.GetEndpoint()?.Metadata.GetMetadata<ReadsNoCookie>() is not null
        || http.Features.Get<Caller>() is { IsPerson: false };
}
