using System.Text.Json.Nodes;
using Temas.Kernel;
using Temas.Kernel.Mail;
using Temas.Server.Authorization;
using Temas.Server.Hosting;
using Temas.Server.Mail;
using Temas.Server.People;
using Temas.Server.SignIn;
using Temas.Storage.Workspaces;

namespace Temas.Server.Invitations;

/// <summary>Who invites.</summary>
/// <param name="Actor">As the audit trail writes it.</param>
/// <param name="Role">The own role: nobody gives a higher one, neither directly nor by the link of an invitation.</param>
/// <param name="Name">Name of a person, for the mail; null for programs and the command line.</param>
internal sealed record Inviter(Actor Actor, Role Role, string? Name);

/// <summary>An invitation with its link.</summary>
/// <param name="Invitation">The invitation.</param>
/// <param name="Link">The link, to be shown once.</param>
/// <param name="Mail">Whether it was mailed, too.</param>
internal sealed record Invited(Invitation Invitation, string Link, MailFate Mail);

/// <summary>Use cases: invite somebody by e-mail address, make an invitation anew, and withdraw it. The link is kept as a digest alone.</summary>
internal sealed class InvitePerson(InvitationStore store, PersonStore people, WorkspaceRegistry workspaces, Mailer mailer, PublicLinks links, IAuditTrail audit, TimeProvider clock)
{
    /// <summary>For how many days a link works.</summary>
    public const int Days = 7;

    /// <summary>Invites. Somebody who signs in to Temas already is invited just so, and gains the workspace by accepting.</summary>
    public async Task<Result<Invited>> HandleAsync(string? email, Role role, string? language, WorkspaceKey workspace, Inviter by, HttpContext? http, CancellationToken cancel)
    {
        if (EmailAddress.Check(email) is { } problem) return problem;
        if (!Enum.IsDefined(role)) return Problem.Invalid("role_unknown", "There is no such role.", "role", wayOut: $"The roles are {RoleNames.All}.");
        if (Languages.Check(language) is { } unknown) return unknown;
        if (workspaces.Find(workspace) is not { } here) return WorkspaceProblems.NotFound(workspace.Value);
        if (role > by.Role) return TooHigh(by.Role);
        if (await people.FindRowByEmailAsync(email!, cancel) is { } row && (await people.FindAsync(row.Id, cancel))!.Roles.ContainsKey(workspace.Value))
            return new Problem(ProblemKind.Conflict, "person_exists", "This person is in the workspace already.") { Field = "email", WayOut = "Change the role instead." };

        var now = clock.GetUtcNow();
        var secret = Secrets.New(32);
        var invitation = new Invitation(Guid.CreateVersion7(now).ToString("N"), email!.Trim(), workspace.Value, role, language ?? WorkspaceSettings.Of(here).Language, by.Actor.Name, Whole(now), Whole(now.AddDays(Days)));
        if (!await store.AddAsync(invitation, secret, cancel))
            return new Problem(ProblemKind.Conflict, "invitation_exists", "Somebody with this e-mail address is invited to this workspace already.") { Field = "email", WayOut = "Make the invitation anew, or withdraw it." };
        await audit.RecordAsync(new AuditEntry(workspace, by.Actor, "invitation.created", $"invitation {invitation.Id}") { After = Facts(invitation) }, cancel);
        return await HandOutAsync(invitation, here, secret, by, http, cancel);
    }

    /// <summary>Makes an invitation anew: another link for another seven days; the one before stops.</summary>
    public async Task<Result<Invited>> RenewAsync(string id, WorkspaceKey workspace, Inviter by, HttpContext? http, CancellationToken cancel)
    {
        if (workspaces.Find(workspace) is not { } here || await store.FindAsync(id, workspace, cancel) is not { } invitation) return NotFound(id);
        if (invitation.Role > by.Role) return TooHigh(by.Role);
        var now = clock.GetUtcNow();
        var secret = Secrets.New(32);
        invitation = invitation with { InvitedBy = by.Actor.Name, CreatedAt = Whole(now), ExpiresAt = Whole(now.AddDays(Days)) };
        if (!await store.RenewAsync(invitation, secret, cancel)) return NotFound(id);
        await audit.RecordAsync(new AuditEntry(workspace, by.Actor, "invitation.renewed", $"invitation {id}") { After = Facts(invitation) }, cancel);
        return await HandOutAsync(invitation, here, secret, by, http, cancel);
    }

    /// <summary>Withdraws an invitation: its link stops.</summary>
    public async Task<Result<Invitation>> RevokeAsync(string id, WorkspaceKey workspace, Inviter by, CancellationToken cancel)
    {
        if (await store.FindAsync(id, workspace, cancel) is not { } invitation) return NotFound(id);
        if (invitation.Role > by.Role) return TooHigh(by.Role);
        if (!await store.DeleteAsync(id, cancel)) return NotFound(id);
        await audit.RecordAsync(new AuditEntry(workspace, by.Actor, "invitation.withdrawn", $"invitation {id}") { Before = Facts(invitation) }, cancel);
        return invitation;
    }

    /// <summary>What the audit trail holds of an invitation: nothing that tells whom it is for.</summary>
    internal static string Facts(Invitation invitation) => new JsonObject { ["role"] = RoleNames.Of(invitation.Role), ["language"] = invitation.Language }.ToJsonString();

    internal static Problem NotFound(string id) => Problem.NotFound("invitation_not_found", "There is no such invitation in this workspace; it may have been accepted or withdrawn.", "id", id);

    private async Task<Invited> HandOutAsync(Invitation invitation, Workspace here, string secret, Inviter by, HttpContext? http, CancellationToken cancel)
    {
        var link = links.To(Ui.TemasUrls.Invitation(secret), http);
        var fate = await mailer.SendAsync(Letters.Invitation(invitation.Email, invitation.Language, by.Name, here.Name, link, Days), cancel);
        return new Invited(invitation, link, fate);
    }

    private static Problem TooHigh(Role own) =>
        new(ProblemKind.Forbidden, "role_above_own", $"This would give a higher role than your own, {RoleNames.Of(own)}.") { Field = "role", WayOut = "Ask an owner of the workspace." };

    private static DateTimeOffset Whole(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
