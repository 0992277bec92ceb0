using Temas.Collect.Contracts;
using Temas.Feedback.FollowUps;
using Temas.Kernel;

namespace Temas.Tests.Feedback.FollowUps;

/// <summary>What events mean for follow-ups, told in pieces with crashes in between: each trigger counts once, and of one customer and matter one is open.</summary>
public sealed class PlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly Colleague[] People = [new("p1", "a@temas.example", "A", "tr", Role.Agent), new("p2", "b@temas.example", "B", "en", Role.Agent), new("p3", "c@temas.example", "C", null, Role.Manager)];

    [Fact]
    public void Take_InPiecesWithCrashes_GivesWhatOnePieceGives()
    {
        for (var seed = 1; seed <= 30; seed++)
        {
            var random = new Random(seed);
            var events = Enumerable.Range(1, 60).Select(i => (Customer: $"c{random.Next(6)}", Meaning: Meaning(i, random.Next(11), FollowUpKind.Recover, random.Next(3) == 0 ? $"O{random.Next(2)}" : null))).ToList();
            var whole = new World();
            whole.Apply(events, 0, events.Count);
            var pieces = new World();
            for (var at = 0; at < events.Count;)
            {
                var upto = Math.Min(events.Count, at + random.Next(1, 9));
                // What is planned and not written is planned again; what was written once more changes nothing.
                pieces.Plan(events, at, upto);
                pieces.Apply(events, at, upto);
                if (random.Next(3) == 0) pieces.Apply(events, Math.Max(0, at - random.Next(5)), upto);
                at = upto;
            }

            pieces.Rows.Values.Select(f => (f.Id, f.Customer, f.Matter, f.Triggers, f.Status)).OrderBy(f => f.Id).ShouldBe(whole.Rows.Values.Select(f => (f.Id, f.Customer, f.Matter, f.Triggers, f.Status)).OrderBy(f => f.Id), $"seed {seed}");
            whole.Rows.Values.GroupBy(f => (f.Customer, f.Matter)).ShouldAllBe(g => g.Count() == 1);
            whole.Triggers.Count.ShouldBe(events.Count(e => e.Meaning.Triggers.Count > 0));
        }
    }

    [Fact]
    public void Take_RoundRobin_SharesEvenlyAmongThoseWithTheRole()
    {
        var world = new World();
        world.Apply([.. Enumerable.Range(1, 20).Select(i => ($"c{i}", Meaning(i, 1, FollowUpKind.Recover, null)))], 0, 20);
        world.Rows.Values.GroupBy(f => f.Owner).ToDictionary(g => g.Key!, g => g.Count()).ShouldBe(new Dictionary<string, int> { ["p1"] = 10, ["p2"] = 10 }, ignoreOrder: true);
    }

    [Fact]
    public void Take_ComplaintAfterItWasDone_OpensItAgain_AndPraiseDoesNot()
    {
        var world = new World();
        world.Apply([("c", Meaning(1, 2, FollowUpKind.Recover, null)), ("d", Meaning(2, 10, FollowUpKind.Thank, null))], 0, 2);
        foreach (var f in world.Rows.Values.ToList()) world.Rows[f.Id] = f with { Status = FollowUpStatus.Done, ClosedAt = Start.AddMinutes(1), FirstAt = Start, Cause = "staff" };
        world.Apply([("c", Meaning(10, 1, FollowUpKind.Recover, null)), ("d", Meaning(11, 10, FollowUpKind.Thank, null))], 0, 2);
        var again = world.Rows.Values.Single(f => f.Customer == "c");
        (again.Status, again.Reopened, again.ClosedAt, again.Triggers, again.Afterwards).ShouldBe((FollowUpStatus.Open, 1, null, 2, new ScaleAnswer("nps", 1)));
        world.Rows.Values.Single(f => f.Customer == "d").Status.ShouldBe(FollowUpStatus.Done);
    }

    [Fact]
    public void Take_AnswerAfterwards_IsHeldAgainstTheOneBefore()
    {
        var world = new World();
        world.Apply([("c", Meaning(1, 2, FollowUpKind.Recover, null))], 0, 1);
        var id = world.Rows.Keys.Single();
        world.Rows[id] = world.Rows[id] with { Status = FollowUpStatus.Done, ClosedAt = Start.AddMinutes(5) };
        world.Apply([("c", Meaning(3, 9, FollowUpKind.Recover, null))], 0, 1); // Minute 3: before it was done.
        world.Rows[id].Afterwards.ShouldBeNull();
        world.Apply([("c", Meaning(8, 9, FollowUpKind.Recover, null)), ("c", Meaning(9, 3, FollowUpKind.Recover, null) with { Triggers = [] })], 0, 2);
        world.Rows[id].Afterwards.ShouldBe(new ScaleAnswer("nps", 9));
        world.Rows[id].IsRecovered.ShouldBe(true);
    }

    [Fact]
    public void Levels_AreARecountOfTheFollowUps()
    {
        var random = new Random(11);
        var all = Enumerable.Range(0, 200).Select(i =>
        {
            var closed = random.Next(3) > 0;
            var opened = Start.AddHours(random.Next(100));
            return new FollowUp
            {
                Id = $"f{i}",
                Customer = $"c{i}",
                Matter = "recover",
                Kind = FollowUpKind.Recover,
                Rule = $"r{random.Next(3)}",
                Reason = Reason(i, 1),
                Who = "{}",
                OpenedAt = opened,
                DueAt = opened.AddHours(9),
                ChangedAt = opened,
                Owner = random.Next(4) == 0 ? null : $"p{random.Next(3)}",
                Status = closed ? random.Next(5) == 0 ? FollowUpStatus.GivenUp : FollowUpStatus.Done : FollowUpStatus.InWork,
                ClosedAt = closed ? opened.AddHours(random.Next(20)) : null,
                FirstAt = opened,
                FirstTook = TimeSpan.FromHours(random.Next(5)),
                Took = closed ? TimeSpan.FromHours(random.Next(9)) : null,
                Afterwards = closed && random.Next(2) == 0 ? new ScaleAnswer("csat", random.Next(1, 6)) : null,
            };
        }).ToList();
        var now = Start.AddDays(30);
        var levels = MeasureFollowUps.Of(all, Start, now, now);
        levels.All.InTime.Count.ShouldBe(all.Count(f => f.ClosedAt is { } at && at <= f.DueAt));
        levels.All.InTime.Of.ShouldBe(200, "all that are not closed are overdue by now");
        levels.All.Recovered.ShouldBe(LevelShare.From(all.Count(f => f.Afterwards?.Value >= 4), all.Count(f => f.Afterwards is not null)));
        foreach (var rule in levels.Rules) rule.Done.ShouldBe(all.Count(f => f.Rule == rule.Rule && f.Status == FollowUpStatus.Done));
        levels.Rules.Sum(r => r.Opened).ShouldBe(200);
        levels.Owners.Single(o => o.Owner == "").Opened.ShouldBe(all.Count(f => f.Owner is null));
        // Wilson of 8 in 10: 0.4902 to 0.9433 (Wilson 1927; Newcombe 1998).
        var share = LevelShare.From(8, 10);
        share.Low!.Value.ShouldBe(0.4902, 0.0001);
        share.High!.Value.ShouldBe(0.9433, 0.0001);
    }

    private static FollowUpReason Reason(long position, double value) => new("rule", 1, "nps", position, Start.AddMinutes(position), "Survey Answered") { Value = value, AtMost = 6 };

    private static EventMeaning Meaning(long position, int score, FollowUpKind kind, string? about)
    {
        var rule = new FollowUpRule
        {
            Key = "rule",
            Label = new LocalText("k", "r"),
            Kind = kind,
            When = new FollowUpTriggers { Nps = kind == FollowUpKind.Recover ? new ScoreRange(6, null) : new ScoreRange(null, 9) },
            Owner = new FollowUpOwner { Role = Role.Agent },
        };
        var matter = FollowUpRuleKind.WordOf(kind) + (about is null ? "" : $" order_id {about}");
        Trigger[] triggers = rule.When.Nps!.Holds(score) ? [new Trigger(new RuleInForce(rule, 1, 0), Reason(position, score), matter, [], new ScaleAnswer("nps", score))] : [];
        return new EventMeaning(triggers, [new ScaleAnswer("nps", score)], """{"userId":"u"}""", Start.AddMinutes(position));
    }

    /// <summary>What is written, as the store has it.</summary>
    private sealed class World
    {
        private readonly Dictionary<string, long> turns = [];

        public Dictionary<string, FollowUp> Rows { get; } = [];

        public HashSet<(long, string)> Triggers { get; } = [];

        public PlanFollowUps Plan(IReadOnlyList<(string Customer, EventMeaning Meaning)> events, int from, int to)
        {
            var known = Rows.Values.OrderByDescending(f => f.OpenedAt).ToLookup(f => f.Customer);
            var plan = new PlanFollowUps(new ServiceClock(ServiceClockTests.Desk(), TimeZoneInfo.Utc), Start.AddMinutes(20), People, known, Triggers.ToHashSet(), new Dictionary<int, Dictionary<string, long>> { [(int)Role.Agent] = new(turns) });
            for (var i = from; i < to; i++) plan.Take(events[i].Customer, events[i].Meaning);
            return plan;
        }

        public void Apply(IReadOnlyList<(string Customer, EventMeaning Meaning)> events, int from, int to)
        {
            var plan = Plan(events, from, to);
            foreach (var change in plan.Changes)
            {
                Rows[change.FollowUp.Id] = change.FollowUp;
                foreach (var reason in change.Added) Triggers.Add((reason.Position, change.FollowUp.Id)).ShouldBeTrue("an event counts once");
            }

            foreach (var ((_, person), turn) in plan.Turns) turns[person] = turn;
        }
    }
}
