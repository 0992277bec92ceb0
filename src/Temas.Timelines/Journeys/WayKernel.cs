using System.Runtime.InteropServices;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Timelines.Journeys;

/// <summary>What touches are on a map, by the number of the touch. Shared by all threads; never changes.</summary>
internal sealed class WayPlan
{
    public WayPlan(ColumnStore store, WayMap map, TimeSpanMs when, WayOrders? orders)
    {
        (Map, When, Orders, Touches) = (map, when, orders, new TouchColumns(store));
        var places = map.Places.Index().ToDictionary(p => p.Item.Key, p => p.Index, StringComparer.Ordinal);
        int[] at = [.. Touches.KeysOf(store.Touches.Of(Touch.Touchpoint)).Select(k => ValueKey.ValueOf(k, store.Texts) is string key ? places.GetValueOrDefault(key, -1) : -1)];
        (Stages, Teams, Media) = (OfPlace(p => p.Stage), OfPlace(p => p.Team), OfPlace(p => p.Media));
        Felt = [.. Touches.Perceptions().Select(p => p ?? int.MinValue)];
        var channels = new Dictionary<long, int>();
        Channels = [.. Touches.KeysOf(store.Touches.Of(Touch.Channel)).Select(k => k == ValueKey.Missing ? -1 : channels.TryGetValue(k, out var known) ? known : channels[k] = channels.Count)];
        Physical = [.. Touches.KeysOf(store.Touches.Of(Touch.Medium)).Select(k => ValueKey.ValueOf(k, store.Texts) is "physical")];

        int[] OfPlace(Func<WayPlace, int> what) => Array.ConvertAll(at, place => place < 0 ? -1 : what(map.Places[place]));
    }

    public WayMap Map { get; }

    public TimeSpanMs When { get; }

    /// <summary>What was ordered; null where it does not matter, or is read of each customer as she is visited.</summary>
    public WayOrders? Orders { get; }

    public TouchColumns Touches { get; }

    /// <summary>The stage of each touch; -1 for none.</summary>
    public int[] Stages { get; }

    /// <summary>The team that answers for the touchpoint of each; -1 for none.</summary>
    public int[] Teams { get; }

    /// <summary>Whose place the touchpoint of each is; -1 for none.</summary>
    public int[] Media { get; }

    /// <summary>How each was taken, in hundredths; the least number where that is not known.</summary>
    public int[] Felt { get; }

    /// <summary>The channel of each; -1 for none.</summary>
    public int[] Channels { get; }

    /// <summary>Whether each took place where somebody goes in person.</summary>
    public bool[] Physical { get; }
}

/// <summary>Follows each customer along the stages of a map: which ways she went, what she ordered on them, and by which contacts she came to her first purchase.</summary>
/// <param name="plan">What touches are on the map.</param>
/// <param name="wanted">Who went such a way is asked for; null for all ways.</param>
/// <param name="walk">Reads the orders of each customer from her events, all of which it is given then; null where the plan has them.</param>
/// <param name="budget">What it may take.</param>
internal sealed class WayKernel(WayPlan plan, WayPart? wanted, OrderWalk? walk, MemoryBudget budget) : Kernel
{
    /// <summary>So long behind a way an order still comes of it.</summary>
    public const long Day = 24L * 60 * 60 * 1000;

    private const long ContactDays = 90;
    private const int BytesAWay = 24, BytesAVariant = 260;

    private readonly MemoryBudget.Share share = budget.Begin();
    private readonly WayMap map = plan.Map;
    private readonly TimeSpanMs when = new(plan.When.From > long.MinValue + (ContactDays * Day) ? plan.When.From - (ContactDays * Day) : long.MinValue, plan.When.To < long.MaxValue - plan.Map.Window ? plan.When.To + plan.Map.Window + 1 : long.MaxValue);
    private readonly long[] count = new long[plan.Map.Stages], sum = new long[plan.Map.Stages], contacts = new long[WayMap.Media];

    // Of the customer who is visited: when she was at each stage and has not gone on since, and whether her next touch there begins anew; and whether she was there at all, and went on.
    private readonly List<long>[] here = [.. Enumerable.Range(0, plan.Map.Stages).Select(_ => new List<long>())];
    private readonly bool[] anew = new bool[plan.Map.Stages], came = new bool[plan.Map.Stages], went = new bool[plan.Map.Stages];

    // Those of the customer who is visited.
    private readonly List<(long Time, double Amount)> hers = [];

    public WayTally Whole { get; } = new();

    public FeltTally[] Stages { get; } = new FeltTally[plan.Map.Stages];

    /// <summary>Customers by stage.</summary>
    public long[] Came { get; } = new long[plan.Map.Stages];

    /// <summary>Those of them who went on to the next one.</summary>
    public long[] Went { get; } = new long[plan.Map.Stages];

