using System.Numerics;
using System.Runtime.CompilerServices;
using Temas.Timelines;
using Temas.Timelines.Findings;

namespace Temas.Insight.Findings;

/// <summary>Makes candidates of what was noted: each thing held against those who did not meet it, and each rate searched for where it is higher.</summary>
internal static class Suspect
{
    // A touch that most have tells nobody apart, and one that few have says little.
    private const double MostShare = 0.6;

    // Customers who come regularly and go by no clock are overdue as often as this by chance (1.5 of their intervals without an order: e to the power of -1.5).
    private const double OverdueByChance = 0.223;

    /// <summary>All candidates of a study, with how far it is. Those that are no different from others are among them: how many were looked at matters to which are believed.</summary>
    public static List<Candidate> All(JourneyStudy study, long end, Action<double> progress, CancellationToken cancel)
    {
        var works = study.Tables.SelectMany(table => Works(study, table, end).Select(work => (Table: table, Work: work))).ToList();
        var left = works.GroupBy(w => w.Table).ToDictionary(w => w.Key, w => new StrongBox<int>(w.Count()));
        var done = 0;
        var found = new List<Candidate>?[works.Count];
        LongWork.Each(works.Count, Environment.ProcessorCount, i =>
        {
            found[i] = [.. works[i].Work()];

            // What a table was made ready for is as large as the table: no longer than it is needed.
            if (Interlocked.Decrement(ref left[works[i].Table].Value) == 0) works[i].Table.Rest();
            progress((double)Interlocked.Increment(ref done) / works.Count);
        }, cancel);
        return [.. found.SelectMany(f => f!)];
    }

    private static IEnumerable<Func<IEnumerable<Candidate>>> Works(JourneyStudy study, UnitTable table, long end)
    {
        switch (table.Kind)
        {
            case "promise" or "step":
                yield return () => OfRates(table, end);
                break;
            case "voice":
                yield return () => OfVoices(table);
                break;
            case "silent":
                yield return () => OfSilence(table);
                break;
            case "visit":
                foreach (var bit in Bits(table)) yield return () => OfBit(table, "visit", study.Troubles[bit], bit, win: false);
                break;
            case "recovery" or "loyalty":
                foreach (var bit in Bits(table)) yield return () => OfBit(table, table.Kind, study.Marks[bit], bit, win: true);
                break;
            default:
                yield return () => OfWhole(table, table.Kind, table.Place);
                break;
        }
    }

    private static List<int> Bits(UnitTable table)
    {
        var counts = new int[64];
        foreach (ref readonly var unit in table.Units)
        {
            for (var marks = unit.Marks; marks != 0; marks &= marks - 1) counts[BitOperations.TrailingZeroCount(marks)]++;
        }

        return [.. Enumerable.Range(0, 64).Where(b => counts[b] >= Compare.Least && counts[b] < table.Count * MostShare)];
    }

    private static IEnumerable<Candidate> OfWhole(UnitTable table, string kind, string place)
    {
        var met = Where(table, u => u.Met);
        if (met.Count < Compare.Least || Compare.Of(table.Ground) is not { } compared) yield break;
        yield return new Candidate { Kind = kind, Place = place, Compared = compared, Attributed = met.Count, P = Chance(compared, win: false), Together = Together(compared, win: false), Met = met, All = Where(table, _ => true), Table = table };
    }

    private static IEnumerable<Candidate> OfBit(UnitTable table, string kind, string place, int bit, bool win)
    {
        var mark = 1UL << bit;
        var met = Where(table, u => (u.Marks & mark) != 0);

        // Who met something else that hurts is no comparison for who did not.
        if (Compare.Of(table.Ground, mark, alone: !win, byOrder: kind == "visit") is not { } compared) yield break;
        var candidate = new Candidate { Kind = kind, Place = place, Win = win, Compared = compared, Attributed = met.Count, P = Chance(compared, win), Together = Together(compared, win), Met = met, All = Where(table, _ => true), Table = table };

        // What customers choose to meet is worth what there was beyond what there was before.
        yield return kind == "loyalty" ? candidate with { P = Beyond(compared), Together = 1, Each = compared.ValueBeyond } : candidate;
    }

