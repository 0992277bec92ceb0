namespace Temas.Customers.Census;

/// <summary>What a customer said to a purpose on a channel, in a portrait.</summary>
/// <param name="Place">Number of purpose and channel among the places.</param>
/// <param name="Given">Whether she agreed.</param>
internal readonly record struct ConsentMark(ushort Place, bool Given)
{
    // No event writes it into a name.
    private const char Between = '\u001f';

    /// <summary>The place of purpose and channel.</summary>
    public static Place PlaceOf(string purpose, string channel) => new(PlaceKind.Consent, $"{purpose}{Between}{channel}");

    /// <summary>Purpose and channel of a place.</summary>
    public static (string Purpose, string Channel) Read(Place place) => place.Key.LastIndexOf(Between) is >= 0 and var at ? (place.Key[..at], place.Key[(at + 1)..]) : (place.Key, "*");

    /// <summary>Her word on a place, or else on all channels of its purpose (-1: there is no such place); null when she said nothing.</summary>
    public static bool? Of(Portrait portrait, int place, int all)
    {
        bool? general = null;
        foreach (var mark in portrait.Consents)
        {
            if (mark.Place == place) return mark.Given;
            if (mark.Place == all) general = mark.Given;
        }

        return general;
    }
}
