using System.Numerics;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>
/// Follows one customer along the steps of a funnel. Of each step it keeps the way with the latest beginning that came so far, as ClickHouse's <c>windowFunnel</c> does, so one look at each event is enough.
/// For one thread.
/// </summary>
internal sealed class FunnelWalk
{
    private const uint Excluded = 1U << 31;

    private readonly FunnelQuery query;
    private readonly EventMatch[] steps;
    private readonly EventMatch[] exclusions;
    private readonly NumberColumns? same;

    // Which steps the events of a type may be.
    private readonly uint[] concerns;
    private readonly State single;
    private readonly Dictionary<long, int> stateOf = [];
    private readonly List<State> states = [];
    private readonly List<(long Time, uint Steps, int At)> found = [];
    private int used;

    public FunnelWalk(ColumnStore store, FunnelQuery query, bool forFew = false)
        : this(query, [.. query.Steps.Select(s => new EventMatch(store, s, forFew))], [.. query.Exclusions.Select(e => new EventMatch(store, e.Event, forFew))],
            query.Same is { } property ? new NumberColumns(store, property) : null, store.Tables.Count)
    {
    }

    private FunnelWalk(FunnelQuery query, EventMatch[] steps, EventMatch[] exclusions, NumberColumns? same, int types)
    {
        (this.query, this.steps, this.exclusions, this.same) = (query, steps, exclusions, same);
        concerns = new uint[types];
        for (var type = 0; type < types; type++)
        {
            for (var s = 0; s < steps.Length; s++) concerns[type] |= steps[s].Concerns(type) ? 1U << s : 0;
            if (exclusions.Any(e => e.Concerns(type))) concerns[type] |= Excluded;
        }

        single = new State(steps.Length);
        (Reached, Times, Before, Begins, First) = (0, new long[steps.Length], new long[steps.Length], new long[steps.Length], new int[steps.Length]);
    }

    /// <summary>How many steps she came along on the last walk.</summary>
    public int Reached { get; private set; }

    /// <summary>When each step was reached for the first time.</summary>
    public long[] Times { get; }

    /// <summary>When the step before it was taken on that way.</summary>
    public long[] Before { get; }

    /// <summary>When that way began.</summary>
    public long[] Begins { get; }

    /// <summary>With which of her events.</summary>
    public int[] First { get; }

    /// <summary>The event types that it looks at; null for all.</summary>
    public TypeSet? Types => query.Order == FunnelOrder.Strict ? null : TypeSet.Of([.. steps, .. exclusions]);

    /// <summary>The same by type, for all customers of a piece; null where steps may be of several types, or of the same, or more is asked than their order.</summary>
    public FunnelByType? ByType(TimeSpanMs when)
    {
        var types = steps.Select(s => s.OnlyType).OfType<int>().Distinct().ToArray();
        return query.Order == FunnelOrder.Ordered && same is null && exclusions.Length == 0 && types.Length == steps.Length && steps.Length > 1 ? new FunnelByType(steps, types, when, query.Window) : null;
    }

    public FunnelWalk Fork() => new(query, steps, exclusions, same, concerns.Length);

    /// <summary>How many steps a customer comes along.</summary>
    public int Walk(in Slice events) => Walk(events, query.When);

    /// <summary>How many steps a customer comes along on ways that begin in a stretch of time.</summary>
    public int Walk(in Slice events, TimeSpanMs when)
    {
        Reached = 0;
        if (query.Order == FunnelOrder.Any) WalkInAnyOrder(events, when);
        else if (same is null) WalkAll(events, when);
        else WalkByValue(events, when, same);
        return Reached;
    }

    private void WalkAll(in Slice events, TimeSpanMs when)
    {
        single.Clear();
        var times = events.Times;
        var types = events.Types;
        var rows = events.Rows;
        var strict = query.Order == FunnelOrder.Strict;

        // Mostly an event is a first step and nothing else, and only the last of several matters to what comes after.
        var begin = -1;
        for (var i = 0; i < types.Length; i++)
        {
            var concern = concerns[types[i]];
            if (concern == 1 && !strict)
            {
                if (times[i] < when.From || times[i] >= when.To || !steps[0].Test(types[i], rows[i])) continue;
                if (Reached == 0) Note(0, times[i], times[i], times[i], i);
                begin = i;
            }
            else if (concern != 0)
            {
                if (begin >= 0) single.Begin(times[begin], begin);
                begin = -1;
                if (Take(single, concern, times[i], types[i], rows[i], i, when)) return;
            }
            else if (strict)
            {
                single.Clear();
            }
        }
    }

    private void WalkByValue(in Slice events, TimeSpanMs when, NumberColumns values)
    {
        stateOf.Clear();
        used = 0;
        for (var i = 0; i < events.Length; i++)
        {
            var (type, row) = (events.Types[i], events.Rows[i]);
            var concern = concerns[type];
            if (concern == 0 && query.Order != FunnelOrder.Strict) continue;
            var key = values.KeyAt(type, row);
            if (key == ValueKey.Missing)
            {
                // What names no order may stand between the steps of any.
                if ((concern & Excluded) == 0) continue;
                for (var s = 0; s < used; s++) BreakOff(states[s], type, row);
                continue;
            }

            if (!stateOf.TryGetValue(key, out var at))
            {
                at = used++;
                stateOf.Add(key, at);
                if (at == states.Count) states.Add(new State(steps.Length));
                states[at].Clear();
            }

            if (Take(states[at], concern, events.Times[i], type, row, i, when)) return;
        }
    }

