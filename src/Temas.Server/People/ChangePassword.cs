using System.Data.Common;
using Dapper;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.SignIn;
using Temas.Storage.Workspaces;

namespace Temas.Server.People;

/// <summary>Use case: give a person another password. Ends all sessions of that person, on every device.</summary>
internal sealed class ChangePassword(PersonStore people, Passwords passwords, SignInFailures failures, CallerStore callers, IAuditTrail audit)
{
    /// <summary>A person's own change: the present password is asked for, and counts as a sign-in does when it is wrong.</summary>
    public async Task<Result<bool>> OwnAsync(string personId, string present, string password, CancellationToken cancel)
    {
        var row = await people.FindRowAsync(personId, cancel);
        if (row is null) return PersonProblems.NotFound(personId);
        if (await failures.LockedAsync(row.Email, cancel) is { } locked) return locked;
        if (!passwords.Verify(row.PasswordHash, present, out _))
        {
            await failures.CountAsync(row.Email, cancel);
            return Problem.Invalid("password_wrong", "The present password is not right.", "present");
        }

        await failures.ClearAsync(row.Email, cancel);
        return await SetAsync(row, password, new Actor("user", row.Email), cancel);
    }

    /// <summary>Sets it for somebody else; a null <paramref name="password"/> makes one up. Gives the password that was made up.</summary>
    public async Task<Result<string?>> ForAsync(string email, string? password, Actor by, CancellationToken cancel)
    {
        var row = await people.FindRowByEmailAsync(email, cancel);
        if (row is null) return PersonProblems.NotFound(null);
        var made = password is null ? PasswordRules.Generate() : null;
        var set = await SetAsync(row, password ?? made!, by, cancel);
        return set.Problem is { } problem ? problem : made;
    }

    /// <summary>
    /// Sets one that is made up, as an owner of <paramref name="workspace"/>, and gives it. Refused for somebody who belongs to other workspaces, too: its owners would gain those.
    /// </summary>
    public async Task<Result<string>> ResetAsync(string id, WorkspaceKey workspace, Actor by, CancellationToken cancel)
    {
        var person = await people.FindAsync(id, cancel);
        if (person is null || !person.Roles.ContainsKey(workspace.Value)) return PersonProblems.NotFound(id);
        if (person.Roles.Count > 1) return PersonProblems.Shared;
        var set = await ForAsync(person.Email, null, by, cancel);
        return set.Problem is { } problem ? problem : set.Value!;
    }

    /// <summary>Sets it. What <paramref name="within"/> does is done in the same transaction; the problem that it gives undoes all.</summary>
    internal async Task<Result<bool>> SetAsync(PersonStore.Row row, string password, Actor by, CancellationToken cancel, Func<DbConnection, DbTransaction, Task<Problem?>>? within = null)
    {
        if (PasswordRules.Check(password, row.Email) is { } weak) return weak;
        await using (var db = await people.OpenAsync(cancel))
        await using (var transaction = await db.BeginTransactionAsync(cancel))
        {
            if (within is not null && await within(db, transaction) is { } refused) return refused;
            await db.ExecuteAsync(
                "update person set password_hash = @hash, stamp = @stamp where id = @id",
                new { hash = passwords.Hash(password), stamp = Secrets.New(16), id = row.Id },
                transaction);
            await db.ExecuteAsync("delete from sign_in_session where person = @id", new { id = row.Id }, transaction);
            // A link that was mailed before would undo the change.
            await db.ExecuteAsync("delete from password_link where person = @id", new { id = row.Id }, transaction);
            await transaction.CommitAsync(cancel);
        }

        callers.Forget();
        await audit.RecordAsync(new AuditEntry(null, by, "person.password_changed", $"person {row.Id}"), cancel);
        return true;
    }
}
