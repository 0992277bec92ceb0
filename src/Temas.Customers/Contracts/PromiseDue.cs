using System.Globalization;
using System.Text;
using Temas.Customers.Profiles;
using Temas.Customers.Promises;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Contracts;

/// <summary>Reads when a promise is due out of a property, as the fold of promises does, for modules that follow promises over all customers at once.</summary>
public static class PromiseDue
{
    /// <summary>What reads a text or a double in the time zone of a workspace: milliseconds since 1970 UTC, or null when it says no time.</summary>
    public static Func<object, long?> Reader(Workspace workspace)
    {
        var zone = workspace.Part<LiveFoldRules>().Current.Profile.TimeZone;
        return value =>
        {
            var json = value is double number ? Encoding.UTF8.GetBytes(number.ToString("R", CultureInfo.InvariantCulture)) : Encoding.UTF8.GetBytes(RawJson.OfText((string)value).Json);
            return DueTime.Read(json, new JsonSlice(0, json.Length), zone);
        };
    }
}
