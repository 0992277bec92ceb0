using Temas.Customers.Contracts;

namespace Temas.Customers.Profiles;

/// <summary>When a profile becomes another one without any event: silence and promises come of age.</summary>
internal static class NextChange
{
    /// <summary>The first moment after that of the profile, in milliseconds since 1970 UTC; <see cref="long.MaxValue"/> for never.</summary>
    public static long Of(CustomerProfile profile, FoldRules rules)
    {
        var asOf = profile.AsOf.ToUnixTimeMilliseconds();
        var next = Math.Min(After(profile.Lifecycle.AtRiskFrom, asOf), After(profile.Lifecycle.LostFrom, asOf));
        foreach (var promise in profile.Promises)
        {
            if (promise.Status == PromiseStatus.Open) next = Math.Min(next, DeadlineOf(promise, rules) + 1);
        }

        return next;
    }

    /// <summary>When an open promise will be broken.</summary>
    public static long DeadlineOf(CustomerPromise promise, FoldRules rules) => promise.Due.ToUnixTimeMilliseconds() + rules.PromiseOf(promise.Promise).Grace;

    private static long After(DateTimeOffset? moment, long asOf) => moment is { } known && known.ToUnixTimeMilliseconds() is var time && time >= asOf ? time + 1 : long.MaxValue;
}
