using System.Text;
using Temas.Kernel;
using Temas.Storage.EventLog;

namespace Temas.Collect.Contracts;

/// <summary>
/// A workspace's touchpoints and promises, compiled for quick answers. Immutable: a change of a definition makes a new one (<see cref="LiveCatalogue"/>).
/// Names and properties are compared letter by letter, as the Segment specification writes them.
/// </summary>
public sealed class TouchpointCatalogue
{
    /// <summary>Properties that may come with every event: Segment's reserved ones and those that the profile reads.</summary>
    private static readonly string[] CommonProperties =
    [
        "category", "channel", "currency", "keywords", "label", "name", "path", "referrer", "revenue", "search", "title", "url", "value",
        "loyalty_card", "loyaltyCard", "loyalty_card_id",
    ];

    private readonly Dictionary<byte[], Entry>[] byName;
    private readonly Touchpoint[][] anyName;
    private readonly Lazy<Dictionary<string, LocalText>> teams;

    private TouchpointCatalogue(IReadOnlyDictionary<string, Touchpoint> touchpoints, IReadOnlyDictionary<string, PromiseRule> promises)
    {
        (Touchpoints, Promises) = (touchpoints, promises);
        teams = new(NameTeams);
        var types = Enum.GetValues<EventType>().Length;
        byName = [.. Enumerable.Range(0, types).Select(_ => new Dictionary<byte[], Entry>(Utf8Comparer.Instance))];
        anyName = [.. Enumerable.Range(0, types).Select(_ => Array.Empty<Touchpoint>())];
    }

    /// <summary>The touchpoints by key.</summary>
    public IReadOnlyDictionary<string, Touchpoint> Touchpoints { get; }

    /// <summary>The promises by key.</summary>
    public IReadOnlyDictionary<string, PromiseRule> Promises { get; }

    /// <summary>The name of a team in a language. Where owners are plain words (of sources, indicators, goals), one that is called so by a touchpoint or promise is that team.</summary>
    /// <param name="written">As it is written, in either language.</param>
    /// <param name="language">The language: <c>tr</c> or <c>en</c>.</param>
    public string TeamIn(string written, string language) => teams.Value.TryGetValue(written, out var team) ? team.In(language) : written;

    /// <summary>Compiles a catalogue.</summary>
    public static TouchpointCatalogue Build(IReadOnlyDictionary<string, Touchpoint> touchpoints, IReadOnlyDictionary<string, PromiseRule> promises)
    {
        var catalogue = new TouchpointCatalogue(touchpoints, promises);
        foreach (var touchpoint in touchpoints.Values.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            foreach (var pattern in touchpoint.Events) catalogue.Add(touchpoint, pattern);
        }

        foreach (var promise in promises.Values)
        {
            foreach (var e in promise.Made.Concat(promise.Kept).Concat(promise.Cancelled))
            {
                foreach (var name in e.Event.Names)
                {
                    var entry = catalogue.EntryOf(e.Event.Type, name);
                    entry.Add(e.Match);
                    entry.Add(e.Event.Where);
                    if (e is PromiseMade made) entry.Add(made.DueProperties);
                }
            }
        }

        // What is most closely described comes first: more conditions; then a name before every name; then the order of keys.
        foreach (var entries in catalogue.byName)
        {
            foreach (var entry in entries.Values) entry.Candidates.Sort((a, b) => b.Pattern.Where.Count.CompareTo(a.Pattern.Where.Count));
        }

        return catalogue;
    }

    private Dictionary<string, LocalText> NameTeams()
    {
        var named = new Dictionary<string, LocalText>(StringComparer.Ordinal);
        foreach (var team in Touchpoints.Values.Select(t => t.Owner).Concat(Promises.Values.Select(p => p.Owner)).OfType<LocalText>())
        {
            named.TryAdd(team.Tr, team);
            named.TryAdd(team.En, team);
        }

        return named;
    }

    /// <summary>Which touchpoint an event is, or null. <paramref name="properties"/> is the raw JSON of its properties, empty when it has none.</summary>
    public Touchpoint? Match(EventType type, ReadOnlySpan<byte> nameUtf8, ReadOnlySpan<byte> properties)
    {
        if (byName[(int)type].GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(nameUtf8, out var entry))
        {
            foreach (var (touchpoint, pattern) in entry.Candidates)
            {
                if (pattern.Holds(properties)) return touchpoint;
            }
        }

        foreach (var touchpoint in anyName[(int)type])
        {
            foreach (var pattern in touchpoint.Events)
            {
                if (pattern.Type == type && pattern.Names.Count == 0 && pattern.Holds(properties)) return touchpoint;
            }
        }

        return null;
    }