    /// <summary>Takes an event; true when the last step is reached.</summary>
    private bool Take(State state, uint concern, long time, int type, int row, int at, TimeSpanMs when)
    {
        if ((concern & Excluded) != 0) BreakOff(state, type, row);
        var taken = 0U;

        // The steps that it may be and whose step before was taken, the latest first: a way goes on from what was taken before this event.
        for (var left = concern & ~Excluded & (state.Lives << 1); left != 0;)
        {
            var step = BitOperations.Log2(left);
            left ^= 1U << step;
            if (time > AtMost(state.Start(step - 1), query.Window) || !steps[step].Test(type, row)) continue;
            state.Advance(step, time);
            taken |= 1U << step;
            if (Reached > step) continue;
            Note(step, time, state.Time(step, step - 1), state.Start(step), state.First[step]);
            if (step == steps.Length - 1) return true;
        }

        state.Lives = query.Order == FunnelOrder.Strict ? taken : state.Lives | taken;
        if ((concern & 1) == 0 || time < when.From || time >= when.To || !steps[0].Test(type, row)) return false;
        state.Begin(time, at);
        if (Reached == 0) Note(0, time, time, time, at);
        return false;
    }

    private void BreakOff(State state, int type, int row)
    {
        for (var i = 0; i < exclusions.Length; i++)
        {
            if (!exclusions[i].Test(type, row)) continue;
            var exclusion = query.Exclusions[i];
            for (var level = exclusion.After; level < exclusion.Before; level++) state.Lives &= ~(1U << level);
        }
    }

    private void Note(int step, long time, long before, long begin, int first)
    {
        Reached = Math.Max(Reached, step + 1);
        (Times[step], Before[step], Begins[step], First[step]) = (time, before, begin, first);
    }

    private void WalkInAnyOrder(in Slice events, TimeSpanMs when)
    {
        if (same is null)
        {
            found.Clear();
            for (var i = 0; i < events.Length; i++) Find(events, i, when);
            Count(when);
            return;
        }

        var groups = new Dictionary<long, List<int>>();
        for (var i = 0; i < events.Length; i++)
        {
            if (concerns[events.Types[i]] == 0) continue;
            var key = same.KeyAt(events.Types[i], events.Rows[i]);
            if (key == ValueKey.Missing) continue;
            if (!groups.TryGetValue(key, out var group)) groups.Add(key, group = []);
            group.Add(i);
        }

        foreach (var group in groups.Values)
        {
            found.Clear();
            foreach (var i in group) Find(events, i, when);
            Count(when);
        }
    }

    private void Find(in Slice events, int at, TimeSpanMs when)
    {
        var (time, type, row) = (events.Times[at], events.Types[at], events.Rows[at]);
        if (time < when.From || time > AtMost(when.To, query.Window)) return;
        var taken = 0U;
        for (var left = concerns[type] & ~Excluded; left != 0; left &= left - 1)
        {
            var step = BitOperations.TrailingZeroCount(left);
            if (steps[step].Test(type, row)) taken |= 1U << step;
        }

        if (taken != 0) found.Add((time, taken, at));
    }

    /// <summary>The most different steps in a window that begins with one of them.</summary>
    private void Count(TimeSpanMs when)
    {
        for (var begin = 0; begin < found.Count && found[begin].Time < when.To; begin++)
        {
            var (seen, count, before) = (0U, 0, found[begin].Time);
            for (var i = begin; i < found.Count && found[i].Time <= AtMost(found[begin].Time, query.Window); i++)
            {
                var now = seen | found[i].Steps;
                if (now == seen) continue;
                seen = now;
                for (; count < BitOperations.PopCount(seen); count++)
                {
                    // Of several ways that come so far, the one that began first: with values that must be the same, one of another value may have been looked at before.
                    if (Reached <= count || found[begin].At < First[count]) Note(count, found[i].Time, before, found[begin].Time, found[begin].At);
                    before = found[i].Time;
                }
            }

            if (count == steps.Length) return;
        }
    }

    public static long AtMost(long time, long window) => time > long.MaxValue - window ? long.MaxValue : time + window;

    /// <summary>For each step the way with the latest beginning that came to it: when each of its steps was taken.</summary>
    private sealed class State(int steps)
    {
        private readonly long[] times = new long[steps * steps];

        /// <summary>The steps that were taken, a bit each.</summary>
        public uint Lives { get; set; }

        public int[] First { get; } = new int[steps];

        public long Start(int level) => times[level * steps];

        public long Time(int level, int step) => times[(level * steps) + step];

        public void Clear() => Lives = 0;

        public void Begin(long time, int at) => (Lives, times[0], First[0]) = (Lives | 1, time, at);

        public void Advance(int step, long time)
        {
            for (var (from, to) = ((step - 1) * steps, step * steps); from < ((step - 1) * steps) + step; from++, to++) times[to] = times[from];
            (times[(step * steps) + step], First[step]) = (time, First[step - 1]);
        }
    }
}
