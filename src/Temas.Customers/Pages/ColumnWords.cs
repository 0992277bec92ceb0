using System.Globalization;
using Microsoft.Extensions.Localization;
using Temas.Customers.Lists;
using Temas.Customers.Profiles;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Pages;

/// <summary>Columns of a list of customers for people.</summary>
internal sealed class ColumnWords(CurrentWorkspace current, TouchWords words, IStringLocalizer<CustomersPage> text)
{
    /// <summary>The keys of the computed traits that there are.</summary>
    public IEnumerable<string> ComputedTraits => Computed.Keys.Order(StringComparer.Ordinal);

    private IReadOnlyDictionary<string, ComputedTrait> Computed => current.Value.Definitions.Current(ComputedTraitKind.Instance);

    /// <summary>The head of a column.</summary>
    public string Of(CustomerColumn column) => column.Kind switch
    {
        ColumnKind.Identifier => words.Kind(column.Name),
        ColumnKind.Trait => column.Name,
        ColumnKind.Computed => Computed.GetValueOrDefault(column.Name)?.Label.In(CultureInfo.CurrentUICulture.Name) ?? column.Name,
        ColumnKind.First => text["FirstSeen"],
        ColumnKind.Last => text["LastSeen"],
        var kind => text[kind.ToString()],
    };
}
