using Temas.Timelines.Columns;

namespace Temas.Timelines.Findings;

/// <summary>
/// Passes one customer after the other before the detectors, which note when she might have met something and whether she did. What is noted depends on her events alone: moments that are still to come are noted, too, as they will have been
/// if nothing more happens, and the notes say from when on they count. So they are true until something happens to her.
/// </summary>
internal sealed partial class JourneyWalk
{
    private const long Day = JourneyPlan.Day, Hour = Day / 24;
    private const int Year = 365, SaidDays = 4;

    // What is looked at from half a year back: who was silent then.
    private const long HalfAYear = 182 * Day;

    private readonly JourneyPlan plan;
    private readonly NoteKinds kinds;
    private readonly NoteWriter notes;
    private readonly CustomerJourney her;
    private readonly int[] markOf, hurtOf;
    private readonly bool anyHurts;
    private (long Known, ulong History, ulong Past, bool Before) last;

    public JourneyWalk(JourneyPlan plan, NoteKinds kinds, IReadOnlyList<int> marks, IReadOnlyList<int> hurts, NoteWriter notes)
    {
        (this.plan, this.kinds, this.notes, her, anyHurts) = (plan, kinds, notes, new CustomerJourney(plan), hurts.Count > 0);
        markOf = new int[plan.Map.Places.Count];
        hurtOf = new int[plan.Map.Places.Count];
        Array.Fill(markOf, -1);
        Array.Fill(hurtOf, -1);
        foreach (var (bit, place) in marks.Index()) markOf[place] = bit;
        foreach (var (bit, place) in hurts.Index()) hurtOf[place] = bit;
    }

    /// <summary>Notes what there is of a customer; of what lies before the period nothing.</summary>
    public void Read(int customer, in Slice events)
    {
        if (customer == ColumnStore.Nobody || events.Times[^1] < plan.When.From) return;
        her.Read(events);
        notes.Begin();
        last.Known = long.MinValue;
        NotePromises();
        NoteTouches();
        NoteContacts();
        NoteSteps();
        NoteVisits(customer);
        NoteOrders();
        NoteRegular();
    }

    private bool IsPast(long time) => time < plan.When.From;

    /// <summary>Notes one time.</summary>
    /// <param name="into">Which sort it is.</param>
    /// <param name="time">When what comes after begins to count.</param>
    /// <param name="known">Up to when it is looked what she was like before.</param>
    /// <param name="met">Whether she met it.</param>
    /// <param name="context">What must be the same of those who are compared.</param>
    /// <param name="marks">What else she met.</param>
    /// <param name="values">The values of the dimensions.</param>
    /// <param name="seen">What must lie within the period that is looked at; the time itself where nothing else is said.</param>
    /// <param name="due">From when on it is known.</param>
    /// <param name="until">Before when it is so.</param>
    /// <param name="step">Which step it is.</param>
    private void Note(
        NoteKind into, long time, long known, bool met, int context, ulong marks = 0, ReadOnlySpan<long> values = default, long? seen = null, long due = long.MinValue, long until = long.MaxValue, long step = 0)
    {
        Recall(known);
        var (count, value) = her.Bought(time, time + (into.Days * Day));
        var next = into.Days == NoteKinds.Days ? her.NextOrder(time) : long.MaxValue;
        notes.Write(
            new Note
            {
                Kind = into.Number,
                Step = step,
                Time = time,
                Seen = seen ?? time,
                Due = due,
                Until = until,
                Next = next <= time + (Year * Day) ? next : long.MaxValue,
                Met = met,
                Before = last.Before,
                Orders = count,
                Value = (float)value,
                Felt = her.Said(time, time + (SaidDays * Day)),
                Marks = marks,
                History = History.With(last.History, context),
                Past = History.With(last.Past, context),
            },
            values);
    }

    /// <summary>What she was like at a moment, and a while before; often it is asked of the same moment again.</summary>
    private void Recall(long known)
    {
        if (last.Known == known) return;
        var before = known - (NoteKinds.Days * Day);
        last = (known, her.HistoryAt(known), her.HistoryAt(before, withTrouble: false), her.Bought(before, known - 1).Count > 0);
    }

    private void NotePromises()
    {
        // By how much it is late counts in steps of two days, up to the third.
        const long Late = 2 * Day;
        const int MostLate = 3;
        foreach (var promise in her.Promises)
        {
            if (promise.IsVoid || promise.Deadline > long.MaxValue / 2) continue;
            var (broken, isOpen) = (promise.Broken, promise.Ended == long.MaxValue);
            var time = isOpen ? broken : promise.Ended;
            if (IsPast(time)) continue;
            var isLate = broken != long.MaxValue;
            var days = isOpen ? MostLate : isLate ? (int)Math.Min(MostLate, (promise.Ended - promise.Deadline) / Late) : 0;

            // One that is open is late from the moment after its deadline on.
            Note(kinds.Late[promise.Number], time, promise.Made, isLate, 0, 0, promise.Values, due: isOpen ? time + 1 : long.MinValue);
            if (kinds.Misfires[promise.Number] is { } misfire)
            {
                var met = promise.Misfired < time;
                if (!isOpen) Note(misfire, time, promise.Made, met, isLate ? 1 + days : 0);
                else for (var so = 0; so <= MostLate; so++) Note(misfire, time, promise.Made, met, 1 + so, due: time + Math.Max(1, so * Late), until: so == MostLate ? long.MaxValue : time + ((so + 1) * Late));
            }

            if (isLate) NoteRecovery(promise, broken, time, days);
        }
    }

