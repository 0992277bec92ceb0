using System.Globalization;
using System.Text.Json.Nodes;
using Temas.Kernel;

namespace Temas.Feedback.FollowUps;

/// <summary>
/// Decides what events mean for follow-ups, given those that there are: opened, added to, opened again, answered afterwards. Pure; what it decides is written in one transaction with the place in the log up to which it decided, so that it
/// decides each once. The id of a follow-up is made of what opened it.
/// </summary>
internal sealed class PlanFollowUps(ServiceClock hours, DateTimeOffset now, IReadOnlyList<Colleague> people, ILookup<string, FollowUp> known, IReadOnlySet<(long Position, string FollowUp)> done, IReadOnlyDictionary<int, Dictionary<string, long>> turns)
{
    private readonly Dictionary<string, List<FollowUp>> ofCustomer = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Building> changes = new(StringComparer.Ordinal);
    private readonly HashSet<(long, string)> taken = [.. done];

    private sealed class Building
    {
        public required FollowUp Now { get; set; }

        public List<FollowUpLine> Lines { get; } = [];

        public List<FollowUpReason> Added { get; } = [];

        public List<string> Events { get; } = [];

        public List<(string, string)> Telling { get; } = [];
    }

    /// <summary>What is to be written.</summary>
    public IReadOnlyList<FollowUpChange> Changes => [.. changes.Values.Select(c => new FollowUpChange(c.Now, c.Lines) { Added = c.Added, Events = c.Events, Telling = c.Telling })];

    /// <summary>Whose turn it was, by role and person.</summary>
    public Dictionary<(int Role, string Person), long> Turns { get; } = [];

    /// <summary>Id of the follow-up that an event opens about a matter.</summary>
    public static string IdOf(long position, string matter) => Hash64.Of(System.Text.Encoding.UTF8.GetBytes(FormattableString.Invariant($"{position} {matter}"))).ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Takes what an event of a customer means.</summary>
    public void Take(string customer, EventMeaning meaning)
    {
        foreach (var answer in meaning.Answers) Answered(customer, answer, meaning.At);
        if (meaning.Who is null) return;
        foreach (var trigger in meaning.Triggers) Open(customer, trigger, meaning.Who);
    }

    private void Answered(string customer, ScaleAnswer answer, DateTimeOffset at)
    {
        foreach (var f in Of(customer).Where(f => f.Status == FollowUpStatus.Done && f.Afterwards is null && f.ClosedAt < at && (f.Before is null || f.Before.Kind == answer.Kind)).ToList())
        {
            var building = Change(f with { Afterwards = answer, AfterwardsAt = at, ChangedAt = now });
            building.Lines.Add(new FollowUpLine(now, "system", "answered", FormattableString.Invariant($"{answer.Kind} {answer.Value}")));
            building.Events.Add("followup.answered");
        }
    }

    private void Open(string customer, Trigger trigger, string who)
    {
        var (rule, reason, matter) = (trigger.Rule.Rule, trigger.Reason, trigger.Matter);
        var same = Of(customer).Where(f => f.Matter == matter).ToList();
        if (same.Any(f => taken.Contains((reason.Position, f.Id)))) return;
        if (same.Find(f => !f.IsClosed) is { } open)
        {
            var due = DueAt(rule);
            // What is more pressing does not wait behind what is less.
            var sooner = due < open.DueAt ? open with { DueAt = due, RemindAt = RemindAt(rule, due), EscalateAt = open.EscalatedAt is null ? EscalateAt(rule) : null } : open;
            Add(Change(sooner with { Triggers = open.Triggers + 1, Before = open.Before ?? trigger.Before, ChangedAt = now }), reason, "added");
        }
        else if (same.Where(f => (now - f.ClosedAt!.Value).TotalDays < rule.AgainDays).MaxBy(f => f.ClosedAt) is { } closed)
        {
            if (rule.Kind != FollowUpKind.Recover) return;
            var owner = closed.Owner is { } before && people.Any(p => p.Id == before) ? before : OwnerOf(rule, trigger.OwnerKeys);
            var building = Change(closed with
            {
                Status = FollowUpStatus.Open,
                Owner = owner,
                OpenedAt = now,
                DueAt = DueAt(rule),
                RemindAt = RemindAt(rule, DueAt(rule)),
                EscalateAt = EscalateAt(rule),
                EscalatedAt = null,
                FirstAt = null,
                ClosedAt = null,
                FirstTook = null,
                Took = null,
                Before = trigger.Before ?? closed.Before,
                Triggers = closed.Triggers + 1,
                Reopened = closed.Reopened + 1,
                ChangedAt = now,
            });
            Add(building, reason, "reopened");
            Tell(building, "Opened", "followup.opened");
        }
        else
        {
            var due = DueAt(rule);
            var building = Change(new FollowUp
            {
                Id = IdOf(reason.Position, matter),
                Customer = customer,
                Matter = matter,
                Kind = rule.Kind,
                Rule = rule.Key,
                Reason = reason,
                Who = who,
                Owner = OwnerOf(rule, trigger.OwnerKeys),
                OpenedAt = now,
                DueAt = due,
                RemindAt = RemindAt(rule, due),
                EscalateAt = EscalateAt(rule),
                Before = trigger.Before,
                ChangedAt = now,
            });
            Add(building, reason, "opened");
            Tell(building, "Opened", "followup.opened");
        }
    }

