using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Links;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Respond;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Feedback.Surveys.Pages;

/// <summary>A draft as respondents will see it, to be walked through: what is answered stays in the address, and nothing is kept. Shown in a frame of the editor.</summary>
internal static class SurveyPreview
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/surveys/of/{key}/preview").RequireAuthorization(Policies.Read).ExcludeFromDescription();
        group.MapGet("", ShowAsync);
        group.MapGet("style.css", (HttpContext http, string key, CurrentWorkspace current) => RespondEndpoints.Style(http, Read(current.Value, key)));
        group.MapGet("logo", (HttpContext http, string key, CurrentWorkspace current) => RespondEndpoints.Picture(http, Read(current.Value, key)?.Theme.Logo));
        group.MapGet("picture/{question}/{choice}", (HttpContext http, string key, string question, string choice, CurrentWorkspace current) =>
            RespondEndpoints.Picture(http, Read(current.Value, key)?.Find(question)?.Choices.FirstOrDefault(c => c.Id == choice)?.Picture));
    }

    /// <summary>The draft, or what was published, where it can be read.</summary>
    public static Survey? Read(Workspace workspace, string key) =>
        PublishSurvey.Current(workspace, key) is { } current && SurveyKind.Instance.Check(key, current.Json).Count == 0 ? SurveyKind.Instance.Read(key, current.Json) : null;

    private static Task ShowAsync(HttpContext http, string key, CurrentWorkspace current)
    {
        // The one page that is shown in a frame, and only by this server.
        http.Response.Headers.XFrameOptions = "SAMEORIGIN";
        http.Response.Headers.ContentSecurityPolicy = http.Response.Headers.ContentSecurityPolicy.ToString().Replace("frame-ancestors 'none'", "frame-ancestors 'self'", StringComparison.Ordinal);
        var query = http.Request.Query;
        var survey = Read(current.Value, key);
        var address = TemasUrls.SurveyPage(current.Value.Key.Value, key, "preview");
        if (survey is null) return RespondEndpoints.WriteAsync(http, new RespondView { Respondent = new Respondent { Standing = Standing.Unknown }, Language = Temas.Ui.Preferences.Languages.Current.Code, Address = address }, StatusCodes.Status404NotFound);
        var language = survey.LanguageFor([query["lang"], Temas.Ui.Preferences.Languages.Current.Code]);
        var respondent = new Respondent
        {
            Standing = Standing.Open,
            Survey = survey,
            Invitation = new Invitation { Response = "preview", Until = DateTimeOffset.MaxValue },
            Response = new SurveyResponse { Id = "preview", Survey = key, Version = 0, Language = language, Channel = "web", StartedAt = current.Value.Clock.GetUtcNow() },
        };
        // Page by page, for what one shows depends on those before it.
        for (var i = 0; i < respondent.Route.Pages.Count; i++)
        {
            var read = ReadPage.Of(respondent.Route.Pages[i], name => query[name], lenient: true);
            respondent = respondent with { Response = respondent.Response! with { Answers = respondent.Response.Answers.With(read.Answers) } };
        }

        var route = respondent.Route;
        var at = route.IndexOf(query["p"]);
        var filled = at >= 0 && query["go"] == "next" ? ReadPage.Of(route.Pages[at], name => query[name]) : null;
        var next = at < 0 ? 0 : filled is { Faults.Count: > 0 } ? at : query["go"] == "back" ? Math.Max(0, at - 1) : query["go"] == "next" ? at + 1 : at;
        var page = next < route.Pages.Count ? route.Pages[next] : null;
        return RespondEndpoints.WriteAsync(
            http,
            new RespondView
            {
                Respondent = page is null ? respondent with { Standing = Standing.Done } : respondent,
                Language = language,
                Address = address,
                Page = page,
                Filled = filled is { Faults.Count: > 0 } ? filled : null,
                IsPreview = true,
                IsJustDone = true,
                Carried = [.. query.Where(f => f.Key.StartsWith("q.", StringComparison.Ordinal) && page?.Questions.Any(q => f.Key == ReadPage.Field(q.Id) || f.Key.StartsWith(ReadPage.Field(q.Id, ""), StringComparison.Ordinal)) is not true).SelectMany(f => f.Value.Select(v => (f.Key, v ?? "")))],
            },
            StatusCodes.Status200OK);
    }
}
