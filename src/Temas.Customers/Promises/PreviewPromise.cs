using Temas.Collect.Contracts;
using Temas.Customers.Census;
using Temas.Customers.Contracts;
using Temas.Customers.Identity;
using Temas.Customers.Profiles;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Promises;

/// <summary>One promise that a definition would find.</summary>
/// <param name="Customer">To whom.</param>
/// <param name="Name">Her name, or her identifier.</param>
/// <param name="Promise">The promise.</param>
public sealed record PromiseFound(string Customer, string Name, CustomerPromise Promise);

/// <summary>What a definition of a promise would find on the customers whose events came last.</summary>
/// <param name="Customers">How many customers were looked at.</param>
/// <param name="With">How many of them were promised something.</param>
/// <param name="Made">Promises that were made.</param>
/// <param name="Kept">Kept in time.</param>
/// <param name="Late">Kept late.</param>
/// <param name="Broken">Not kept, with the time run out.</param>
/// <param name="Open">Not due yet.</param>
/// <param name="Cancelled">Made void.</param>
/// <param name="Examples">Some of them, the newest of different outcomes first.</param>
public sealed record PromisePreview(int Customers, int With, int Made, int Kept, int Late, int Broken, int Open, int Cancelled, IReadOnlyList<PromiseFound> Examples);

/// <summary>Tries a definition of a promise before it is saved: the same fold as on the page of a customer, by this definition.</summary>
public static class PreviewPromise
{
    /// <summary>The kind of definition.</summary>
    public const string Kind = "promise";

    private const int Shown = 10;

    /// <summary>The outcome, or the first fault of the document.</summary>
    public static Result<PromisePreview> Run(Workspace workspace, string key, string json, CancellationToken cancel = default)
    {
        var faults = workspace.Definitions.Check(Kind, key, json);
        if (faults.Count > 0) return faults[0];
        var rule = LiveCatalogue.Kinds.OfType<IDefinitionKind<PromiseRule>>().Single().Read(key, json);
        var live = workspace.Part<LiveFoldRules>().Current;
        // Other promises do not touch it: this one alone says the same.
        var rules = new FoldRules(TouchpointCatalogue.Build(new Dictionary<string, Touchpoint>(), new Dictionary<string, PromiseRule> { [key] = rule }), [], live.Profile);
        var now = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var only = workspace.Part<CustomersProjection>().TypesOf(rule.Made.Concat(rule.Kept).Concat(rule.Cancelled).Select(e => e.Event));
        var (customers, with) = (0, 0);
        var found = new List<(CustomerRef Customer, CustomerPromise Promise)>();
        foreach (var customer in RecentCustomers.Of(workspace))
        {
            cancel.ThrowIfCancellationRequested();
            customers++;
            var promises = FoldCustomer.Run(workspace, customer, keepMoments: false, rules: rules, only: only).Finish(Math.Max(now, customer.LastSeen)).Promises;
            if (promises.Count > 0) with++;
            found.AddRange(promises.Select(p => (customer, p)));
        }

        int Count(PromiseStatus status) => found.Count(f => f.Promise.Status == status);
        var examples = found.GroupBy(f => f.Promise.Status).SelectMany(g => g.OrderByDescending(f => f.Promise.MadeAt).Select((f, i) => (f, i))).OrderBy(x => x.i).ThenByDescending(x => x.f.Promise.MadeAt).Take(Shown);
        return new PromisePreview(
            customers, with, found.Count, Count(PromiseStatus.Kept), Count(PromiseStatus.Late), Count(PromiseStatus.Broken), Count(PromiseStatus.Open), Count(PromiseStatus.Cancelled),
            [.. examples.Select(x => new PromiseFound(x.f.Customer.Id, x.f.Customer.Display, x.f.Promise))]);
    }
}
