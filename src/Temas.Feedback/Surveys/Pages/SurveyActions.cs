using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Links;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Feedback.Surveys.Pages;

/// <summary>What the pages of surveys post. Every button of the editor keeps what was typed, as a version of the draft, and is answered with the editor.</summary>
internal static class SurveyActions
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/surveys/do").RequireAuthorization(Policies.Engage).ExcludeFromDescription();
        group.MapPost("create", CreateAsync);
        // Two hundred choices in several languages are many fields.
        group.MapPost("edit", EditAsync).WithFormOptions(valueCountLimit: 12_000);
        group.MapPost("publish", async ([FromForm] string? of, HttpContext http, CurrentWorkspace current, PublishSurvey publish, CancellationToken cancel) =>
        {
            var published = await publish.RunAsync(current.Value, of ?? "", current.Actor, cancel);
            // What is wrong the editor shows at its fields.
            return published.IsOk ? FormAnswer.Done(http, TemasUrls.SurveyPage(current.Value.Key.Value, of!, "links"), "published") : Results.LocalRedirect(TemasUrls.SurveyPage(current.Value.Key.Value, of ?? "-", "", ("refused", "1")));
        });
        group.MapPost("discard", async ([FromForm] string? of, HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) =>
        {
            await change.RemoveAsync(current.Value, SurveyDraftKind.Name, of ?? "", current.Actor, cancel);
            return FormAnswer.Done(http, TemasUrls.Surveys(current.Value.Key.Value), "discarded");
        });
        group.MapPost("restore", async ([FromForm] string? of, [FromForm] int? version, HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) =>
        {
            var restored = await change.RestoreAsync(current.Value, SurveyKind.Name, of ?? "", version, current.Actor, cancel);
            return FormAnswer.After(http, TemasUrls.SurveyPage(current.Value.Key.Value, of ?? "-"), "restored", restored.Problem);
        });
        group.MapPost("link", async ([FromForm] string? of, [FromForm] string? customer, [FromForm] int? days, [FromForm] string? channel, CurrentWorkspace current, CancellationToken cancel) =>
        {
            var made = await MakeLink.RunAsync(current.Value, of ?? "", new LinkRequest(customer?.Trim(), days, string.IsNullOrEmpty(channel) ? null : channel, null), cancel);
            var page = TemasUrls.SurveyPage(current.Value.Key.Value, of ?? "-", "links");
            return made.Problem is { } problem ? FormAnswer.Refused(page, problem) : Results.LocalRedirect(TemasUrls.With(page, ("link", made.Value.Path)));
        }).WithMetadata(new ChangesNothing());
        group.MapPost("kiosk", ([FromForm] string? of, [FromForm] string? place, CurrentWorkspace current) =>
        {
            var made = MakeLink.ForKiosk(current.Value, of ?? "", place);
            var page = TemasUrls.SurveyPage(current.Value.Key.Value, of ?? "-", "links");
            return made.Problem is { } problem ? FormAnswer.Refused(page, problem) : Results.LocalRedirect(TemasUrls.With(page, ("link", made.Value)));
        }).WithMetadata(new ChangesNothing());
    }

    private static async Task<IResult> CreateAsync([FromForm] string? template, HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel)
    {
        var workspace = current.Value;
        var document = SurveyTemplates.All.FirstOrDefault(t => t.Key == template).Value ?? SurveyTemplates.Blank;
        var wanted = SurveyTemplates.All.Any(t => t.Key == template) ? template! : "survey";
        var key = wanted;
        // One that was ever used belongs to the answers that it got.
        for (var i = 2; (await workspace.Definitions.HistoryAsync(SurveyDraftKind.Name, key, cancel)).Count + (await workspace.Definitions.HistoryAsync(SurveyKind.Name, key, cancel)).Count > 0; i++) key = FormattableString.Invariant($"{wanted}-{i}");
        var saved = await change.SaveAsync(workspace, SurveyDraftKind.Name, key, document, current.Actor, cancel);
        return saved.Problem is { } problem ? FormAnswer.Refused(TemasUrls.Surveys(workspace.Key.Value), problem) : FormAnswer.Done(http, TemasUrls.SurveyPage(workspace.Key.Value, key), "created");
    }

    private static async Task<IResult> EditAsync(HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var (workspace, key, selected, action) = (current.Value, form["of"].ToString(), form["q"].ToString(), form["do"].ToString());
        var list = TemasUrls.Surveys(workspace.Key.Value);
        if (PublishSurvey.Current(workspace, key) is not { } definition) return FormAnswer.Refused(list, Problem.NotFound("survey_unknown", "There is no survey with this key.", "of", key));
        string Page(string? question, params (string, string?)[] more) => TemasUrls.SurveyPage(workspace.Key.Value, key, "", [("q", question), .. more]);
        string json;
        var next = selected;
        if (form["json"].ToString() is { Length: > 0 } typed)
        {
            (json, next) = (typed, "json");
        }
        else
        {
            if (SurveyEdit.Of(definition.Json) is not { } edit) return Results.LocalRedirect(Page("json"));
            if (edit.FindPage(selected) >= 0) edit.FillPage(selected, form);
            else if (selected.Length > 0 && selected != "json") edit.FillQuestion(selected, form);
            else if (selected.Length == 0 && form.ContainsKey("languages")) edit.FillSettings(form, WorkspaceSettings.Of(workspace).Zone());
            next = edit.Do(action == "add" ? $"add:{form["page"]}:{form["newkind"]}" : action, selected);
            json = edit.Document.ToJsonString();
        }

        if (json == definition.Json) return Results.LocalRedirect(Page(next));
        var saved = await change.SaveAsync(workspace, SurveyDraftKind.Name, key, json, current.Actor, cancel);
        return saved.Problem is { } problem ? Results.LocalRedirect(Page(next, ("problem", problem.Code))) : FormAnswer.Done(http, Page(next), "saved");
    }
}
