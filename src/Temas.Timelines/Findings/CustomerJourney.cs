using System.Globalization;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Timelines.Findings;

/// <summary>A promise to a customer, followed to its end.</summary>
internal sealed class JourneyPromise
{
    public int Number;
    public long Made, Due, Deadline, Ended = long.MaxValue;
    public bool IsVoid;

    /// <summary>The first message that was out of place, and the touchpoint where it was; the greatest number for none.</summary>
    public long Misfired = long.MaxValue;
    public int MisfiredAt = -1;

    /// <summary>For each dimension the value that the events which made it named last.</summary>
    public long[] Values = [];

    /// <summary>When it is plain that it was not kept in time, be that still to come; the greatest number where it was.</summary>
    public long Broken => IsVoid || Ended <= Deadline ? long.MaxValue : Deadline;
}

/// <summary>One customer's events, orders and promises, in their order: what the detectors look at. Used again for the next customer.</summary>
internal sealed class CustomerJourney(JourneyPlan plan)
{
    private readonly Dictionary<long, int> orderOf = [];
    private readonly Dictionary<(int Promise, int Place, long Value), JourneyPromise> byReference = [];
    private readonly List<JourneyPromise> pending = [];
    private readonly Dictionary<long, long?> dueOf = [];
    private readonly List<(long Time, double Amount, int Channel, int Region, bool IsVoid)> all = [];

    // What all orders up to each come to.
    private readonly List<double> sums = [];

    // What she did of her own accord, and on how many days there was something up to it.
    private readonly List<(long Time, int Days, int Channel)> own = [];

    public List<(long Time, double Amount, int Channel, int Region)> Orders { get; } = [];

    public List<JourneyPromise> Promises { get; } = [];

    public int Count { get; private set; }

    public long[] Times { get; private set; } = new long[64];

    public ushort[] Types { get; private set; } = new ushort[64];

    public int[] Rows { get; private set; } = new int[64];

    /// <summary>The touchpoint of each event; -1 for none.</summary>
    public int[] Places { get; private set; } = new int[64];

    /// <summary>How each was taken, in hundredths; the least number where that is not known.</summary>
    public int[] Felt { get; private set; } = new int[64];

    public int[] Channels { get; private set; } = new int[64];

    public void Read(in Slice events)
    {
        Count = events.Length;
        if (Times.Length < Count)
        {
            var room = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Count);
            (Times, Types, Rows, Places, Felt, Channels) = (new long[room], new ushort[room], new int[room], new int[room], new int[room], new int[room]);
        }

        events.Times.CopyTo(Times);
        events.Types.CopyTo(Types);
        events.Rows.CopyTo(Rows);
        Promises.Clear();
        pending.Clear();
        byReference.Clear();
        all.Clear();
        orderOf.Clear();
        own.Clear();
        var (day, days) = (-1L, 0);
        for (var i = 0; i < Count; i++)
        {
            var (type, row) = (Types[i], Rows[i]);
            var touch = plan.Touches.At(type, row);
            (Places[i], Felt[i], Channels[i]) = (plan.PlaceOf[touch], plan.FeltOf[touch], plan.ChannelOf[touch]);
            if (Places[i] >= 0 && !plan.Map.Places[Places[i]].ByBrand)
            {
                if (Times[i] / JourneyPlan.Day != day) (day, days) = (Times[i] / JourneyPlan.Day, days + 1);
                own.Add((Times[i], days, Channels[i]));
            }

            if (plan.Cancellation.Test(type, row)) Cancel(type, row);
            else if (plan.Order.Test(type, row)) Order(i, type, row);
            foreach (var step in plan.PromisesOfType[type])
            {
                if (plan.Promises[step].Match.Test(type, row)) Follow(plan.Promises[step], Times[i], type, row);
            }

            if (Places[i] >= 0 && plan.Map.Places[Places[i]] is { MisfirePromise: >= 0 } place) Misfire(place, i, type, row);
        }

