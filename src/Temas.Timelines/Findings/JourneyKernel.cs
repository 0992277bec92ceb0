using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Timelines.Findings;

/// <summary>Passes every customer before the detectors, which note when she might have met something and whether she did.</summary>
internal sealed partial class JourneyKernel : Kernel
{
    private const long Day = JourneyPlan.Day, Hour = Day / 24;
    private const int Days = 90, Year = 365, StepDays = 14, VisitDays = 30, SaidDays = 4;

    // Of customers who met nothing so many are enough to compare with: more cost memory alone.
    private const long PlentyOfEvents = 3_000_000;

    private readonly JourneyPlan plan;
    private readonly CustomerJourney her;
    private readonly UnitTable?[] late, misfires, felt, voices;
    private readonly UnitTable troubles, orders, visits, repeats, switches, promotions, reminders, silent;
    private readonly Dictionary<(int Process, long Step), UnitTable> steps = [];

    public JourneyKernel(JourneyPlan plan, IReadOnlyList<int> marks, IReadOnlyList<int> hurts)
    {
        (this.plan, her, Marks, Hurts) = (plan, new CustomerJourney(plan), marks, hurts);
        var (promises, places) = (plan.Map.Promises, plan.Map.Places);
        late = [.. promises.Select((p, i) => new UnitTable("promise", p.Key, Days, plan.PromiseDimensions[i]))];
        misfires = [.. promises.Select((p, i) => places.Any(t => t.MisfirePromise == i) ? new UnitTable("misfire", p.Key, Days, []) : null)];
        felt = [.. places.Select((p, i) => p is { Varies: true, IsVoice: false, IsOrder: false } ? new UnitTable("felt", p.Key, Days, plan.PlaceDimensions[i]) : null)];
        voices = [.. places.Select((p, i) => p.IsVoice ? new UnitTable("voice", p.Key, Days, plan.PlaceDimensions[i]) : null)];
        (troubles, orders, visits) = (new UnitTable("recovery", "promise", Days, []), new UnitTable("loyalty", "order", Days, []), new UnitTable("visit", "visit", VisitDays, []));
        (repeats, switches) = (new UnitTable("repeat", "contact", Days, []), new UnitTable("switch", "contact", Days, []));
        (promotions, reminders, silent) = (new UnitTable("promotion", "complaint", Days, []), new UnitTable("reminder", "order", Days, []), new UnitTable("silent", "regulars", Days, []));
        markOf = new int[places.Count];
        hurtOf = new int[places.Count];
        Array.Fill(markOf, -1);
        Array.Fill(hurtOf, -1);
        foreach (var (bit, place) in marks.Index()) markOf[place] = bit;
        foreach (var (bit, place) in hurts.Index()) hurtOf[place] = bit;
        keepsEvery = Math.Max(1, (int)(plan.Store.Events / PlentyOfEvents));
    }

    private readonly int[] markOf, hurtOf;
    private readonly int keepsEvery;

    /// <summary>Touchpoints that are taken well, by their bits.</summary>
    public IReadOnlyList<int> Marks { get; }

    /// <summary>Touchpoints that are always taken badly, by their bits.</summary>
    public IReadOnlyList<int> Hurts { get; }

    /// <summary>What was noted.</summary>
    public IEnumerable<UnitTable> Tables =>
        late.Concat(misfires).Concat(felt).Concat(voices).OfType<UnitTable>().Concat([troubles, orders, visits, repeats, switches, promotions, reminders, silent]);

    /// <summary>By process and step.</summary>
    public IReadOnlyDictionary<(int Process, long Step), UnitTable> Steps => steps;

    public override Kernel Fork() => new JourneyKernel(plan, Marks, Hurts);

    public override void Visit(int customer, in Slice events)
    {
        if (customer == ColumnStore.Nobody || events.Times[^1] < plan.When.From) return;
        her.Read(events);
        NotePromises(customer);
        NoteTouches(customer);
        NoteContacts(customer);
        NoteSteps(customer);
        NoteVisits(customer);
        NoteOrders(customer);
        NoteSilence(customer);
    }

    public override void Merge(Kernel other)
    {
        var its = (JourneyKernel)other;
        foreach (var (mine, theirs) in Tables.Zip(its.Tables)) mine.Append(theirs);
        foreach (var (key, theirs) in its.steps)
        {
            if (steps.TryGetValue(key, out var mine)) mine.Append(theirs);
            else steps.Add(key, theirs);
        }
    }

    private bool IsLookedAt(long time) => time >= plan.When.From && time < plan.When.To;

