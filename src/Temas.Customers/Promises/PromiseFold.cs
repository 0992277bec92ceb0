using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Customers.Profiles;
using Temas.Storage.EventLog;

namespace Temas.Customers.Promises;

/// <summary>One promise while it is followed.</summary>
internal sealed class FollowedPromise
{
    public required int Number { get; init; }

    public required PromiseRule Rule { get; init; }

    /// <summary>Values of the matching properties, by their place in the rule; null where no event had one.</summary>
    public required string?[] References { get; init; }

    public required long MadeAt { get; init; }

    public required string MadeBy { get; init; }

    public required long MadePosition { get; init; }

    public required long FirstDue { get; init; }

    public long Due { get; set; }

    /// <summary>Up to and including this moment it counts as kept in time.</summary>
    public long Deadline => Due + Rule.Grace;

    public PromiseStatus Status { get; set; }

    public long? EndedAt { get; set; }

    public long? EndedPosition { get; set; }

    public int Misfires { get; set; }

    /// <summary>Whether its breach has been put on the timeline.</summary>
    public bool BreachShown { get; set; }

    public string? Reference => Array.Find(References, r => r is not null);

    /// <summary>What it is at <paramref name="asOf"/>, which is not before the last event.</summary>
    public CustomerPromise At(long asOf)
    {
        var status = Status == PromiseStatus.Open && asOf > Deadline ? PromiseStatus.Broken : Status;
        return new CustomerPromise
        {
            Promise = Rule.Key,
            Label = Rule.Label,
            Status = status,
            Reference = Reference,
            MadeAt = Instants.Of(MadeAt),
            MadeBy = MadeBy,
            MadePosition = MadePosition,
            Due = Instants.Of(Due),
            FirstDue = FirstDue == Due ? null : Instants.Of(FirstDue),
            EndedAt = Instants.Of(EndedAt),
            EndedPosition = EndedPosition,
            Delay = status switch
            {
                PromiseStatus.Late => TimeSpan.FromMilliseconds(EndedAt!.Value - Due),
                PromiseStatus.Broken => TimeSpan.FromMilliseconds((EndedAt ?? asOf) - Due),
                _ => null,
            },
            Misfires = Misfires,
            Owner = Rule.Owner,
            System = Rule.System,
        };
    }

    public Evidence Evidence(EvidenceCode code, double value, TimeSpan? delay = null, int? count = null) => new()
    {
        Code = code,
        Value = value,
        Promise = Rule.Key,
        PromiseLabel = Rule.Label,
        Reference = Reference,
        Due = Instants.Of(Due),
        Delay = delay,
        Count = count,
    };
}

/// <summary>
/// Follows the promises of one customer: made, moved, kept, late, broken, cancelled. Fed in time order. Promises of different kinds do not touch each other.
/// </summary>
internal sealed class PromiseFold(FoldRules rules)
{
    private readonly List<FollowedPromise> all = [];
    private readonly List<FollowedPromise> pending = [];
    private readonly Dictionary<(int Promise, int Place, string Value), FollowedPromise> byReference = [];
    private long nextDeadline = long.MaxValue;

    public IReadOnlyList<FollowedPromise> All => all;

    /// <summary>Takes note of the promises whose time ran out before <paramref name="time"/>, in the order in which it did.</summary>
    public IReadOnlyList<FollowedPromise> BreakBefore(long time)
    {
        if (time <= nextDeadline) return [];
        var broken = Overdue(time);
        foreach (var promise in broken)
        {
            promise.Status = PromiseStatus.Broken;
            promise.BreachShown = true;
        }

        Reckon();
        return broken;
    }

    /// <summary>The promises whose time ran out before <paramref name="time"/> and whose breach has not been noted; changes nothing.</summary>
    public List<FollowedPromise> Overdue(long time) =>
        [.. pending.Where(p => !p.BreachShown && p.Deadline < time).OrderBy(p => p.Deadline).ThenBy(p => p.MadePosition).ThenBy(p => p.Number)];

    /// <summary>Applies what an event does to promises; reasons for its perception go to <paramref name="evidence"/>.</summary>
    public void Apply(PromisePlan step, string name, ReadOnlySpan<byte> properties, ReadOnlySpan<JsonSlice> slots, in LogEvent e, ref List<Evidence>? evidence)
    {
        if (!SlotCondition.AllHold(step.Where, properties, slots)) return;
        var references = References(step.Match, properties, slots);
        if (step.Deed == PromiseDeed.Make) Make(step, references, name, properties, slots, e, ref evidence);
        else if (Find(step.Promise, references) is { } promise) End(promise, step.Deed, e, ref evidence);
    }

