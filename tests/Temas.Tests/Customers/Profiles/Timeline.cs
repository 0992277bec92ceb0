using System.Globalization;
using System.Text;
using Temas.Customers.Contracts;
using Temas.Customers.Profiles;
using Temas.Storage.EventLog;

namespace Temas.Tests.Customers.Profiles;

/// <summary>A customer's events, written down by hand for a test.</summary>
internal sealed class Timeline
{
    private readonly List<StoredEvent> events = [];
    private long position;

    public IReadOnlyList<StoredEvent> Events => events;

    public static long At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();

    public Timeline Track(string time, string name, string properties = "{}", string context = "{}", EventFlags flags = EventFlags.None) =>
        Add(time, $$"""{"type":"track","event":"{{name}}","properties":{{properties}},"context":{{context}},"messageId":"m{{position}}"}""", flags);

    public Timeline Identify(string time, string traits, string context = "{}") => Add(time, $$"""{"type":"identify","traits":{{traits}},"context":{{context}}}""");

    public Timeline Add(string time, string json, EventFlags flags = EventFlags.None)
    {
        events.Add(new StoredEvent(++position, LogRecordKind.Event, flags, 1, At(time), At(time), Encoding.UTF8.GetBytes(json)));
        return this;
    }

    public CustomerFold Fold(FoldRules? rules = null) => Fold(events, rules);

    public static CustomerFold Fold(IEnumerable<StoredEvent> events, FoldRules? rules = null)
    {
        var fold = new CustomerFold(rules ?? FoldRules.Default);
        foreach (var e in events.OrderBy(e => e.Time).ThenBy(e => e.Position)) fold.Append(e.AsLogEvent());
        return fold;
    }

    public CustomerProfile Profile(string asOf, FoldRules? rules = null) => Fold(rules).Finish(At(asOf));

    public IReadOnlyList<Moment> Moments(string asOf, FoldRules? rules = null) => Fold(rules).Moments(At(asOf));
}
