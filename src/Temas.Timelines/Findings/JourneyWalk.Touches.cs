using Temas.Timelines.Queries;

namespace Temas.Timelines.Findings;

/// <content>Touches, contacts with the service, visits, and processes with steps.</content>
internal sealed partial class JourneyWalk
{
    private readonly HashSet<(int Process, long Run, long Step)> begun = [];
    private readonly long[] scratch = new long[JourneyPlan.MostDimensions];

    /// <summary>Touches that are taken well or badly by what happened; and what customers say.</summary>
    private void NoteTouches()
    {
        for (var i = 0; i < her.Count; i++)
        {
            var place = her.Places[i];
            if (place < 0 || her.Felt[i] == int.MinValue || IsPast(her.Times[i]) || kinds.Felt[place] is not { } kind) continue;
            var isLate = false;
            foreach (var promise in her.Promises) isLate |= promise.Ended == her.Times[i] && promise.Broken != long.MaxValue;

            // Late as it came, it is taken badly for that; this is about what else may be wrong with it.
            if (isLate) continue;
            var columns = plan.PlaceColumns[place];
            var values = scratch.AsSpan(0, columns.Length);
            for (var d = 0; d < columns.Length; d++) values[d] = columns[d].KeyAt(her.Types[i], her.Rows[i]);
            Note(kind, her.Times[i], her.Times[i], her.Felt[i] < 0, 0, (ulong)(her.Felt[i] + 100), values);
        }
    }

    /// <summary>Contacts with the service: whether the matter was settled at once, or she came again, perhaps elsewhere. What comes after counts from the same day for all.</summary>
    private void NoteContacts()
    {
        const long Same = 4 * Hour, Matter = 14 * Day, Quiet = 30 * Day, Lately = 14 * Day;
        var (began, lastSeen) = (long.MinValue, long.MinValue);
        for (var i = 0; i < her.Count; i++)
        {
            if (her.Places[i] < 0 || !plan.Map.Places[her.Places[i]].IsContact) continue;
            var time = her.Times[i];
            if (lastSeen != long.MinValue && time - lastSeen < Quiet)
            {
                lastSeen = time;
                continue;
            }

            (began, lastSeen) = (time, time);
            if (IsPast(began + Matter)) continue;
            var (repeated, channel, channels, well, promoted, closed) = (false, her.Channels[i], 1, 0, false, long.MaxValue);
            var complaint = plan.Map.Places[her.Places[i]].OpensComplaint;
            for (var e = i; e < her.Count && her.Times[e] <= began + Matter; e++)
            {
                if (her.Places[e] < 0) continue;
                var place = plan.Map.Places[her.Places[e]];
                if (place.IsContact && her.Times[e] > began + Same) repeated = true;
                if (place.IsContact && her.Channels[e] != channel) channels = 2;
                if (place.IsContact && her.Times[e] <= began + Same && her.Felt[e] is not (int.MinValue or 0)) well = her.Felt[e] > 0 ? 1 : 2;
                if (place.ClosesComplaint) closed = Math.Min(closed, her.Times[e]);
                if (place.IsPromotion && her.Times[e] < closed) promoted = true;
            }

            // Who was hurt lately comes for another reason than who has a question.
            if (WasHurt(i, began - Lately)) well |= 4;
            Note(kinds.Repeats, began + Matter, began, repeated, well);
            if (repeated) Note(kinds.Switches, began + Matter, began, channels > 1, well);

            // The longer a complaint is open, the more advertising falls into it, and the sooner she is gone for that alone: only those open as long are held against each other.
            if (complaint) Note(kinds.Promotions, began + Matter, began, promoted, OpenFor(Math.Min(closed, began + Matter) - began));
        }
    }

    /// <summary>Whether something was taken badly before an event, back to a moment, but for contacts and what she said.</summary>
    private bool WasHurt(int before, long since)
    {
        for (var i = before - 1; i >= 0 && her.Times[i] >= since; i--)
        {
            if (her.Places[i] >= 0 && her.Felt[i] is < 0 and not int.MinValue && plan.Map.Places[her.Places[i]] is { IsContact: false, IsVoice: false }) return true;
        }

        return false;
    }

