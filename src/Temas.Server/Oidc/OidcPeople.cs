using Dapper;
using Temas.Kernel;
using Temas.Server.Invitations;
using Temas.Server.People;
using Temas.Server.Settings;

namespace Temas.Server.Oidc;

/// <summary>
/// Who somebody is here whom the provider knows. A person is known by the provider's subject once linked, and linked by the verified e-mail address the first
/// time. Whoever is nobody yet needs an invitation, unless the settings give a role to everybody.
/// </summary>
internal sealed class OidcPeople(PersonStore people, CreatePerson create, InvitationStore invitations, TemasSettings settings, IAuditTrail audit, TimeProvider clock)
{
    /// <summary>The person, who may be new.</summary>
    public async Task<Result<PersonStore.Row>> FindAsync(OidcIdentity identity, CancellationToken cancel)
    {
        string? known;
        await using (var db = await people.OpenAsync(cancel))
        {
            known = await db.ExecuteScalarAsync<string?>("select person from external_identity where issuer = @Issuer and subject = @Subject", new { identity.Issuer, identity.Subject });
        }

        if (known is not null)
        {
            if (await people.FindRowAsync(known, cancel) is not { Disabled: 0 } linked) return OidcProblems.UnknownPerson;
            // The rule on domains holds for whoever was linked before it, too.
            return identity.Email is { } now && !IsAllowed(now) ? OidcProblems.DomainNotAllowed : linked;
        }

        if (identity.Email is not { } email || EmailAddress.Check(email) is not null) return OidcProblems.EmailMissing;
        // An address that anybody can type at the provider must not open somebody else's account.
        if (!identity.EmailVerified) return OidcProblems.EmailUnverified;
        if (!IsAllowed(email)) return OidcProblems.DomainNotAllowed;
        if (await people.FindRowByEmailAsync(email, cancel) is { } row) return row.Disabled == 0 ? await LinkAsync(row, identity, cancel) : OidcProblems.UnknownPerson;
        return await AddAsync(email, identity, cancel) is { IsOk: false } refused ? refused.Problem! : await LinkAsync((await people.FindRowByEmailAsync(email, cancel))!, identity, cancel);
    }

    // Somebody new: by the invitations that wait for the address, or by the role that the settings give.
    private async Task<Result<bool>> AddAsync(string email, OidcIdentity identity, CancellationToken cancel)
    {
        var by = new Actor("user", email);
        var name = identity.Name is { Length: <= 200 } told ? told : null;
        var waiting = await invitations.WaitingForAsync(email, cancel);
        foreach (var invitation in waiting)
        {
            var workspace = WorkspaceKey.Parse(invitation.Workspace).Value;
            var joined = await create.HandleAsync(
                new CreatePersonRequest(email, name, null, null, invitation.Role, workspace) { WithoutPassword = true }, by, onlyFirst: false, cancel,
                async (db, transaction) => await db.ExecuteAsync("delete from invitation where id = @id and expires_at > @now", new { id = invitation.Id, now = clock.GetUtcNow().ToUnixTimeMilliseconds() }, transaction) == 1
                    ? null : OidcProblems.UnknownPerson);
            if (joined.Problem is { } problem) return problem;
            await audit.RecordAsync(new AuditEntry(workspace, by, "invitation.accepted", $"invitation {invitation.Id}") { After = InvitePerson.Facts(invitation) }, cancel);
        }

        if (waiting.Count > 0) return true;
        if (settings.Oidc is not { Role: { } role } oidc) return OidcProblems.UnknownPerson;
        var key = WorkspaceKey.Parse(oidc.Workspace);
        if (!key.IsOk) return key.Problem!;
        var added = await create.HandleAsync(new CreatePersonRequest(email, name, null, null, role, key.Value) { WithoutPassword = true }, by, cancel);
        return added.Problem is { } failed ? failed : true;
    }

    private async Task<Result<PersonStore.Row>> LinkAsync(PersonStore.Row row, OidcIdentity identity, CancellationToken cancel)
    {
        await using (var db = await people.OpenAsync(cancel))
        {
            var linked = await db.ExecuteAsync(
                "insert into external_identity(issuer, subject, person, linked_at) values (@Issuer, @Subject, @person, @now) on conflict do nothing",
                new { identity.Issuer, identity.Subject, person = row.Id, now = clock.GetUtcNow().ToUnixTimeMilliseconds() });
            // Somebody else at the provider has this account already: an address that was given away there does not take the account along.
            if (linked == 0) return OidcProblems.UnknownPerson;
        }

        await audit.RecordAsync(new AuditEntry(null, new Actor("user", row.Email), "person.oidc_linked", $"person {row.Id}"), cancel);
        return row;
    }

    private bool IsAllowed(string email) =>
        settings.Oidc is not { Domains.Count: > 0 } oidc || oidc.Domains.Contains(EmailAddress.KeyOf(email).Split('@')[^1], StringComparer.Ordinal);
}
