using Temas.Collect.Contracts;
using Temas.Customers.Census;
using Temas.Customers.Contracts;
using Temas.Customers.Profiles;

namespace Temas.Customers.Overview;

/// <summary>Adds the portraits of a snapshot up. Pure; one pass.</summary>
internal static class SumUp
{
    /// <summary>So many touches a touchpoint must have to say something.</summary>
    public const int LeastTouches = 20;

    private const int Shown = 5;
    private const int ShownUnknown = 5;

    // Silent: longer than twice the longest pause of the last weeks, and at least so many hours; judged only when it was there in so many hours.
    private const int LeastSilence = 6, KnownHours = 48, Lookback = 28 * 24;

    private struct Sum
    {
        public long Negative, Neutral, Positive, Other;
        public long Felt;

        public readonly long Touches => Negative + Neutral + Positive;

        public readonly Tones Tones => new(Negative, Neutral, Positive);

        public readonly double Mean => Touches == 0 ? 0 : Felt / 100.0 / Touches;

        public void Add(TouchCount touch)
        {
            var count = touch.Count;
            switch (touch.Tone)
            {
                case Tone.Negative: Negative += count; break;
                case Tone.Neutral: Neutral += count; break;
                case Tone.Positive: Positive += count; break;
                default: Other += count; return;
            }

            Felt += (long)(touch.Felt - 101) * count;
        }
    }

    private sealed class PromiseSum
    {
        public long Kept, Late, Broken, Open, Waiting;
    }

    /// <summary>The figures of a period; what does not come from customers is left empty.</summary>
    public static OverviewFigures Run(CensusSnapshot snapshot, Period period)
    {
        var places = snapshot.Places;
        var now = new Sum[places.Length];
        var before = new Sum[places.Length];
        var buckets = new Sum[period.Buckets];
        var events = new long[period.Buckets];
        var promises = new Dictionary<int, PromiseSum>();
        long customers = 0, born = 0, bornBefore = 0, active = 0, activeBefore = 0;
        foreach (var portrait in snapshot.Portraits)
        {
            if (portrait.Events == 0) continue;
            customers++;
            var first = snapshot.HourOf(portrait.First);
            if (first >= period.From && first < period.To) born++;
            else if (first >= period.Before && first < period.From) bornBefore++;
            foreach (var mark in portrait.Promises) Add(promises, mark, period);
            if (snapshot.HourOf(portrait.Last) < period.Before) continue;
            var (seen, seenBefore) = (false, false);
            foreach (var touch in portrait.Between(period.Before, period.To))
            {
                // What a promise did by running out is no event of hers.
                var isEvent = places[touch.Place].Kind != PlaceKind.Promise;
                if (touch.Hour < period.From)
                {
                    before[touch.Place].Add(touch);
                    seenBefore |= isEvent;
                    continue;
                }

                now[touch.Place].Add(touch);
                var bucket = (touch.Hour - period.From) / period.Step;
                buckets[bucket].Add(touch);
                if (isEvent) events[bucket] += touch.Count;
                seen |= isEvent;
            }

            if (seen) active++;
            if (seenBefore) activeBefore++;
        }

        var touchpoints = Touchpoints(snapshot, now, before);
        var (all, allBefore) = (Total(now), Total(before));
        return new OverviewFigures
        {
            AsOf = Instants.Of(snapshot.AsOf),
            Period = period.Key,
            From = Period.TimeOf(period.From),
            To = Period.TimeOf(period.To),
            EventsPerMinute = 0,
            Customers = customers,
            NewCustomers = new Figure(born, bornBefore),
            ActiveCustomers = new Figure(active, activeBefore),
            Events = new Figure(Events(now, places), Events(before, places)),
            Touches = all,
            TouchesBefore = allBefore,
            Buckets = [.. buckets.Select((b, i) => new OverviewBucket(Period.TimeOf(period.From + (i * period.Step)), b.Tones, events[i]))],
            Promises = [.. snapshot.Rules.Promises.Select(rule => (rule, sum: promises.GetValueOrDefault(Array.IndexOf(places, new Place(PlaceKind.Promise, rule.Key))) ?? new PromiseSum()))
                .Where(p => p.sum.Kept + p.sum.Late + p.sum.Broken + p.sum.Open + p.sum.Waiting > 0)
                .Select(p => new PromiseFigure(p.rule.Key, p.rule.Label, p.sum.Kept, p.sum.Late, p.sum.Broken, p.sum.Open, p.sum.Waiting))],
            Worst = [.. touchpoints.Where(t => t.Perception < 0).OrderBy(t => t.Perception).ThenByDescending(t => t.Touches.Total).ThenBy(t => t.Touchpoint, StringComparer.Ordinal).Take(Shown)],
            Best = [.. touchpoints.Where(t => t.Perception > 0).OrderByDescending(t => t.Perception).ThenByDescending(t => t.Touches.Total).ThenBy(t => t.Touchpoint, StringComparer.Ordinal).Take(Shown)],
            LeastTouches = LeastTouches,
            Attention =
            [
                .. snapshot.Rules.Promises.Select(rule => (rule, sum: promises.GetValueOrDefault(Array.IndexOf(places, new Place(PlaceKind.Promise, rule.Key))))).Where(p => p.sum is { Waiting: > 0 })
                    .OrderByDescending(p => p.sum!.Waiting).Select(p => new Attention("promises_waiting", p.sum!.Waiting, p.rule.Key, p.rule.Label)),
                .. Silent(snapshot),
                .. places.Select((p, i) => (p, now[i].Other)).Where(x => x.p.Kind == PlaceKind.Event && x.Other > 0 && IsNamed(x.p.Key)).OrderByDescending(x => x.Other).ThenBy(x => x.p.Key, StringComparer.Ordinal).Take(ShownUnknown)
                    .Select(x => new Attention("events_unknown", x.Other, x.p.Key)),
            ],
        };
    }

