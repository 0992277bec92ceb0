using Microsoft.AspNetCore.Mvc;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.Hosting;
using Temas.Server.People;
using Temas.Server.SecondFactor;
using Temas.Server.SignIn;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Server.Pages;

/// <summary>What the forms of a person's own account post.</summary>
internal static class AccountActions
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/settings/account").RequireAuthorization(Policies.Read).ExcludeFromDescription();
        group.MapPost("", async ([FromForm] string? name, [FromForm] string? language, CurrentWorkspace current, UpdatePerson use, HttpContext http, CancellationToken cancel) =>
        {
            if (http.Features.Get<Caller>() is not { IsPerson: true } caller) return Answers.Of(SessionEndpoints.PersonNeeded);
            var changed = await use.HandleAsync(caller.Id, null, new PersonChanges(name ?? "", language), caller.Actor, cancel);
            if (changed.IsOk) Ui.Preferences.Languages.Forget(http);
            return FormAnswer.After(http, Page(current), "changed", changed.Problem);
        });
        group.MapPost("/password", ChangePasswordAsync);
        group.MapPost("/second-factor/begin", async ([FromForm] string? password, CurrentWorkspace current, ChangeSecondFactor use, HttpContext http, CancellationToken cancel) =>
            http.Features.Get<Caller>() is { IsPerson: true } caller
                ? AfterSecondFactor(http, current, null, (await use.BeginAsync(caller.Id, password, cancel)).Problem)
                : Answers.Of(SessionEndpoints.PersonNeeded));
        group.MapPost("/second-factor/confirm", async ([FromForm] string? code, CurrentWorkspace current, ChangeSecondFactor use, ShownOnce shown, HttpContext http, CancellationToken cancel) =>
            http.Features.Get<Caller>() is { IsPerson: true } caller ? AfterCodes(http, current, shown, caller, "on", await use.ConfirmAsync(caller.Id, code, cancel)) : Answers.Of(SessionEndpoints.PersonNeeded));
        group.MapPost("/second-factor/codes", async ([FromForm] string? code, CurrentWorkspace current, ChangeSecondFactor use, ShownOnce shown, HttpContext http, CancellationToken cancel) =>
            http.Features.Get<Caller>() is { IsPerson: true } caller ? AfterCodes(http, current, shown, caller, "codes", await use.RenewCodesAsync(caller.Id, code, cancel)) : Answers.Of(SessionEndpoints.PersonNeeded));
        group.MapPost("/second-factor/off", async ([FromForm] string? password, [FromForm] string? code, CurrentWorkspace current, ChangeSecondFactor use, HttpContext http, CancellationToken cancel) =>
            http.Features.Get<Caller>() is { IsPerson: true } caller
                ? AfterSecondFactor(http, current, "off", (await use.TurnOffAsync(caller.Id, password, code, cancel)).Problem)
                : Answers.Of(SessionEndpoints.PersonNeeded));
        group.MapPost("/sessions/{id}/end", async (string id, CurrentWorkspace current, Sessions sessions, IAuditTrail audit, HttpContext http, CancellationToken cancel) =>
        {
            if (http.Features.Get<Caller>() is not { IsPerson: true } caller) return Answers.Of(SessionEndpoints.PersonNeeded);
            if (!await sessions.EndOneAsync(caller.Id, id, cancel)) return FormAnswer.After(http, Page(current), "", Problem.NotFound("session_gone", "This session has ended already.", "id", id));
            await audit.RecordAsync(new AuditEntry(null, caller.Actor, "person.session_ended", $"person {caller.Id}"), cancel);
            return FormAnswer.Done(http, Page(current), "ended");
        });
    }

    private static async Task<IResult> ChangePasswordAsync(
        [FromForm] string? present, [FromForm] string? password, [FromForm] string? again,
        CurrentWorkspace current, ChangePassword use, PersonStore people, Sessions sessions, HttpContext http, CancellationToken cancel)
    {
        if (http.Features.Get<Caller>() is not { IsPerson: true } caller) return Answers.Of(SessionEndpoints.PersonNeeded);
        if (password != again) return FormAnswer.After(http, Page(current), "", Problem.Invalid("passwords_differ", "The two new passwords are not the same.", "again"));
        var changed = await use.OwnAsync(caller.Id, present ?? "", password ?? "", cancel);
        // The change has ended all sessions; whoever made it has just shown who it is and goes on with a new one.
        if (changed.IsOk && await people.FindRowAsync(caller.Id, cancel) is { } row) await sessions.BeginAsync(http, row, cancel);
        return FormAnswer.After(http, Page(current), "password", changed.Problem);
    }

    private static IResult AfterCodes(HttpContext http, CurrentWorkspace current, ShownOnce shown, Caller caller, string code, Result<MadeRecoveryCodes> made) =>
        made.Problem is { } problem
            ? AfterSecondFactor(http, current, null, problem)
            : FormAnswer.Done(http, TemasUrls.SecondFactor(current.Value.Key.Value), code, shown.Keep(caller.Id, string.Join('\n', made.Value.RecoveryCodes)));

    private static IResult AfterSecondFactor(HttpContext http, CurrentWorkspace current, string? code, Problem? problem)
    {
        var page = TemasUrls.SecondFactor(current.Value.Key.Value);
        return problem is not null ? FormAnswer.After(http, page, "", problem) : code is null ? Results.LocalRedirect(page) : FormAnswer.Done(http, page, code);
    }

    private static string Page(CurrentWorkspace current) => TemasUrls.Account(current.Value.Key.Value);
}
