using Dapper;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Storage.Workspaces;

namespace Temas.Server.People;

/// <summary>Use case: take a person out of a workspace. Who belongs to none any more is removed altogether, sessions included.</summary>
internal sealed class RemovePerson(PersonStore people, CallerStore callers, IAuditTrail audit)
{
    /// <summary>Removes the person from <paramref name="workspace"/>.</summary>
    public async Task<Result<bool>> HandleAsync(string id, WorkspaceKey workspace, Actor by, CancellationToken cancel)
    {
        Role role;
        await using (var db = await people.OpenAsync(cancel))
        await using (var transaction = await db.BeginTransactionAsync(cancel))
        {
            var owned = await Ownership.RemainsAsync(db, transaction, workspace.Value);
            role = (Role)await db.ExecuteScalarAsync<long>("select coalesce(max(role), 0) from membership where person = @id and workspace = @workspace", new { id, workspace = workspace.Value }, transaction);
            if (await db.ExecuteAsync("delete from membership where person = @id and workspace = @workspace", new { id, workspace = workspace.Value }, transaction) == 0) return PersonProblems.NotFound(id);
            if (owned && !await Ownership.RemainsAsync(db, transaction, workspace.Value)) return PersonProblems.LastOwner;
            if (await db.ExecuteScalarAsync<long>("select count(*) from membership where person = @id", new { id }, transaction) == 0)
            {
                foreach (var table in PersonStore.Belongings) await db.ExecuteAsync($"delete from {table} where person = @id", new { id }, transaction);
                await db.ExecuteAsync("delete from person where id = @id", new { id }, transaction);
            }

            await transaction.CommitAsync(cancel);
        }

        callers.Forget();
        await audit.RecordAsync(new AuditEntry(workspace, by, "person.removed", $"person {id}") { Before = PersonFacts.Json(role) }, cancel);
        return true;
    }
}
