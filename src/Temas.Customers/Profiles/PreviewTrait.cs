using Temas.Customers.Census;
using Temas.Customers.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Profiles;

/// <summary>The value that a computed trait has for one customer.</summary>
/// <param name="Customer">Who.</param>
/// <param name="Name">Her name, or her identifier.</param>
/// <param name="Value">The value.</param>
public sealed record TraitFound(string Customer, string Name, RawJson Value);

/// <summary>What a definition of a computed trait gives on the customers whose events came last.</summary>
/// <param name="Customers">How many customers were looked at.</param>
/// <param name="With">How many of them have a value: a count or sum of nothing does not count as one.</param>
/// <param name="Examples">Some of them.</param>
public sealed record TraitPreview(int Customers, int With, IReadOnlyList<TraitFound> Examples);

/// <summary>Tries a definition of a computed trait before it is saved: the same fold as on the page of a customer, by this definition.</summary>
public static class PreviewTrait
{
    /// <summary>The kind of definition.</summary>
    public const string Kind = "computed-trait";

    private const int Shown = 12;

    /// <summary>The values, or the first fault of the document.</summary>
    public static async Task<Result<TraitPreview>> RunAsync(Workspace workspace, string key, string json, CancellationToken cancel = default)
    {
        var faults = workspace.Definitions.Check(Kind, key, json);
        if (faults.Count > 0) return faults[0];
        var trait = ComputedTraitKind.Instance.Read(key, json);
        if (trait.Question is { } question) return await AskAsync(workspace, question, cancel);
        var live = workspace.Part<LiveFoldRules>().Current;
        var rules = new FoldRules(live.Catalogue, [trait], live.Profile, live.Texts);
        var now = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var only = workspace.Part<CustomersProjection>().TypesOf(trait.Touchpoints.SelectMany(t => live.Catalogue.Touchpoints.GetValueOrDefault(t)?.Events ?? []).Concat(trait.Events));
        var (customers, with) = (0, 0);
        var examples = new List<TraitFound>();
        foreach (var customer in RecentCustomers.Of(workspace))
        {
            cancel.ThrowIfCancellationRequested();
            customers++;
            var value = FoldCustomer.Run(workspace, customer, keepMoments: false, rules: rules, only: only).Finish(Math.Max(now, customer.LastSeen)).ComputedTraits[0].Value;
            if (value.Json is null or "null" or "0" or "[]") continue;
            with++;
            if (examples.Count < Shown) examples.Add(new TraitFound(customer.Id, customer.Display, value));
        }

        return new TraitPreview(customers, with, examples);
    }

    /// <summary>The same of a trait that is a question: by those who answer it.</summary>
    private static async Task<Result<TraitPreview>> AskAsync(Workspace workspace, TraitQuestion question, CancellationToken cancel)
    {
        if (workspace.FindPart<ITraitQuestions>() is not { } questions) return new TraitPreview(0, 0, []);
        var recent = RecentCustomers.Of(workspace).ToList();
        var answers = await questions.ReadAsync([question], [.. recent.Select(c => c.Id)], null, null, cancel);
        if ((answers.Problem ?? answers.Value.Faults[0]) is { } problem) return problem;
        var found = recent.Zip(answers.Value.Values, (customer, values) => new TraitFound(customer.Id, customer.Display, values[0])).Where(f => f.Value.Json is not (null or "0" or "false")).ToList();
        return new TraitPreview(recent.Count, found.Count, [.. found.Take(Shown)]);
    }
}
