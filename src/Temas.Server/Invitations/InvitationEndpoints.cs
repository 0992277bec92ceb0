using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Temas.Kernel;
using Temas.Kernel.Mail;
using Temas.Server.Authorization;
using Temas.Server.Hosting;
using Temas.Server.Mail;
using Temas.Server.People;
using Temas.Storage.Workspaces;

namespace Temas.Server.Invitations;

/// <summary>Somebody to be invited to the workspace.</summary>
/// <param name="Email">Address of the person, and to sign in with.</param>
/// <param name="Role">viewer, agent, marketer, analyst, manager or owner; not above the own.</param>
/// <param name="Language">Language of the mail: tr or en; the workspace's when left out.</param>
internal sealed record InvitationBody(string? Email, string? Role, string? Language = null);

/// <summary>The invitations of a workspace that wait to be accepted, newest first; with those whose time is over.</summary>
internal sealed record InvitationList(IReadOnlyList<InvitationView> Invitations);

/// <summary>An invitation.</summary>
/// <param name="Id">Opaque id.</param>
/// <param name="Email">Whom it is for.</param>
/// <param name="Role">Role that it gives.</param>
/// <param name="Language">Language of its mail.</param>
/// <param name="InvitedBy">Who invites.</param>
/// <param name="CreatedAt">When it was made, or made anew.</param>
/// <param name="ExpiresAt">From when on its link no longer works.</param>
internal sealed record InvitationView(string Id, string Email, Role Role, string Language, string InvitedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    public static InvitationView Of(Invitation i) => new(i.Id, i.Email, i.Role, i.Language, i.InvitedBy, i.CreatedAt, i.ExpiresAt);
}

/// <summary>An invitation that was made.</summary>
/// <param name="Invitation">The invitation.</param>
/// <param name="Link">The link, given now and never again.</param>
/// <param name="Mail">sent, failed (the log has the reason), or notSet where no mail server is set.</param>
internal sealed record InvitedView(InvitationView Invitation, string Link, string Mail)
{
    public static InvitedView Of(Invited made) => new(InvitationView.Of(made.Invitation), made.Link, FateName(made.Mail));

    public static string FateName(MailFate fate) => fate switch { MailFate.Sent => "sent", MailFate.Failed => "failed", _ => "notSet" };
}

/// <summary><c>/api/invitations</c>, and the form with which an invitation is accepted.</summary>
internal static class InvitationEndpoints
{
    public static void MapInvitations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/invitations").WithTags("Invitations").RequireAuthorization(Policies.Manage);
        group.MapGet("", async (CurrentWorkspace current, InvitationStore store, CancellationToken cancel) =>
                TypedResults.Ok(new InvitationList([.. (await store.ListAsync(current.Value.Key, cancel)).Select(InvitationView.Of)])))
            .WithName("ListInvitations").WithSummary("Invitations that were not accepted yet, newest first.");
        group.MapPost("", async ([FromBody] InvitationBody body, CurrentWorkspace current, InvitePerson use, HttpContext http, CancellationToken cancel) =>
            {
                var role = RoleNames.Parse(body.Role);
                if (role.Problem is { } problem) return Answers.Of(problem);
                var made = await use.HandleAsync(body.Email, role.Value, body.Language, current.Value.Key, By(http, current), http, cancel);
                return Answers.Of(made, m => Results.Created("/api/invitations", InvitedView.Of(m)));
            })
            .WithName("InvitePerson").WithSummary("Invites somebody by e-mail address. The link is given once, works once and for seven days, and is mailed where a mail server is set.")
            .Produces<InvitedView>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPost("{id}/renew", async (string id, CurrentWorkspace current, InvitePerson use, HttpContext http, CancellationToken cancel) =>
                Answers.Of(await use.RenewAsync(id, current.Value.Key, By(http, current), http, cancel), m => Results.Ok(InvitedView.Of(m))))
            .WithName("RenewInvitation").WithSummary("Makes an invitation anew: another link for another seven days; the one before stops.")
            .Produces<InvitedView>();
        group.MapDelete("{id}", async (string id, CurrentWorkspace current, InvitePerson use, HttpContext http, CancellationToken cancel) =>
                Answers.Of(await use.RevokeAsync(id, current.Value.Key, By(http, current), cancel), _ => Results.NoContent()))
            .WithName("WithdrawInvitation").WithSummary("Withdraws an invitation: its link stops.")
            .Produces(StatusCodes.Status204NoContent);

        routes.MapPost("/invitation", AcceptAsync).RequireAuthorization(Policies.Open).ExcludeFromDescription();
    }

    /// <summary>Who invites, as this request tells.</summary>
    public static Inviter By(HttpContext http, CurrentWorkspace current) => new(
        current.Actor, http.Features.GetRequiredFeature<RoleHere>().Role, http.Features.Get<Caller>() is { IsPerson: true } caller ? caller.Name.Length > 0 ? caller.Name : caller.Email : null);

    private static async Task<IResult> AcceptAsync(HttpContext http, AcceptInvitation use, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        string? secret = form["token"];
        var done = await use.HandleAsync(http, http.Features.Get<Caller>(), secret, form["name"], form["password"], form["language"].FirstOrDefault(), cancel);
        if (done.IsOk) return new SeeOther(Ui.TemasUrls.Workspace(done.Value));
        return Answers.IsForPrograms(http) ? Answers.Of(done.Problem!) : new SeeOther(Ui.TemasUrls.Invitation(secret, done.Problem!.Code));
    }
}
