using System.Globalization;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Timelines.Findings;

/// <summary>A <see cref="JourneyMap"/> made ready for the columns. Shared by all threads; never changes.</summary>
internal sealed class JourneyPlan
{
    public const long Day = 24L * 60 * 60 * 1000;

    /// <summary>By so many properties places are told apart at most.</summary>
    public const int MostDimensions = 14;

    private const int MostValues = 320;

    private readonly Dictionary<(int Type, int Name), (HashSet<int> Values, int Rows)> values = [];

    // Of customers who met nothing so many are enough to compare with: more cost memory alone.
    private const long PlentyOfEvents = 3_000_000;

    private static readonly string[] RegionNames = ["region", "state", "province", "address.region", "address.state", "context.location.region", "city", "address.city"];

    public JourneyPlan(ColumnStore store, JourneyMap map, TimeSpanMs when, long end)
    {
        (Store, Map, When, End) = (store, map, when, end);
        (Order, Cancellation) = (new EventMatch(store, map.Orders.Order), new EventMatch(store, map.Orders.Cancellation));
        (OrderIds, Amounts) = (Columns(map.Orders.Id), Columns(map.Orders.Amount));
        Reminder = map.Reminders is { } reminders ? new EventMatch(store, reminders) : null;
        Touches = new TouchColumns(store);
        var placeOf = map.Places.Select((p, i) => (p.Key, i)).ToDictionary(p => p.Key, p => p.i, StringComparer.Ordinal);
        PlaceOf = [.. Touches.KeysOf(store.Touches.Of(Touch.Touchpoint)).Select(k => ValueKey.ValueOf(k, store.Texts) is string key ? placeOf.GetValueOrDefault(key, -1) : -1)];
        FeltOf = [.. Touches.Perceptions().Select(p => p ?? int.MinValue)];
        var channels = Touches.KeysOf(store.Touches.Of(Touch.Channel));

        // Numbered by their names: touches may lie otherwise the next time.
        Channels = [.. channels.Distinct().Select(k => ValueKey.ValueOf(k, store.Texts)).OfType<string>().Order(StringComparer.Ordinal)];
        var numberOf = Channels.Index().ToDictionary(c => c.Item, c => Math.Min(c.Index + 1, 15), StringComparer.Ordinal);
        ChannelOf = [.. channels.Select(k => ValueKey.ValueOf(k, store.Texts) is string name ? numberOf[name] : 0)];
        KeepsEvery = Math.Max(1, (int)(store.Events / PlentyOfEvents));
        Regions = Columns(RegionNames);
        Promises = [.. map.Promises.SelectMany((p, number) => p.Steps.Select(s => new PromiseStep(number, s, new EventMatch(store, s.Event), Columns(s.Match), Columns(s.Due))))];
        PromisesOfType = ByType(Promises.Length, (type, i) => Promises[i].Match.Concerns(type));
        Steps = [.. map.Steps.Select(s => new StepPlan(new EventMatch(store, s.Begun), new EventMatch(store, s.Done), Columns(s.Match), s.Step is { } step ? new NumberColumns(store, step) : null, s.Within))];
        StepsOfType = ByType(Steps.Length, (type, i) => Steps[i].Begun.Concerns(type) || Steps[i].Done.Concerns(type));
        PromiseDimensions = [.. map.Promises.Select((_, number) => DimensionsOf(Promises.Where(p => p.Promise == number && p.Step.Act == PromiseAct.Make).Select(p => p.Match)))];
        PromiseColumns = [.. PromiseDimensions.Select(d => Columns(d))];
        StepDimensions = [.. Steps.Select(s => DimensionsOf([s.Begun]))];
        StepColumns = [.. StepDimensions.Select(d => Columns(d))];
        PlaceTypes = new bool[map.Places.Count, store.Tables.Count];
        for (var type = 0; type < store.Tables.Count; type++)
        {
            foreach (var touch in store.Tables[type].Touches.Texts.Different())
            {
                if (PlaceOf[touch] is >= 0 and var place) PlaceTypes[place, type] = true;
            }
        }

        PlaceDimensions = [.. map.Places.Select((p, place) => p.IsVoice || p.Varies || p.IsContact ? DimensionsOf(type => PlaceTypes[place, type]) : [])];
        PlaceColumns = [.. PlaceDimensions.Select(d => Columns(d))];
    }

    public ColumnStore Store { get; }

    public JourneyMap Map { get; }

    /// <summary>The period that is looked at.</summary>
    public TimeSpanMs When { get; }

    /// <summary>Up to when it is known what happened.</summary>
    public long End { get; }

    public EventMatch Order { get; }

    public EventMatch Cancellation { get; }

    public EventMatch? Reminder { get; }

    public NumberColumns[] OrderIds { get; }

    public NumberColumns[] Amounts { get; }

    public NumberColumns[] Regions { get; }

    public TouchColumns Touches { get; }

