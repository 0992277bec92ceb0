using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.People;
using Temas.Server.SignIn;
using Temas.Storage.Workspaces;

namespace Temas.Server.SecondFactor;

/// <summary>A second factor that waits to be confirmed.</summary>
/// <param name="Secret">The secret in base 32, for apps in which it is typed.</param>
/// <param name="Uri">The address that the QR code holds.</param>
internal sealed record BegunSecondFactor(string Secret, string Uri);

/// <summary>Recovery codes that were made; kept as digests alone.</summary>
/// <param name="RecoveryCodes">The codes, given now and never again. Each works once.</param>
internal sealed record MadeRecoveryCodes(IReadOnlyList<string> RecoveryCodes);

/// <summary>How a person stands with the second factor.</summary>
/// <param name="On">Whether it is on.</param>
/// <param name="Since">Since when.</param>
/// <param name="RecoveryCodes">How many recovery codes are left.</param>
/// <param name="Begun">What waits to be confirmed, or null.</param>
internal sealed record SecondFactorState(bool On, DateTimeOffset? Since, int RecoveryCodes, BegunSecondFactor? Begun);

/// <summary>Use cases of the own second factor: turn on in two steps, renew the recovery codes, turn off; and reset that of somebody who has lost the device.</summary>
internal sealed class ChangeSecondFactor(
    SecondFactorStore store, CheckSecondFactor check, PersonStore people, Passwords passwords, SignInFailures failures, CallerStore callers, IAuditTrail audit, TimeProvider clock)
{
    /// <summary>How long a secret waits to be confirmed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>How the person stands.</summary>
    public async Task<SecondFactorState> ReadAsync(string personId, CancellationToken cancel)
    {
        var row = await people.FindRowAsync(personId, cancel);
        var kept = await store.FindAsync(personId, cancel);
        if (row is null || kept is null) return new SecondFactorState(false, null, 0, null);
        if (kept.ConfirmedAt is { } since) return new SecondFactorState(true, since, await store.CountCodesAsync(personId, cancel), null);
        return new SecondFactorState(false, null, 0, IsAlive(kept) ? new BegunSecondFactor(Totp.Base32(kept.Secret!), Totp.Uri(kept.Secret!, row.Email)) : null);
    }

    /// <summary>Begins: makes a secret. Asks for the password, for whoever finds an open browser must not lock its person out.</summary>
    public async Task<Result<BegunSecondFactor>> BeginAsync(string personId, string? password, CancellationToken cancel)
    {
        if (await people.FindRowAsync(personId, cancel) is not { } row) return PersonProblems.NotFound(personId);
        if (await PasswordAsync(row, password, cancel) is { } refused) return refused;
        var secret = Totp.NewSecret();
        return await store.BeginAsync(personId, secret, cancel) ? new BegunSecondFactor(Totp.Base32(secret), Totp.Uri(secret, row.Email)) : IsOn;
    }

    /// <summary>Turns on what was begun, by a code that the app shows; gives the recovery codes.</summary>
    public async Task<Result<MadeRecoveryCodes>> ConfirmAsync(string personId, string? typed, CancellationToken cancel)
    {
        if (await people.FindRowAsync(personId, cancel) is not { } row) return PersonProblems.NotFound(personId);
        var kept = await store.FindAsync(personId, cancel);
        if (kept is { ConfirmedAt: not null }) return IsOn;
        if (kept is null || !IsAlive(kept))
            return new Problem(ProblemKind.Conflict, "second_factor_not_begun", "There is nothing to confirm, or it has waited too long.") { WayOut = "Begin again." };
        if (await failures.LockedAsync(row.Email, cancel) is { } locked) return locked;
        if (Totp.Match(kept.Secret!, CheckSecondFactor.Tidy(typed), clock.GetUtcNow(), 0) is not { } step)
        {
            await failures.CountAsync(row.Email, cancel);
            return CheckSecondFactor.Wrong;
        }

        var codes = RecoveryCodes.Make();
        if (!await store.ConfirmAsync(personId, step, codes, cancel)) return IsOn;
        callers.Forget();
        await RecordAsync(row, "person.second_factor_on", cancel);
        return new MadeRecoveryCodes(codes);
    }

    /// <summary>New recovery codes, by a code; those before stop.</summary>
    public async Task<Result<MadeRecoveryCodes>> RenewCodesAsync(string personId, string? typed, CancellationToken cancel)
    {
        if (await OnAsync(personId, cancel) is { IsOk: false } off) return off.Problem!;
        var row = (await people.FindRowAsync(personId, cancel))!;
        if (await check.HandleAsync(row, typed, cancel) is { } wrong) return wrong;
        var codes = RecoveryCodes.Make();
        await store.ReplaceCodesAsync(personId, codes, cancel);
        await RecordAsync(row, "person.recovery_codes_renewed", cancel);
        return new MadeRecoveryCodes(codes);
    }

    /// <summary>Turns off, by password and code.</summary>
    public async Task<Result<bool>> TurnOffAsync(string personId, string? password, string? typed, CancellationToken cancel)
    {
        if (await OnAsync(personId, cancel) is { IsOk: false } off) return off.Problem!;
        var row = (await people.FindRowAsync(personId, cancel))!;
        if (await PasswordAsync(row, password, cancel) is { } refused) return refused;
        if (await check.HandleAsync(row, typed, cancel) is { } wrong) return wrong;
        await failures.ClearAsync(row.Email, cancel);
        await store.DeleteAsync(personId, cancel);
        callers.Forget();
        await RecordAsync(row, "person.second_factor_off", cancel);
        return true;
    }

    /// <summary>
    /// Takes it away from somebody who has lost the device, as an owner of <paramref name="workspace"/>; null for the command line. Refused for somebody who
    /// belongs to other workspaces, too, whose owners have not asked for it.
    /// </summary>
    public async Task<Result<bool>> ResetAsync(string personId, WorkspaceKey? workspace, Actor by, CancellationToken cancel)
    {
        var person = await people.FindAsync(personId, cancel);
        if (person is null || (workspace is { } here && !person.Roles.ContainsKey(here.Value))) return PersonProblems.NotFound(personId);
        if (workspace is not null && person.Roles.Count > 1) return PersonProblems.Shared;
        if (!await store.DeleteAsync(personId, cancel)) return IsOff;
        callers.Forget();
        await audit.RecordAsync(new AuditEntry(workspace, by, "person.second_factor_reset", $"person {personId}"), cancel);
        return true;
    }

    private async Task<Result<bool>> OnAsync(string personId, CancellationToken cancel) => await store.FindAsync(personId, cancel) is { ConfirmedAt: not null } ? true : IsOff;

    // Who signs in by another provider alone has no password to ask for.
    private async Task<Problem?> PasswordAsync(PersonStore.Row row, string? password, CancellationToken cancel)
    {
        if (row.PasswordHash.Length == 0) return null;
        if (await failures.LockedAsync(row.Email, cancel) is { } locked) return locked;
        if (passwords.Verify(row.PasswordHash, password is { Length: <= PasswordRules.MaxLength } ? password : "", out _)) return null;
        await failures.CountAsync(row.Email, cancel);
        return Problem.Invalid("password_wrong", "The present password is not right.", "password");
    }

    private bool IsAlive(SecondFactorStore.Kept kept) => kept.Secret is not null && clock.GetUtcNow() - kept.CreatedAt < Patience;

    private Task RecordAsync(PersonStore.Row row, string action, CancellationToken cancel) =>
        audit.RecordAsync(new AuditEntry(null, new Actor("user", row.Email), action, $"person {row.Id}"), cancel);

    private static Problem IsOn { get; } = new(ProblemKind.Conflict, "second_factor_on", "The second factor is on already.") { WayOut = "Turn it off first." };

    private static Problem IsOff { get; } = new(ProblemKind.Conflict, "second_factor_off", "The second factor is not on.");
}
