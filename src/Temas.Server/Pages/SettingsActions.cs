using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Temas.Kernel;
using Temas.Kernel.Mail;
using Temas.Server.Authorization;
using Temas.Server.Invitations;
using Temas.Server.Mail;
using Temas.Server.People;
using Temas.Server.SecondFactor;
using Temas.Server.SignIn;
using Temas.Server.Tokens;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Reading;

namespace Temas.Server.Pages;

/// <summary>What the forms of the pages of people and tokens post: the same use cases as the API, answered with the page to show next.</summary>
internal static class SettingsActions
{
    /// <summary>Maps them.</summary>
    public static void MapSettings(this IEndpointRouteBuilder routes)
    {
        var people = routes.MapGroup("/w/{workspace}/settings/people").RequireAuthorization(Policies.Own).ExcludeFromDescription();
        people.MapPost("/{id}/role", async ([FromForm] string? role, string id, CurrentWorkspace current, UpdatePerson use, HttpContext http, CancellationToken cancel) =>
        {
            var to = RoleNames.Parse(role);
            var problem = to.Problem ?? (await use.HandleAsync(id, current.Value.Key, new PersonChanges(Role: to.Value), current.Actor, cancel)).Problem;
            return AfterPerson(http, current, id, "role", problem);
        });
        people.MapPost("/{id}/disable", (string id, CurrentWorkspace current, UpdatePerson use, HttpContext http, CancellationToken cancel) => AccessAsync(id, true, current, use, http, cancel));
        people.MapPost("/{id}/enable", (string id, CurrentWorkspace current, UpdatePerson use, HttpContext http, CancellationToken cancel) => AccessAsync(id, false, current, use, http, cancel));
        people.MapPost("/{id}/password-link", async (string id, CurrentWorkspace current, PasswordLinks use, ShownOnce shown, HttpContext http, CancellationToken cancel) =>
        {
            var made = await use.ForAsync(id, current.Value.Key, Ui.Preferences.Languages.Current.Code, current.Actor, http, cancel);
            return AfterPerson(http, current, id, made.IsOk ? Told("link", made.Value.Mail) : "", made.Problem, made.IsOk ? shown.Keep(Asker(http), made.Value.Link) : "");
        });
        people.MapPost("/{id}/second-factor", async (string id, CurrentWorkspace current, ChangeSecondFactor use, HttpContext http, CancellationToken cancel) =>
            AfterPerson(http, current, id, "second_factor", (await use.ResetAsync(id, current.Value.Key, current.Actor, cancel)).Problem));
        people.MapPost("/rules", async ([FromForm] string? secondFactor, CurrentWorkspace current, SecondFactorRule use, HttpContext http, CancellationToken cancel) =>
        {
            await use.ChangeAsync(current.Value.Key, secondFactor == "required", current.Actor, cancel);
            return FormAnswer.Done(http, TemasUrls.People(current.Value.Key.Value), "rules");
        });
        people.MapPost("/{id}/remove", async (string id, CurrentWorkspace current, RemovePerson use, HttpContext http, CancellationToken cancel) =>
            (await use.HandleAsync(id, current.Value.Key, current.Actor, cancel)).Problem is { } problem
                ? AfterPerson(http, current, id, "", problem)
                : FormAnswer.Done(http, TemasUrls.People(current.Value.Key.Value), "removed"));

        var invitations = routes.MapGroup("/w/{workspace}/settings/people").RequireAuthorization(Policies.Manage).ExcludeFromDescription();
        invitations.MapPost("/invite", InviteAsync);
        invitations.MapPost("/invitations/{id}/renew", async (string id, CurrentWorkspace current, InvitePerson use, ShownOnce shown, HttpContext http, CancellationToken cancel) =>
            AfterInviting(http, current, shown, await use.RenewAsync(id, current.Value.Key, InvitationEndpoints.By(http, current), http, cancel)));
        invitations.MapPost("/invitations/{id}/withdraw", async (string id, CurrentWorkspace current, InvitePerson use, HttpContext http, CancellationToken cancel) =>
            FormAnswer.After(http, TemasUrls.People(current.Value.Key.Value), "withdrawn", (await use.RevokeAsync(id, current.Value.Key, InvitationEndpoints.By(http, current), cancel)).Problem));

        var tokens = routes.MapGroup("/w/{workspace}/settings/tokens").RequireAuthorization(Policies.Own).ExcludeFromDescription();
        tokens.MapPost("", CreateTokenAsync);
        tokens.MapPost("/{id}/revoke", async (string id, CurrentWorkspace current, RevokeToken use, HttpContext http, CancellationToken cancel) =>
            FormAnswer.After(http, TemasUrls.Tokens(current.Value.Key.Value), "revoked", (await use.HandleAsync(id, current.Value.Key, current.Actor, cancel)).Problem));
        AccountActions.Map(routes);
        WorkspaceActions.Map(routes);
    }

