using NodaTime;
using Temas.Customers.Contracts;
using Temas.Customers.Profiles;
using Temas.Storage.EventLog;

namespace Temas.Customers.Census;

/// <summary>Boils one customer's fold down. Pure: the same events, rules and moment give the same portrait, but for the numbers of the places.</summary>
internal sealed class PaintPortrait(FoldRules rules, PlaceTable places)
{
    // Those of the catalogue come first: however many names a hostile sender makes up, they keep their numbers.
    private readonly Dictionary<string, int> touchpoints = rules.Catalogue.Touchpoints.Keys.ToDictionary(k => k, k => places.Of(new Place(PlaceKind.Touchpoint, k)), StringComparer.Ordinal);
    private readonly Dictionary<(EventType Type, string? Name), int> unknown = [];
    private readonly int[] promises = [.. rules.Promises.Select(p => places.Of(new Place(PlaceKind.Promise, p.Key)))];
    private readonly Dictionary<string, int> promiseNumbers = rules.Promises.Index().ToDictionary(p => p.Item.Key, p => p.Index, StringComparer.Ordinal);
    private const int MostName = 200;

    private readonly DateTimeZone zone = rules.Profile.TimeZone;

    /// <summary>The hour of a moment by the clock of the workspace.</summary>
    public int HourOf(long time) => HourOf(zone, time);

    /// <summary>The hour of a moment by the clock of a zone, from the beginning of 1970.</summary>
    public static int HourOf(DateTimeZone zone, long time)
    {
        time = Math.Clamp(time, 0, (long)TouchCount.MostHour * 3_600_000);
        return (int)((time + zone.GetUtcOffset(Instant.FromUnixTimeMilliseconds(time)).Milliseconds) / 3_600_000);
    }

    /// <summary>Paints as of <paramref name="asOf"/>, in milliseconds since 1970 UTC. <paramref name="events"/> are hers, in time order.</summary>
    public Portrait Run(in CensusEntry who, IEnumerable<StoredEvent> events, long asOf)
    {
        var fold = new CustomerFold(rules);
        var touches = new List<TouchCount>();
        var count = 0;
        foreach (var e in events)
        {
            if (e.Kind != LogRecordKind.Event) continue;
            fold.Append(e.AsLogEvent());
            // A long timeline does not lie in memory as a whole.
            if (++count % 1024 == 0) Take(fold.TakeMoments());
        }

        var profile = fold.Finish(asOf);
        Take(fold.Moments(asOf));
        var marks = new PromiseMark[profile.Promises.Count];
        for (var i = 0; i < marks.Length; i++)
        {
            var promise = profile.Promises[i];
            var came = promise.Status switch
            {
                PromiseStatus.Kept or PromiseStatus.Late => promise.EndedAt!.Value.ToUnixTimeMilliseconds(),
                PromiseStatus.Broken => NextChange.DeadlineOf(promise, rules),
                _ => (long?)null,
            };
            marks[i] = new PromiseMark(
                (ushort)promises[promiseNumbers[promise.Promise]], promise.Status, promise.Status == PromiseStatus.Broken && promise.EndedAt is null, HourOf(promise.MadeAt.ToUnixTimeMilliseconds()), came is { } known ? HourOf(known) : 0,
                promise is { Status: PromiseStatus.Late, Delay: { } delay } ? (int)Math.Clamp(Math.Round(delay.TotalHours), 0, int.MaxValue) : 0);
        }

        return new Portrait
        {
            Node = who.Node,
            Id = who.Id,
            Members = who.Members,
            Touches = TouchCount.Merge(touches),
            Promises = marks,
            Consents = profile.Consents.Count == 0 ? [] : [.. profile.Consents.Select(c => new ConsentMark((ushort)places.Of(ConsentMark.PlaceOf(c.Purpose, c.Channel)), c.Given)).Where(c => c.Place != places.Other)],
            Stage = profile.Lifecycle.Stage,
            Orders = profile.Lifecycle.Orders,
            Events = count,
            First = profile.FirstSeen?.ToUnixTimeMilliseconds() ?? 0,
            Last = profile.LastSeen?.ToUnixTimeMilliseconds() ?? 0,
            Journey = profile.Perception.Value ?? double.NaN,
            AsOf = profile.AsOf.ToUnixTimeMilliseconds(),
            StaleAt = NextChange.Of(profile, rules),
        };

        void Take(IReadOnlyList<Moment> moments)
        {
            foreach (var moment in moments) touches.Add(TouchCount.Of(HourOf(moment.Time), PlaceOf(moment), FeltOf(moment)));
            if (touches.Count > 65_536) touches = [.. TouchCount.Merge(touches)];
        }
    }

    // As the tally of the profile counts: what has a touchpoint or a reason is a touch.
    private static double? FeltOf(Moment moment) => moment.Touchpoint is not null || moment.Evidence.Count > 0 ? moment.Perception : null;

    private int PlaceOf(Moment moment)
    {
        if (moment.Kind == MomentKind.PromiseBroken) return promises[promiseNumbers[moment.Promise!.Key]];
        if ((moment.Flags & EventFlags.Bot) != 0) return places.Bot;
        if (moment.Touchpoint is { } touchpoint) return touchpoints[touchpoint.Key];
        if (unknown.TryGetValue((moment.Type, moment.Name), out var place)) return place;
        var name = moment.Name is null ? "" : ":" + (moment.Name.Length <= MostName ? moment.Name : moment.Name[..MostName]);
        place = places.Of(new Place(PlaceKind.Event, moment.Type.ToString().ToLowerInvariant() + name));
        if (unknown.Count < TouchCount.MostPlaces) unknown.Add((moment.Type, moment.Name), place);
        return place;
    }
}