    private void Add(Building building, FollowUpReason reason, string kind)
    {
        taken.Add((reason.Position, building.Now.Id));
        building.Added.Add(reason);
        building.Lines.Add(new FollowUpLine(now, "system", kind, building.Now.Owner ?? "") { Reason = reason });
    }

    private void Tell(Building building, string what, string moduleEvent)
    {
        building.Events.Add(moduleEvent);
        building.Telling.Add(FollowUpMessage.Of(building.Now, what, now));
    }

    private List<FollowUp> Of(string customer)
    {
        if (!ofCustomer.TryGetValue(customer, out var all)) ofCustomer.Add(customer, all = [.. known[customer]]);
        return all;
    }

    private Building Change(FollowUp changed)
    {
        var all = Of(changed.Customer);
        var at = all.FindIndex(f => f.Id == changed.Id);
        if (at < 0) all.Insert(0, changed);
        else all[at] = changed;
        if (changes.TryGetValue(changed.Id, out var building)) building.Now = changed;
        else changes.Add(changed.Id, building = new Building { Now = changed });
        return building;
    }

    private DateTimeOffset DueAt(FollowUpRule rule) => hours.After(now, TimeSpan.FromHours(rule.DueHours));

    private DateTimeOffset? RemindAt(FollowUpRule rule, DateTimeOffset due) => rule.RemindHours > 0 && rule.RemindHours < rule.DueHours ? hours.After(now, TimeSpan.FromHours(rule.DueHours - rule.RemindHours)) is var at && at < due ? at : null : null;

    private DateTimeOffset? EscalateAt(FollowUpRule rule) => rule.EscalateTo is null ? null : hours.After(now, TimeSpan.FromHours(rule.DueHours * rule.EscalateAfter));

    /// <summary>By a property's value, else the person, else the next of those with the role.</summary>
    private string? OwnerOf(FollowUpRule rule, IReadOnlyList<string> keys)
    {
        foreach (var key in keys)
        {
            if (rule.Owner.People.TryGetValue(key, out var email) && Find(people, email) is { } named) return named.Id;
        }

        if (rule.Owner.Person is { } person && Find(people, person) is { } one) return one.Id;
        if (rule.Owner.Role is not { } role) return null;
        // The demands on a role are those on whoever has it; nobody has it: whoever may do as much.
        var able = people.Where(p => p.Role == role).ToList();
        if (able.Count == 0) able = [.. people.Where(p => p.Role > role).GroupBy(p => p.Role).OrderBy(g => g.Key).FirstOrDefault() ?? Enumerable.Empty<Colleague>()];
        if (able.Count == 0) return null;
        var before = turns.GetValueOrDefault((int)role);
        long TurnOf(Colleague p) => Turns.TryGetValue(((int)role, p.Id), out var now) ? now : before?.GetValueOrDefault(p.Id) ?? 0;
        var next = able.OrderBy(TurnOf).ThenBy(p => p.Id, StringComparer.Ordinal).First();
        Turns[((int)role, next.Id)] = able.Max(TurnOf) + 1;
        return next.Id;
    }

    /// <summary>The person with an e-mail address, however it is cased.</summary>
    public static Colleague? Find(IReadOnlyList<Colleague> people, string email) => people.FirstOrDefault(p => string.Equals(p.Email, email, StringComparison.OrdinalIgnoreCase));
}

/// <summary>What is told of a follow-up on the customer's timeline.</summary>
internal static class FollowUpMessage
{
    /// <summary>The message with its id: "Follow-up Opened" or "Follow-up Done", of whom the event named that opened it.</summary>
    public static (string Id, string Message) Of(FollowUp f, string what, DateTimeOffset at)
    {
        var id = FormattableString.Invariant($"followup-{f.Id}-{what.ToLowerInvariant()}-{f.Reopened}");
        var message = JsonNode.Parse(f.Who)!.AsObject();
        message["type"] = "track";
        message["event"] = RuleMatch.OwnEvents + what;
        message["messageId"] = id;
        message["timestamp"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var properties = new JsonObject { ["follow_up_id"] = f.Id, ["kind"] = FollowUpRuleKind.WordOf(f.Kind), ["rule"] = f.Rule, ["reason"] = f.Reason.Code, ["times_opened"] = f.Reopened + 1 };
        if (f.IsClosed && f.Cause is { } cause) properties["root_cause"] = cause;
        if (f.IsClosed) properties["in_time"] = f.ClosedAt <= f.DueAt;
        message["properties"] = properties;
        return (id, message.ToJsonString());
    }
}