    /// <summary>For how long something was open, in bands of days.</summary>
    private static int OpenFor(long time) => (time / Day) switch { < 1 => 0, < 2 => 1, < 4 => 2, < 7 => 3, < 10 => 4, < 14 => 5, _ => 6 };

    private void NoteSteps()
    {
        begun.Clear();
        for (var i = 0; i < her.Count; i++)
        {
            foreach (var process in plan.StepsOfType[her.Types[i]])
            {
                var step = plan.Steps[process];
                if (!step.Begun.Test(her.Types[i], her.Rows[i])) continue;
                var (run, number) = (RunOf(step, i), StepOf(step, i));

                // What she began before the period she did not begin anew within it.
                if (!begun.Add((process, run == ValueKey.Missing ? her.Times[i] / step.Within : run, number)) || IsPast(her.Times[i])) continue;
                var done = false;
                for (var e = i + 1; e < her.Count && her.Times[e] <= her.Times[i] + step.Within && !done; e++)
                {
                    done = step.Done.Test(her.Types[e], her.Rows[e]) && (run == ValueKey.Missing || RunOf(step, e) is var other && (other == run || other == ValueKey.Missing)) && StepOf(step, e) == number;
                }

                var columns = plan.StepColumns[process];
                var values = scratch.AsSpan(0, columns.Length);
                for (var d = 0; d < columns.Length; d++) values[d] = columns[d].KeyAt(her.Types[i], her.Rows[i]);
                Note(kinds.Steps[process], her.Times[i], her.Times[i], !done, 0, 0, values, due: her.Times[i] + step.Within, step: number);
            }
        }
    }

    private long RunOf(StepPlan step, int i)
    {
        foreach (var column in step.Runs)
        {
            var run = plan.IdOf(column, her.Types[i], her.Rows[i]);
            if (run != ValueKey.Missing) return run;
        }

        return ValueKey.Missing;
    }

    private long StepOf(StepPlan step, int i) => step.Step?.KeyAt(her.Types[i], her.Rows[i]) ?? ValueKey.Missing;

    /// <summary>
    /// Visits: what she does on one channel without a long break, and what hurt her there. One that hurt counts from the moment at which it did, with how near to buying she was by then; one that did not from each moment at which she came
    /// nearer to buying, so that nobody is chosen by what she did after.
    /// </summary>
    private void NoteVisits(int customer)
    {
        const long Break = Hour;
        if (!anyHurts) return;
        Span<long> reached = stackalloc long[Intents];
        for (var i = 0; i < her.Count;)
        {
            if (her.Places[i] < 0 || (hurtOf[her.Places[i]] < 0 && plan.Map.Places[her.Places[i]].ByBrand))
            {
                i++;
                continue;
            }

            var (begin, channel, last) = (her.Times[i], her.Channels[i], her.Times[i]);
            var (marks, intent, before, hurtAt) = (0UL, -1, 0, long.MaxValue);
            reached.Fill(long.MaxValue);
            for (; i < her.Count && her.Times[i] - last < Break; i++)
            {
                if (her.Places[i] < 0) continue;
                var place = plan.Map.Places[her.Places[i]];
                var hurt = hurtOf[her.Places[i]];
                if (hurt < 0 && place.ByBrand) continue;
                if (hurt < 0 && her.Channels[i] != channel) break;
                last = her.Times[i];
                if (place.Intent > intent)
                {
                    intent = Math.Min(place.Intent, Intents - 1);
                    reached[intent] = Math.Min(reached[intent], last);
                }

                if (hurt < 0) continue;
                marks |= 1UL << hurt;
                if (hurtAt == long.MaxValue) (hurtAt, before) = (last, Math.Max(0, intent));
            }

            if (IsPast(begin) || (marks == 0 && customer % plan.KeepsEvery != 0)) continue;
            if (marks != 0)
            {
                Note(kinds.Visits, hurtAt, begin, false, (channel << 2) | before, marks, seen: begin);
                continue;
            }

            for (var level = 0; level < Intents; level++)
            {
                if (reached[level] != long.MaxValue) Note(kinds.Visits, reached[level], begin, false, (channel << 2) | level, seen: begin);
            }
        }
    }

    private const int Intents = 3;
}
