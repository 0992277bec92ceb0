using Dapper;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Storage.Workspaces;

namespace Temas.Server.People;

/// <summary>What to change of a person; null leaves as it is.</summary>
/// <param name="Name">Name to show.</param>
/// <param name="Language"><c>tr</c> or <c>en</c>.</param>
/// <param name="Role">Role in the workspace.</param>
/// <param name="Disabled">True: may not sign in, and sessions end now.</param>
internal sealed record PersonChanges(string? Name = null, string? Language = null, Role? Role = null, bool? Disabled = null);

/// <summary>
/// Use case: change a person as an owner of a workspace. The role concerns this workspace alone; what concerns the person everywhere may only be changed
/// while the person belongs to no other workspace, for its owners have not asked for it.
/// </summary>
internal sealed class UpdatePerson(PersonStore people, CallerStore callers, IAuditTrail audit)
{
    /// <summary>Changes the person with <paramref name="id"/>. With a null <paramref name="workspace"/> (the command line) changes hold wherever the person is.</summary>
    public async Task<Result<Person>> HandleAsync(string id, WorkspaceKey? workspace, PersonChanges changes, Actor by, CancellationToken cancel)
    {
        var person = await people.FindAsync(id, cancel);
        if (person is null || (workspace is { } here && !person.Roles.ContainsKey(here.Value))) return PersonProblems.NotFound(id);
        if (Languages.Check(changes.Language) is { } language) return language;
        if (changes.Name is { } name && (string.IsNullOrWhiteSpace(name) || name.Length > 200)) return Problem.Invalid("name_invalid", "A name has 1 to 200 characters.", "name");
        if (changes.Role is { } role && !Enum.IsDefined(role)) return Problem.Invalid("role_unknown", "There is no such role.", "role", wayOut: $"The roles are {RoleNames.All}.");
        var everywhere = changes.Name is not null || changes.Language is not null || changes.Disabled is not null;
        if (everywhere && workspace is not null && person.Roles.Count > 1)
            return PersonProblems.Shared;

        await using (var db = await people.OpenAsync(cancel))
        await using (var transaction = await db.BeginTransactionAsync(cancel))
        {
            if (everywhere)
            {
                await db.ExecuteAsync(
                    "update person set name = @name, language = @language, disabled = @disabled where id = @id",
                    new
                    {
                        id,
                        name = changes.Name?.Trim() ?? person.Name,
                        language = changes.Language ?? person.Language ?? "",
                        disabled = changes.Disabled ?? person.Disabled ? 1 : 0,
                    },
                    transaction);
                if (changes.Disabled == true) await db.ExecuteAsync("delete from sign_in_session where person = @id", new { id }, transaction);
            }

            if (changes.Role is { } to)
            {
                await db.ExecuteAsync(
                    workspace is null ? "update membership set role = @role where person = @id" : "update membership set role = @role where person = @id and workspace = @workspace",
                    new { id, role = (int)to, workspace = workspace?.Value },
                    transaction);
            }

            foreach (var key in workspace is { } one ? [one.Value] : person.Roles.Keys)
            {
                if (person.Roles[key] == Role.Owner && !person.Disabled && !await Ownership.RemainsAsync(db, transaction, key)) return PersonProblems.LastOwner;
            }

            await transaction.CommitAsync(cancel);
        }

        callers.Forget();
        var renamed = changes.Name is { } next && next.Trim() != person.Name;
        await audit.RecordAsync(
            new AuditEntry(workspace, by, "person.changed", $"person {id}")
            {
                Before = PersonFacts.Json(
                    changes.Role is null ? null : workspace is { } w ? person.Roles[w.Value] : person.Roles.Values.DefaultIfEmpty().Max(),
                    changes.Language is null ? null : person.Language,
                    changes.Disabled is null ? null : person.Disabled),
                After = PersonFacts.Json(changes.Role, changes.Language, changes.Disabled, renamed),
            },
            cancel);
        return (await people.FindAsync(id, cancel))!;
    }
}
