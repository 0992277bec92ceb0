using Dapper;
using Temas.Kernel;
using Temas.Server.People;
using Temas.Server.Safety;
using Temas.Storage.Workspaces;

namespace Temas.Server.SignIn;

/// <summary>
/// Use case: sign in with e-mail and password. A wrong password, an unknown address and a disabled person get the same answer after the same work.
/// On success the session's cookie is on the response.
/// </summary>
internal sealed class SignInPerson(PersonStore people, Passwords passwords, SignInFailures failures, FinishSignIn finish, SignInRates rates, WorkspaceRegistry workspaces)
{
    /// <summary>The answer to whoever may not.</summary>
    public static Problem Refused { get; } =
        new(ProblemKind.Unauthenticated, "sign_in_refused", "E-mail and password do not belong together.") { WayOut = "Check both, or ask for a link for a new password." };

    /// <summary>Signs in; false: the password is right, and a code is asked for next.</summary>
    public async Task<Result<bool>> HandleAsync(HttpContext http, string? email, string? password, CancellationToken cancel)
    {
        email ??= "";
        password ??= "";
        if (email.Length > 254 || password.Length > PasswordRules.MaxLength) return Refused;
        if (rates.Take(http.Connection.RemoteIpAddress, email) is { } tooMany) return tooMany;
        if (await failures.LockedAsync(email, cancel) is { } locked) return locked;

        var row = await people.FindRowByEmailAsync(email, cancel);
        var right = passwords.Verify(row?.PasswordHash, password, out var stale);
        if (row is null || !right || row.Disabled != 0)
        {
            await failures.CountAsync(email, cancel);
            return Refused;
        }

        if (stale)
        {
            await using var db = await workspaces.System.OpenAsync(cancel);
            await db.ExecuteAsync("update person set password_hash = @hash where id = @id and stamp = @stamp", new { hash = passwords.Hash(password), id = row.Id, stamp = row.Stamp });
        }

        return await finish.HandleAsync(http, row, cancel);
    }
}