    /// <summary>By stage, in seconds, how long it took to come to the next one.</summary>
    public List<long>[] Onward { get; } = [.. Enumerable.Range(0, plan.Map.Stages).Select(_ => new List<long>())];

    public Dictionary<ulong, WayTally> Variants { get; } = [];

    public WayTally[] Modes { get; } = [new(), new(), new()];

    public long[,] Left { get; } = new long[plan.Map.Stages, plan.Map.Stages];

    public long Following { get; private set; }

    public long FirstPurchases { get; private set; }

    public long Uncontacted { get; private set; }

    public long[] Buyers { get; } = new long[WayMap.Media];

    public long[] Contacts { get; } = new long[WayMap.Media];

    public long[] First { get; } = new long[WayMap.Media];

    public long[] Last { get; } = new long[WayMap.Media];

    /// <summary>Who has such a way as is wanted.</summary>
    public List<int> Nodes { get; } = [];

    /// <inheritdoc/>
    /// <remarks>Who came in the period to her first purchase, did so by contacts of the time before; who was at a stage in it may go on to the next after it.</remarks>
    public override TimeSpanMs? When => walk is null ? when : null;

    public override Kernel Fork() => new WayKernel(plan, wanted, walk?.Fork(), budget);

    public override void Visit(int customer, in Slice all)
    {
        var near = all.Within(when.From, when.To);
        if (customer == ColumnStore.Nobody || near.Length == 0 || near.Times[^1] < plan.When.From) return;
        var orders = OrdersOf(customer, all);
        var isMeant = orders.Length > 0 && orders[0].Time is var first && first >= plan.When.From && first < plan.When.To && NoteContacts(near, first);
        var events = near.Within(plan.When.From, plan.When.To);
        Array.Clear(count);
        Array.Clear(sum);
        Array.Clear(anew);
        Array.Clear(came);
        Array.Clear(went);
        foreach (var times in here) times.Clear();
        var (way, isOpen, ways, follows) = (default(WayRun), false, 0, true);
        for (var i = 0; i < events.Length; i++)
        {
            var time = events.Times[i];
            var touch = plan.Touches.At(events.Types[i], events.Rows[i]);
            if (plan.Stages[touch] is not (>= 0 and var stage)) continue;
            if (isOpen && time - way.Last > map.Gap)
            {
                isMeant |= Close(customer, orders, ref way, ref follows);
                isOpen = false;
            }

            if (!isOpen)
            {
                way = new WayRun { Begun = time, Last = time, Stage = -1, Channel = -1, Team = -1, LeftFrom = -1 };
                (isOpen, ways) = (true, ways + 1);
            }

            Step(ref way, time, touch, stage, plan.Teams[touch]);
            if (wanted is null) Pass(time, stage);
            if (plan.Felt[touch] == int.MinValue) continue;
            (count[stage], sum[stage]) = (count[stage] + 1, sum[stage] + plan.Felt[touch]);
        }

        if (isOpen) isMeant |= Close(customer, orders, ref way, ref follows);
        if (wanted is null && ways > 0) CountOnward(near.Within(plan.When.To, when.To));
        if (ways > 0 && follows) Following++;
        if (wanted is { Follows: true }) isMeant = ways > 0 && follows;
        for (var stage = 0; stage < count.Length; stage++) Stages[stage].Add(count[stage], sum[stage]);
        if (wanted is null || !isMeant) return;
        share.Take(4);
        Nodes.Add(customer);
    }

    public override void Merge(Kernel other)
    {
        var its = (WayKernel)other;
        Whole.Add(its.Whole);
        for (var i = 0; i < Stages.Length; i++)
        {
            Stages[i].Add(its.Stages[i]);
            (Came[i], Went[i]) = (Came[i] + its.Came[i], Went[i] + its.Went[i]);
            Onward[i].AddRange(its.Onward[i]);
        }

        foreach (var (key, tally) in its.Variants)
        {
            if (Variants.TryGetValue(key, out var mine)) mine.Add(tally);
            else Variants.Add(key, tally);
        }

        for (var i = 0; i < Modes.Length; i++) Modes[i].Add(its.Modes[i]);
        for (var from = 0; from < map.Stages; from++)
        {
            for (var to = 0; to < map.Stages; to++) Left[from, to] += its.Left[from, to];
        }

        (Following, FirstPurchases, Uncontacted) = (Following + its.Following, FirstPurchases + its.FirstPurchases, Uncontacted + its.Uncontacted);
        for (var m = 0; m < WayMap.Media; m++)
        {
            (Buyers[m], Contacts[m]) = (Buyers[m] + its.Buyers[m], Contacts[m] + its.Contacts[m]);
            (First[m], Last[m]) = (First[m] + its.First[m], Last[m] + its.Last[m]);
        }

        Nodes.AddRange(its.Nodes);
    }

