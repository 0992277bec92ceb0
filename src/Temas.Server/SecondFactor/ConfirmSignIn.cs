using Temas.Kernel;
using Temas.Server.People;
using Temas.Server.Safety;
using Temas.Server.SignIn;

namespace Temas.Server.SecondFactor;

/// <summary>Use case: the second step of a sign-in, a code of the app or a recovery code.</summary>
internal sealed class ConfirmSignIn(PendingSignIns pending, CheckSecondFactor check, FinishSignIn finish, SignInRates rates)
{
    /// <summary>The answer to whoever has no password shown, or too long ago.</summary>
    public static Problem Over { get; } =
        new(ProblemKind.Unauthenticated, "second_step_over", "The second step took too long or too many attempts.") { WayOut = "Sign in with e-mail and password again." };

    /// <summary>Signs in.</summary>
    public async Task<Result<bool>> HandleAsync(HttpContext http, string? typed, CancellationToken cancel)
    {
        if (await pending.FindAsync(http, attempt: false, cancel) is not { } known) return Over;
        if (rates.Take(http.Connection.RemoteIpAddress, known.Email) is { } tooMany) return tooMany;
        if (await pending.FindAsync(http, attempt: true, cancel) is not { } person) return Over;
        if (await check.HandleAsync(person, typed, cancel) is { } wrong) return wrong;
        await pending.EndAsync(http, cancel);
        await finish.CompleteAsync(http, person, cancel);
        return true;
    }
}
