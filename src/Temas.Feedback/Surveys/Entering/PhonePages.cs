using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Pages;
using Temas.Feedback.Surveys.Respond;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Feedback.Surveys.Entering;

/// <summary>What an agent reads aloud and fills in on the phone, as a page shows it.</summary>
/// <param name="View">The survey for this customer.</param>
/// <param name="Faults">What is wrong, of what was sent.</param>
/// <param name="Customer">The customer as she was named.</param>
/// <param name="Problem">Why it was not taken.</param>
/// <param name="IsNew">Nothing was sent yet.</param>
internal sealed record PhoneView(RespondView View, IReadOnlyList<EntryFault> Faults, string? Customer, Problem? Problem, bool IsNew)
{
    /// <summary>Address of the pages of the survey.</summary>
    public required string Back { get; init; }

    /// <summary>Where the form goes.</summary>
    public required string Action { get; init; }
}

/// <summary>
/// <c>/w/{workspace}/surveys/of/{key}/enter</c>: the whole survey on one page, to be read aloud, and its form. What was typed is kept as a partial response of who types it, so that nothing of it stands in an address; questions that come or go with
/// an answer do so when it is sent.
/// </summary>
internal static class PhonePages
{
    private const string Channel = "phone";

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/w/{workspace}/surveys/of/{key}/enter", ShowAsync).RequireAuthorization(Policies.Resolve).ExcludeFromDescription();
        routes.MapPost("/w/{workspace}/surveys/do/enter", TakeAsync).RequireAuthorization(Policies.Resolve).ExcludeFromDescription();
    }

    /// <summary>The page on which answers are entered.</summary>
    public static string Url(string workspace, string survey, string? customer, string? language, string? response = null) =>
        TemasUrls.SurveyPage(workspace, survey, "enter", ("customer", customer), ("lang", language), ("r", response));

    private static async Task<IResult> ShowAsync(string key, string? customer, string? lang, string? r, HttpContext http, CurrentWorkspace current, CancellationToken cancel)
    {
        var workspace = current.Value;
        var stored = await OwnAsync(current, key, r, cancel);
        var found = await EnterAnswers.FindAsync(workspace, key, new Entry(stored?.Id ?? "", stored?.Customer ?? Named(customer), Known(workspace, key, lang), Channel, Nothing, stored?.Answers ?? Answers.None), stored, current.Actor, cancel);
        http.Response.Headers.CacheControl = "no-store";
        var isMissing = found.Problem is { Kind: ProblemKind.NotFound, Field: "survey" };
        return Page(current, key, found, stored is null ? [] : EnterAnswers.Check(found.Value ?? NotKnown, strict: false), Named(customer), isMissing ? StatusCodes.Status404NotFound : StatusCodes.Status200OK, isNew: stored is null);
    }

    private static async Task<IResult> TakeAsync(HttpContext http, CurrentWorkspace current, EnterAnswers enter, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var (workspace, key, customer, language) = (current.Value, form["of"].ToString(), Named(form["customer"]), form["lang"].ToString());
        var stored = await OwnAsync(current, key, form["r"], cancel);
        var id = stored?.Id ?? EnterAnswers.NewId();
        var before = await EnterAnswers.FindAsync(workspace, key, new Entry(id, stored?.Customer ?? customer, Known(workspace, key, language), Channel, Nothing, stored?.Answers ?? Answers.None), stored, current.Actor, cancel);
        if (before.Problem is not null) return Page(current, key, before, [], customer, StatusCodes.Status200OK, isNew: true);
        // As it was typed, wrong or not: what is wrong does not count, and is shown again.
        var typed = new Dictionary<string, Answer?>(StringComparer.Ordinal);
        foreach (var page in before.Value.Route.Pages)
        {
            foreach (var (question, answer) in ReadPage.Of(page, name => form[name], lenient: true).Given) typed[question] = answer.Values.Count > 0 || answer.Parts.Count > 0 ? answer : null;
        }

        var respondent = before.Value with { Response = before.Value.Response! with { Answers = before.Value.Response.Answers.With(typed) } };
        var seen = form["seen"].ToString().Split(' ');
        var hasMore = respondent.Route.Pages.SelectMany(p => p.Questions).Any(q => !seen.Contains(q.Id));
        if (EnterAnswers.Check(respondent, strict: false).Count == 0 && !hasMore)
        {
            var finished = await enter.FinishAsync(workspace, respondent, current.Actor, cancel);
            if (finished.Problem is { } full) return Page(current, key, full, [], customer, StatusCodes.Status200OK, isNew: true);
            var list = TemasUrls.SurveyPage(workspace.Key.Value, key, "responses", ("r", respondent.Survey!.IsAnonymous ? null : id));
            return FormAnswer.Done(http, list, "entered");
        }

        if (!await EnterAnswers.KeepAsync(workspace, respondent)) return Results.LocalRedirect(TemasUrls.SurveyPage(workspace.Key.Value, key, "responses"));
        return Results.LocalRedirect(Url(workspace.Key.Value, key, stored is null ? customer : null, language, id));
    }

    private static IResult Page(CurrentWorkspace current, string key, Result<Respondent> found, IReadOnlyList<EntryFault> faults, string? customer, int status, bool isNew)
    {
        var workspace = current.Value.Key.Value;
        var respondent = found.Problem is null ? found.Value : NotKnown with { Survey = SurveyBook.Of(current.Value).Published(key)?.Survey };
        var language = respondent.Response?.Language ?? Temas.Ui.Preferences.Languages.Current.Code;
        var given = respondent.Response?.Answers ?? Answers.None;
        var view = new RespondView
        {
            Respondent = respondent,
            Language = language,
            Address = TemasUrls.SurveyPage(workspace, key, "enter"),
            Files = TemasUrls.Survey(workspace, key),
            Filled = new FilledPage([], faults.ToDictionary(f => f.Question, f => new CheckedAnswer(null, f.Fault, f.Number), StringComparer.Ordinal), given),
        };
        var shown = new PhoneView(view, faults, customer, found.Problem, isNew) { Back = TemasUrls.SurveyPage(workspace, key, "links"), Action = TemasUrls.SurveyAction(workspace, "enter") };
        return new RazorComponentResult<PhonePage>(new Dictionary<string, object?> { [nameof(PhonePage.Shown)] = shown }) { StatusCode = status, PreventStreamingRendering = true };
    }

    private static readonly Dictionary<string, string> Nothing = new(StringComparer.Ordinal);

    private static readonly Respondent NotKnown = new() { Standing = Standing.Unknown };

    private static string? Named(string? customer) => string.IsNullOrWhiteSpace(customer) ? null : customer.Trim();

    private static string? Known(Workspace workspace, string key, string? language) => SurveyBook.Of(workspace).Published(key)?.Survey.Languages.FirstOrDefault(l => l == language);

    // Only what the same person began on the phone can be gone on with.
    private static async Task<SurveyResponse?> OwnAsync(CurrentWorkspace current, string key, string? id, CancellationToken cancel) =>
        id is { Length: > 0 and < 100 } && await SurveyBook.Of(current.Value).Responses.FindAsync(id, cancel) is { State: ResponseState.Partial, Channel: Channel } stored && stored.Survey == key && stored.EnteredBy == current.Actor.Name ? stored : null;
}
