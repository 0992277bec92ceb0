namespace Temas.Timelines.Findings;

/// <summary>
/// A customer who bought regularly: what is needed to say at any moment whether she is overdue by her own rhythm, and what came after. Read again for the next one.
/// </summary>
internal sealed class SilenceNote
{
    /// <summary>Who bought so often has a rhythm.</summary>
    public const int Regular = 3;

    private const long Day = JourneyPlan.Day, Hour = Day / 24;

    private readonly List<(long Time, double Amount, ulong History, ulong Past, bool Before)> orders = [];
    private readonly List<(long Time, long Felt)> said = [];
    private long first;
    private int earlier;

    /// <summary>Reads what follows the note (<see cref="JourneyWalk"/>).</summary>
    public void Read(in Note note, ref NoteReader from)
    {
        orders.Clear();
        said.Clear();
        (first, earlier) = (note.Time, (int)from.Number());
        var (time, history, past) = (note.Time, 0UL, 0UL);
        for (var left = (int)from.Number(); left > 0; left--)
        {
            time += from.Signed();
            var amount = from.Double();
            (history, past) = (history ^ from.Number(), past ^ from.Number());
            orders.Add((time, amount, history, past, from.Number() != 0));
        }

        for (var left = (int)from.Number(); left > 0; left--)
        {
            time += from.Signed();
            said.Add((time, from.Signed()));
        }
    }

    /// <summary>What is told of her: as of now and of half a year ago, of which is known what came after.</summary>
    public void Tell(UnitTable into, int customer, long end)
    {
        ReadOnlySpan<long> moments = [end - (182 * Day), end - Hour];
        for (var m = 0; m < 2; m++)
        {
            var (moment, at) = (moments[m], 0);
            while (at < orders.Count && orders[at].Time <= moment) at++;
            if (at == 0 || earlier + at < Regular || moment - orders[at - 1].Time > 365 * Day) continue;
            var last = orders[at - 1];
            var expected = ((90 * Day) + last.Time - first) / (earlier + at);
            var (count, value) = (0, 0.0);
            for (var i = orders.Count - 1; i >= at; i--)
            {
                if (orders[i].Time <= moment + (into.Days * Day)) (count, value) = (count + 1, value + orders[i].Amount);
            }

            var unit = new Unit
            {
                Customer = customer,
                Time = moment,
                Met = moment - last.Time > 1.5 * expected,
                Again = count > 0,
                Value = (float)value,
                Orders = count,
                Felt = Said(moment, moment + (4 * Day)),
                History = History.With(last.History, m),
                Past = History.With(last.Past, m),
                Before = last.Before,
            };
            unit.Await(at < orders.Count ? orders[at].Time : long.MaxValue, into.Days, end);
            into.Add(unit, []);
        }
    }

    private float Said(long after, long upto)
    {
        var (sum, count) = (0.0, 0);
        foreach (var (time, felt) in said)
        {
            if (time > after && time <= upto) (sum, count) = (sum + (felt / 100.0), count + 1);
        }

        return count == 0 ? float.NaN : (float)(sum / count);
    }
}