    /// <summary>What a table of rates says: of promises as a whole, and at each place where the rate is higher.</summary>
    internal static IEnumerable<Candidate> OfRates(UnitTable table, long end)
    {
        var compared = table.Kind == "promise" ? Compare.Of(table.Ground) : null;
        if (compared is not null)
        {
            var late = Where(table, u => u.Met);
            yield return new Candidate { Kind = "promise", Place = table.Place, Compared = compared, Attributed = late.Count, P = Chance(compared, win: false), Together = Together(compared, win: false), Met = late, All = Where(table, _ => true), Table = table };
        }

        var taken = new bool[table.Count];
        foreach (var spot in PlaceScan.Rates(table, end, 1))
        {
            var isOver = spot.Until != long.MaxValue;
            var (there, met, came) = (new List<int>(), new List<int>(), 0);
            for (var i = 0; i < table.Count; i++)
            {
                if (!spot.Place.Holds(table, i)) continue;
                there.Add(i);
                ref readonly var unit = ref table.Units[i];
                if (unit.Time >= spot.Until) came++;

                // Of what was mended those count who came after, and were spared.
                if (isOver ? unit.Time >= spot.Until : unit.Met && unit.Time >= spot.Since) met.Add(i);
            }

            var candidate = new Candidate
            {
                Kind = isOver ? "mended" : table.Kind,
                Place = table.Place,
                Win = isOver,
                Where = Named(table, spot.Place),
                Hotspot = spot,
                Attributed = 0,
                P = spot.P,
                Met = met,
                All = there,
                Table = table,
            };
            if (table.Kind == "step")
            {
                var whole = spot.P <= Believe.MostFalse ? AsAWhole(table, spot, taken) : null;
                yield return candidate with { Compared = isOver ? whole?.Turned() : whole, Attributed = isOver ? came : spot.Count };
                continue;
            }

            var spread = Math.Sqrt(spot.Rate * (1 - spot.Rate) / spot.Count);
            yield return candidate with
            {
                Compared = isOver ? compared?.Turned() : compared,
                Attributed = isOver ? met.Count * (spot.Rate - spot.Elsewhere) : spot.Excess,
                Uncertainty = (isOver ? met.Count : spot.Count) * spread,
            };
        }
    }

    /// <summary>
    /// Everybody who came to a step there and then held against everybody who came to it elsewhere: whether somebody gives up is her own choice, and those who do are others than those who do not; which step she was given is not.
    /// Places that were found before are neither. Seasons are held equal before all else, as most places are so since a day; what is so everywhere since a day has only the time before to be held against.
    /// </summary>
    private static Comparison? AsAWhole(UnitTable table, Hotspot spot, bool[] taken)
    {
        var units = new List<Unit>(table.Count);
        for (var i = 0; i < table.Count; i++)
        {
            if (taken[i]) continue;
            var unit = table.Units[i];
            taken[i] = unit.Met = spot.Place.Holds(table, i) && unit.Time >= spot.Since && unit.Time < spot.Until;
            if (spot.Place != Place.Everywhere) (unit.History, unit.Past) = (History.InSeason(unit.History), History.InSeason(unit.Past));
            units.Add(unit);
        }

        return Compare.Of(new Ground(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(units)), byOrder: true);
    }

