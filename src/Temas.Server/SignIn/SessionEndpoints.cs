using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.Hosting;
using Temas.Server.People;
using Temas.Server.Workspaces;
using Temas.Ui;

namespace Temas.Server.SignIn;

/// <summary>A change of the caller's own password.</summary>
/// <param name="Present">The password until now.</param>
/// <param name="Password">The password from now on.</param>
internal sealed record PasswordBody(string? Present, string? Password);

/// <summary>What a person changes of him- or herself; what is left out stays.</summary>
/// <param name="Name">Name to show.</param>
/// <param name="Language">tr or en.</param>
internal sealed record OwnChangesBody(string? Name = null, string? Language = null);

/// <summary>Who is asking, and where the asker may go.</summary>
/// <param name="Kind">user or token.</param>
/// <param name="Id">Id of the person or token.</param>
/// <param name="Name">Name to show.</param>
/// <param name="Email">E-mail of a person.</param>
/// <param name="Language">Language that the person chose; null: as the browser asks.</param>
/// <param name="Workspaces">The workspaces that are open to the asker, with the role in each.</param>
internal sealed record SessionView(string Kind, string Id, string Name, string? Email, string? Language, IReadOnlyList<WorkspaceView> Workspaces);

/// <summary>The antiforgery token of this browser.</summary>
/// <param name="Field">Name of the form field.</param>
/// <param name="Header">Name of the header.</param>
/// <param name="Token">The token. Its other half is the cookie that came with this answer.</param>
internal sealed record AntiforgeryView(string Field, string Header, string Token);

