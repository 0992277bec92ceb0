using System.Text.Json;
using Temas.Customers.Contracts;
using Temas.Customers.Profiles;
using Temas.Timelines.Columns;

namespace Temas.Customers.Facts;

/// <summary>Boils the moments of folds, customer after customer, down to what each event was as a touch. For one thread.</summary>
internal sealed class ReadTouches
{
    // So many moments are kept at a time.
    private const int Piece = 1000;

    // The same words for the same touch: many events are few touches.
    private readonly Dictionary<(string? Touchpoint, string? Channel, int Perception), TouchFacts> known = [];
    private List<EventTouch> touches = [];
    private int waiting;

    /// <summary>Begins with another customer.</summary>
    public void Begin() => (touches, waiting) = ([], 0);

    /// <summary>An event was appended.</summary>
    public void Follow(CustomerFold fold)
    {
        if (++waiting >= Piece) Take(fold);
    }

    /// <summary>Her touches, in order.</summary>
    public IReadOnlyList<EventTouch> End(CustomerFold fold)
    {
        Take(fold);
        return touches;
    }

    private void Take(CustomerFold fold)
    {
        waiting = 0;
        foreach (var moment in fold.TakeMoments())
        {
            // A promise that broke is a moment without an event.
            if (moment.Kind == MomentKind.Event && (moment.Touchpoint is not null || moment.Evidence.Count > 0)) touches.Add(new EventTouch(moment.Time, moment.Position, FactsOf(moment)));
        }
    }

    private TouchFacts FactsOf(Moment moment)
    {
        var key = (moment.Touchpoint?.Key, moment.Channel, Perception: TouchFacts.Hundredths(moment.Perception));
        if (known.TryGetValue(key, out var facts)) return facts;
        var medium = moment.Touchpoint is { } touchpoint ? JsonNamingPolicy.CamelCase.ConvertName(touchpoint.Medium.ToString()) : null;
        facts = new TouchFacts(moment.Touchpoint?.Key, moment.Touchpoint?.Stage, moment.Channel, medium, key.Perception);
        known.Add(key, facts);
        return facts;
    }
}
