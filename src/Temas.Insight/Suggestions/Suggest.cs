using System.Globalization;
using System.Text.RegularExpressions;
using Temas.Insight.Columns;
using Temas.Insight.Explore;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Columns;

namespace Temas.Insight.Suggestions;

/// <summary>Something to choose.</summary>
/// <param name="Value">What a question writes: a type of event, the name of a property, or a value (text, number, true or false).</param>
/// <param name="Label">In the reader's words.</param>
/// <param name="Events">How many events have it, of those that were looked at; null where that is not counted.</param>
internal sealed record Suggestion(object Value, string Label, int? Events = null);

/// <summary>What can be asked about, while one types: for editors and the API alike.</summary>
internal static partial class Suggest
{
    /// <summary>The most at once.</summary>
    public const int Most = 20;

    private static readonly HashSet<string> PersonalTraits = new(StringComparer.OrdinalIgnoreCase)
    {
        "name", "firstName", "first_name", "lastName", "last_name", "fullName", "full_name", "surname", "username", "email", "e_mail", "phone", "phoneNumber", "phone_number", "mobile", "birthday", "birthDate", "birth_date",
        "street", "address", "tckn", "nationalId", "national_id", "taxId", "tax_id", "iban", "ip",
    };

    /// <summary>The types of event whose name or label holds a text, in the reader's order.</summary>
    public static IEnumerable<Suggestion> Events(Workspace workspace, string search)
    {
        var names = new EventNames(workspace);
        return names.All.Where(t => Holds(t, search) || Holds(names.Of(t), search)).Take(Most).Select(t => new Suggestion(t, names.Of(t)));
    }

    /// <summary>The properties of events of some types, or of all.</summary>
    public static IEnumerable<Suggestion> Properties(Workspace workspace, IReadOnlyList<string> types, string search)
    {
        var store = workspace.Part<LiveColumns>().Store;
        IEnumerable<string> all = types.Count == 0 ? store.PropertiesOf(null) : types.SelectMany(store.PropertiesOf).Distinct().Order(StringComparer.Ordinal);
        return all.Where(p => Holds(p, search)).Take(Most).Select(p => new Suggestion(p, p));
    }

    /// <summary>The values of a property on events of some types, or of all: the most frequent first. What identifies a person is not offered.</summary>
    public static IEnumerable<Suggestion> Values(ColumnStore store, IReadOnlyList<string> types, string property, string search)
    {
        // Traits that say who somebody is; on other events a name is that of a product.
        var isTold = types.Count == 0 || types.Any(t => t is "identify" or "group");
        if (isTold && PersonalTraits.Contains(property[(property.LastIndexOf('.') + 1)..])) return [];
        return Offered(PropertyValues.Of(store, types.Count == 0 ? null : types, property), search);
    }

    /// <summary>The values that a trait of customers has, those in lists too: the most frequent first. What identifies a person is not offered.</summary>
    public static IEnumerable<Suggestion> Traits(ColumnStore store, string trait, string search) => PersonalTraits.Contains(trait[(trait.LastIndexOf('.') + 1)..]) ? [] : Offered(PropertyValues.OfFact(store, $"trait.{trait}"), search);

    private static IEnumerable<Suggestion> Offered(PropertyValues values, string search) => values.All
        .Where(v => v.Value is not string text || (text.Length is > 0 and <= 200 && !Identifying().IsMatch(text)))
        .Select(v => new Suggestion(v.Value, Convert.ToString(v.Value, CultureInfo.InvariantCulture)!, v.Events))
        .Where(s => Holds(s.Label, search)).Take(Most);

    // Somebody types without minding capitals and marks.
    private static bool Holds(string text, string search) => search.Length == 0 || CultureInfo.CurrentCulture.CompareInfo.IndexOf(text, search, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace) >= 0;

    /// <summary>An e-mail address, or a number as long as that of a phone, a card or an account.</summary>
    [GeneratedRegex(@"\S@\S+\.\S|^\+?[0-9][0-9 ()./-]{8,}$|^[A-Z]{2}[0-9]{2}[A-Z0-9 ]{12,}$", RegexOptions.CultureInvariant)]
    private static partial Regex Identifying();
}