    private static async Task<IResult> InviteAsync(
        [FromForm] string? email, [FromForm] string? role, [FromForm] string? language, CurrentWorkspace current, InvitePerson use, ShownOnce shown, HttpContext http, CancellationToken cancel)
    {
        var to = RoleNames.Parse(role);
        if (to.Problem is { } unknown) return FormAnswer.After(http, TemasUrls.People(current.Value.Key.Value), "", unknown);
        return AfterInviting(http, current, shown, await use.HandleAsync(email, to.Value, language, current.Value.Key, InvitationEndpoints.By(http, current), http, cancel));
    }

    private static IResult AfterInviting(HttpContext http, CurrentWorkspace current, ShownOnce shown, Result<Invited> made)
    {
        var page = TemasUrls.People(current.Value.Key.Value);
        return made.Problem is { } problem
            ? FormAnswer.After(http, page, "", problem)
            : FormAnswer.Done(http, page, Told("invited", made.Value.Mail), shown.Keep(Asker(http), made.Value.Link));
    }

    // What is said of a link depends on whether it is on its way already.
    private static string Told(string what, MailFate fate) => fate switch { MailFate.Sent => what + "_mailed", MailFate.Failed => what + "_unmailed", _ => what };

    private static async Task<IResult> AccessAsync(string id, bool disabled, CurrentWorkspace current, UpdatePerson use, HttpContext http, CancellationToken cancel) =>
        AfterPerson(http, current, id, disabled ? "disabled" : "enabled", (await use.HandleAsync(id, current.Value.Key, new PersonChanges(Disabled: disabled), current.Actor, cancel)).Problem);

    private static async Task<IResult> CreateTokenAsync(
        [FromForm] string? name, [FromForm] string? role, [FromForm] string? end, CurrentWorkspace current, CreateToken use, ShownOnce shown, Reader reader, HttpContext http, CancellationToken cancel)
    {
        var page = TemasUrls.Tokens(current.Value.Key.Value);
        var to = RoleNames.Parse(role);
        if (to.Problem is { } unknown) return FormAnswer.After(http, page, "", unknown);
        var until = Days.Begin(end, reader.Zone, 1);
        if (until is null && !string.IsNullOrWhiteSpace(end)) return FormAnswer.After(http, page, "", Problem.Invalid("expiry_invalid", "This is not a day.", "end", end, "Write it as 2026-03-14."));
        var made = await use.HandleAsync(new CreateTokenRequest(name ?? "", to.Value, current.Value.Key, until), current.Actor, cancel);
        return made.Problem is { } problem ? FormAnswer.After(http, page, "", problem) : FormAnswer.Done(http, page, "created", shown.Keep(Asker(http), made.Value.Secret));
    }

    private static IResult AfterPerson(HttpContext http, CurrentWorkspace current, string id, string code, Problem? problem, string argument = "")
    {
        var page = TemasUrls.Person(current.Value.Key.Value, id);
        return problem is null ? FormAnswer.Done(http, page, code, argument) : FormAnswer.After(http, page, code, problem);
    }

    private static string Asker(HttpContext http) => http.Features.GetRequiredFeature<Caller>().Id;
}