        Orders.Clear();
        sums.Clear();
        var sum = 0.0;
        foreach (var (time, amount, channel, region, isVoid) in all)
        {
            if (isVoid) continue;
            Orders.Add((time, amount, channel, region));
            sums.Add(sum += amount);
        }
    }

    /// <summary>What she bought in a stretch of time, its first moment left out.</summary>
    public (int Count, double Value) Bought(long after, long upto)
    {
        var (count, sum) = (0, 0.0);
        for (var i = Orders.Count - 1; i >= 0 && Orders[i].Time > after; i--)
        {
            if (Orders[i].Time <= upto) (count, sum) = (count + 1, sum + Orders[i].Amount);
        }

        return (count, sum);
    }

    /// <summary>The first order after a moment.</summary>
    public long NextOrder(long after)
    {
        var count = CountUpto(after);
        return count < Orders.Count ? Orders[count].Time : long.MaxValue;
    }

    /// <summary>The place of the first event after a moment.</summary>
    public int FirstAfter(long time)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Times[middle] <= time) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>The mean of how she said it was, in the days after a moment; NaN where she said nothing.</summary>
    public float Said(long after, long upto)
    {
        var (sum, count) = (0.0, 0);
        for (var i = FirstAfter(after); i < Count && Times[i] <= upto; i++)
        {
            if (Places[i] >= 0 && plan.Map.Places[Places[i]].IsVoice && Felt[i] != int.MinValue) (sum, count) = (sum + (Felt[i] / 100.0), count + 1);
        }

        return count == 0 ? float.NaN : (float)(sum / count);
    }

    /// <summary>What she was like at a moment.</summary>
    public ulong HistoryAt(long time, bool withTrouble = true)
    {
        const long Lately = 45 * JourneyPlan.Day;
        var count = CountUpto(time);
        var since = count == 0 ? 0 : (time - Orders[count - 1].Time) / JourneyPlan.Day;
        var recency = count == 0 ? 0 : since switch { <= 14 => 1, <= 45 => 2, <= 120 => 3, _ => 4 };
        var value = count == 0 ? 0 : Math.Clamp((int)Math.Log2(1 + (sums[count - 1] / count)) / 2, 1, 15);
        return History.Of(
            count switch { <= 2 => count, <= 4 => 3, _ => 4 }, recency, value, ActivityBefore(time), withTrouble ? TroubleAt(time, Lately) : 0,
            count == 0 ? 0 : Orders[count - 1].Channel, count == 0 ? 0 : Orders[count - 1].Region, 0, (int)(time / (61 * JourneyPlan.Day)));
    }

    /// <summary>How many orders there were up to a moment.</summary>
    private int CountUpto(long time)
    {
        var (low, high) = (0, Orders.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Orders[middle].Time <= time) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>On how many days she did something of her own accord lately, in four steps.</summary>
    private int ActivityBefore(long time)
    {
        const long Lately = 120 * JourneyPlan.Day;

        // Each of these events knows on how many days there was one up to it.
        var (from, to) = (OwnFrom(time - Lately + 1), OwnFrom(time) - 1);
        var days = to < from ? 0 : own[to].Days - own[from].Days + 1;
        return days switch { 0 => 0, <= 2 => 1, <= 5 => 2, <= 10 => 3, _ => 4 };
    }

    /// <summary>On how many days of a stretch of time, its first moment left out, she did something of her own accord, and when and on which channel she did last.</summary>
    public (int Days, long Last, int Channel) ActiveIn(long after, long upto)
    {
        var (from, to) = (OwnFrom(after + 1), OwnFrom(upto + 1) - 1);
        return to < from ? (0, long.MinValue, 0) : (own[to].Days - own[from].Days + 1, own[to].Time, own[to].Channel);
    }

    private int OwnFrom(long time)
    {
        var (low, high) = (0, own.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (own[middle].Time < time) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Whether a promise had been broken to her lately: 0 no, 1 yes, 2 with a message out of place.</summary>
    public int TroubleAt(long time, long lately)
    {
        var trouble = 0;
        foreach (var promise in Promises)
        {
            var broken = promise.Broken;
            if (broken < time && broken > time - lately) trouble = Math.Max(trouble, promise.Misfired < time ? 2 : 1);
        }

        return trouble;
    }

    private void Order(int i, int type, int row)
    {
        var id = ValueKey.Missing;
        foreach (var column in plan.OrderIds)
        {
            if ((id = plan.IdOf(column, type, row)) != ValueKey.Missing) break;
        }

        var amount = AmountOf(type, row);
        if (id != ValueKey.Missing && orderOf.TryGetValue(id, out var known))
        {
            if (!double.IsNaN(amount)) all[known] = all[known] with { Amount = amount };
            return;
        }

        if (id != ValueKey.Missing) orderOf.Add(id, all.Count);
        var region = 0;
        foreach (var column in plan.Regions)
        {
            var key = column.KeyAt(type, row);
            if (key == ValueKey.Missing) continue;
            region = 1 + (int)((uint)key.GetHashCode() % 255);
            break;
        }

        all.Add((Times[i], double.IsNaN(amount) ? 0 : amount, Channels[i], region, false));
    }

    private void Cancel(int type, int row)
    {
        foreach (var column in plan.OrderIds)
        {
            var id = plan.IdOf(column, type, row);
            if (id == ValueKey.Missing) continue;
            if (orderOf.TryGetValue(id, out var known)) all[known] = all[known] with { IsVoid = true };
            return;
        }
    }

    private double AmountOf(int type, int row)
    {
        foreach (var column in plan.Amounts)
        {
            var key = column.KeyAt(type, row);
            var number = ValueKey.NumberOf(key);
            if (double.IsNaN(number) && key != ValueKey.Missing && ValueKey.ValueOf(key, plan.Store.Texts) is string text
                && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var typed)) number = typed;
            if (Math.Abs(number) <= OrderWalk.Largest) return number;
        }

        return double.NaN;
    }

    private void Follow(PromiseStep step, long time, int type, int row)
    {
        var promise = Find(step, type, row, out var isNamed);
        if (step.Step.Act != PromiseAct.Make)
        {
            if (promise is null) return;
            (promise.Ended, promise.IsVoid) = (time, step.Step.Act == PromiseAct.Cancel && time <= promise.Deadline);
            pending.Remove(promise);
            foreach (var reference in byReference.Where(r => r.Value == promise).Select(r => r.Key).ToList()) byReference.Remove(reference);
            return;
        }

        if (DueOf(step, time, type, row) is not { } due || due < time) return;
        if (!isNamed) promise = pending.Find(p => p.Number == step.Promise && p.Due == due);
        if (promise is not null && time > promise.Deadline) return;
        if (promise is null)
        {
            Promises.Add(promise = new JourneyPromise { Number = step.Promise, Made = time, Values = new long[plan.PromiseDimensions[step.Promise].Length] });
            Array.Fill(promise.Values, ValueKey.Missing);
            pending.Add(promise);
        }

        for (var i = 0; i < step.References.Length; i++)
        {
            var value = plan.IdOf(step.References[i], type, row);
            if (value != ValueKey.Missing) byReference.TryAdd((step.Promise, i, value), promise);
        }

        (promise.Due, promise.Deadline) = (due, due + plan.Map.Promises[step.Promise].Grace);
        var columns = plan.PromiseColumns[step.Promise];
        for (var d = 0; d < columns.Length; d++)
        {
            var value = columns[d].KeyAt(type, row);
            if (value != ValueKey.Missing) promise.Values[d] = value;
        }
    }

    private JourneyPromise? Find(PromiseStep step, int type, int row, out bool isNamed)
    {
        isNamed = false;
        for (var i = 0; i < step.References.Length; i++)
        {
            var value = plan.IdOf(step.References[i], type, row);
            if (value == ValueKey.Missing) continue;
            isNamed = true;
            if (byReference.TryGetValue((step.Promise, i, value), out var found)) return found;
        }

        return isNamed || step.Step.Act == PromiseAct.Make ? null : pending.Find(p => p.Number == step.Promise);
    }

    private long? DueOf(PromiseStep step, long time, int type, int row)
    {
        foreach (var column in step.Due)
        {
            var key = column.KeyAt(type, row);
            if (key == ValueKey.Missing) continue;
            if (!dueOf.TryGetValue(key, out var due)) dueOf.Add(key, due = ValueKey.ValueOf(key, plan.Store.Texts) is { } value and not bool ? plan.Map.ReadDue(value) : null);
            if (due is not null) return due;
        }

        return time + step.Step.After;
    }

    private void Misfire(PlaceMap place, int i, int type, int row)
    {
        if (pending.Count == 0) return;
        var step = Array.Find(plan.Promises, p => p.Promise == place.MisfirePromise && p.Step.Act == PromiseAct.Keep);
        if (step is null || Find(step, type, row, out _) is not { } promise || promise.Misfired != long.MaxValue) return;
        if (place.MisfireWhileOpen || Times[i] > promise.Deadline) (promise.Misfired, promise.MisfiredAt) = (Times[i], Places[i]);
    }
}
