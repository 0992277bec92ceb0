using System.Text;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Lists;

/// <summary>
/// Writes a list of customers as CSV (<see cref="CsvText"/>) in UTF-8. Values are for programs: keys, numbers with a point, instants in UTC.
/// </summary>
internal static class ExportList
{
    private const int Flush = 64 * 1024;

    // So many are asked about at once.
    private const int Together = 500;

    /// <summary>Writes to <paramref name="output"/>; <paramref name="separator"/> stands between values. Gives how many customers it holds.</summary>
    public static async Task<int> WriteAsync(Workspace workspace, IEnumerable<ListedCustomer> customers, IReadOnlyList<CustomerColumn> columns, char separator, Stream output, CancellationToken cancel)
    {
        var text = new StringBuilder();
        await output.WriteAsync(Encoding.UTF8.Preamble.ToArray(), cancel);
        CsvText.AppendLine(text, ["id", "name", "canonical", .. columns.Select(c => c.ToString())], separator);
        var needsProfile = columns.Any(c => c.NeedsProfile);
        var count = 0;
        foreach (var some in customers.Chunk(Together))
        {
            cancel.ThrowIfCancellationRequested();
            var profiles = needsProfile ? await ReadProfiles.RunAsync(workspace, some, columns, null, cancel) : null;

            // A file with holes would be taken for whole: better it breaks off.
            if (profiles?.Values.SelectMany(p => p.ComputedTraits).FirstOrDefault(t => t.Problem is "columns_loading" or "profiles_loading") is { } missing)
                throw new IOException($"The computed trait {missing.Key} cannot be worked out at the moment ({missing.Problem}); the export breaks off.");
            foreach (var customer in some)
            {
                CsvText.AppendLine(text, [customer.Customer.Id, customer.Customer.Name, customer.Customer.Canonical.ToString(), .. columns.Select(c => c.Value(customer, profiles?[customer.Customer.Id]))], separator);
                count++;
                if (text.Length > Flush) await SendAsync();
            }
        }

        await SendAsync();
        return count;

        async Task SendAsync()
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancel);
            text.Clear();
        }
    }
}