    /// <summary>
    /// The promise that a touch presumes kept although it is not, counting it as a misfire: the one that the event names, or else the oldest of its kind.
    /// </summary>
    public FollowedPromise? Misfire(TouchPlan touch, ReadOnlySpan<byte> properties, ReadOnlySpan<JsonSlice> slots, long time)
    {
        if (pending.Count == 0 || touch.MisfirePromise < 0) return null;
        var rule = touch.Touchpoint.Perception.Misfire!;
        var references = References(touch.MisfireMatch, properties, slots);
        var promise = Array.TrueForAll(references, r => r is null)
            ? pending.Find(p => p.Number == touch.MisfirePromise && (rule.WhileOpen || time > p.Deadline))
            : Find(touch.MisfirePromise, references);
        if (promise is null || (!rule.WhileOpen && time <= promise.Deadline)) return null;
        promise.Misfires++;
        return promise;
    }

    private static string?[] References(int[] match, ReadOnlySpan<byte> properties, ReadOnlySpan<JsonSlice> slots)
    {
        var result = new string?[match.Length];
        for (var i = 0; i < match.Length; i++) result[i] = EventJson.Text(properties, slots[match[i]]) is { Length: > 0 } text ? text : null;
        return result;
    }

    private FollowedPromise? Find(int number, string?[] references)
    {
        var named = false;
        for (var i = 0; i < references.Length; i++)
        {
            if (references[i] is not { } value) continue;
            named = true;
            if (byReference.TryGetValue((number, i, value), out var found)) return found;
        }

        // An event that names no order answers the oldest promise of its kind.
        return named ? null : pending.Find(p => p.Number == number);
    }

    private void Make(PromisePlan step, string?[] references, string name, ReadOnlySpan<byte> properties, ReadOnlySpan<JsonSlice> slots, in LogEvent e, ref List<Evidence>? evidence)
    {
        long? due = null;
        foreach (var slot in step.Due)
        {
            due ??= DueTime.Read(properties, slots[slot], rules.Profile.TimeZone);
        }

        due ??= e.Time + step.After;
        // A time that lay in the past when it was named is a defect of the sender, not a promise.
        if (due is not { } known || known < e.Time) return;
        var named = !Array.TrueForAll(references, r => r is null);
        var time = e.Time;
        var same = named ? Find(step.Promise, references) : pending.Find(p => p.Number == step.Promise && p.Reference is null && p.Due == known);
        if (same is not null)
        {
            Register(same, references);
            // Once it is broken, a new date does not unbreak it.
            if (time > same.Deadline) return;
            same.Due = known;
            Reckon();
            (evidence ??= []).Add(same.Evidence(EvidenceCode.PromiseMade, 0));
            return;
        }

        var promise = new FollowedPromise
        {
            Number = step.Promise,
            Rule = rules.Promises[step.Promise],
            References = new string?[references.Length],
            MadeAt = time,
            MadeBy = name,
            MadePosition = e.Position,
            FirstDue = known,
            Due = known,
        };
        all.Add(promise);
        pending.Add(promise);
        Register(promise, references);
        nextDeadline = Math.Min(nextDeadline, promise.Deadline);
        (evidence ??= []).Add(promise.Evidence(EvidenceCode.PromiseMade, 0));
    }

    private void End(FollowedPromise promise, PromiseDeed deed, in LogEvent e, ref List<Evidence>? evidence)
    {
        (promise.EndedAt, promise.EndedPosition) = (e.Time, e.Position);
        var inTime = e.Time <= promise.Deadline;
        var delay = TimeSpan.FromMilliseconds(Math.Max(0, e.Time - promise.Due));
        if (deed == PromiseDeed.Cancel)
        {
            // Cancelled after it was due, it stays broken: the customer waited in vain.
            promise.Status = inTime ? PromiseStatus.Cancelled : PromiseStatus.Broken;
            (evidence ??= []).Add(promise.Evidence(EvidenceCode.PromiseCancelled, 0, inTime ? null : delay));
        }
        else if (inTime)
        {
            promise.Status = PromiseStatus.Kept;
            (evidence ??= []).Add(promise.Evidence(EvidenceCode.PromiseKept, promise.Rule.KeptValue));
        }
        else
        {
            promise.Status = PromiseStatus.Late;
            (evidence ??= []).Add(promise.Evidence(EvidenceCode.PromiseLate, LateValue(promise.Rule, delay), delay));
        }

        pending.Remove(promise);
        for (var i = 0; i < promise.References.Length; i++)
        {
            if (promise.References[i] is { } value) byReference.Remove((promise.Number, i, value));
        }

        Reckon();
    }

    // Falls evenly from the value of being just late to -1 at the worst delay.
    private static double LateValue(PromiseRule rule, TimeSpan delay) =>
        rule.LateValue + ((-1 - rule.LateValue) * Math.Min(1, delay.TotalMilliseconds / rule.WorstDelay));

    private void Register(FollowedPromise promise, string?[] references)
    {
        for (var i = 0; i < Math.Min(references.Length, promise.References.Length); i++)
        {
            if (references[i] is { } value && byReference.TryAdd((promise.Number, i, value), promise)) promise.References[i] ??= value;
        }
    }

    private void Reckon()
    {
        nextDeadline = long.MaxValue;
        foreach (var promise in pending)
        {
            if (!promise.BreachShown) nextDeadline = Math.Min(nextDeadline, promise.Deadline);
        }
    }
}
