using Temas.Storage.EventLog;

namespace Temas.Customers.Identity;

/// <summary>An identifier of a customer.</summary>
/// <param name="Kind">Its kind, such as <c>email</c>.</param>
/// <param name="Value">Its value, normalised.</param>
/// <param name="FirstSeen">Time of the earliest event that carries it, in milliseconds since 1970 UTC.</param>
/// <param name="LastSeen">Time of the latest one.</param>
public sealed record CustomerIdentifier(string Kind, string Value, long FirstSeen, long LastSeen)
{
    /// <summary>As in addresses: <c>email:ada@example.com</c>.</summary>
    public override string ToString() => $"{Kind}:{Value}";
}

/// <summary>Who a customer is, at one moment.</summary>
/// <param name="Id">Public id: 16 hexadecimal digits that tell nothing to strangers. Earlier ids of a customer who grew still lead here.</param>
/// <param name="Name">Name as told last, or null.</param>
/// <param name="Identifiers">The identifiers, strongest first; the first one is canonical.</param>
/// <param name="Events">How many events her timeline has.</param>
public sealed record CustomerRef(string Id, string? Name, IReadOnlyList<CustomerIdentifier> Identifiers, int Events)
{
    /// <summary>The identifier that stands for the customer.</summary>
    public CustomerIdentifier Canonical => Identifiers[0];

    /// <summary>Name, or the canonical identifier's value.</summary>
    public string Display => Name ?? Canonical.Value;

    /// <summary>Time of the earliest event, in milliseconds since 1970 UTC.</summary>
    public long FirstSeen => Identifiers.Min(i => i.FirstSeen);

    /// <summary>Time of the latest event.</summary>
    public long LastSeen => Identifiers.Max(i => i.LastSeen);

    /// <summary>The nodes whose timelines are hers; meaningful only to the projection that gave it, and until the next event.</summary>
    internal int[] Nodes { get; init; } = [];

    /// <summary>Of a customer who is being erased: all public ids that stood for her, as nobody can tell afterwards.</summary>
    internal IReadOnlyList<string>? EveryId { get; init; }
}

/// <summary>What became of a link between two identifiers.</summary>
public enum LedgerOutcome
{
    /// <summary>They are one customer because of it.</summary>
    Joined,

    /// <summary>It was held back; <see cref="LedgerEntry.Reason"/> says why.</summary>
    Held,

    /// <summary>A person's decision stands on the pair, and nothing links it otherwise.</summary>
    Decided,
}

/// <summary>A line of the ledger: two identifiers, what links them, and what became of it.</summary>
public sealed record LedgerEntry
{
    /// <summary>The stronger identifier, as <c>kind:value</c>.</summary>
    public required string A { get; init; }

    /// <summary>The other one.</summary>
    public required string B { get; init; }

    /// <summary>Public id of the customer of <see cref="A"/>; null while no event carries it.</summary>
    public string? CustomerOfA { get; init; }

    /// <summary>Public id of the customer of <see cref="B"/>; differs when the link is held.</summary>
    public string? CustomerOfB { get; init; }

    /// <summary>What became of it.</summary>
    public required LedgerOutcome Outcome { get; init; }

    /// <summary>
    /// Why: <c>confirmed</c>, <c>alias</c> or <c>same_event</c> when it joined; <c>KIND_limit</c>, <c>shared_identifier</c>, <c>forbidden</c> or <c>oversize</c> when it is held;
    /// otherwise the decision.
    /// </summary>
    public required string Reason { get; init; }

    /// <summary>The call that gave the evidence; <see cref="EventType.None"/> when only a decision stands behind it.</summary>
    public EventType Call { get; init; }

    /// <summary>When the event happened that is the evidence, in milliseconds since 1970 UTC; of a decision, when it was made.</summary>
    public long Time { get; init; }

    /// <summary>Log position of that event or decision.</summary>
    public long Position { get; init; }

    /// <summary>How many events say the same.</summary>
    public int Count { get; init; }

    /// <summary>What people decided about the pair, latest last.</summary>
    public IReadOnlyList<LedgerDecision> Decisions { get; init; } = [];
}

/// <summary>A person's decision on two identifiers. Who it was stands in the log record.</summary>
/// <param name="Decision"><c>confirm</c>, <c>forbid</c> or <c>withdraw</c>.</param>
/// <param name="Time">When, in milliseconds since 1970 UTC.</param>
/// <param name="Position">Log position of the record.</param>
public sealed record LedgerDecision(string Decision, long Time, long Position);

/// <summary>How much there is.</summary>
/// <param name="Customers">Customers, known and anonymous.</param>
/// <param name="Identifiers">Identifiers that events carry.</param>
/// <param name="Events">Events on timelines.</param>
/// <param name="Held">Links that are held back.</param>
public sealed record CustomerCounts(long Customers, long Identifiers, long Events, long Held);