/// <summary>Signing in and out, and set-up: form posts for pages, and what programs ask about themselves.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        // Forms answer with 303 to a page: the wanted one, or the one with the form and the problem's code. What was typed is never put into an address.
        routes.MapPost("/session", SignInAsync).RequireAuthorization(Policies.Open).ExcludeFromDescription();
        routes.MapPost("/sign-out", SignOutAsync).RequireAuthorization(Policies.SignedIn).ExcludeFromDescription();
        routes.MapPost("/sign-out/everywhere", SignOutEverywhereAsync).RequireAuthorization(Policies.SignedIn).ExcludeFromDescription();
        routes.MapPost("/forgotten", ForgottenAsync).RequireAuthorization(Policies.Open).ExcludeFromDescription();
        routes.MapPost("/new-password", NewPasswordAsync).RequireAuthorization(Policies.Open).ExcludeFromDescription();
        routes.MapPost("/setup/owner", SetUpAsync).RequireAuthorization(Policies.Open).ExcludeFromDescription();

        var group = routes.MapGroup("/api/session").WithTags("Session");
        group.MapGet("", (HttpContext http, Storage.Workspaces.WorkspaceRegistry workspaces) => TypedResults.Ok(View(http.Features.GetRequiredFeature<Caller>(), workspaces)))
            .RequireAuthorization(Policies.SignedIn).WithName("ReadSession").WithSummary("Who is asking, with the workspaces that are open to the asker.");
        group.MapPatch("", ChangeSelfAsync).RequireAuthorization(Policies.SignedIn)
            .WithName("ChangeSelf").WithSummary("Changes the caller's own name or language.")
            .Produces(StatusCodes.Status204NoContent);
        group.MapPost("password", ChangeOwnPasswordAsync).RequireAuthorization(Policies.SignedIn)
            .WithName("ChangeOwnPassword").WithSummary("Changes the caller's own password and ends all sessions.")
            .Produces(StatusCodes.Status204NoContent);
        group.MapGet("antiforgery", (HttpContext http, IAntiforgery antiforgery) =>
            {
                var tokens = antiforgery.GetAndStoreTokens(http);
                return TypedResults.Ok(new AntiforgeryView(tokens.FormFieldName, tokens.HeaderName!, tokens.RequestToken!));
            })
            .RequireAuthorization(Policies.Open).WithName("ReadAntiforgeryToken").WithSummary("The token that changes with a cookie need.");
    }

    private static async Task<IResult> SignInAsync(HttpContext http, SignInPerson use, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var url = ReturnUrl.Local(form["returnUrl"]);
        var signedIn = await use.HandleAsync(http, form["email"], form["password"], cancel);
        if (signedIn.IsOk) return new SeeOther(After(signedIn.Value, url));
        return Answers.IsForPrograms(http) ? Answers.Of(signedIn.Problem!) : new SeeOther($"/sign-in?problem={signedIn.Problem!.Code}{(url == "/" ? "" : "&returnUrl=" + Uri.EscapeDataString(url))}");
    }

    /// <summary>Where to go on after a sign-in: to the wanted page, or to the second step first.</summary>
    internal static string After(bool signedIn, string url) => signedIn ? url : TemasUrls.With(TemasUrls.SignInCode, ("returnUrl", url == "/" ? null : url));

    private static async Task<IResult> SignOutAsync(HttpContext http, Sessions sessions, CancellationToken cancel)
    {
        await sessions.EndAsync(http, cancel);
        return new SeeOther("/sign-in");
    }

    private static async Task<IResult> SignOutEverywhereAsync(HttpContext http, Sessions sessions, IAuditTrail audit, CancellationToken cancel)
    {
        if (http.Features.Get<Caller>() is not { IsPerson: true } caller) return Answers.Of(PersonNeeded);
        await sessions.EndAsync(http, cancel);
        await sessions.EndAllAsync(caller.Id, cancel);
        await audit.RecordAsync(new AuditEntry(null, caller.Actor, "person.signed_out_everywhere", $"person {caller.Id}"), cancel);
        return new SeeOther("/sign-in");
    }

    private static async Task<IResult> ForgottenAsync(HttpContext http, ForgottenPasswords use, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var problem = use.Ask(http, form["email"], Ui.Preferences.Languages.Current.Code);
        if (problem is not null && Answers.IsForPrograms(http)) return Answers.Of(problem);
        return new SeeOther(TemasUrls.With(TemasUrls.Forgotten, problem is null ? ("asked", "1") : ("problem", problem.Code)));
    }

    private static async Task<IResult> NewPasswordAsync(HttpContext http, PasswordLinks use, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        string? secret = form["token"];
        var done = await use.UseAsync(http, secret, form["password"], form["again"], cancel);
        if (done.IsOk) return new SeeOther(After(done.Value, "/"));
        return Answers.IsForPrograms(http) ? Answers.Of(done.Problem!) : new SeeOther(TemasUrls.NewPassword(secret, done.Problem!.Code));
    }

    private static async Task<IResult> SetUpAsync(HttpContext http, SetUpInstallation use, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var done = await use.HandleAsync(http, form["code"], form["email"], form["name"], form["password"], form["language"].FirstOrDefault(), cancel);
        if (done.IsOk) return new SeeOther("/");
        return Answers.IsForPrograms(http) ? Answers.Of(done.Problem!) : new SeeOther($"/setup?problem={done.Problem!.Code}");
    }

    private static async Task<IResult> ChangeOwnPasswordAsync([FromBody] PasswordBody body, HttpContext http, ChangePassword use, CancellationToken cancel)
    {
        if (http.Features.Get<Caller>() is not { IsPerson: true } caller) return Answers.Of(PersonNeeded);
        return Answers.Of(await use.OwnAsync(caller.Id, body.Present ?? "", body.Password ?? "", cancel), _ => Results.NoContent());
    }

    private static async Task<IResult> ChangeSelfAsync([FromBody] OwnChangesBody body, HttpContext http, UpdatePerson use, CancellationToken cancel)
    {
        if (http.Features.Get<Caller>() is not { IsPerson: true } caller) return Answers.Of(PersonNeeded);
        return Answers.Of(await use.HandleAsync(caller.Id, null, new PersonChanges(body.Name, body.Language), caller.Actor, cancel), _ => Results.NoContent());
    }

    private static SessionView View(Caller caller, Storage.Workspaces.WorkspaceRegistry workspaces) => new(
        caller.Kind, caller.Id, caller.Name, caller.IsPerson ? caller.Email : null, caller is { IsPerson: true, Language: not "" } ? caller.Language : null, WorkspaceView.Of(caller, workspaces));

    internal static Problem PersonNeeded { get; } = new(ProblemKind.Forbidden, "person_needed", "This is for people who sign in, not for API tokens.");
}
