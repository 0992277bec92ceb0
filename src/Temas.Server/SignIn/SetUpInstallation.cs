using Temas.Demo.Loading;
using Temas.Kernel;
using Temas.Server.People;
using Temas.Server.Safety;
using Temas.Server.Workspaces;
using Temas.Storage.Workspaces;

namespace Temas.Server.SignIn;

/// <summary>Use case: the first owner of a new installation, by whoever holds the set-up code. Signs the owner in.</summary>
internal sealed class SetUpInstallation(CreatePerson create, PersonStore people, Sessions sessions, SetUpCode code, SignInRates rates, WorkspaceRegistry workspaces, OpenDemo demo)
{
    /// <summary>Whether set-up is still to be done. While it is, <c>/setup</c> shows its form; afterwards it is gone.</summary>
    public async Task<bool> IsOpenAsync(CancellationToken cancel) => code.Value is not null && !await people.AnyAsync(cancel);

    /// <summary>Sets up.</summary>
    public async Task<Result<Person>> HandleAsync(HttpContext http, string? typed, string? email, string? name, string? password, string? language, CancellationToken cancel)
    {
        if (rates.Take(http.Connection.RemoteIpAddress, "setup") is { } tooMany) return tooMany;
        if (!await IsOpenAsync(cancel)) return new Problem(ProblemKind.Conflict, "already_set_up", "Temas is set up already.") { WayOut = "Sign in." };
        if (!code.Matches(typed)) return Problem.Invalid("set_up_code_wrong", "This is not the set-up code.", "code", wayOut: "It stands in the terminal in which the server was started.");
        if (string.IsNullOrEmpty(password)) return PasswordRules.Check(password, email ?? "")!;
        var workspace = (workspaces.All.FirstOrDefault(w => !DemoState.Of(w).IsDemo) ?? workspaces.All[0]).Key;
        var created = await create.HandleAsync(new CreatePersonRequest(email ?? "", name, password, language, Role.Owner, workspace), Actor.System, onlyFirst: true, cancel);
        if (created.Problem is { } problem) return problem;
        await demo.JoinAllAsync(cancel);
        await sessions.BeginAsync(http, (await people.FindRowAsync(created.Value.Person.Id, cancel))!, cancel);
        return created.Value.Person;
    }
}
