using System.Data.Common;
using Dapper;
using Temas.Kernel;

namespace Temas.Server.People;

/// <summary>The rule that a workspace always has an owner who can sign in.</summary>
internal static class Ownership
{
    /// <summary>Whether a workspace has one, as seen within <paramref name="transaction"/>.</summary>
    public static async Task<bool> RemainsAsync(DbConnection db, DbTransaction transaction, string workspace) =>
        await db.ExecuteScalarAsync<long>(
            "select count(*) from membership m join person p on p.id = m.person where m.workspace = @workspace and m.role = @owner and p.disabled = 0",
            new { workspace, owner = (int)Role.Owner },
            transaction) > 0;
}