    private static IEnumerable<Candidate> OfVoices(UnitTable table)
    {
        const int Most = 3;
        var tried = PlaceScan.Means(table);
        foreach (var (at, spot) in tried.Take(Most).Index())
        {
            var there = new List<int>();
            for (var i = 0; i < table.Count; i++)
            {
                if (spot.Place.Holds(table, i)) there.Add(i);
            }

            var units = table.Units.ToArray();
            for (var i = 0; i < units.Length; i++) units[i].Met = spot.Place.Holds(table, i);
            yield return new Candidate
            {
                Kind = "voice",
                Place = table.Place,
                Win = spot.Rate > spot.Elsewhere,
                Where = Named(table, spot.Place),
                Hotspot = spot,
                Compared = Compare.Of(new Ground(units)),
                Attributed = there.Count,
                P = spot.P,
                Beside = at == 0 ? [.. tried.Skip(Most).Select(t => t.P)] : [],
                Together = 0,
                Met = there,
                All = there,
                Table = table,
            };
        }
    }

    private static IEnumerable<Candidate> OfSilence(UnitTable table)
    {
        // Half a year ago says what silence means, now says who is silent.
        var now = Where(table, u => !u.IsKnown);
        var met = Where(table, u => !u.IsKnown && u.Met);
        if (met.Count < Compare.Least || Compare.Of(table.Ground) is not { } compared) yield break;
        var (rate, error) = ((double)met.Count / now.Count, Math.Sqrt(OverdueByChance * (1 - OverdueByChance) / now.Count));
        yield return new Candidate
        {
            Kind = "silent",
            Place = table.Place,
            Compared = compared,
            Attributed = met.Count - (now.Count * OverdueByChance),
            Uncertainty = now.Count * error,
            P = rate > OverdueByChance ? Normal.TwoSided((rate - OverdueByChance) / error) / 2 : 1,
            Met = met,
            All = now,
            Table = table,
        };
    }

    /// <summary>
    /// How probable a difference as great as that would be by chance, on the side that is suspected: in when they came back or, where enough was said, in that; the less probable of both, for two looks. When they came back is asked over all the
    /// time that is known; it counts where they also bought less, or more, within the time that is shown.
    /// </summary>
    private static double Chance(Comparison compared, bool win)
    {
        var again = !IsSo(compared.Again.Value, win) ? 1 : OneSided(compared.Sooner ?? compared.Again, win);
        return compared.Felt is { } felt ? Math.Min(1, 2 * Math.Min(again, OneSided(felt, win))) : again;
    }

    /// <summary>How far that errs as the value does: not at all where what was said decides.</summary>
    private static double Together(Comparison compared, bool win) => compared.Felt is { } felt && (!IsSo(compared.Again.Value, win) || OneSided(felt, win) < OneSided(compared.Sooner ?? compared.Again, win)) ? 0 : compared.Together;

    private static double OneSided(Estimate difference, bool win) => IsSo(difference.Value, win) ? difference.P / 2 : 1;

    /// <summary>The same for what customers choose to meet: only what came after beyond what there was before counts, and nothing at all where they were others before.</summary>
    private static double Beyond(Comparison compared)
    {
        const double MayHaveBeenOthers = 0.1;
        if (compared is not { Beyond: { Value: > 0 } beyond, Before: { } before } || before.P < MayHaveBeenOthers) return 1;
        return Math.Max(beyond.P / 2, OneSided(compared.Again, win: true));
    }

    private static bool IsSo(double difference, bool win) => win ? difference > 0 : difference < 0;

    private static List<int> Where(UnitTable table, Func<Unit, bool> isMeant)
    {
        var found = new List<int>();
        for (var i = 0; i < table.Count; i++)
        {
            if (isMeant(table.Units[i])) found.Add(i);
        }

        return found;
    }

    private static List<KeyValuePair<string, string>> Named(UnitTable table, Place place)
    {
        var named = new List<KeyValuePair<string, string>>();
        if (place.First >= 0) named.Add(new(table.Dimensions[place.First], table.Values[place.First][place.FirstValue]));
        if (place.Second >= 0) named.Add(new(table.Dimensions[place.Second], table.Values[place.Second][place.SecondValue]));
        return named;
    }
}
