using System.Globalization;
using Temas.Collect.Contracts;
using Temas.Customers.Identity;
using Temas.Storage.EventLog;

namespace Temas.Customers;

/// <summary>
/// Tells of an event what customers do not use of it, so that nothing is silent. Worked out anew when somebody looks: the log keeps what was sent,
/// and a change of the identity rules changes the answer.
/// </summary>
internal static class EventWarnings
{
    public static IReadOnlyList<EventWarning> Of(CustomersProjection customers, StoredEvent stored)
    {
        if (stored.Kind != LogRecordKind.Event) return [];
        var e = stored.AsLogEvent();
        var reader = new IdentifierReader(customers.Rules) { Ignored = [] };
        reader.Read(e);
        List<EventWarning> warnings = [.. reader.Ignored.Distinct().Select(Of)];
        if (customers.IsFiledAsOther(e))
        {
            warnings.Add(new EventWarning(
                "event_name_filed_as_other",
                "event",
                string.Create(CultureInfo.InvariantCulture, $"The workspace has {CustomersProjection.MaxTypes:N0} names of events already; on timelines this one is filed under \"other\" of its call. Put what varies into properties, not into the name.")));
        }

        return warnings;
    }

    private static EventWarning Of(IgnoredIdentifier ignored) => ignored.Reason switch
    {
        IgnoredReason.TooLong => new("identifier_too_long", ignored.Kind, $"It has more than {IdentityRules.MaxValueLength} bytes and is not used as an identifier. Send a shorter one, such as its hash."),
        IgnoredReason.TooMany => new("identifiers_too_many", ignored.Kind, $"The event has more than {IdentifierReader.MaxFound} identifiers; this one is not used. Send fewer."),
        IgnoredReason.Blocked => new("identifier_blocked", ignored.Kind, "The identity rules say that this value identifies nobody; it is not used as an identifier."),
        _ => new("identifier_invalid", ignored.Kind, "It is no value of this kind and is not used as an identifier. Correct it at the source."),
    };
}
