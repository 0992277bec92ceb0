using System.Globalization;
using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Customers.Census;
using Temas.Customers.Contracts;
using Temas.Customers.Profiles;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;

namespace Temas.Customers.Facts;

/// <summary>Boils folds down to facts.</summary>
internal sealed class ReadFacts(Workspace workspace) : ICustomerFacts
{
    // So many events are in memory at a time.
    private const int Batch = 200_000;

    private const int MaxText = 500, MaxDepth = 4, MostInList = 100;

    // Longer names of events are cut in columns.
    private const int LongestNamed = 50;

    private readonly CustomersProjection customers = workspace.Part<CustomersProjection>();

    /// <inheritdoc/>
    public object Rules => workspace.Part<LiveFoldRules>().Current;

    /// <inheritdoc/>
    public ulong Digest() => workspace.Part<LiveFoldRules>().Digest();

    /// <inheritdoc/>
    public void Read(IReadOnlyList<int> some, Action<CustomerFacts> take, CancellationToken cancel)
    {
        var rules = workspace.Part<LiveFoldRules>().Current;
        var currency = WorkspaceSettings.Of(workspace).Currency;
        var (known, gone) = customers.EntriesOf(some);
        foreach (var customer in gone) take(new CustomerFacts(customer, null, long.MaxValue, []));
        var touches = new ReadTouches();
        new EventsByCustomer(workspace, Batch).Read(known, (i, events) => take(Fold(known[i].Node, events, rules, currency, touches)), _ => { }, cancel);
    }

    /// <inheritdoc/>
    public Result<Filter> Compare(string name, FilterOperator op, IReadOnlyList<FilterValue> values, DateTimeOffset now) =>
        FactNames.Compare(name, op, values, now, workspace.Part<LiveFoldRules>().Current.Profile.PerceptionHalfLife);

    /// <inheritdoc/>
    public bool FadesOrAges(string name) => name == FactNames.Perception || FactNames.IsAge(name);

    /// <inheritdoc/>
    public IReadOnlyList<string> NamesOf(IEnumerable<string> facts) => FactNames.NamesOf(facts);

    /// <inheritdoc/>
    public OrderSelector Orders
    {
        get
        {
            var rules = workspace.Part<LiveFoldRules>().Current;
            return new OrderSelector(
                OfTouchpoints(rules.Profile.Orders, rules), OfTouchpoints(rules.Profile.Cancellations, rules), [.. rules.Profile.OrderId.Select(p => p.Text)], [.. rules.Profile.Amount.Select(p => p.Text)]);
        }
    }

    /// <inheritdoc/>
    public OrderRhythm Rhythm => workspace.Part<LiveFoldRules>().Current.Profile.Rhythm;

    /// <inheritdoc/>
    public IReadOnlyList<string>? EventsOf(IReadOnlyList<string> touchpoints) => Named(touchpoints, workspace.Part<LiveFoldRules>().Current);

    // Where all their events are named, no others need to be looked at.
    private static EventSelector OfTouchpoints(IReadOnlyList<string> touchpoints, FoldRules rules) =>
        new(Named(touchpoints, rules), new TouchFilter(Touch.Touchpoint, FilterOperator.Equal, [.. touchpoints.Select(t => FilterValue.Of(t))]));

    private static List<string>? Named(IReadOnlyList<string> touchpoints, FoldRules rules)
    {
        var patterns = touchpoints.Select(t => rules.Catalogue.Touchpoints.GetValueOrDefault(t)).OfType<Touchpoint>().SelectMany(t => t.Events).ToList();
        var named = patterns.TrueForAll(p => p.Names.Count > 0 && p.Names.All(n => n.Length <= LongestNamed));
        return named ? [.. patterns.SelectMany(p => p.Names.Select(n => $"{CallOf(p.Type)}:{n}")).Distinct(StringComparer.Ordinal)] : null;
    }

    private static string CallOf(EventType type)
    {
        Span<byte> call = stackalloc byte[16];
        return System.Text.Encoding.UTF8.GetString(call[..EventTypeName.WriteCall(type, call)]);
    }

