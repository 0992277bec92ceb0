using Temas.Kernel;
using Temas.Server.People;
using Temas.Server.SecondFactor;

namespace Temas.Server.SignIn;

/// <summary>What every way of signing in ends with: the second step where the person has a second factor, else the session.</summary>
internal sealed class FinishSignIn(Sessions sessions, PendingSignIns pending, SignInFailures failures, IAuditTrail audit)
{
    /// <summary>Signs in somebody who has just shown who it is. False: a code is asked for first.</summary>
    public async Task<bool> HandleAsync(HttpContext http, PersonStore.Row person, CancellationToken cancel)
    {
        if (person.SecondFactor == 0)
        {
            await CompleteAsync(http, person, cancel);
            return true;
        }

        // The failures stay: else whoever knows the password could guess codes without end.
        await pending.BeginAsync(http, person, cancel);
        return false;
    }

    /// <summary>Begins the session: nothing is left to ask for.</summary>
    public async Task CompleteAsync(HttpContext http, PersonStore.Row person, CancellationToken cancel)
    {
        await failures.ClearAsync(person.Email, cancel);
        await sessions.BeginAsync(http, person, cancel);
        await audit.RecordAsync(new AuditEntry(null, new Actor("user", person.Email), "person.signed_in", $"person {person.Id}"), cancel);
    }
}
