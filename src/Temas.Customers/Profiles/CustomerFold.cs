using System.Globalization;
using System.Text;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Customers.Perception;
using Temas.Customers.Promises;
using Temas.Storage.EventLog;

namespace Temas.Customers.Profiles;

/// <summary>
/// The one evaluator: folds a customer's events, in time order (ties: log order), into her profile. Pure: the same events, rules and moment give the same answer.
/// Events may be appended at any time, as long as they are later than all that came before; <see cref="Finish"/> changes nothing and may be asked again and again.
/// Events of robots are kept on the timeline and count for nothing else. Not thread-safe.
/// </summary>
internal sealed class CustomerFold
{
    private readonly FoldRules rules;
    private readonly JsonSlice[] slots;
    private readonly TraitFold traits = new();
    private readonly ConsentFold consent = new();
    private readonly ChannelFold channels;
    private readonly LifecycleFold lifecycle;
    private readonly PromiseFold promises;
    private readonly ComputedFold[] computed;
    private readonly List<Moment>? moments;
    private readonly List<CurvePoint> curve = [];
    private readonly Dictionary<string, Group> groups = new(StringComparer.Ordinal);
    private LatestScores scores = new(null, null, null);
    private JourneyState journey;
    private Tally tally;
    private long events, first, lastTime = long.MinValue, lastPosition;

    /// <summary>Begins a fold. <paramref name="keepMoments"/>: whether the timeline is wanted too.</summary>
    public CustomerFold(FoldRules rules, bool keepMoments = true)
    {
        this.rules = rules;
        slots = new JsonSlice[rules.LongestPlan];
        channels = new ChannelFold(rules.Profile);
        lifecycle = new LifecycleFold(rules.Profile);
        promises = new PromiseFold(rules);
        computed = [.. rules.Computed.Select(t => new ComputedFold(t))];
        journey = new JourneyState(rules.Profile);
        moments = keepMoments ? [] : null;
    }

    /// <summary>Whether the words that carried the sentiment of a text are wanted with it: for one timeline that somebody reads, not for all.</summary>
    public bool ShowsWords { get; init; }

    private sealed class Group
    {
        public required long Since;
        public long Time;
        public readonly TraitFold Traits = new();
    }

    private struct Tally
    {
        public int Positive, Neutral, Negative;

        public void Add(double perception)
        {
            if (perception > 0) Positive++;
            else if (perception < 0) Negative++;
            else Neutral++;
        }
    }

    /// <summary>Appends an event; one that is earlier than the last is a defect of the caller and throws. Records that are no events are passed over.</summary>
    public void Append(in LogEvent e)
    {
        if (e.Kind != LogRecordKind.Event) return;
        if (e.Time < lastTime || (e.Time == lastTime && e.Position <= lastPosition)) throw new ArgumentException("Events are folded in time order.", nameof(e));
        if (events++ == 0) first = e.Time;
        (lastTime, lastPosition) = (e.Time, e.Position);
        foreach (var broken in promises.BreakBefore(e.Time)) Show(broken, ref journey, ref tally, curve, moments);

        var json = e.Json;
        var fields = e.Fields;
        var type = fields.Type;
        var plan = PlanOf(fields, json);
        if ((e.Flags & EventFlags.Bot) != 0)
        {
            moments?.Add(new Moment { Kind = MomentKind.Event, Time = e.Time, Position = e.Position, Type = type, Name = NameOf(plan, fields, json), Source = e.Source, Flags = e.Flags });
            return;
        }

        if (fields.ContextTraits.Exists) traits.Apply(fields.ContextTraits.Of(json), e.Time, e.Position, e.Source);
        if (type == EventType.Identify && fields.Traits.Exists) traits.Apply(fields.Traits.Of(json), e.Time, e.Position, e.Source);
        if (type == EventType.Group) Join(fields, json, e);
        if (fields.Context.Exists) consent.ApplyContext(fields.Context.Of(json), e);

        var properties = fields.Properties.Exists ? fields.Properties.Of(json) : default;
        plan.Slots.Scan(properties, slots);
        var touch = plan.Match(properties, slots);
        var channel = touch is null ? null : ChannelOf(plan, touch, properties, fields.Device.Exists ? fields.Device.Of(json) : default);
        if (plan.Consent != ConsentDeed.None) consent.Apply(plan.Consent, plan.Name!, properties, channel, e);

        List<Evidence>? evidence = null;
        foreach (var step in plan.Promises) promises.Apply(step, plan.Name!, properties, slots, e, ref evidence);
        foreach (var trait in plan.Computed) Compute(trait, e.Time, properties);
        var perception = 0.0;
        IReadOnlyList<Evidence> reasons = evidence ?? (IReadOnlyList<Evidence>)[];
        if (touch is not null)
        {
            foreach (var trait in touch.Computed) Compute(trait, e.Time, properties);
            if (touch.IsOrder || touch.IsCancellation) Order(plan, touch, properties, e.Time);
            if (touch.Touchpoint.Initiative == Initiative.Customer) channels.Add(channel!, e.Time, touch.IsOrder);
            reasons = Judge(touch, properties, evidence, e.Time);
            if (reasons.Count > 0) Score(reasons[0], e.Time);
        }
        else if (evidence is not null)
        {
            evidence.Sort(ByWeight);
        }

        if (reasons.Count > 0) perception = reasons[0].Value;
        if (touch is not null || reasons.Count > 0) tally.Add(perception);
        if (reasons.Count > 0 && (perception != 0 || IsSaid(reasons[0].Code))) Feel(e.Time, perception, ref journey, curve);
        moments?.Add(new Moment
        {
            Kind = MomentKind.Event,
            Time = e.Time,
            Position = e.Position,
            Type = type,
            Name = NameOf(plan, fields, json),
            Touchpoint = touch?.Touchpoint,
            Channel = channel,
            Source = e.Source,
            Flags = e.Flags,
            Perception = perception,
            Evidence = reasons,
        });
    }