    private ReadOnlySpan<(long Time, double Amount)> OrdersOf(int customer, in Slice all)
    {
        if (walk is null) return plan.Orders is { } known ? known.Of(customer) : [];
        hers.Clear();
        WayOrders.Collect(walk, all, WayOrders.Around(plan.When), hers);
        return CollectionsMarshal.AsSpan(hers);
    }

    private void Step(ref WayRun way, long time, int touch, int stage, int team)
    {
        var channel = plan.Channels[touch];
        if (way.Stage >= 0)
        {
            way.Steps++;
            if (channel >= 0 && way.Channel >= 0 && channel != way.Channel) way.Switches++;
            if (team >= 0 && way.Team >= 0 && team != way.Team) way.Crossings++;
        }

        if (stage != way.Stage)
        {
            if (way.Stage >= 0 && stage != way.Stage + 1 && way.LeftFrom < 0) (way.LeftFrom, way.LeftTo) = (way.Stage, stage);
            way.WentBack |= stage < way.Stage;
            if (way.Depth < map.Depth) way.Variant |= (ulong)(stage + 1) << (4 * way.Depth);
            else way.GoesOn = true;
            way.Depth++;
        }

        (way.Last, way.Stage) = (time, stage);
        if (channel >= 0) way.Channel = channel;
        if (team >= 0) way.Team = team;
        if (plan.Physical[touch]) way.IsPhysical = true;
        else way.IsDigital = true;
        if (plan.Felt[touch] != int.MinValue) (way.Felt, way.FeltSum) = (way.Felt + 1, way.FeltSum + plan.Felt[touch]);
    }

    // See StagePassages.
    private void Pass(long time, int stage)
    {
        Reach(time, stage);
        if (stage + 1 < anew.Length) anew[stage + 1] = true;
        if (anew[stage]) here[stage].Clear();
        (anew[stage], came[stage]) = (false, true);
        here[stage].Add(time);
    }

    private void Reach(long time, int stage)
    {
        if (stage == 0 || here[stage - 1] is not { Count: > 0 } before) return;
        if (before.FindIndex(at => time - at <= map.Window) is >= 0 and var first)
        {
            share.Take(sizeof(long));
            Onward[stage - 1].Add((time - before[first]) / 1000);
            went[stage - 1] = true;
        }

        before.Clear();
    }

    // What she did after the period matters to where she went from what she did in it.
    private void CountOnward(in Slice after)
    {
        for (var i = 0; i < after.Length; i++)
        {
            if (plan.Stages[plan.Touches.At(after.Types[i], after.Rows[i])] is > 0 and var stage) Reach(after.Times[i], stage);
        }

        for (var stage = 0; stage < came.Length; stage++)
        {
            if (came[stage]) Came[stage]++;
            if (went[stage]) Went[stage]++;
        }
    }

    /// <summary>Counts a way that came to its end, and says whether it is one of those that are wanted.</summary>
    private bool Close(int customer, ReadOnlySpan<(long Time, double Amount)> orders, ref WayRun way, ref bool follows)
    {
        foreach (var (time, amount) in orders)
        {
            if (time >= way.Begun && time <= way.Last + Day) (way.Orders, way.Value) = (way.Orders + 1, way.Value + amount);
        }

        follows &= way.Follows;
        var key = way.GoesOn ? way.Variant | WayStudy.GoesOn : way.Variant;
        if (!Variants.TryGetValue(key, out var variant))
        {
            share.Take(BytesAVariant);
            Variants.Add(key, variant = new WayTally());
        }

        share.Take(BytesAWay);
        variant.Add(customer, way);
        Whole.Add(customer, way);
        Modes[(int)way.Mode].Add(customer, way);
        if (!way.Follows) Left[way.LeftFrom, way.LeftTo]++;
        return wanted is not null && (wanted.Variant == key || wanted.Mode == way.Mode || (wanted.Left is { } left && left == (way.LeftFrom, way.LeftTo)));
    }

    /// <summary>Counts the contacts in the time before a first purchase, and says whether there was one of those that are wanted.</summary>
    private bool NoteContacts(in Slice events, long purchase)
    {
        Array.Clear(contacts);
        var (first, last) = (-1, -1);
        for (var i = 0; i < events.Length && events.Times[i] < purchase; i++)
        {
            if (events.Times[i] < purchase - (ContactDays * Day)) continue;
            if (plan.Media[plan.Touches.At(events.Types[i], events.Rows[i])] is not (>= 0 and var media)) continue;
            contacts[media]++;
            if (first < 0) first = media;
            last = media;
        }

        FirstPurchases++;
        if (first < 0)
        {
            Uncontacted++;
            return false;
        }

        First[first]++;
        Last[last]++;
        for (var m = 0; m < WayMap.Media; m++)
        {
            Contacts[m] += contacts[m];
            if (contacts[m] > 0) Buyers[m]++;
        }

        return wanted?.Media is { } wished && contacts[wished] > 0;
    }
}
