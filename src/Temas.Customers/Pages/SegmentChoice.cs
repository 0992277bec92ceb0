using System.Globalization;
using Temas.Customers.Contracts;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Pages;

/// <summary>The segments that a page offers.</summary>
internal static class SegmentChoice
{
    /// <summary>Those that there are, in the reader's order.</summary>
    public static IReadOnlyList<SegmentName> Of(Workspace workspace) =>
        [.. (workspace.FindPart<ICustomerSegments>()?.All ?? []).OrderBy(s => s.Label.In(CultureInfo.CurrentUICulture.Name), StringComparer.Create(CultureInfo.CurrentCulture, ignoreCase: true))];
}