    private CustomerFacts Fold(int customer, IEnumerable<StoredEvent> events, FoldRules rules, string currency, ReadTouches touches)
    {
        var fold = new CustomerFold(rules, keepMoments: true);
        touches.Begin();
        foreach (var e in events)
        {
            if (e.Kind == LogRecordKind.Event) fold.Append(e.AsLogEvent());
            touches.Follow(fold);
        }

        var profile = fold.Finish(workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        if (profile.Events == 0) return new CustomerFacts(customer, null, long.MaxValue, []);
        var lists = new List<KeyValuePair<string, IReadOnlyList<FilterValue>>>();
        return new CustomerFacts(customer, FactsOf(profile, currency, rules.Profile.PerceptionHalfLife, lists), fold.ChangesAt(profile), touches.End(fold)) { Lists = lists };
    }

    /// <summary>Those that everybody has first, so that many names of traits cannot crowd them out.</summary>
    private static List<KeyValuePair<string, FilterValue>> FactsOf(CustomerProfile profile, string currency, double halfLife, List<KeyValuePair<string, IReadOnlyList<FilterValue>>> lists)
    {
        var facts = new List<KeyValuePair<string, FilterValue>>();
        var life = profile.Lifecycle;
        Text(FactNames.Lifecycle, JsonNamingPolicy.SnakeCaseLower.ConvertName(life.Stage.ToString()));
        Number(FactNames.Events, profile.Events);
        Number(FactNames.Orders, life.Orders);
        Instant(FactNames.FirstSeen, profile.FirstSeen);
        Instant(FactNames.LastSeen, profile.LastSeen);
        Instant(FactNames.FirstOrder, life.FirstOrder);
        Instant(FactNames.LastOrder, life.LastOrder);
        if (profile.PreferredChannel is { } channel) Text(FactNames.Channel, channel);
        if (profile.Perception.Value is { } felt)
        {
            facts.Add(new(FactNames.Perception, FilterValue.Of(true)));
            if (felt != 0) Number(felt > 0 ? FactNames.Well : FactNames.Badly, FactNames.FeltSince(felt, profile.AsOf.ToUnixTimeMilliseconds(), halfLife));
        }

        Number(FactNames.Promises + "open", profile.Promises.Count(p => p.Status == PromiseStatus.Open));
        Number(FactNames.Promises + "kept", profile.Promises.Count(p => p.Status == PromiseStatus.Kept));
        Number(FactNames.Promises + "late", profile.Promises.Count(p => p.Status == PromiseStatus.Late));
        Number(FactNames.Promises + "broken", profile.Promises.Count(p => p.Status == PromiseStatus.Broken));
        if (profile.Scores.Nps is { } nps) Number(FactNames.Score + "nps", nps.Value);
        if (profile.Scores.Csat is { } csat) Number(FactNames.Score + "csat", csat.Value);
        if (profile.Scores.Ces is { } ces) Number(FactNames.Score + "ces", ces.Value);
        foreach (var spent in life.Spent.GroupBy(s => s.Currency.Length == 0 ? currency : s.Currency.ToUpperInvariant(), StringComparer.Ordinal)) Number(FactNames.Spent + spent.Key, (double)spent.Sum(s => s.Amount));
        foreach (var consent in profile.Consents) facts.Add(new(FactNames.Consent + (consent.Channel == "*" ? consent.Purpose : $"{consent.Purpose}.{consent.Channel}"), FilterValue.Of(consent.Given)));
        foreach (var trait in profile.ComputedTraits) TryAdd(FactNames.Computed + trait.Key, trait.Value.Json, facts, lists);
        foreach (var trait in profile.Traits) TryAdd(FactNames.Trait + trait.Name, trait.Value.Json, facts, lists);
        return facts;

        void Text(string name, string value) => facts.Add(new(name, FilterValue.Of(value)));
        void Number(string name, double value) => facts.Add(new(name, FilterValue.Of(value)));
        void Instant(string name, DateTimeOffset? value)
        {
            if (value is { } moment) Number(name, moment.ToUnixTimeMilliseconds());
        }
    }

    private static void TryAdd(string name, string? json, List<KeyValuePair<string, FilterValue>> into, List<KeyValuePair<string, IReadOnlyList<FilterValue>>> lists)
    {
        try
        {
            Add(name, json, into, lists, 1);
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException)
        {
            // Half a surrogate pair in an escape, say: no text.
        }
    }

    /// <summary>A value as a fact; the fields of an object with a dot between. Of a list what is a value itself: no objects, no lists in it.</summary>
    private static void Add(string name, string? json, List<KeyValuePair<string, FilterValue>> into, List<KeyValuePair<string, IReadOnlyList<FilterValue>>> lists, int depth)
    {
        if (ValueOf(json) is { } value)
        {
            into.Add(new(name, value));
            return;
        }

        switch (json)
        {
            case ['[', ..]:
                using (var document = JsonDocument.Parse(json))
                {
                    FilterValue[] values = [.. document.RootElement.EnumerateArray().Take(MostInList).Select(item => ValueOf(item.GetRawText())).OfType<FilterValue>()];
                    if (values.Length > 0) lists.Add(new(name, values));
                }

                break;
            case ['{', ..] when depth < MaxDepth:
                using (var document = JsonDocument.Parse(json))
                {
                    foreach (var field in document.RootElement.EnumerateObject()) Add($"{name}.{field.Name}", field.Value.GetRawText(), into, lists, depth + 1);
                }

                break;
            default:
                break;
        }
    }

    private static FilterValue? ValueOf(string? json) => json switch
    {
        ['"', ..] => new RawJson(json).Display is { Length: <= MaxText } text ? FilterValue.Of(text) : null,
        "true" or "false" => FilterValue.Of(json == "true"),
        ['-' or (>= '0' and <= '9'), ..] when double.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => FilterValue.Of(number),
        _ => null,
    };
}
