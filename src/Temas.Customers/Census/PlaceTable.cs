namespace Temas.Customers.Census;

/// <summary>What a place is: where events are counted.</summary>
internal enum PlaceKind
{
    /// <summary>A touchpoint of the catalogue.</summary>
    Touchpoint,

    /// <summary>A promise whose time ran out.</summary>
    Promise,

    /// <summary>Events that the catalogue knows no touchpoint for, by name.</summary>
    Event,

    /// <summary>What robots sent.</summary>
    Bot,

    /// <summary>Names beyond those that fit.</summary>
    Other,

    /// <summary>A purpose and channel of consent: nothing happens there, but customers have a word on it.</summary>
    Consent,
}

/// <summary>A place: its kind and the key of the touchpoint or promise, or the name of the event type (<c>track:Gift Wrapped</c>).</summary>
internal readonly record struct Place(PlaceKind Kind, string Key)
{
    /// <summary>As in addresses: <c>order-delivered</c>, <c>promise:delivery</c>, <c>event:track:Gift Wrapped</c>.</summary>
    public string Text => Kind switch { PlaceKind.Touchpoint => Key, PlaceKind.Promise => $"promise:{Key}", PlaceKind.Event => $"event:{Key}", PlaceKind.Bot => "bot:", PlaceKind.Consent => $"consent:{Key}", _ => "other:" };
}

/// <summary>Numbers places. Written by the census alone, read by anybody; a number stands for its place for good.</summary>
internal sealed class PlaceTable
{
    private readonly Dictionary<Place, int> numbers = [];
    private readonly List<Place> places = [];
    private readonly Lock gate = new();

    public PlaceTable()
    {
        Other = Of(new Place(PlaceKind.Other, ""));
        Bot = Of(new Place(PlaceKind.Bot, ""));
    }

    public int Other { get; }

    public int Bot { get; }

    /// <summary>The number of a place; that of <see cref="Other"/> when there are too many.</summary>
    public int Of(Place place)
    {
        lock (gate)
        {
            if (numbers.TryGetValue(place, out var known)) return known;
            if (places.Count == TouchCount.MostPlaces) return Other;
            numbers.Add(place, places.Count);
            places.Add(place);
            return places.Count - 1;
        }
    }

    /// <summary>The number that a place has, or -1.</summary>
    public int Find(string text)
    {
        lock (gate) return places.FindIndex(p => p.Text == text);
    }

    /// <summary>All places by number, as of now.</summary>
    public Place[] All()
    {
        lock (gate) return [.. places];
    }
}
