using Temas.Kernel;
using Temas.Server.People;

namespace Temas.Server.SignIn;

/// <summary>What every way of signing in ends with: the session begins, failures are forgotten, and it is written down.</summary>
internal sealed class FinishSignIn(Sessions sessions, SignInFailures failures, IAuditTrail audit)
{
    /// <summary>Signs in somebody who has just shown who it is.</summary>
    public async Task HandleAsync(HttpContext http, PersonStore.Row person, CancellationToken cancel)
    {
        await failures.ClearAsync(person.Email, cancel);
        await sessions.BeginAsync(http, person, cancel);
        await audit.RecordAsync(new AuditEntry(null, new Actor("user", person.Email), "person.signed_in", $"person {person.Id}"), cancel);
    }
}
