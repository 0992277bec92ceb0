using System.Globalization;
using Temas.Kernel;
using Temas.Timelines.Queries;

namespace Temas.Customers.Facts;

/// <summary>
/// The names of facts, and what comparing them means. Columns hold only what does not change by the hour: instants instead of days since, and of a fading perception the part that does not fade.
/// </summary>
internal static class FactNames
{
    public const string Lifecycle = "lifecycle", Orders = "orders", Spent = "spent.", Channel = "channel", Consent = "consent.", Perception = "perception", Score = "score.", Promises = "promises.", Events = "events",
        Trait = "trait.", Computed = "computed.", FirstSeen = "firstSeen", LastSeen = "lastSeen", FirstOrder = "firstOrder", LastOrder = "lastOrder";

    // The logarithm of what is felt plus time over half-life: fading, which all perceptions do alike, leaves it as it is.
    public const string Well = "perception.well", Badly = "perception.badly";

    private const string Since = "daysSince";
    private const double Day = 86_400_000;

    private static readonly string[] Instants = [FirstSeen, LastSeen, FirstOrder, LastOrder];
    private static readonly string[] Simple = [Lifecycle, Orders, Channel, Events];
    private static readonly string[] Families = [Trait, Computed, Consent, Spent, Score, Promises];

    public static IReadOnlyList<string> NamesOf(IEnumerable<string> facts) =>
        [.. facts.Where(f => f is not (Well or Badly)).Select(f => Instants.Contains(f) ? DaysSince(f) : f).Order(StringComparer.Ordinal)];

    public static bool IsAge(string name) => Array.Exists(Instants, i => DaysSince(i) == name);

    public static double FeltSince(double felt, double moment, double halfLife) => Math.Log2(Math.Abs(felt)) + (moment / halfLife);

    public static Result<Filter> Compare(string name, FilterOperator op, IReadOnlyList<FilterValue> values, DateTimeOffset now, double halfLife)
    {
        if (name == Perception) return ComparePerception(op, values, now.ToUnixTimeMilliseconds(), halfLife);
        if (Array.Find(Instants, i => DaysSince(i) == name) is { } instant) return CompareDays(name, instant, op, values, now.ToUnixTimeMilliseconds());
        if (Simple.Contains(name) || Array.Exists(Families, f => name.Length > f.Length && name.StartsWith(f, StringComparison.Ordinal))) return new PropertyFilter(name, op, values);
        return Problem.Invalid(
            "fact_unknown", "Profiles have no such fact.", "profile", name,
            $"Use {string.Join(", ", Simple)}, {Perception}, {string.Join(", ", Instants.Select(DaysSince))}, or a name that begins with {string.Join(", ", Families)}.");
    }

    private static string DaysSince(string instant) => Since + char.ToUpperInvariant(instant[0]) + instant[1..];

    /// <summary>Days since are whole days: at least n days ago is n times 24 hours ago or earlier.</summary>
    private static Result<Filter> CompareDays(string name, string instant, FilterOperator op, IReadOnlyList<FilterValue> values, double now)
    {
        switch (op)
        {
            case FilterOperator.AtLeast: return Ago(Math.Ceiling(values[0].Number));
            case FilterOperator.Greater: return Ago(Math.Floor(values[0].Number) + 1);
            case FilterOperator.Less: return Within(Math.Ceiling(values[0].Number));
            case FilterOperator.AtMost: return Within(Math.Floor(values[0].Number) + 1);
            case FilterOperator.Equal or FilterOperator.NotEqual:
                var days = new AnyFilter([.. values.Where(v => double.IsInteger(v.Number)).Select(v => new AllFilters([Ago(v.Number), Within(v.Number + 1)]))]);
                return op == FilterOperator.Equal ? days : new NotFilter(days);
            case FilterOperator.Exists or FilterOperator.Missing: return new PropertyFilter(instant, op, []);
            default: return NotSo(name, "Days are compared as numbers.");
        }

        PropertyFilter Ago(double count) => new(instant, FilterOperator.AtMost, [FilterValue.Of(now - (count * Day))]);
        PropertyFilter Within(double count) => new(instant, FilterOperator.Greater, [FilterValue.Of(now - (count * Day))]);
    }

    private static Result<Filter> ComparePerception(FilterOperator op, IReadOnlyList<FilterValue> values, double now, double halfLife)
    {
        var felt = new PropertyFilter(Perception, FilterOperator.Exists, []);
        var limit = values.Count > 0 ? values[0].Number : 0;
        switch (op)
        {
            case FilterOperator.Exists: return felt;
            case FilterOperator.Missing: return new NotFilter(felt);
            case FilterOperator.Greater: return Above(true);
            case FilterOperator.AtLeast: return Above(false);
            case FilterOperator.Less: return new AllFilters([felt, new NotFilter(Above(false))]);
            case FilterOperator.AtMost: return new AllFilters([felt, new NotFilter(Above(true))]);
            default: return NotSo(Perception, "Perception fades by the moment, so it is never the same as a number.");
        }

        Filter Above(bool strictly)
        {
            var (well, badly) = (new PropertyFilter(Well, FilterOperator.Exists, []), new PropertyFilter(Badly, FilterOperator.Exists, []));
            if (limit == 0) return strictly ? well : new AllFilters([felt, new NotFilter(badly)]);
            FilterValue[] then = [FilterValue.Of(FeltSince(limit, now, halfLife))];
            return limit > 0 ? new PropertyFilter(Well, strictly ? FilterOperator.Greater : FilterOperator.AtLeast, then)
                : new AllFilters([felt, new NotFilter(new PropertyFilter(Badly, strictly ? FilterOperator.AtLeast : FilterOperator.Greater, then))]);
        }
    }

    private static Problem NotSo(string name, string why) => Problem.Invalid("comparison_impossible", string.Create(CultureInfo.InvariantCulture, $"{name} cannot be compared so. {why}"), "is", null, "Use greater, atLeast, less, atMost, exists or missing.");
}
