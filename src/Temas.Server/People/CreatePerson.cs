using System.Data.Common;
using Dapper;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.SignIn;
using Temas.Storage.Workspaces;

namespace Temas.Server.People;

/// <summary>Adds somebody who signs in, or takes somebody who already does into another workspace.</summary>
/// <param name="Email">Address to sign in with.</param>
/// <param name="Name">Name to show; the address's first part when empty.</param>
/// <param name="Password">The password, or null for one that is made up and given back.</param>
/// <param name="Language"><c>tr</c> or <c>en</c>; null: as the browser asks, until the person chooses.</param>
/// <param name="Role">Role in the workspace.</param>
/// <param name="Workspace">The workspace.</param>
internal sealed record CreatePersonRequest(string Email, string? Name, string? Password, string? Language, Role Role, WorkspaceKey Workspace)
{
    /// <summary>True: no password is made up; the person signs in by another provider until one is set by a link.</summary>
    public bool WithoutPassword { get; init; }
}

/// <summary>A person who was added.</summary>
/// <param name="Person">The person.</param>
/// <param name="Password">The password that was made up, to be shown once; null when the request brought one or the person was there before.</param>
internal sealed record CreatedPerson(Person Person, string? Password);

/// <summary>Use case: add a person to a workspace.</summary>
internal sealed class CreatePerson(PersonStore people, Passwords passwords, WorkspaceRegistry workspaces, CallerStore callers, IAuditTrail audit, SetUpCode code, TimeProvider clock)
{
    /// <summary>Adds the person. A person who is there already keeps name and password and gains the workspace; who is in it already is a conflict.</summary>
    public Task<Result<CreatedPerson>> HandleAsync(CreatePersonRequest request, Actor by, CancellationToken cancel) => HandleAsync(request, by, onlyFirst: false, cancel);

    /// <summary>
    /// As the other, and with <paramref name="onlyFirst"/> a conflict when anybody is there: of two who try at once one succeeds. What
    /// <paramref name="within"/> does is done in the same transaction, and undone with it; the problem that it gives undoes all.
    /// </summary>
    internal async Task<Result<CreatedPerson>> HandleAsync(
        CreatePersonRequest request, Actor by, bool onlyFirst, CancellationToken cancel, Func<DbConnection, DbTransaction, Task<Problem?>>? within = null)
    {
        if (EmailAddress.Check(request.Email) is { } problem) return problem;
        if (!Enum.IsDefined(request.Role)) return Problem.Invalid("role_unknown", "There is no such role.", "role", wayOut: $"The roles are {RoleNames.All}.");
        if (Languages.Check(request.Language) is { } language) return language;
        if (workspaces.Find(request.Workspace) is null) return WorkspaceProblems.NotFound(request.Workspace.Value);
        if (request.Name is { Length: > 200 }) return Problem.Invalid("name_too_long", "The name has more than 200 characters.", "name");

        var existing = await people.FindRowByEmailAsync(request.Email, cancel);
        if (existing is not null && (onlyFirst || request.Password is not null))
            return new Problem(ProblemKind.Conflict, "person_exists", "Somebody with this e-mail address is there already.")
            {
                Field = "email",
                WayOut = onlyFirst ? "Sign in." : "Leave the password out to add this person to the workspace.",
            };
        if (existing is null && request.Password is not null && PasswordRules.Check(request.Password, request.Email) is { } weak) return weak;

        var made = existing is null && request.Password is null && !request.WithoutPassword ? PasswordRules.Generate() : null;
        var id = existing?.Id ?? Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
        // No hash is one that nothing matches.
        var hash = existing is not null ? null : request.WithoutPassword ? "" : passwords.Hash(request.Password ?? made!);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();

        await using var db = await people.OpenAsync(cancel);
        await using var transaction = await db.BeginTransactionAsync(cancel);
        var first = await db.ExecuteAsync("insert into installation(id, set_up_at) values (1, @now) on conflict do nothing", new { now }, transaction);
        if (onlyFirst && first == 0) return new Problem(ProblemKind.Conflict, "already_set_up", "Temas is set up already.") { WayOut = "Sign in." };
        if (existing is null)
        {
            var added = await db.ExecuteAsync(
                """
                insert into person(id, email, email_key, name, language, password_hash, stamp, disabled, created_at)
                values (@id, @email, @key, @name, @language, @hash, @stamp, 0, @now) on conflict do nothing
                """,
                new
                {
                    id,
                    email = request.Email.Trim(),
                    key = EmailAddress.KeyOf(request.Email),
                    name = string.IsNullOrWhiteSpace(request.Name) ? request.Email.Trim().Split('@')[0] : request.Name.Trim(),
                    language = request.Language ?? "",
                    hash,
                    stamp = Secrets.New(16),
                    now,
                },
                transaction);
            if (added == 0) return new Problem(ProblemKind.Conflict, "person_exists", "Somebody with this e-mail address was added just now.") { Field = "email" };
        }

        var joined = await db.ExecuteAsync(
            "insert into membership(person, workspace, role, added_at) values (@id, @workspace, @role, @now) on conflict do nothing",
            new { id, workspace = request.Workspace.Value, role = (int)request.Role, now },
            transaction);
        if (joined == 0) return new Problem(ProblemKind.Conflict, "person_exists", "This person is in the workspace already.") { Field = "email", WayOut = "Change the role instead." };
        if (within is not null && await within(db, transaction) is { } refused) return refused;
        await transaction.CommitAsync(cancel);
        callers.Forget();
        code.Spend();
        await audit.RecordAsync(new AuditEntry(request.Workspace, by, "person.added", $"person {id}") { After = PersonFacts.Json(request.Role, request.Language) }, cancel);
        return new CreatedPerson((await people.FindAsync(id, cancel))!, made);
    }
}