    // Who somebody is (identify, group, alias) is no touch, and neither is what Temas tells of itself: no touchpoint is missed for them.
    private static bool IsNamed(string type) => (type.StartsWith("track", StringComparison.Ordinal) || type.StartsWith("page", StringComparison.Ordinal) || type.StartsWith("screen", StringComparison.Ordinal)) && !OwnEvents.Are(type);

    private static void Add(Dictionary<int, PromiseSum> sums, PromiseMark mark, Period period)
    {
        if (!sums.TryGetValue(mark.Place, out var sum)) sums.Add(mark.Place, sum = new PromiseSum());
        if (mark.Status == PromiseStatus.Open) sum.Open++;
        if (mark.IsWaiting) sum.Waiting++;
        if (mark.OutHour < period.From || mark.OutHour >= period.To) return;
        if (mark.Status == PromiseStatus.Kept) sum.Kept++;
        else if (mark.Status == PromiseStatus.Late) sum.Late++;
        else if (mark.Status == PromiseStatus.Broken) sum.Broken++;
    }

    private static List<TouchpointFigure> Touchpoints(CensusSnapshot snapshot, Sum[] now, Sum[] before)
    {
        var result = new List<TouchpointFigure>();
        for (var i = 0; i < now.Length; i++)
        {
            if (snapshot.Places[i].Kind != PlaceKind.Touchpoint || now[i].Touches < LeastTouches) continue;
            var rule = snapshot.Rules.Catalogue.Touchpoints[snapshot.Places[i].Key];
            result.Add(new TouchpointFigure(
                rule.Key, rule.Label, now[i].Tones, Math.Round(now[i].Mean, 4), before[i].Touches < LeastTouches ? null : Math.Round(now[i].Mean - before[i].Mean, 4)));
        }

        return result;
    }

    private static IEnumerable<Attention> Silent(CensusSnapshot snapshot)
    {
        var hour = snapshot.HourOf(snapshot.AsOf);
        foreach (var (source, hours) in snapshot.SourceHours.OrderBy(s => s.Key))
        {
            var known = hours.AsSpan()[Math.Max(0, Array.FindIndex(hours, h => h >= hour - Lookback) is var at && at < 0 ? hours.Length : at)..];
            if (source == 0 || known.Length < KnownHours) continue;
            var longest = 0;
            for (var i = 1; i < known.Length; i++) longest = Math.Max(longest, known[i] - known[i - 1]);
            var silence = hour - known[^1];
            if (silence > Math.Max(LeastSilence, 2 * longest)) yield return new Attention("source_silent", silence, Source: source, Usual: longest);
        }
    }

    private static Tones Total(Sum[] sums) => new(sums.Sum(s => s.Negative), sums.Sum(s => s.Neutral), sums.Sum(s => s.Positive));

    private static long Events(Sum[] sums, Place[] places)
    {
        var events = 0L;
        for (var i = 0; i < sums.Length; i++)
        {
            if (places[i].Kind != PlaceKind.Promise) events += sums[i].Touches + sums[i].Other;
        }

        return events;
    }
}
