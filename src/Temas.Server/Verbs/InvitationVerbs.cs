using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.Invitations;
using Temas.Server.People;

namespace Temas.Server.Verbs;

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
/// <param name="Email">Whom to invite.</param>
/// <param name="Role">Role in the workspace.</param>
/// <param name="Language">Language of the mail: <c>tr</c>, <c>en</c> or null.</param>
internal sealed record InvitationCreateRequest(string? Workspace, string Email, string Role, string? Language);

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
internal sealed record InvitationListRequest(string? Workspace);

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
/// <param name="Email">Who was invited.</param>
internal sealed record InvitationChoice(string? Workspace, string Email);

/// <param name="Email">Whose password.</param>
internal sealed record PasswordLinkRequest(string Email);

/// <summary>An invitation, as the command line shows it. <see cref="Link"/> and <see cref="Mail"/> are there when it was made or made anew.</summary>
internal sealed record InvitationLine(
    string Id, string Email, string Workspace, string Role, string Language, string InvitedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string? Link = null, string? Mail = null)
{
    public static InvitationLine Of(Invitation i, string? link = null, string? mail = null) =>
        new(i.Id, i.Email, i.Workspace, RoleNames.Of(i.Role), i.Language, i.InvitedBy, i.CreatedAt, i.ExpiresAt, link, mail);

    public static InvitationLine Of(Invited made) => Of(made.Invitation, made.Link, InvitedView.FateName(made.Mail));
}

internal sealed record InvitationListAnswer(IReadOnlyList<InvitationLine> Invitations);

/// <summary>A link for a new password.</summary>
internal sealed record PasswordLinkLine(string Email, string Link, string Mail);

/// <summary>Invitations, and links for new passwords.</summary>
internal static class InvitationVerbs
{
    public static Verb<InvitationCreateRequest, InvitationLine> Create { get; } =
        new("user.invite", VerbJson.Default.InvitationCreateRequest, VerbJson.Default.InvitationLine, async (context, request, cancel) =>
        {
            var found = context.Workspace(request.Workspace);
            if (!found.IsOk) return found.Problem!;
            var role = RoleNames.Parse(request.Role);
            if (!role.IsOk) return role.Problem!;
            var made = await Use(context).HandleAsync(request.Email, role.Value, request.Language, found.Value.Key, By(context), null, cancel);
            if (made.Problem is { Code: "invitation_exists" } there) return there with { WayOut = "temas user reinvite EMAIL makes another link, temas user uninvite EMAIL withdraws the invitation." };
            return made.IsOk ? InvitationLine.Of(made.Value) : made.Problem!;
        });

    public static Verb<InvitationListRequest, InvitationListAnswer> List { get; } =
        new("user.invitations", VerbJson.Default.InvitationListRequest, VerbJson.Default.InvitationListAnswer, async (context, request, cancel) =>
        {
            var found = context.Workspace(request.Workspace);
            if (!found.IsOk) return found.Problem!;
            return new InvitationListAnswer([.. (await Store(context).ListAsync(found.Value.Key, cancel)).Select(i => InvitationLine.Of(i))]);
        });

    public static Verb<InvitationChoice, InvitationLine> Renew { get; } =
        new("user.reinvite", VerbJson.Default.InvitationChoice, VerbJson.Default.InvitationLine, async (context, request, cancel) =>
        {
            var found = await FindAsync(context, request, cancel);
            if (!found.IsOk) return found.Problem!;
            var made = await Use(context).RenewAsync(found.Value.Id, WorkspaceKey.Parse(found.Value.Workspace).Value, By(context), null, cancel);
            return made.IsOk ? InvitationLine.Of(made.Value) : made.Problem!;
        });

    public static Verb<InvitationChoice, InvitationLine> Revoke { get; } =
        new("user.uninvite", VerbJson.Default.InvitationChoice, VerbJson.Default.InvitationLine, async (context, request, cancel) =>
        {
            var found = await FindAsync(context, request, cancel);
            if (!found.IsOk) return found.Problem!;
            var revoked = await Use(context).RevokeAsync(found.Value.Id, WorkspaceKey.Parse(found.Value.Workspace).Value, By(context), cancel);
            return revoked.IsOk ? InvitationLine.Of(revoked.Value) : revoked.Problem!;
        });

    public static Verb<PasswordLinkRequest, PasswordLinkLine> PasswordLink { get; } =
        new("user.link", VerbJson.Default.PasswordLinkRequest, VerbJson.Default.PasswordLinkLine, async (context, request, cancel) =>
        {
            var made = await context.Services.GetRequiredService<PasswordLinks>().ForAsync(request.Email, context.Actor, cancel);
            if (made.Problem is { Code: "person_not_found" }) return Problem.NotFound("person_not_found", "Nobody signs in with this address.", "EMAIL", null, "List the people with temas user list.");
            return made.IsOk ? new PasswordLinkLine(request.Email, made.Value.Link, InvitedView.FateName(made.Value.Mail)) : made.Problem!;
        });

    private static InvitePerson Use(VerbContext context) => context.Services.GetRequiredService<InvitePerson>();

    private static InvitationStore Store(VerbContext context) => context.Services.GetRequiredService<InvitationStore>();

    // Whoever can read the data folder may do what an owner may.
    private static Inviter By(VerbContext context) => new(context.Actor, Role.Owner, null);

    private static async Task<Result<Invitation>> FindAsync(VerbContext context, InvitationChoice request, CancellationToken cancel)
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        return await Store(context).FindByEmailAsync(request.Email, found.Value.Key, cancel) is { } invitation
            ? invitation
            : Problem.NotFound("invitation_not_found", "Nobody with this address is invited to this workspace.", "EMAIL", null, "List the invitations with temas user invitations.");
    }
}