    /// <summary>
    /// What the brand did after it had broken a promise, up to a day that is the same for those for whom it did nothing, or to when she bought again. Who did so soon stays among those who are held against each other, for they are the keen.
    /// </summary>
    private void NoteRecovery(JourneyPromise promise, long broken, long ended, int days)
    {
        var landmark = Math.Max(ended + (3 * Day), broken + (10 * Day));

        // Who bought while she waited is another matter, and so is who waited for something else, too: what she met then may have come with that.
        var (bought, isOther) = (her.NextOrder(broken), her.Promises.Exists(p => p != promise && !p.IsVoid && p.Made < broken && p.Ended > broken));
        var next = bought <= ended ? bought : her.NextOrder(ended);

        // What she met on the day on which she bought is a part of buying.
        var until = next <= landmark ? Math.Max(bought <= ended ? broken : ended, next - Day) : landmark;
        var context = (promise.Number << 5) | (bought <= ended ? 16 : 0) | (isOther ? 8 : 0) | (days << 1) | (promise.Misfired < until ? 1 : 0);
        Note(kinds.Troubles, ended, promise.Made, false, context, MarksIn(broken, until, ofBrand: true), due: landmark);
    }

    /// <summary>What the brand did that she met, or what she did herself.</summary>
    private ulong MarksIn(long after, long upto, bool ofBrand)
    {
        var marks = 0UL;
        for (var i = her.FirstAfter(after); i < her.Count && her.Times[i] <= upto; i++)
        {
            if (her.Places[i] >= 0 && markOf[her.Places[i]] >= 0 && plan.Map.Places[her.Places[i]].ByBrand == ofBrand) marks |= 1UL << markOf[her.Places[i]];
        }

        return marks;
    }

    private void NoteOrders()
    {
        const long Window = 30 * Day, Soon = 3 * Day;
        for (var i = 0; i < her.Orders.Count; i++)
        {
            var order = her.Orders[i];
            if (IsPast(order.Time + Window)) continue;
            var next = i + 1 < her.Orders.Count ? her.Orders[i + 1].Time : long.MaxValue;
            if (next > order.Time + Window) NoteLoyalty(order.Time, order.Time + Window, her.TroubleAt(order.Time + Window, Window));
            if (plan.Reminder is null || next <= order.Time + Soon) continue;
            var reminded = false;
            for (var e = her.FirstAfter(order.Time); e < her.Count && her.Times[e] <= order.Time + Soon; e++) reminded |= plan.Reminder.Test(her.Types[e], her.Rows[e]);
            Note(kinds.Reminders, order.Time + Soon, order.Time, reminded, 0, seen: order.Time + Window);
        }
    }

    /// <summary>
    /// What she met in the days after an order. Whatever she does herself shows that she is not gone: it is held against others alone who were about as late, as often and on the same channel as she.
    /// </summary>
    private void NoteLoyalty(long ordered, long until, int trouble)
    {
        Note(kinds.Orders, until, ordered, false, trouble, MarksIn(ordered, until, ofBrand: true));
        var (days, last, channel) = her.ActiveIn(ordered + Day, until);
        if (days == 0) return;
        var often = days switch { 1 => 0, 2 => 1, <= 4 => 2, _ => 3 };
        Note(kinds.Chosen, until, ordered, false, trouble | (often << 2) | ((int)Math.Min(3, (until - last) / (7 * Day)) << 4) | (channel << 6), MarksIn(ordered + Day, until, ofBrand: false));
    }

    /// <summary>Of customers who bought regularly what is needed to say at any later moment whether they are overdue by their own rhythm, and what came after (<see cref="SilenceNote"/>).</summary>
    private void NoteRegular()
    {
        var orders = her.Orders;
        if (orders.Count < SilenceNote.Regular) return;
        var (since, first) = (plan.When.To - HalfAYear, 0);
        while (first + 1 < orders.Count && orders[first + 1].Time <= since) first++;
        notes.Write(new Note { Kind = kinds.Silent.Number, Time = orders[0].Time, Seen = orders[0].Time, Due = long.MinValue, Until = long.MaxValue, Next = long.MaxValue, Felt = float.NaN }, []);
        notes.Number((ulong)first);
        notes.Number((ulong)(orders.Count - first));
        var (time, history, past) = (orders[0].Time, 0UL, 0UL);
        foreach (var order in orders.Skip(first))
        {
            Recall(order.Time);
            notes.Signed(order.Time - time);
            notes.Double(order.Amount);
            notes.Number(last.History ^ history);
            notes.Number(last.Past ^ past);
            notes.Number(last.Before ? 1UL : 0);
            (time, history, past) = (order.Time, last.History, last.Past);
        }

        var said = Enumerable.Range(her.FirstAfter(since), Math.Max(0, her.Count - her.FirstAfter(since))).Where(i => her.Places[i] >= 0 && plan.Map.Places[her.Places[i]].IsVoice && her.Felt[i] != int.MinValue).ToList();
        notes.Number((ulong)said.Count);
        foreach (var i in said)
        {
            notes.Signed(her.Times[i] - time);
            notes.Signed(her.Felt[i]);
            time = her.Times[i];
        }
    }
}
