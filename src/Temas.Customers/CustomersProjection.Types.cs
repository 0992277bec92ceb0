using System.Text;
using Temas.Collect.Contracts;
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
        var name = new byte[EventTypeName.MaxLength];
        var length = EventTypeName.Write(e, name);
        return timeline.FindType(Encoding.UTF8.GetString(name, 0, length)) is null;
    }

    /// <summary>The types on the timelines that patterns may mean; whoever folds by nothing else need not read the rest.</summary>
    public IReadOnlySet<int> TypesOf(IEnumerable<EventPattern> patterns)
    {
        var meant = new HashSet<int>();
        var types = timeline.Types;
        foreach (var pattern in patterns)
        {
            var call = new byte[16];
            var prefix = Encoding.UTF8.GetString(call, 0, EventTypeName.WriteCall(pattern.Type, call));
            foreach (var name in pattern.Names)
            {
                var text = Encoding.UTF8.GetBytes(name);
                var cut = new byte[EventTypeName.MaxLength];
                if (timeline.FindType($"{prefix}:{Encoding.UTF8.GetString(cut, 0, EventTypeName.CutName(text, cut))}") is { } type) meant.Add(type);
            }

            // Beyond the limit names are filed together; and a pattern without names means every name.
            if (pattern.Names.Count > 0 && timeline.FindType($"{prefix}:(other)") is { } other) meant.Add(other);
            if (pattern.Names.Count > 0) continue;
            for (var type = 0; type < types.Count; type++)
            {
                if (types[type] == prefix || types[type].StartsWith(prefix + ":", StringComparison.Ordinal)) meant.Add(type);
            }
        }

        return meant;
    }
}
