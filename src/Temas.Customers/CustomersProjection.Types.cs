using System.Text;
using Temas.Customers.Identity;
using Temas.Storage.EventLog;

namespace Temas.Customers;

/// <summary>What <see cref="EventWarnings"/> asks.</summary>
internal sealed partial class CustomersProjection
{
    /// <summary>The identity rules in force.</summary>
    public IdentityRules Rules => rules;

    /// <summary>True when timelines have an event under "other" because there were too many names before its own.</summary>
    public bool IsFiledAsOther(in LogEvent e)
    {
        if (typeCount < MaxTypes || !e.Fields.Name.Exists || e.Fields.Type is not (EventType.Track or EventType.Page or EventType.Screen)) return false;
        var name = new byte[MaxTypeLength + 32];
        var length = Prefix(e.Fields.Type, name);
        name[length++] = (byte)':';
        length += NameOf(e, name.AsSpan(length, MaxTypeLength));
        return timeline.FindType(Encoding.UTF8.GetString(name, 0, length)) is null;
    }
}
