using Temas.Customers.Identity;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Api;

/// <summary>Why a customer's identifiers belong together, and what was held back.</summary>
public sealed record LedgerView(CustomerRef Customer, IReadOnlyList<LedgerEntry> Entries);

/// <summary>Reads a customer's identity ledger.</summary>
public static class ReadLedger
{
    /// <summary>The ledger, by time.</summary>
    public static Result<LedgerView> Run(Workspace workspace, string customer)
    {
        var found = ReadCustomer.Find(workspace, customer);
        return found.Problem is { } problem ? problem : new LedgerView(found.Value, workspace.Part<CustomersProjection>().Ledger(found.Value));
    }

    /// <summary>How many links are held back in the whole workspace.</summary>
    public static long CountHeld(Workspace workspace) => workspace.Part<CustomersProjection>().Counts().Held;

    /// <summary>Links held back in the whole workspace, the latest first.</summary>
    public static IReadOnlyList<LedgerEntry> Held(Workspace workspace, int limit = 100) => workspace.Part<CustomersProjection>().Held(Math.Clamp(limit, 1, 1000));
}