    /// <summary>By touch: the number of the touchpoint; -1 for none.</summary>
    public int[] PlaceOf { get; }

    /// <summary>By touch: how it was taken, in hundredths; the least number where that is not known.</summary>
    public int[] FeltOf { get; }

    /// <summary>By touch: a small number for its channel.</summary>
    public int[] ChannelOf { get; }

    /// <summary>The names of all channels, in their order.</summary>
    public IReadOnlyList<string> Channels { get; }

    /// <summary>Of so many customers one is noted where nothing happened to her.</summary>
    public int KeepsEvery { get; }

    public PromiseStep[] Promises { get; }

    public int[][] PromisesOfType { get; }

    public StepPlan[] Steps { get; }

    public int[][] StepsOfType { get; }

    public string[][] PromiseDimensions { get; }

    public NumberColumns[][] PromiseColumns { get; }

    public string[][] StepDimensions { get; }

    public NumberColumns[][] StepColumns { get; }

    public bool[,] PlaceTypes { get; }

    public string[][] PlaceDimensions { get; }

    public NumberColumns[][] PlaceColumns { get; }

    /// <summary>One number for an id, be it sent as a number or as a text.</summary>
    public long IdOf(NumberColumns column, int type, int row)
    {
        var key = column.KeyAt(type, row);
        var number = ValueKey.NumberOf(key);
        return key == ValueKey.Missing || double.IsNaN(number) || Store.Texts.Find(number.ToString("R", CultureInfo.InvariantCulture)) is not (> TextDictionary.True and var text) ? key : ValueKey.OfText(text);
    }

    private NumberColumns[] Columns(IEnumerable<string> names) => [.. names.Select(n => new NumberColumns(Store, n))];

    private int[][] ByType(int count, Func<int, int, bool> concerns) => [.. Enumerable.Range(0, Store.Tables.Count).Select(type => Enumerable.Range(0, count).Where(i => concerns(type, i)).ToArray())];

    private string[] DimensionsOf(IEnumerable<EventMatch> matches)
    {
        var all = matches.ToList();
        return DimensionsOf(type => all.Exists(m => m.Concerns(type)));
    }

    /// <summary>The different texts of a property on the newest events of a type, as long as there are not too many, and how many of these events have one. Often it is asked of the same again.</summary>
    private (HashSet<int> Values, int Rows) ValuesOf(int type, int name)
    {
        const int MostRows = 200_000, Lately = 1023;
        if (values.TryGetValue((type, name), out var known)) return known;
        var (found, rows) = (new HashSet<int>(), 0);
        var texts = Store.Tables[type].Find(name)!.Texts;
        Span<int> seen = stackalloc int[Lately + 1];
        seen.Clear();
        for (var row = Math.Max(0, texts.Count - MostRows); row < texts.Count; row++)
        {
            if (texts.At(row) is not (not TextDictionary.Missing and var code)) continue;
            rows++;
            if (seen[code & Lately] == code) continue;
            seen[code & Lately] = code;
            if (found.Add(code) && found.Count > MostValues) break;
        }

        return values[(type, name)] = (found, rows);
    }

    /// <summary>Properties with few different texts or truth values, on events of some types: by these places are told apart.</summary>
    private string[] DimensionsOf(Func<int, bool> isMeant)
    {
        var found = new Dictionary<int, (HashSet<int> Values, int Rows)>();
        for (var type = 0; type < Store.Tables.Count; type++)
        {
            if (!isMeant(type)) continue;
            foreach (var name in Store.Tables[type].Names)
            {
                var ((values, rows), (its, more)) = (found.GetValueOrDefault(name, ([], 0)), ValuesOf(type, name));
                values.UnionWith(its);
                found[name] = (values, rows + more);
            }
        }

        // Browsers say much of themselves and change with every version: only where nothing plainer tells devices apart.
        var names = found.Keys.Select(Store.PropertyName).ToList();
        var isPlain = names.Exists(n => n.Contains("device", StringComparison.OrdinalIgnoreCase));
        return [.. found.Where(f => !isPlain || !Store.PropertyName(f.Key).Contains("userAgent", StringComparison.OrdinalIgnoreCase)).Where(f => f.Value.Values.Count is > 1 and <= MostValues && f.Value.Rows > f.Value.Values.Count * 5)
            .OrderByDescending(f => f.Value.Rows).Select(f => Store.PropertyName(f.Key)).Where(n => !n.EndsWith("currency", StringComparison.Ordinal)).Take(MostDimensions).Order(StringComparer.Ordinal)];
    }
}

/// <summary>An event of a promise, made ready.</summary>
internal sealed record PromiseStep(int Promise, PromiseStepMap Step, EventMatch Match, NumberColumns[] References, NumberColumns[] Due);

/// <summary>A process with steps, made ready.</summary>
internal sealed record StepPlan(EventMatch Begun, EventMatch Done, NumberColumns[] Runs, NumberColumns? Step, long Within);