    /// <summary>
    /// The timeline at <paramref name="asOf"/> (milliseconds since 1970 UTC), in order: the moments of broken promises stand at the time at which they broke,
    /// after what happened in the same millisecond. Only when moments are kept.
    /// </summary>
    public IReadOnlyList<Moment> Moments(long asOf)
    {
        if (moments is null) throw new InvalidOperationException("This fold keeps no moments.");
        var overdue = promises.Overdue(Math.Max(asOf, lastTime));
        if (overdue.Count == 0) return moments;
        var result = new List<Moment>(moments);
        var ahead = journey;
        var counts = tally;
        foreach (var broken in overdue) Show(broken, ref ahead, ref counts, null, result);
        return result;
    }

    /// <summary>The moments so far, which the fold then forgets: whoever needs each only once keeps no long list. Only when moments are kept.</summary>
    public IReadOnlyList<Moment> TakeMoments()
    {
        if (moments is null) throw new InvalidOperationException("This fold keeps no moments.");
        Moment[] result = [.. moments];
        moments.Clear();
        return result;
    }

    /// <summary>The profile at <paramref name="asOf"/>, in milliseconds since 1970 UTC; not before the last event.</summary>
    public CustomerProfile Finish(long asOf)
    {
        asOf = Math.Max(asOf, lastTime);
        var ahead = journey;
        var counts = tally;
        var points = new List<CurvePoint>(curve);
        foreach (var broken in promises.Overdue(asOf)) Show(broken, ref ahead, ref counts, points, null);
        return new CustomerProfile
        {
            AsOf = Instants.Of(asOf),
            DisplayName = traits.DisplayName(),
            Events = events,
            FirstSeen = events == 0 ? null : Instants.Of(first),
            LastSeen = events == 0 ? null : Instants.Of(lastTime),
            Traits = traits.ToList(),
            ComputedTraits = [.. rules.Computed.Select((t, i) => new ComputedTraitValue(t.Key, t.Label, computed[i].At(asOf)))],
            Groups = [.. groups.OrderByDescending(g => g.Value.Time).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => new CustomerGroup(g.Key, Instants.Of(g.Value.Since), Instants.Of(g.Value.Time), g.Value.Traits.ToList()))],
            Channels = channels.ToList(asOf),
            Lifecycle = lifecycle.At(asOf),
            Consents = consent.ToList(),
            Scores = scores,
            Promises = [.. promises.All.Select(p => p.At(asOf)).OrderByDescending(p => p.MadeAt).ThenByDescending(p => p.MadePosition)],
            Perception = new JourneyPerception(
                ahead.Any ? Rounded(ahead.At(asOf)) : null,
                ahead.Any ? Rounded(ahead.PeakAt(asOf)) : null,
                ahead.Any ? Instants.Of(ahead.PeakTime) : null,
                ahead.Any ? Rounded(ahead.EndAt(asOf)) : null,
                counts.Positive,
                counts.Neutral,
                counts.Negative,
                points),
        };
    }

    /// <summary>When the profile at <paramref name="profile"/>'s moment becomes another one without any event, in milliseconds since 1970 UTC.</summary>
    public long ChangesAt(CustomerProfile profile)
    {
        var next = NextChange.Of(profile, rules);
        foreach (var trait in computed) next = Math.Min(next, trait.ChangesAt(profile.AsOf.ToUnixTimeMilliseconds()));
        return next;
    }

    private static double Rounded(double value) => Math.Round(value, 4);

    // What the customer says herself is felt even when it is neutral.
    private static bool IsSaid(EvidenceCode code) => code is EvidenceCode.Nps or EvidenceCode.Csat or EvidenceCode.Ces or EvidenceCode.Rating or EvidenceCode.Smiley or EvidenceCode.Sentiment or EvidenceCode.Text;

    // The worse of two outcomes decides; a mere announcement never does.
    private static int ByWeight(Evidence a, Evidence b) =>
        (a.Code is EvidenceCode.PromiseMade).CompareTo(b.Code is EvidenceCode.PromiseMade) is var order && order != 0 ? order
        : (a.Value == 0).CompareTo(b.Value == 0) is var weight && weight != 0 ? weight
        : a.Value.CompareTo(b.Value) is var value && value != 0 ? value
        : string.CompareOrdinal(a.Promise, b.Promise);

    private static void Feel(long time, double value, ref JourneyState journey, List<CurvePoint>? curve)
    {
        journey.Add(time, value);
        curve?.Add(new CurvePoint(Instants.Of(time), value, Rounded(journey.At(time))));
    }

    private static void Show(FollowedPromise broken, ref JourneyState journey, ref Tally tally, List<CurvePoint>? curve, List<Moment>? moments)
    {
        var value = broken.Rule.BrokenValue;
        tally.Add(value);
        Feel(broken.Deadline, value, ref journey, curve);
        moments?.Add(new Moment
        {
            Kind = MomentKind.PromiseBroken,
            Time = broken.Deadline,
            Position = broken.MadePosition,
            Type = EventType.None,
            Name = broken.Rule.Key,
            Promise = broken.Rule,
            Perception = value,
            Evidence = [broken.Evidence(EvidenceCode.PromiseBroken, value)],
        });
    }

    private static string? NameOf(EventPlan plan, in EventFields fields, ReadOnlySpan<byte> json) => plan.Name ?? (fields.Name.Exists && fields.Name.IsString(json) ? fields.Name.ToText(json) : null);

    /// <summary>The channel that the event names itself; a shop on a phone's app; else the touchpoint's.</summary>
    private string ChannelOf(EventPlan plan, TouchPlan touch, ReadOnlySpan<byte> properties, ReadOnlySpan<byte> device)
    {
        if (plan.Consent == ConsentDeed.None && EventJson.Text(properties, slots[plan.ChannelSlot]) is { Length: > 0 and <= 40 } named)
        {
            var word = named.Trim().ToLowerInvariant();
            if (PatternReading.WordForm().IsMatch(word)) return word;
        }

        if (touch.Touchpoint.Channel != "web" || device.IsEmpty) return touch.Touchpoint.Channel;
        var kind = EventJson.Find(device, "type"u8);
        return kind.Exists && (kind.Of(device).SequenceEqual("\"ios\""u8) || kind.Of(device).SequenceEqual("\"android\""u8)) ? "app" : "web";
    }

    private EventPlan PlanOf(in EventFields fields, ReadOnlySpan<byte> json)
    {
        if (!fields.Name.Exists) return rules.PlanFor(fields.Type, default);
        var name = fields.Name;
        return name.Length <= 256 ? rules.PlanFor(fields.Type, name.Text(json, stackalloc byte[name.Length])) : rules.PlanFor(fields.Type, name.Text(json, new byte[name.Length]));
    }

    private void Compute(ComputedPlan plan, long time, ReadOnlySpan<byte> properties)
    {
        if (SlotCondition.AllHold(plan.Where, properties, slots)) computed[plan.Trait].Add(time, properties, slots, plan.Property);
    }

    private void Order(EventPlan plan, TouchPlan touch, ReadOnlySpan<byte> properties, long time)
    {
        string? id = null;
        foreach (var slot in plan.OrderIdSlots) id ??= EventJson.Text(properties, slots[slot]);
        if (touch.IsCancellation)
        {
            lifecycle.Cancel(id);
            return;
        }

        decimal? amount = null;
        foreach (var slot in plan.AmountSlots)
        {
            if (EventJson.TryNumber(properties, slots[slot], out var number))
            {
                amount = number;
                break;
            }
        }

        lifecycle.Add(id, time, amount, EventJson.Text(properties, slots[plan.CurrencySlot]));
    }

    private void Join(in EventFields fields, ReadOnlySpan<byte> json, in LogEvent e)
    {
        if (fields.GroupId.ToText(json) is not { Length: > 0 } id) return;
        if (!groups.TryGetValue(id, out var group))
        {
            if (groups.Count >= TraitFold.Most) return;
            groups.Add(id, group = new Group { Since = e.Time });
        }

        group.Time = e.Time;
        if (fields.Traits.Exists) group.Traits.Apply(fields.Traits.Of(json), e.Time, e.Position, e.Source);
    }

    // What she says herself stands first among the reasons, if she does.
    private void Score(Evidence said, long time)
    {
        if (said.Code is not (EvidenceCode.Nps or EvidenceCode.Csat or EvidenceCode.Ces) || !double.TryParse(said.Answer, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return;
        var score = new Score(value, Instants.Of(time));
        scores = said.Code switch
        {
            EvidenceCode.Nps => scores with { Nps = score },
            EvidenceCode.Csat => scores with { Csat = score },
            _ => scores with { Ces = score },
        };
    }

    /// <summary>All reasons, the deciding one first: what she said, by a rating or else in words; a misfire; a promise kept or not; a condition; the assumption.</summary>
    private IReadOnlyList<Evidence> Judge(TouchPlan touch, ReadOnlySpan<byte> properties, List<Evidence>? outcomes, long time)
    {
        List<Evidence>? reasons = null;
        foreach (var rating in touch.Ratings)
        {
            if (RatingReader.Read(rating, properties, slots) is not { } said) continue;
            (reasons ??= []).Add(said);
            break;
        }

        foreach (var text in touch.Texts)
        {
            if (RatingReader.ReadText(text, rules.Texts!, properties, slots, ShowsWords) is not { } said) continue;
            (reasons ??= []).Add(said);
            break;
        }

        if (promises.Misfire(touch, properties, slots, time) is { } premature)
        {
            var share = -touch.Touchpoint.Perception.Misfire!.Value;
            var value = -(1 - Math.Pow(1 - share, premature.Misfires));
            var delay = TimeSpan.FromMilliseconds(time - premature.Due);
            (reasons ??= []).Add(premature.Evidence(EvidenceCode.Misfire, value, delay > TimeSpan.Zero ? delay : null, premature.Misfires));
        }

        List<Evidence>? announcements = null;
        if (outcomes is not null)
        {
            outcomes.Sort(ByWeight);
            foreach (var outcome in outcomes)
            {
                if (outcome.Value == 0) (announcements ??= []).Add(outcome);
                else (reasons ??= []).Add(outcome);
            }
        }

        foreach (var (where, value) in touch.When)
        {
            if (!SlotCondition.AllHold(where, properties, slots)) continue;
            var (slot, condition) = where.Length > 0 ? where[0] : default;
            (reasons ??= []).Add(new Evidence
            {
                Code = EvidenceCode.Condition,
                Value = value,
                Property = condition?.Property.Text,
                Answer = condition is null ? null : EventJson.Text(properties, slots[slot]),
            });
            break;
        }

        if (reasons is null && announcements is null) return touch.Assumed;
        reasons ??= [];
        reasons.AddRange(touch.Assumed);
        if (announcements is not null) reasons.AddRange(announcements);
        return reasons;
    }
}
