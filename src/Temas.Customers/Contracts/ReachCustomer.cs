using Temas.Customers.Api;
using Temas.Customers.Identity;
using Temas.Customers.Privacy;
using Temas.Customers.Profiles;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Contracts;

/// <summary>What a customer said to a purpose on a channel.</summary>
/// <param name="Purpose">Key of the purpose, or its name as it came where nobody has defined it.</param>
/// <param name="Given">Whether she agreed; null when she said neither.</param>
/// <param name="Time">When she said so.</param>
/// <param name="NeedsConsent">Whether the purpose's definition asks for consent; so it is for a purpose that nobody has defined.</param>
public readonly record struct PurposeAnswer(string Purpose, bool? Given, DateTimeOffset? Time, bool NeedsConsent);

/// <summary>What has to be known of a customer to write to her: who she is, her profile without those traits that are questions, her addresses, her consent. Nothing waits for columns.</summary>
public sealed class ReachCustomer
{
    private readonly Workspace workspace;

    private ReachCustomer(Workspace workspace, CustomerRef customer)
    {
        (this.workspace, Customer) = (workspace, customer);
        Profile = FoldCustomer.Run(workspace, customer, keepMoments: false).Finish(workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds());
    }

    /// <summary>Who she is.</summary>
    public CustomerRef Customer { get; }

    /// <summary>What is known of her now.</summary>
    public CustomerProfile Profile { get; }

    /// <summary>Reads the customer with a public id or an identifier; null when there is none.</summary>
    public static ReachCustomer? Find(Workspace workspace, string customer) => ReadCustomer.Find(workspace, customer) is { IsOk: true } found ? new ReachCustomer(workspace, found.Value) : null;

    /// <summary>All public ids that stand or stood for a customer.</summary>
    public static IReadOnlyList<string> IdsOf(Workspace workspace, CustomerRef customer) => [.. (customer.EveryId ?? workspace.Part<CustomersProjection>().EveryIdOf(customer)).Append(customer.Id).Distinct(StringComparer.Ordinal)];

    /// <summary>Key of the purpose that events call by a name; the name itself where nobody has defined it.</summary>
    public static string PurposeOf(Workspace workspace, string name) => ConsentPurposes.Of(workspace).Find(name)?.Key ?? name;

    /// <summary>Her address of a sort (<c>email</c>, <c>phone</c>, or the name of a trait): of several identifiers that which she used last, else the trait; null when none is known.</summary>
    public string? Address(string sort) =>
        Customer.Identifiers.Where(i => i.Kind == sort).OrderByDescending(i => i.LastSeen).ThenBy(i => i.Value, StringComparer.Ordinal).FirstOrDefault()?.Value
        ?? (Profile.Traits.FirstOrDefault(t => t.Name == sort) is { } trait && trait.Value.Display is { Length: > 0 } told ? told : null);

    /// <summary>What she said to a purpose on a channel: her latest word by any of its names, about this channel or about all.</summary>
    public PurposeAnswer AnswerTo(string purpose, string channel) => AnswerTo(workspace, Profile, purpose, channel);

    /// <summary>The same by a profile, which may be one of the past.</summary>
    public static PurposeAnswer AnswerTo(Workspace workspace, CustomerProfile profile, string purpose, string channel)
    {
        var defined = ConsentPurposes.Of(workspace).Find(purpose);
        var names = defined is null ? [purpose] : defined.Names.Append(defined.Key).Append(purpose).ToHashSet(StringComparer.Ordinal);
        var said = profile.Consents.Where(c => names.Contains(c.Purpose) && (c.Channel == channel || c.Channel == "*")).OrderByDescending(c => c.Time).ThenBy(c => c.Channel == "*").FirstOrDefault();
        return new PurposeAnswer(defined?.Key ?? purpose, said?.Given, said?.Time, defined?.NeedsConsent ?? true);
    }
}