    /// <summary>The touchpoints that an event of this name may be, with the pattern that says when; the first whose pattern holds is meant.</summary>
    public IReadOnlyList<(Touchpoint Touchpoint, EventPattern Pattern)> Candidates(EventType type, ReadOnlySpan<byte> nameUtf8)
    {
        var result = new List<(Touchpoint, EventPattern)>();
        if (byName[(int)type].GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(nameUtf8, out var entry)) result.AddRange(entry.Candidates);
        foreach (var touchpoint in anyName[(int)type])
        {
            foreach (var pattern in touchpoint.Events)
            {
                if (pattern.Type == type && pattern.Names.Count == 0) result.Add((touchpoint, pattern));
            }
        }

        return result;
    }

    /// <summary>The calls and names that touchpoints and promises speak of.</summary>
    public IEnumerable<(EventType Type, string Name)> Names
    {
        get
        {
            for (var type = 0; type < byName.Length; type++)
            {
                foreach (var name in byName[type].Keys) yield return ((EventType)type, Encoding.UTF8.GetString(name));
            }
        }
    }

    /// <summary>Whether the catalogue speaks of events of this name. Identify, group and alias calls are always known, for they tell who somebody is, and so are <see cref="OwnEvents"/>.</summary>
    public bool Knows(EventType type, ReadOnlySpan<byte> nameUtf8) => type switch
    {
        EventType.None => false,
        EventType.Identify or EventType.Group or EventType.Alias => true,
        _ => anyName[(int)type].Length > 0 || OwnEvents.Are(type, nameUtf8) || byName[(int)type].GetAlternateLookup<ReadOnlySpan<byte>>().ContainsKey(nameUtf8),
    };

    /// <summary>
    /// Whether a property (top level, without escapes) is known to belong to an event. True for events that are not known themselves,
    /// and where a touchpoint does not list its properties.
    /// </summary>
    public bool KnowsProperty(EventType type, ReadOnlySpan<byte> nameUtf8, ReadOnlySpan<byte> propertyUtf8) =>
        !byName[(int)type].GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(nameUtf8, out var entry)
        || entry.Properties is null
        || entry.Properties.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(propertyUtf8);

    private void Add(Touchpoint touchpoint, EventPattern pattern)
    {
        if (pattern.Names.Count == 0 && !anyName[(int)pattern.Type].Contains(touchpoint))
        {
            anyName[(int)pattern.Type] = [.. anyName[(int)pattern.Type], touchpoint];
        }

        foreach (var name in pattern.Names)
        {
            var entry = EntryOf(pattern.Type, name);
            entry.Candidates.Add((touchpoint, pattern));
            if (touchpoint.Properties is null)
            {
                entry.Properties = null;
                continue;
            }

            entry.Add(touchpoint.Properties.Keys.Select(p => new PropertyPath(p)));
            entry.Add(pattern.Where);
            foreach (var when in touchpoint.Perception.When) entry.Add(when.Where);
            foreach (var rating in touchpoint.Perception.Ratings)
            {
                entry.Add([rating.Property]);
                entry.Add(rating.Where);
                if (rating.MaxProperty is { } best) entry.Add([best]);
            }
        }
    }

    private Entry EntryOf(EventType type, string name)
    {
        var key = Encoding.UTF8.GetBytes(name);
        if (byName[(int)type].TryGetValue(key, out var entry)) return entry;
        entry = new Entry { Properties = new HashSet<byte[]>(CommonProperties.Select(Encoding.UTF8.GetBytes), Utf8Comparer.Instance) };
        byName[(int)type].Add(key, entry);
        return entry;
    }

    private sealed class Entry
    {
        public List<(Touchpoint Touchpoint, EventPattern Pattern)> Candidates { get; } = [];

        /// <summary>Known properties, or null when any may come.</summary>
        public HashSet<byte[]>? Properties { get; set; }

        public void Add(IEnumerable<PropertyPath> paths)
        {
            foreach (var path in paths) Properties?.Add(path.Steps[0]);
        }

        public void Add(IEnumerable<PropertyCondition> where) => Add(where.Select(c => c.Property));
    }
}