    /// <summary>Notes one time.</summary>
    /// <param name="into">Where.</param>
    /// <param name="customer">Whose it is.</param>
    /// <param name="time">When what comes after begins to count.</param>
    /// <param name="known">Up to when it is looked what she was like before.</param>
    /// <param name="met">Whether she met it.</param>
    /// <param name="context">What must be the same of those who are compared.</param>
    /// <param name="marks">What else she met.</param>
    /// <param name="values">The values of the dimensions.</param>
    private void Note(UnitTable into, int customer, long time, long known, bool met, int context, ulong marks = 0, ReadOnlySpan<long> values = default)
    {
        var (count, value) = her.Bought(time, time + (into.Days * Day));
        var unit = new Unit
        {
            Customer = customer,
            Time = time,
            Met = met,
            Marks = marks,
            IsKnown = time + (into.Days * Day) <= plan.End,
            Again = count > 0,
            Value = (float)value,
            Orders = count,
            Felt = her.Said(time, time + (SaidDays * Day)),
            History = her.HistoryAt(known, context),
            Past = her.HistoryAt(known - (90 * Day), context, withTrouble: false),
            Before = her.Bought(known - (90 * Day), known - 1).Count > 0,
        };
        if (into.Days == Days)
        {
            var (next, until) = (her.NextOrder(time), Math.Min(plan.End, time + (Year * Day)));
            (unit.Came, unit.Next) = (next <= until, (float)((Math.Min(next, until) - time) / (double)Day));
        }

        into.Add(unit, values);
    }

    private void NotePromises(int customer)
    {
        foreach (var promise in her.Promises)
        {
            if (promise.IsVoid) continue;
            var broken = promise.Broken(plan.End);
            if (promise.Ended == long.MaxValue && broken == long.MaxValue) continue;
            var time = promise.Ended == long.MaxValue ? broken : promise.Ended;
            if (!IsLookedAt(time)) continue;
            var isLate = broken != long.MaxValue;
            Note(late[promise.Number]!, customer, time, promise.Made, isLate, 0, 0, promise.Values);
            var days = isLate ? (int)Math.Min(3, (Math.Min(promise.Ended, plan.End) - promise.Deadline) / (2 * Day)) : 0;
            if (misfires[promise.Number] is { } misfire) Note(misfire, customer, time, promise.Made, promise.Misfired < time, isLate ? 1 + days : 0);
            if (isLate) NoteRecovery(customer, promise, broken, time, days);
        }
    }

    /// <summary>What the brand did after it had broken a promise; what comes later counts from a day that is the same for those for whom it did nothing.</summary>
    private void NoteRecovery(int customer, JourneyPromise promise, long broken, long ended, int days)
    {
        var landmark = Math.Max(ended + (3 * Day), broken + (10 * Day));
        if (landmark > plan.End || her.NextOrder(broken) <= landmark) return;
        Note(troubles, customer, landmark, promise.Made, false, (promise.Number << 4) | (days << 1) | (promise.Misfired < landmark ? 1 : 0), MarksIn(broken, landmark));
    }

    private ulong MarksIn(long after, long upto)
    {
        var marks = 0UL;
        for (var i = her.FirstAfter(after); i < her.Count && her.Times[i] <= upto; i++)
        {
            if (her.Places[i] >= 0 && markOf[her.Places[i]] >= 0) marks |= 1UL << markOf[her.Places[i]];
        }

        return marks;
    }

    private void NoteOrders(int customer)
    {
        const long Window = 30 * Day, Soon = 3 * Day;
        for (var i = 0; i < her.Orders.Count; i++)
        {
            var order = her.Orders[i];
            if (!IsLookedAt(order.Time + Window)) continue;
            var next = i + 1 < her.Orders.Count ? her.Orders[i + 1].Time : long.MaxValue;
            if (next > order.Time + Window) Note(orders, customer, order.Time + Window, order.Time, false, her.TroubleAt(order.Time + Window, Window), MarksIn(order.Time, order.Time + Window));
            if (plan.Reminder is null || next <= order.Time + Soon) continue;
            var reminded = false;
            for (var e = her.FirstAfter(order.Time); e < her.Count && her.Times[e] <= order.Time + Soon; e++) reminded |= plan.Reminder.Test(her.Types[e], her.Rows[e]);
            Note(reminders, customer, order.Time + Soon, order.Time, reminded, 0);
        }
    }

    /// <summary>Customers who bought regularly: whether they are overdue by their own rhythm, now and half a year ago, of which is known what came after.</summary>
    private void NoteSilence(int customer)
    {
        const int Regular = 3;
        ReadOnlySpan<long> moments = [plan.End - (182 * Day), plan.End - Hour];
        for (var m = 0; m < 2; m++)
        {
            var count = 0;
            while (count < her.Orders.Count && her.Orders[count].Time <= moments[m]) count++;
            if (count < Regular || moments[m] - her.Orders[count - 1].Time > 365 * Day) continue;
            var expected = ((90 * Day) + her.Orders[count - 1].Time - her.Orders[0].Time) / count;
            var met = moments[m] - her.Orders[count - 1].Time > 1.5 * expected;
            Note(silent, customer, moments[m], her.Orders[count - 1].Time, met, m);
        }
    }
}
