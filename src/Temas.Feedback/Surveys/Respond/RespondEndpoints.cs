using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Temas.Feedback.Asking.Invites;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Logic;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;

namespace Temas.Feedback.Surveys.Respond;

/// <summary>
/// <c>/s/{workspace}/{survey}</c>: where customers answer, open to everybody who has the address. Reading it never answers anything, so that those who look at links beforehand do no harm; no cookie is read, so that a page of another site
/// can do no more than its visitor could; and what is sent is taken for the response alone that its token was made for.
/// </summary>
internal sealed class RespondEndpoints(WorkspaceRegistry workspaces, TakePage take, SendingLimit limit)
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/s/{workspace}/{survey}").RequireAuthorization(Policies.Open).ExcludeFromDescription().WithMetadata(ReadsNoCookie.Instance);
        group.MapGet("", (HttpContext http, string workspace, string survey, RespondEndpoints here) => here.ShowAsync(http, workspace, survey));
        group.MapPost("", (HttpContext http, string workspace, string survey, RespondEndpoints here) => here.TakeAsync(http, workspace, survey)).DisableAntiforgery();
        group.MapGet("style.css", (HttpContext http, string workspace, string survey, RespondEndpoints here) => here.Find(workspace) is { } known ? Style(http, SurveyBook.Of(known).Published(survey)?.Survey) : Results.NotFound());
        group.MapGet("logo", async (HttpContext http, string workspace, string survey, int? v, RespondEndpoints here) => Picture(http, (await here.VersionAsync(http, workspace, survey, v))?.Theme.Logo));
        group.MapGet("picture/{question}/{choice}", async (HttpContext http, string workspace, string survey, string question, string choice, int? v, RespondEndpoints here) =>
            Picture(http, (await here.VersionAsync(http, workspace, survey, v))?.Find(question)?.Choices.FirstOrDefault(c => c.Id == choice)?.Picture));
    }

    /// <summary>A picture of a survey.</summary>
    public static IResult Picture(HttpContext http, SurveyPicture? picture)
    {
        if (picture is null) return Results.NotFound();
        http.Response.Headers.CacheControl = "public, max-age=86400";
        return Results.Bytes(picture.Bytes, picture.MediaType);
    }

    /// <summary>The style sheet of a survey.</summary>
    public static IResult Style(HttpContext http, Survey? survey)
    {
        http.Response.Headers.CacheControl = "public, max-age=86400";
        return Results.Content(RespondStyle.Of(survey?.Theme ?? new SurveyTheme()).Css, "text/css; charset=utf-8");
    }

    /// <summary>The page as HTML.</summary>
    public static Task WriteAsync(HttpContext http, RespondView view, int status)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentLanguage = view.Language;
        http.Response.Headers["X-Robots-Tag"] = "noindex";
        // The token is in the address: it goes to nobody.
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        return new RazorComponentResult<RespondPage>(new Dictionary<string, object?> { [nameof(RespondPage.Shown)] = view }) { StatusCode = status, PreventStreamingRendering = true }.ExecuteAsync(http);
    }

    private async Task ShowAsync(HttpContext http, string key, string survey)
    {
        var query = http.Request.Query;
        var respondent = await FindAsync(http, key, survey, name => query[name]);
        var view = View(http, respondent, key, survey, query["p"]) with { IsJustDone = query["done"] == "1" };
        // A click in a letter chooses and sends nothing: what opens links beforehand answers nothing.
        if (respondent.Standing == Standing.Open && FirstQuestion.Of(respondent.Route) is { } first && first.Chosen(query[FirstQuestion.Field]) is { } chosen)
            view = view with { Page = respondent.Route.Pages[0], Chosen = (first.Question.Id, chosen) };
        await WriteAsync(http, view, respondent.Standing == Standing.Unknown ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);
    }

    private async Task TakeAsync(HttpContext http, string key, string survey)
    {
        if (!http.Request.HasFormContentType)
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        // Who only looks costs nothing that is kept; who sends does.
        if (!limit.Takes(http))
        {
            http.Response.Headers.RetryAfter = "60";
            await WriteAsync(http, View(http, new Respondent { Standing = Standing.Unknown }, key, survey, null) with { IsHeldBack = true }, StatusCodes.Status429TooManyRequests);
            return;
        }

        StringValues Field(string name) => form[name];
        // Without a token nothing is taken: it was made for the page that is sent.
        var respondent = string.IsNullOrEmpty(Field("t")) && string.IsNullOrEmpty(Field("r")) ? new Respondent { Standing = Standing.Unknown } : await FindAsync(http, key, survey, Field);
        if (respondent.Standing != Standing.Open)
        {
            var view = View(http, respondent, key, survey, null);
            if (respondent.Standing == Standing.Done) http.Response.Redirect(view.Link(), permanent: false, preserveMethod: false);
            else await WriteAsync(http, view, respondent.Standing == Standing.Unknown ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK);
            return;
        }

        var taken = await take.RunAsync(Find(key)!, respondent, Field("p"), Field("go") == "back", Field, http.RequestAborted);
        var after = View(http, taken.Respondent, key, survey, taken.Page) with { Filled = taken.Filled };
        if (taken.Filled is not null) await WriteAsync(http, after, StatusCodes.Status422UnprocessableEntity);
        else http.Response.Redirect(after.Link(("p", taken.Page), ("done", taken.Respondent.Standing == Standing.Done ? "1" : null)));
    }

    private async Task<Respondent> FindAsync(HttpContext http, string key, string survey, Func<string, StringValues> field)
    {
        if (Find(key) is not { } workspace) return new Respondent { Standing = Standing.Unknown };
        string? One(string name) => field(name) is { Count: > 0 } values && values[0] is { Length: > 0 } value ? value : null;
        var browser = http.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(l => l.Quality ?? 1).Select(l => (string?)l.Value.ToString());
        return await Respondent.FindAsync(workspace, survey, One("t"), One("r"), One("c"), [One("lang"), .. browser], http.RequestAborted);
    }

    private RespondView View(HttpContext http, Respondent respondent, string key, string survey, string? page)
    {
        var shown = respondent.Standing == Standing.Open ? respondent.Route : null;
        var at = shown is null ? -1 : shown.IndexOf(page) is >= 0 and var asked ? asked : Math.Max(0, shown.IndexOf(respondent.Response!.Page));
        return new RespondView
        {
            Respondent = respondent,
            Language = respondent.Response?.Language ?? Temas.Ui.Preferences.Languages.Of(http),
            Address = TemasUrls.Survey(key, survey),
            Page = shown is { Pages.Count: > 0 } ? shown.Pages[at] : null,
        };
    }

    private Workspace? Find(string key) => WorkspaceKey.Parse(key) is { IsOk: true } parsed ? workspaces.Find(parsed.Value) : null;

    private async Task<Survey?> VersionAsync(HttpContext http, string key, string survey, int? version)
    {
        if (Find(key) is not { } workspace) return null;
        var book = SurveyBook.Of(workspace);
        return version is { } number ? await book.VersionAsync(survey, number, http.RequestAborted) : book.Published(survey)?.Survey;
    }
}

/// <summary>How much respondents may send: 300 pages at once from one address (of IPv6 one network of 64 bits), and 5 a second after that, so that nobody fills the disk and a store with one address for all can still ask.</summary>
internal sealed class SendingLimit : IDisposable
{
    private readonly PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions { TokenLimit = 300, TokensPerPeriod = 5, ReplenishmentPeriod = TimeSpan.FromSeconds(1) }));

    /// <summary>Whether a request is taken.</summary>
    public bool Takes(HttpContext http)
    {
        using var lease = limiter.AttemptAcquire(KeyOf(http.Connection.RemoteIpAddress));
        return lease.IsAcquired;
    }

    /// <inheritdoc/>
    public void Dispose() => limiter.Dispose();

    private static string KeyOf(System.Net.IPAddress? address)
    {
        if (address is null) return "-";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return Convert.ToHexString(bytes.AsSpan(0, Math.Min(8, bytes.Length)));
    }
}
