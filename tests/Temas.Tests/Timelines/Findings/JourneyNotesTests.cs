using Temas.Timelines.Columns;
using Temas.Timelines.Findings;
using Temas.Timelines.Queries;

namespace Temas.Tests.Timelines.Findings;

/// <summary>A look with what was noted before gives what a look at everybody gives, whatever happened in between.</summary>
public sealed class JourneyNotesTests
{
    private const long Day = JourneyWorld.Day;

    private static readonly object Rules = new();

    [Fact]
    public void Read_AgainAfterAnything_IsWhatReadingEverybodyGives()
    {
        var (kinds, some, chosen) = (new HashSet<string>(StringComparer.Ordinal), 0, 0);
        for (var seed = 0; seed < 40; seed++)
        {
            using var world = new JourneyWorld(seed);
            var (random, notes, rules) = (new Random(seed), new JourneyNotes(), Rules);
            world.Live(900, 0);
            for (var step = 0; step < 14; step++)
            {
                // Nothing at all may have happened but that time went on.
                world.Live(step % 5 == 3 ? 0 : random.Next(1, 40), random.Next(4) * random.Next(12));
                var (isErased, isOther) = (random.Next(12) == 0, random.Next(12) == 0);
                if (isErased) world.Erase();
                if (isOther) rules = new object();

                // The period goes on with the clock; now and then another is asked for.
                var to = world.Now - (random.Next(8) == 0 ? 9 * Day : 0);
                var when = new TimeSpanMs(to - ((random.Next(8) == 0 ? 400 : 365) * Day), to);
                var again = JourneyStudy.Read(world.Store, JourneyWorld.Map, when, 2, default, notes, rules);
                var whole = JourneyStudy.Read(world.Store, JourneyWorld.Map, when, 1, default);
                var about = $"seed {seed} step {step}";
                Lines(again).ShouldBe(Lines(whole), about);
                kinds.UnionWith(again.Tables.Select(t => t.Kind));
                if (isErased || isOther) notes.PassedAll.ShouldBeTrue(about);
                if (!notes.PassedAll) some++;
                chosen += OwnAndBrand(whole);
            }
        }

        // Enough of them were really read in part, and every detector had something to note.
        some.ShouldBeGreaterThan(150);
        chosen.ShouldBeGreaterThan(100);
        kinds.Order(StringComparer.Ordinal).ShouldBe(["felt", "loyalty", "misfire", "promise", "promotion", "recovery", "reminder", "repeat", "silent", "step", "switch", "visit", "voice"]);
    }

    [Fact]
    public void Read_AgainAfterAFewChanged_ReadsThoseAlone()
    {
        using var world = new JourneyWorld(7);
        world.Live(2000, 0);
        var notes = new JourneyNotes();
        var when = new TimeSpanMs(world.Now - (365 * Day), world.Now);
        JourneyStudy.Read(world.Store, JourneyWorld.Map, when, 2, default, notes, Rules);
        (notes.PassedAll, notes.Passed).ShouldBe((true, world.Store.Customers.Count));
        JourneyStudy.Read(world.Store, JourneyWorld.Map, when, 2, default, notes, Rules);
        (notes.PassedAll, notes.Passed).ShouldBe((false, 0));
        using (var write = world.Store.Write()) write.Add("track:Order"u8, 5, world.Now - Day, world.Store.Position + 1);
        JourneyStudy.Read(world.Store, JourneyWorld.Map, when, 2, default, notes, Rules);
        (notes.PassedAll, notes.Passed).ShouldBe((false, 1));

        // Time alone has nobody read.
        JourneyStudy.Read(world.Store, JourneyWorld.Map, new TimeSpanMs(when.From + (30 * Day), when.To + (30 * Day)), 2, default, notes, Rules);
        (notes.PassedAll, notes.Passed).ShouldBe((false, 0));
        notes.Forget();
        notes.Bytes.ShouldBe(0);
        JourneyStudy.Read(world.Store, JourneyWorld.Map, when, 2, default, notes, Rules);
        notes.PassedAll.ShouldBeTrue();
    }

    [Fact]
    public void Read_Stopped_ForgetsNobodyWhoChanged()
    {
        using var world = new JourneyWorld(8);
        world.Live(1500, 0);
        var notes = new JourneyNotes();
        var when = new TimeSpanMs(world.Now - (365 * Day), world.Now);
        JourneyStudy.Read(world.Store, JourneyWorld.Map, when, 2, default, notes, Rules);
        using (var write = world.Store.Write()) write.Add("track:Order"u8, 5, world.Now - Day, world.Store.Position + 1);
        Should.Throw<OperationCanceledException>(() => JourneyStudy.Read(world.Store, JourneyWorld.Map, when, 2, new CancellationToken(canceled: true), notes, Rules));
        var again = JourneyStudy.Read(world.Store, JourneyWorld.Map, when, 2, default, notes, Rules);
        (notes.PassedAll, notes.Passed).ShouldBe((false, 1));
        Lines(again).ShouldBe(Lines(JourneyStudy.Read(world.Store, JourneyWorld.Map, when, 2, default)));
    }

    /// <summary>What customers do themselves and what the brand does stand apart, and who did nothing herself is not held against who did. How often somebody did.</summary>
    private static int OwnAndBrand(JourneyStudy study)
    {
        var (wish, voucher) = (1UL << study.Marks.ToList().IndexOf("wish"), 1UL << study.Marks.ToList().IndexOf("voucher"));
        var chosen = 0;
        foreach (var table in study.Tables.Where(t => t.Kind == "loyalty"))
        {
            foreach (ref readonly var unit in table.Units)
            {
                (unit.Marks & (table.Place == "choice" ? voucher : wish)).ShouldBe(0UL);
                if ((unit.Marks & wish) != 0) chosen++;
            }
        }

        (study.Tables.FirstOrDefault(t => t is { Kind: "loyalty", Place: "choice" })?.Count ?? 0).ShouldBeLessThanOrEqualTo(study.Tables.FirstOrDefault(t => t is { Kind: "loyalty", Place: "order" })?.Count ?? 0);
        return chosen;
    }

    /// <summary>Everything that a study says.</summary>
    private static List<string> Lines(JourneyStudy study)
    {
        List<string> lines = [$"{study.Position} {study.When} {string.Join(',', study.Marks)} {string.Join(',', study.Troubles)}"];
        foreach (var table in study.Tables)
        {
            lines.Add($"{table.Kind}/{table.Place} {table.Days} {string.Join(',', table.Dimensions)} {string.Join(';', table.Values.Select(v => string.Join(',', v)))}");
            for (var i = 0; i < table.Count; i++)
            {
                var u = table.Units[i];
                lines.Add($"{u.Customer} {u.Time} {u.History:x} {u.Past:x} {u.Marks:x} {u.Value:R} {u.Orders} {u.Felt:R} {u.Met} {u.IsKnown} {u.Again} {u.Before} {u.Next:R} {u.Came} {string.Join(',', table.Codes.Skip(i * table.Dimensions.Length).Take(table.Dimensions.Length))}");
            }
        }

        return lines;
    }
}
