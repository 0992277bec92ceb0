using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Temas.Feedback.Asking.Invites;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Links;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;

namespace Temas.Feedback.Surveys.Respond;

/// <summary>
/// <c>/s/{workspace}/{survey}</c>: where customers answer, open to everybody who has the address. Reading it never answers anything, so that those who look at links beforehand do no harm; no cookie is read, so that a page of another site
/// can do no more than its visitor could; and what is sent is taken for the response alone that its token was made for.
/// </summary>
internal sealed class RespondEndpoints(WorkspaceRegistry workspaces, TakePage take, SendingLimit limit, KioskSteps steps)
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/s/{workspace}/{survey}").RequireAuthorization(Policies.Open).ExcludeFromDescription().WithMetadata(ReadsNoCookie.Instance);
        foreach (var way in RespondWay.All)
        {
            group.MapGet(way.Path, (HttpContext http, string workspace, string survey, RespondEndpoints here) => here.ShowAsync(http, way, workspace, survey));
            group.MapPost(way.Path, (HttpContext http, string workspace, string survey, RespondEndpoints here) => here.TakeAsync(http, way, workspace, survey)).DisableAntiforgery();
        }

        group.MapGet("style.css", (HttpContext http, string workspace, string survey, RespondEndpoints here) => here.Find(workspace) is { } known ? Style(http, SurveyBook.Of(known).Published(survey)?.Survey) : Results.NotFound());
        group.MapGet("logo", async (HttpContext http, string workspace, string survey, int? v, RespondEndpoints here) => Picture(http, (await here.VersionAsync(http, workspace, survey, v))?.Theme.Logo));
        group.MapGet("picture/{question}/{choice}", async (HttpContext http, string workspace, string survey, string question, string choice, int? v, RespondEndpoints here) =>
            Picture(http, (await here.VersionAsync(http, workspace, survey, v))?.Find(question)?.Choices.FirstOrDefault(c => c.Id == choice)?.Picture));
    }

    /// <summary>A picture of a survey.</summary>
    public static IResult Picture(HttpContext http, SurveyPicture? picture)
    {
        if (picture is null) return Results.NotFound();
        SecretPages.ForFrames(http);
        http.Response.Headers.CacheControl = "public, max-age=86400";
        return Results.Bytes(picture.Bytes, picture.MediaType);
    }

    /// <summary>The style sheet of a survey.</summary>
    public static IResult Style(HttpContext http, Survey? survey)
    {
        SecretPages.ForFrames(http);
        http.Response.Headers.CacheControl = "public, max-age=86400";
        return Results.Content(RespondStyle.Of(survey?.Theme ?? new SurveyTheme()).Css, "text/css; charset=utf-8");
    }

    /// <summary>The page as HTML.</summary>
    public static Task WriteAsync(HttpContext http, RespondView view, int status)
    {
        SecretPages.Hide(http);
        http.Response.Headers.ContentLanguage = view.Language;
        // In a frame, and of the one website alone for which the token was made.
        if (view is { IsEmbedded: true, Respondent.Invitation.Site: { } site }) SecretPages.AllowFrames(http, site);

        return new RazorComponentResult<RespondPage>(new Dictionary<string, object?> { [nameof(RespondPage.Shown)] = view }) { StatusCode = status, PreventStreamingRendering = true }.ExecuteAsync(http);
    }

    private async Task ShowAsync(HttpContext http, RespondWay way, string key, string survey)
    {
        var query = http.Request.Query;
        // Before a kiosk everybody begins anew, whatever the browser remembers of those before her; a step works once.
        var step = way == RespondWay.Kiosk && Find(key) is { } here ? steps.Take(SurveyBook.Of(here).Tokens, survey, query["s"]) : null;
        StringValues Field(string name) => way != RespondWay.Kiosk || name is "k" ? query[name] : step?.GetValueOrDefault(name) is { Length: > 0 } value ? value : name == "lang" ? query[name] : StringValues.Empty;
        var respondent = await FindAsync(http, way, key, survey, Field);
        var view = View(http, way, respondent, key, survey, Field("p"), Field("k")) with { IsJustDone = Field("done") == "1" };
        // A click in a letter chooses and sends nothing: what opens links beforehand answers nothing.
        if (way == RespondWay.Page && respondent.Standing == Standing.Open && FirstQuestion.Of(respondent.Route) is { } first && first.Chosen(query[FirstQuestion.Field]) is { } chosen)
            view = view with { Page = respondent.Route.Pages[0], Chosen = (first.Question.Id, chosen), ShownMark = Mark(respondent, key, null) };
        if (way == RespondWay.Kiosk) way.BeginAgain(http, view);
        await WriteAsync(http, view, respondent.Standing == Standing.Unknown ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);
    }

    private async Task TakeAsync(HttpContext http, RespondWay way, string key, string survey)
    {
        if (!http.Request.HasFormContentType)
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var pressed = form["go"].ToString();
        var language = pressed.StartsWith(RespondWay.InLanguage, StringComparison.Ordinal) ? pressed[RespondWay.InLanguage.Length..] : null;
        StringValues Field(string name) => name == "lang" && language is not null ? language : form[name];
        // Who only looks costs nothing that is kept; who sends does.
        if (!limit.Takes(http, way == RespondWay.Kiosk ? Field("k") : StringValues.Empty))
        {
            http.Response.Headers.RetryAfter = "60";
            await WriteAsync(http, View(http, way, new Respondent { Standing = Standing.Unknown }, key, survey, null, Field("k")) with { IsHeldBack = true }, StatusCodes.Status429TooManyRequests);
            return;
        }

        // Without a token nothing is taken: it was made for the page that is sent.
        var respondent = way.Fields.All(name => string.IsNullOrEmpty(Field(name))) ? new Respondent { Standing = Standing.Unknown } : await FindAsync(http, way, key, survey, Field);
        if (respondent.Standing != Standing.Open)
        {
            var view = View(http, way, respondent, key, survey, null, Field("k"));
            if (way == RespondWay.Kiosk) way.BeginAgain(http, view);
            else if (respondent.Standing == Standing.Done)
            {
                http.Response.Redirect(view.Link(), permanent: false, preserveMethod: false);
                return;
            }

            await WriteAsync(http, view, respondent.Standing == Standing.Unknown ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK);
            return;
        }

        var taken = language is null
            ? await take.RunAsync(Find(key)!, respondent, Field("p"), Field("go") == "back", Field, http.RequestAborted)
            : await take.StayAsync(Find(key)!, respondent, Field("p"), Field, http.RequestAborted);
        var after = View(http, way, taken.Respondent, key, survey, taken.Page, Field("k")) with { Filled = taken.Filled, IsJustDone = taken.Respondent.Standing == Standing.Done };
        if (way == RespondWay.Kiosk)
        {
            // No address of hers stays in the history of a browser that is everybody's, but one that leads there once.
            if (taken.Filled is not null)
            {
                way.BeginAgain(http, after);
                await WriteAsync(http, after, StatusCodes.Status422UnprocessableEntity);
                return;
            }

            http.Response.Redirect(TemasUrls.With(after.Address, ("k", after.Kiosk), ("s", steps.To(SurveyBook.Of(Find(key)!).Tokens, survey, taken.Respondent.Brought.Token, taken.Page, after.Language, after.IsJustDone))));
        }
        else if (taken.Filled is not null)
        {
            await WriteAsync(http, after, StatusCodes.Status422UnprocessableEntity);
        }
        else
        {
            http.Response.Redirect(after.Link(("p", taken.Page), ("done", taken.Respondent.Standing == Standing.Done ? "1" : null)));
        }
    }

    private async Task<Respondent> FindAsync(HttpContext http, RespondWay way, string key, string survey, Func<string, StringValues> field)
    {
        if (Find(key) is not { } workspace) return new Respondent { Standing = Standing.Unknown };
        string? One(string name) => field(name) is { Count: > 0 } values && values[0] is { Length: > 0 } value ? value : null;
        var browser = http.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(l => l.Quality ?? 1).Select(l => (string?)l.Value.ToString());
        string? place = null;
        if (way == RespondWay.Kiosk && (place = MakeLink.PlaceOf(SurveyBook.Of(workspace).Tokens, survey, One("k"))) is null) return new Respondent { Standing = Standing.Unknown };
        var brought = way.Fields.Select(name => new Brought(name, One(name))).FirstOrDefault(b => b.Token is not null);
        // In a frame nobody begins without having been asked.
        if (way == RespondWay.Embedded && brought.Token is null) return new Respondent { Standing = Standing.Unknown };
        return await Respondent.FindAsync(workspace, survey, brought, One("c"), [One("lang"), .. browser], place, http.RequestAborted);
    }

    private RespondView View(HttpContext http, RespondWay way, Respondent respondent, string key, string survey, string? page, string? kiosk)
    {
        var shown = respondent.Standing == Standing.Open ? respondent.Route : null;
        var at = shown is null ? -1 : shown.IndexOf(page) is >= 0 and var asked ? asked : Math.Max(0, shown.IndexOf(respondent.Response!.Page));
        var files = TemasUrls.Survey(key, survey);
        return new RespondView
        {
            Respondent = respondent,
            Language = respondent.Response?.Language ?? Temas.Ui.Preferences.Languages.Of(http),
            Address = way.Path.Length == 0 ? files : $"{files}/{way.Path}",
            Files = files,
            IsEmbedded = way == RespondWay.Embedded,
            Kiosk = way == RespondWay.Kiosk ? kiosk ?? "" : null,
            Page = shown is { Pages.Count: > 0 } ? shown.Pages[at] : null,
            ShownMark = shown is null ? null : Mark(respondent, key, Find(key)!.Clock.GetUtcNow()),
        };
    }

    private string Mark(Respondent respondent, string key, DateTimeOffset? shown) => BotSigns.Sign(SurveyBook.Of(Find(key)!).Tokens, respondent.Survey!.Key, respondent.Response!.Id, shown);

    private Workspace? Find(string key) => WorkspaceKey.Parse(key) is { IsOk: true } parsed ? workspaces.Find(parsed.Value) : null;

    private async Task<Survey?> VersionAsync(HttpContext http, string key, string survey, int? version)
    {
        if (Find(key) is not { } workspace) return null;
        var book = SurveyBook.Of(workspace);
        return version is { } number ? await book.VersionAsync(survey, number, http.RequestAborted) : book.Published(survey)?.Survey;
    }
}
