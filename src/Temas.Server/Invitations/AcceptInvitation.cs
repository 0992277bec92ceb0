using Dapper;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.People;
using Temas.Server.Safety;
using Temas.Server.SignIn;

namespace Temas.Server.Invitations;

/// <summary>
/// Use case: accept an invitation by its link. Who has no account yet chooses name and password and is signed in; who has one is signed in
/// with the address that the invitation is for, and gains the workspace.
/// </summary>
internal sealed class AcceptInvitation(InvitationStore store, CreatePerson create, PersonStore people, FinishSignIn finish, SignInRates rates, IAuditTrail audit, TimeProvider clock)
{
    /// <summary>The answer to a link that opens nothing (any more).</summary>
    public static Problem Gone { get; } = Problem.NotFound("invitation_gone", "This invitation was accepted or withdrawn, or its time is over.", wayOut: "Ask whoever invited you for another link.");

    /// <summary>Accepts; gives the key of the workspace. <paramref name="caller"/>: who is signed in, or null.</summary>
    public async Task<Result<string>> HandleAsync(HttpContext http, Caller? caller, string? secret, string? name, string? password, string? language, CancellationToken cancel)
    {
        if (rates.Take(http.Connection.RemoteIpAddress, "invitation") is { } tooMany) return tooMany;
        if (await store.FindBySecretAsync(secret, cancel) is not { } invitation) return Gone;
        var account = await people.FindRowByEmailAsync(invitation.Email, cancel);
        if (account is not null)
        {
            if (caller is not { IsPerson: true } || caller.Id != account.Id) return SignInFirst;
            return await JoinAsync(invitation, account.Email, secret!, null, null, null, cancel) is { } problem ? problem : invitation.Workspace;
        }

        if (caller is { IsPerson: true }) return ForAnother;
        if (string.IsNullOrWhiteSpace(name)) return Problem.Invalid("name_invalid", "A name has 1 to 200 characters.", "name");
        if (PasswordRules.Check(password, invitation.Email) is { } weak) return weak;
        if (await JoinAsync(invitation, invitation.Email, secret!, name, password, language, cancel) is { } refused) return refused;
        await finish.HandleAsync(http, (await people.FindRowByEmailAsync(invitation.Email, cancel))!, cancel);
        return invitation.Workspace;
    }

    private async Task<Problem?> JoinAsync(Invitation invitation, string email, string secret, string? name, string? password, string? language, CancellationToken cancel)
    {
        var workspace = WorkspaceKey.Parse(invitation.Workspace).Value;
        var by = new Actor("user", email);
        var joined = await create.HandleAsync(
            new CreatePersonRequest(email, name, password, language, invitation.Role, workspace), by, onlyFirst: false, cancel,
            async (db, transaction) => await db.ExecuteAsync(
                "delete from invitation where id = @id and digest = @digest and expires_at > @now",
                new { id = invitation.Id, digest = Secrets.Digest(secret), now = clock.GetUtcNow().ToUnixTimeMilliseconds() }, transaction) == 1 ? null : Gone);
        // Somebody added the person meanwhile: there is nothing left to accept.
        if (joined.Problem is { Code: "person_exists" } && password is null) await store.DeleteAsync(invitation.Id, cancel);
        else if (joined.Problem is { } problem) return problem;
        await audit.RecordAsync(new AuditEntry(workspace, by, "invitation.accepted", $"invitation {invitation.Id}") { After = InvitePerson.Facts(invitation) }, cancel);
        return null;
    }

    private static Problem SignInFirst { get; } =
        new(ProblemKind.Unauthenticated, "invitation_sign_in", "There is an account with the address that this invitation is for.") { WayOut = "Sign in with it, then accept." };

    private static Problem ForAnother { get; } =
        new(ProblemKind.Conflict, "invitation_for_another", "The invitation is for another address than the one that is signed in.") { WayOut = "Sign out, then open the link again." };
}
