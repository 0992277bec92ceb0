namespace Temas.Timelines.Findings;

/// <summary>One sort of notes: what becomes a <see cref="UnitTable"/>, or of a process one for each step.</summary>
/// <param name="Kind">The sort.</param>
/// <param name="Place">Key of a promise, of a touchpoint, of a process.</param>
/// <param name="Days">For how many days what comes after is counted.</param>
/// <param name="Dimensions">The properties by which places are told apart.</param>
/// <param name="HasSteps">Whether a step belongs to each note.</param>
internal sealed record NoteKind(string Kind, string Place, int Days, string[] Dimensions, bool HasSteps = false)
{
    /// <summary>Its number.</summary>
    public int Number { get; init; }
}

/// <summary>The sorts of notes that a plan makes, by number. Shared by all threads; never changes.</summary>
internal sealed class NoteKinds
{
    private const int StepDays = 14, VisitDays = 30;

    public const int Days = 90;

    private readonly List<NoteKind> all = [];

    public NoteKinds(JourneyPlan plan)
    {
        var (promises, places) = (plan.Map.Promises, plan.Map.Places);
        Late = [.. promises.Select((p, i) => Make("promise", p.Key, Days, plan.PromiseDimensions[i]))];
        Misfires = [.. promises.Select((p, i) => places.Any(t => t.MisfirePromise == i) ? Make("misfire", p.Key) : null)];
        Felt = [.. places.Select((p, i) => p is { Varies: true, IsVoice: false, IsOrder: false } ? Make("felt", p.Key, Days, plan.PlaceDimensions[i]) : p.IsVoice ? Make("voice", p.Key, Days, plan.PlaceDimensions[i]) : null)];
        (Troubles, Orders, Chosen, Visits) = (Make("recovery", "promise"), Make("loyalty", "order"), Make("loyalty", "choice"), Make("visit", "visit", VisitDays));
        (Repeats, Switches) = (Make("repeat", "contact"), Make("switch", "contact"));
        (Promotions, Reminders, Silent) = (Make("promotion", "complaint"), Make("reminder", "order"), Make("silent", "regulars"));
        Steps = [.. plan.Map.Steps.Select((s, i) => Make("step", s.Key, StepDays, plan.StepDimensions[i], hasSteps: true))];
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<NoteKind> All => all;

    /// <summary>By promise: whether it was late.</summary>
    public NoteKind[] Late { get; }

    /// <summary>By promise: messages out of place; null where there can be none.</summary>
    public NoteKind?[] Misfires { get; }

    /// <summary>By touchpoint: how it was taken, or what was said there; null where it is always the same.</summary>
    public NoteKind?[] Felt { get; }

    public NoteKind Troubles { get; }

    /// <summary>What the brand did after an order.</summary>
    public NoteKind Orders { get; }

    /// <summary>What the customer did after one herself.</summary>
    public NoteKind Chosen { get; }

    public NoteKind Visits { get; }

    public NoteKind Repeats { get; }

    public NoteKind Switches { get; }

    public NoteKind Promotions { get; }

    public NoteKind Reminders { get; }

    public NoteKind Silent { get; }

    /// <summary>By process.</summary>
    public NoteKind[] Steps { get; }

    /// <summary>Their numbers and meanings, so that notes of two plans can be told to mean the same.</summary>
    public string Signature => string.Join('\n', all.Select(k => $"{k.Kind}/{k.Place}/{k.Days}/{string.Join(',', k.Dimensions)}"));

    private NoteKind Make(string kind, string place, int days = Days, string[]? dimensions = null, bool hasSteps = false)
    {
        all.Add(new NoteKind(kind, place, days, dimensions ?? [], hasSteps) { Number = all.Count });
        return all[^1];
    }
}
