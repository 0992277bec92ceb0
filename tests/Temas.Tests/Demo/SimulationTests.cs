using System.Globalization;
using System.Text;
using System.Text.Json;
using Temas.Collect.Tracking;
using Temas.Demo.Lives;
using Temas.Demo.World;
using Temas.Kernel;
using Temas.Storage.EventLog;

namespace Temas.Tests.Demo;

public sealed class SimulationTests
{
    private static readonly long Until = DateTimeOffset.Parse("2026-06-01T00:00:00Z", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static WorldSpec World(int customers = 400, int days = 120, long seed = 1) => WorldSpec.Of(seed, customers, days, Until).Value;

    [Fact]
    public void LiveTo_SameWorldTwice_GivesTheSameBytes()
    {
        var once = Tell(World(), threads: 1);
        Tell(World(), threads: 2).ShouldBe(once);
        Tell(World(), step: 5 * Clock.Day).ShouldBe(once);
        once.Length.ShouldBeGreaterThan(1_000_000);
    }

    [Fact]
    public void LiveTo_UnderTurkishRules_GivesTheSameBytes()
    {
        var once = Tell(World());
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
            Tell(World(), threads: 1).ShouldBe(once);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void LiveTo_AnotherSeed_GivesOtherPeople() => Tell(World(seed: 2)).ShouldNotBe(Tell(World()));

    [Theory]
    [InlineData(1)]
    [InlineData(61)]
    [InlineData(119)]
    public void LiveTo_BegunInTheMiddle_GivesTheRestByteByByte(int day)
    {
        var world = World();
        var middle = world.Begin + (day * Clock.Day) + (7 * Clock.Hour);
        var whole = new StringBuilder();
        using (var simulation = new Simulation(world, world.Begin, 2))
        {
            simulation.LiveTo(middle);
            foreach (var (_, json) in simulation.LiveTo(Until)) whole.Append(Encoding.UTF8.GetString(json.Span)).Append('\n');
        }

        using var resumed = new Simulation(world, middle, 1);
        resumed.LiveTo(middle).ShouldBeEmpty();
        var rest = new StringBuilder();
        foreach (var (_, json) in resumed.LiveTo(Until)) rest.Append(Encoding.UTF8.GetString(json.Span)).Append('\n');
        rest.ToString().ShouldBe(whole.ToString());
    }

    [Fact]
    public void LiveTo_WindowByWindow_NeverTellsOfThePast()
    {
        var world = World(customers: 200);
        using var simulation = new Simulation(world, world.Begin, 2);
        var reached = world.Begin;
        for (var at = world.Begin + (6 * Clock.Hour); at < Until; at += 6 * Clock.Hour)
        {
            foreach (var (entry, _) in simulation.LiveTo(at)) entry.Time.ShouldBeInRange(reached, at - 1);
            reached = at;
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(37, 30)]
    [InlineData(1300, 2)]
    public void LiveTo_AnySize_Works(int customers, int days)
    {
        var world = World(customers, days);
        using var simulation = new Simulation(world, world.Begin, 2);
        var events = simulation.LiveTo(Until);
        events.Select(e => e.Entry.Customer).Distinct().Count().ShouldBeLessThanOrEqualTo(customers);
        // And it goes on for ever: another year brings events, and new customers where there are enough.
        simulation.LiveTo(Until + (365 * Clock.Day)).Count.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(0, 10, "demo_customers_invalid")]
    [InlineData(5_000_001, 10, "demo_customers_invalid")]
    [InlineData(10, 0, "demo_days_invalid")]
    [InlineData(10, 99_999, "demo_days_invalid")]
    public void Of_WorldsThatCannotBe_AreRefused(int customers, int days, string code) => WorldSpec.Of(1, customers, days, Until).Problem!.Code.ShouldBe(code);

    [Fact]
    public void Events_AllPassCollect_WithIdsOfTheirOwn()
    {
        var ids = new HashSet<string>();
        var intake = new Intake(TimeProvider.System);
        foreach (var page in Simulation.Paginate(Live(World(1500, 200)), 2500, 500 * 1024))
        {
            var source = new Temas.Collect.Contracts.Source { Id = 1 + (int)page.Origin, Name = "demo", WriteKey = "k", CreatedAt = default, CreatedBy = "test", Bots = Temas.Collect.Contracts.UnknownPolicy.Block };
            var fault = intake.Read(page.Lines.ToArray(), new IntakeRequest(source, BodyShape.Messages, EventType.None, true, Until, int.MaxValue, new Anything()));
            fault.ShouldBeNull();
            intake.Rejected.ShouldBeEmpty();
            intake.Batch.Count.ShouldBe(page.Count);
            foreach (var line in Encoding.UTF8.GetString(page.Lines.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                using var json = JsonDocument.Parse(line);
                ids.Add(json.RootElement.GetProperty("messageId").GetString()!).ShouldBeTrue();
            }
        }

        ids.Count.ShouldBeGreaterThan(20_000);
    }

    [Fact]
    public void Complaints_AreAnsweredBeforeTheyAreSolved()
    {
        var told = new Dictionary<string, Dictionary<string, long>>(StringComparer.Ordinal);
        foreach (var (entry, json) in Live(World(8000, 300)))
        {
            if (json.Span.IndexOf("\"ticket_id\""u8) < 0) continue;
            using var document = JsonDocument.Parse(json);
            if (!document.RootElement.TryGetProperty("event", out var name) || name.GetString() is not ("Complaint Filed" or "Support Ticket Replied" or "Complaint Resolved")) continue;
            var ticket = document.RootElement.GetProperty("properties").GetProperty("ticket_id").GetString()!;
            if (!told.TryGetValue(ticket, out var of)) told.Add(ticket, of = new Dictionary<string, long>(StringComparer.Ordinal));
            of.Add(name.GetString()!, entry.Time);
        }

        var solved = told.Values.Where(t => t.ContainsKey("Complaint Filed") && t.ContainsKey("Complaint Resolved")).ToList();
        solved.Count.ShouldBeGreaterThan(10);
        foreach (var of in solved)
        {
            of["Support Ticket Replied"].ShouldBeGreaterThan(of["Complaint Filed"]);
            of["Support Ticket Replied"].ShouldBeLessThan(of["Complaint Resolved"]);
        }

        // An answer comes within a day or so; to solve it takes longer by far.
        static double Half(IEnumerable<long> times) => times.Order().ToList() is { Count: > 0 } all ? all[all.Count / 2] / (double)Clock.Hour : 0;
        var (first, last) = (Half(solved.Select(s => s["Support Ticket Replied"] - s["Complaint Filed"])), Half(solved.Select(s => s["Complaint Resolved"] - s["Complaint Filed"])));
        first.ShouldBeInRange(1, 30);
        last.ShouldBeGreaterThan(1.5 * first);
    }

    [Fact]
    public void Events_HarmNobodyReal()
    {
        foreach (var (_, json) in Live(World(1500, 60)))
        {
            var text = Encoding.UTF8.GetString(json.Span);
            foreach (var part in text.Split('"').Where(p => p.Contains('@', StringComparison.Ordinal) && !p.Contains(' ', StringComparison.Ordinal)))
                (part.Contains("@example.", StringComparison.Ordinal) || part.EndsWith(".example", StringComparison.Ordinal)).ShouldBeTrue(part);
            using var document = JsonDocument.Parse(json);
            if (Phone(document.RootElement) is not { } phone) continue;
            var digits = new string([.. phone.Where(char.IsAsciiDigit)]);
            digits[^7..^4].ShouldBe("000", phone);
        }
    }

    private static string? Phone(JsonElement e)
    {
        if (e.TryGetProperty("traits", out var traits) && traits.TryGetProperty("phone", out var own)) return own.GetString();
        return e.TryGetProperty("context", out var context) && context.TryGetProperty("traits", out var inner) && inner.TryGetProperty("phone", out var phone) ? phone.GetString() : null;
    }

    private static List<(SheetEntry Entry, ReadOnlyMemory<byte> Json)> Live(WorldSpec world)
    {
        using var simulation = new Simulation(world, world.Begin, 2);
        return simulation.LiveTo(Until);
    }

    private static string Tell(WorldSpec world, int threads = 2, long step = 400 * Clock.Day)
    {
        var text = new StringBuilder();
        using var simulation = new Simulation(world, world.Begin, threads);
        for (var at = world.Begin; at < Until;)
        {
            at = Math.Min(Until, at + step);
            foreach (var (_, json) in simulation.LiveTo(at)) text.Append(Encoding.UTF8.GetString(json.Span)).Append('\n');
        }

        return text.ToString();
    }

    private sealed class Anything : ICatalogueCheck
    {
        public bool Knows(EventType type, ReadOnlySpan<byte> name) => true;

        public void FindUnknownProperties(EventType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> properties, List<byte[]> unknown)
        {
        }
    }
}
