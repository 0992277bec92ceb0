using System.Globalization;
using System.Text.Json;
using Temas.Customers.Contracts;
using Temas.Kernel;

namespace Temas.Customers.Lists;

/// <summary>
/// A column of a list of customers. As text, as addresses and saved views carry it: <c>stage</c>, <c>journey</c>, <c>orders</c>, <c>events</c>, <c>first</c>, <c>last</c>, <c>identifiers</c>,
/// <c>id:email</c> (her identifiers of a kind), <c>trait:city</c> (what was told; <c>trait:address.city</c> for a member of an object), <c>computed:total-spent</c> (what follows from her timeline).
/// </summary>
/// <param name="Kind">What stands in it.</param>
/// <param name="Name">Kind of identifier, name of the trait, or key of the computed trait; else empty.</param>
public sealed record CustomerColumn(ColumnKind Kind, string Name = "")
{
    /// <summary>So many columns fit a list.</summary>
    public const int Most = 20;

    private const int MostName = 100;

    private static readonly (ColumnKind Kind, string Text)[] Plain =
    [
        (ColumnKind.Identifiers, "identifiers"), (ColumnKind.Stage, "stage"), (ColumnKind.Journey, "journey"), (ColumnKind.Orders, "orders"), (ColumnKind.Events, "events"),
        (ColumnKind.First, "first"), (ColumnKind.Last, "last"),
    ];

    private static readonly (ColumnKind Kind, string Prefix)[] Named = [(ColumnKind.Identifier, "id:"), (ColumnKind.Trait, "trait:"), (ColumnKind.Computed, "computed:")];

    /// <summary>The columns of a list for which none were chosen.</summary>
    public static IReadOnlyList<CustomerColumn> Usual { get; } =
        [new(ColumnKind.Identifiers), new(ColumnKind.Stage), new(ColumnKind.Journey), new(ColumnKind.Events), new(ColumnKind.First), new(ColumnKind.Last)];

    /// <summary>The columns that need no name, in their usual order.</summary>
    public static IReadOnlyList<CustomerColumn> Unnamed { get; } = [.. Plain.Select(p => new CustomerColumn(p.Kind))];

    /// <summary>Whether it needs more of her than the figures keep.</summary>
    public bool NeedsProfile => Kind is ColumnKind.Trait or ColumnKind.Computed;

    /// <summary>As in addresses.</summary>
    public override string ToString() => Kind switch
    {
        ColumnKind.Identifier or ColumnKind.Trait or ColumnKind.Computed => Named.Single(n => n.Kind == Kind).Prefix + Name,
        _ => Plain.Single(p => p.Kind == Kind).Text,
    };

    /// <summary>Reads columns, in this order, each once; lists may be separated by commas. None: the usual ones.</summary>
    public static Result<CustomerColumn[]> Read(IEnumerable<string?>? texts)
    {
        var columns = new List<CustomerColumn>();
        foreach (var text in texts?.SelectMany(t => (t ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) ?? [])
        {
            if (Of(text) is not { } column)
                return Problem.Invalid("column_unknown", "A list of customers has no such column.", "columns", text, $"Use {string.Join(", ", Plain.Select(p => p.Text))}, id:KIND, trait:NAME or computed:KEY.");
            if (!columns.Contains(column)) columns.Add(column);
        }

        if (columns.Count > Most) return Problem.Invalid("list_columns_too_many", $"A list has at most {Most} columns.", "columns", columns.Count.ToString(CultureInfo.InvariantCulture), "Leave some out.");
        return columns.Count == 0 ? [.. Usual] : columns.ToArray();
    }

    /// <summary>What stands in the column for programs: keys, numbers with a point, instants in UTC; several values with a semicolon. Null: nothing.</summary>
    public string? Value(ListedCustomer of, CustomerProfile? profile) => Kind switch
    {
        ColumnKind.Identifiers => Joined(of.Customer.Identifiers.Select(i => i.ToString())),
        ColumnKind.Identifier => Joined(of.Customer.Identifiers.Where(i => i.Kind == Name).Select(i => i.Value)),
        ColumnKind.Stage => StageText(of.Stage),
        ColumnKind.Journey => of.Journey?.ToString("0.####", CultureInfo.InvariantCulture),
        ColumnKind.Orders => of.Orders.ToString(CultureInfo.InvariantCulture),
        ColumnKind.Events => of.Customer.Events.ToString(CultureInfo.InvariantCulture),
        ColumnKind.First => Instant(of.Customer.FirstSeen),
        ColumnKind.Last => Instant(of.Customer.LastSeen),
        _ => ValueOf(profile) is { Json: not (null or "null") } value ? value.Display : null,
    };

    /// <summary>The trait, as it was told or computed.</summary>
    public RawJson? ValueOf(CustomerProfile? profile) => Kind switch
    {
        ColumnKind.Trait => profile is null ? null : Told(profile),
        ColumnKind.Computed => profile?.ComputedTraits.FirstOrDefault(t => t.Key == Name)?.Value,
        _ => null,
    };

    /// <summary>A lifecycle stage as filters and files write it.</summary>
    public static string StageText(LifecycleStage stage) => stage switch { LifecycleStage.AtRisk => "at_risk", LifecycleStage.WonBack => "won_back", _ => stage.ToString().ToLowerInvariant() };

    // A trait that is an object has members: address.city.
    private RawJson? Told(CustomerProfile profile)
    {
        if (profile.Traits.FirstOrDefault(t => t.Name == Name) is { } trait) return trait.Value;
        var path = Name.Split('.');
        if (path.Length == 1 || profile.Traits.FirstOrDefault(t => t.Name == path[0])?.Value.Json is not ['{', ..] json) return null;
        using var document = JsonDocument.Parse(json);
        var value = document.RootElement;
        foreach (var member in path.Skip(1))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(member, out value)) return null;
        }

        return new RawJson(value.GetRawText());
    }

    private static CustomerColumn? Of(string text)
    {
        foreach (var (kind, known) in Plain)
        {
            if (text == known) return new CustomerColumn(kind);
        }

        foreach (var (kind, prefix) in Named)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal) && text.Length > prefix.Length && text.Length <= prefix.Length + MostName) return new CustomerColumn(kind, text[prefix.Length..]);
        }

        return null;
    }

    private static string? Joined(IEnumerable<string> values) => string.Join("; ", values) is { Length: > 0 } joined ? joined : null;

    private static string Instant(long time) => DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>What stands in a column.</summary>
public enum ColumnKind
{
    /// <summary>All identifiers.</summary>
    Identifiers,

    /// <summary>Lifecycle stage.</summary>
    Stage,

    /// <summary>Perception of the journey.</summary>
    Journey,

    /// <summary>Orders that were not cancelled.</summary>
    Orders,

    /// <summary>Events on the timeline.</summary>
    Events,

    /// <summary>Time of the first event.</summary>
    First,

    /// <summary>Time of the last event.</summary>
    Last,

    /// <summary>Identifiers of one kind.</summary>
    Identifier,

    /// <summary>A trait that was told.</summary>
    Trait,

    /// <summary>A computed trait.</summary>
    Computed,
}
