using Temas.Customers.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Profiles;

/// <summary>Puts those computed traits into profiles that are questions and no part of the fold.</summary>
internal static class AskTraits
{
    /// <summary>A page does not wait for columns that are being read in.</summary>
    public static readonly TimeSpan OnPages = TimeSpan.FromMilliseconds(500);

    /// <summary>The profile with them.</summary>
    public static async Task<CustomerProfile> AddAsync(Workspace workspace, string customer, CustomerProfile profile, DateTimeOffset? asOf, TimeSpan? patience, CancellationToken cancel) =>
        (await AddAsync(workspace, [(customer, profile)], null, asOf, patience, cancel))[0];

    /// <summary>The profiles with them, or with those of some keys.</summary>
    public static async Task<IReadOnlyList<CustomerProfile>> AddAsync(
        Workspace workspace, IReadOnlyList<(string Customer, CustomerProfile Profile)> some, IReadOnlySet<string>? keys, DateTimeOffset? asOf, TimeSpan? patience, CancellationToken cancel)
    {
        var traits = workspace.Definitions.Current(ComputedTraitKind.Instance).Values.Where(t => t.Question is not null && keys?.Contains(t.Key) != false).ToList();
        if (some.Count == 0 || traits.Count == 0 || workspace.FindPart<ITraitQuestions>() is not { } questions) return [.. some.Select(s => s.Profile)];
        var answers = await questions.ReadAsync([.. traits.Select(t => t.Question!)], [.. some.Select(s => s.Customer)], asOf, patience, cancel);
        return [.. some.Select((s, at) => s.Profile with { ComputedTraits = [.. s.Profile.ComputedTraits.Concat(traits.Select((t, of) => Value(t, answers, at, of))).OrderBy(t => t.Key, StringComparer.Ordinal)] })];
    }

    /// <summary>Why columns with questions cannot be filled now; null where they can, or there are none.</summary>
    public static async Task<Problem?> ProblemAsync(Workspace workspace, IReadOnlySet<string> keys, CancellationToken cancel)
    {
        var traits = TraitQuestion.Of(workspace).Values.Where(t => keys.Contains(t.Key)).ToList();
        return traits.Count == 0 || workspace.FindPart<ITraitQuestions>() is not { } questions ? null : (await questions.ReadAsync(traits, [], null, null, cancel)).Problem;
    }

    private static ComputedTraitValue Value(ComputedTrait trait, Result<TraitAnswers> answers, int at, int of) =>
        answers.Problem is { } problem ? new ComputedTraitValue(trait.Key, trait.Label, default) { Problem = problem.Code }
        : new ComputedTraitValue(trait.Key, trait.Label, answers.Value.Values[at][of]) { Problem = answers.Value.Faults[of]?.Code };
}
