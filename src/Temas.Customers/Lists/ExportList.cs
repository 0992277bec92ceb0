using System.Text;
using Temas.Customers.Profiles;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Lists;

/// <summary>
/// Writes a list of customers as CSV (RFC 4180) in UTF-8 with a byte order mark, which spreadsheets need. Values are for programs: keys, numbers with a point, instants in UTC.
/// What a spreadsheet would take for a formula is led in by an apostrophe, for texts come from anybody.
/// </summary>
internal static class ExportList
{
    private const int Flush = 64 * 1024;

    /// <summary>Writes to <paramref name="output"/>; <paramref name="separator"/> stands between values. Gives how many customers it holds.</summary>
    public static async Task<int> WriteAsync(Workspace workspace, IEnumerable<ListedCustomer> customers, IReadOnlyList<CustomerColumn> columns, char separator, Stream output, CancellationToken cancel)
    {
        var text = new StringBuilder();
        await output.WriteAsync(Encoding.UTF8.Preamble.ToArray(), cancel);
        Line(text, ["id", "name", "canonical", .. columns.Select(c => c.ToString())], separator);
        var needsProfile = columns.Any(c => c.NeedsProfile);
        var count = 0;
        foreach (var customer in customers)
        {
            cancel.ThrowIfCancellationRequested();
            var profile = needsProfile ? FoldCustomer.Run(workspace, customer.Customer, keepMoments: false).Finish(workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds()) : null;
            Line(text, [customer.Customer.Id, customer.Customer.Name, customer.Customer.Canonical.ToString(), .. columns.Select(c => c.Value(customer, profile))], separator);
            count++;
            if (text.Length > Flush) await SendAsync();
        }

        await SendAsync();
        return count;

        async Task SendAsync()
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancel);
            text.Clear();
        }
    }

    private static void Line(StringBuilder text, IEnumerable<string?> values, char separator)
    {
        var isFirst = true;
        foreach (var value in values)
        {
            if (!isFirst) text.Append(separator);
            isFirst = false;
            Write(text, value ?? "", separator);
        }

        text.Append("\r\n");
    }

    private static void Write(StringBuilder text, string value, char separator)
    {
        // A number with its sign is none of them.
        if (value is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] && !double.TryParse(value, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _)) value = "'" + value;
        if (!value.AsSpan().ContainsAny([separator, '"', '\r', '\n']))
        {
            text.Append(value);
            return;
        }

        text.Append('"').Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
