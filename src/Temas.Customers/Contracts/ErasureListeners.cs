using Temas.Customers.Identity;
using Temas.Kernel;

namespace Temas.Customers.Contracts;

/// <summary>
/// What is to be done elsewhere when a customer is erased: modules above keep things of hers that no event brings back. A part of each workspace; asked before the log forgets her, and again when it has, for what came in between.
/// </summary>
public sealed class ErasureListeners
{
    private readonly List<Func<CustomerRef, CancellationToken, Task<Problem?>>> listeners = [];

    /// <summary>Adds one. What it does may be asked for again; a problem of its stops the erasure.</summary>
    public void Add(Func<CustomerRef, CancellationToken, Task<Problem?>> forget) => listeners.Add(forget);

    /// <summary>Has all of them forget a customer; the first problem, or null.</summary>
    internal async Task<Problem?> ForgetAsync(CustomerRef customer, CancellationToken cancel)
    {
        foreach (var forget in listeners)
        {
            if (await forget(customer, cancel) is { } problem) return problem;
        }

        return null;
    }
}
