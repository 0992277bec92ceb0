using Temas.Kernel;
using Temas.Server.People;
using Temas.Server.SignIn;

namespace Temas.Server.SecondFactor;

/// <summary>
/// Use case: hold a code against a person's second factor. A code of the app is accepted once and then never again; a recovery code is spent. What is wrong counts
/// as a wrong password does, and locks as it does.
/// </summary>
internal sealed class CheckSecondFactor(SecondFactorStore store, SignInFailures failures, IAuditTrail audit, TimeProvider clock)
{
    /// <summary>The answer to a code that is not the one.</summary>
    public static Problem Wrong { get; } =
        Problem.Invalid("code_wrong", "This code is not right, or was used already.", "code", wayOut: "Take the one that the app shows now, or a recovery code.");

    /// <summary>Checks what was typed; the problem when it is not right.</summary>
    public async Task<Problem?> HandleAsync(PersonStore.Row person, string? typed, CancellationToken cancel)
    {
        if (await failures.LockedAsync(person.Email, cancel) is { } locked) return locked;
        if (await IsRightAsync(person, Tidy(typed), cancel)) return null;
        await failures.CountAsync(person.Email, cancel);
        return Wrong;
    }

    /// <summary>What was typed, without what apps and people put between the digits.</summary>
    internal static string Tidy(string? typed) => typed is { Length: <= 64 } ? string.Concat(typed.Where(c => !char.IsWhiteSpace(c))) : "";

    private async Task<bool> IsRightAsync(PersonStore.Row person, string typed, CancellationToken cancel)
    {
        if (await store.FindAsync(person.Id, cancel) is not { ConfirmedAt: not null } kept) return false;
        if (typed.Length == Totp.Digits && typed.All(char.IsAsciiDigit))
            return kept.Secret is { } secret && Totp.Match(secret, typed, clock.GetUtcNow(), kept.LastStep) is { } step && await store.SpendStepAsync(person.Id, step, cancel);
        if (RecoveryCodes.Digest(person.Id, typed) is not { } digest || !await store.SpendCodeAsync(person.Id, digest, cancel)) return false;
        await audit.RecordAsync(new AuditEntry(null, new Actor("user", person.Email), "person.recovery_code_used", $"person {person.Id}"), cancel);
        return true;
    }
}
