using System.Text.Json;

namespace Temas.Feedback.FollowUps;

/// <summary>A follow-up as the table has it.</summary>
internal sealed class FollowUpRow
{
    public string Id { get; set; } = "";

    public string Customer { get; set; } = "";

    public string Matter { get; set; } = "";

    public int Kind { get; set; }

    public string Rule { get; set; } = "";

    public string Reason { get; set; } = "";

    public string Who { get; set; } = "";

    public int Status { get; set; }

    public string? Owner { get; set; }

    public long OpenedAt { get; set; }

    public long DueAt { get; set; }

    public long? RemindAt { get; set; }

    public long? EscalateAt { get; set; }

    public long? EscalatedAt { get; set; }

    public long? FirstAt { get; set; }

    public long? ClosedAt { get; set; }

    public long? FirstTook { get; set; }

    public long? Took { get; set; }

    public string? Cause { get; set; }

    public string? Done { get; set; }

    public string? Result { get; set; }

    public string? BeforeKind { get; set; }

    public double? BeforeValue { get; set; }

    public string? AfterKind { get; set; }

    public double? AfterValue { get; set; }

    public long? AfterAt { get; set; }

    public int Triggers { get; set; }

    public int Reopened { get; set; }

    public long ChangedAt { get; set; }

    public FollowUp ToFollowUp() => new()
    {
        Id = Id,
        Customer = Customer,
        Matter = Matter,
        Kind = (FollowUpKind)Kind,
        Rule = Rule,
        Reason = JsonSerializer.Deserialize(Reason, FollowUpRowJson.Default.FollowUpReason)!,
        Who = Who,
        Status = (FollowUpStatus)Status,
        Owner = Owner,
        OpenedAt = At(OpenedAt),
        DueAt = At(DueAt),
        RemindAt = Maybe(RemindAt),
        EscalateAt = Maybe(EscalateAt),
        EscalatedAt = Maybe(EscalatedAt),
        FirstAt = Maybe(FirstAt),
        ClosedAt = Maybe(ClosedAt),
        FirstTook = Length(FirstTook),
        Took = Length(Took),
        Cause = Cause,
        Done = Done,
        Result = Result,
        Before = Answer(BeforeKind, BeforeValue),
        Afterwards = Answer(AfterKind, AfterValue),
        AfterwardsAt = Maybe(AfterAt),
        Triggers = Triggers,
        Reopened = Reopened,
        ChangedAt = At(ChangedAt),
    };

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static DateTimeOffset? Maybe(long? at) => at is { } known ? At(known) : null;

    private static TimeSpan? Length(long? milliseconds) => milliseconds is { } known ? TimeSpan.FromMilliseconds(known) : null;

    private static ScaleAnswer? Answer(string? kind, double? value) => kind is not null && value is { } known ? new ScaleAnswer(kind, known) : null;
}
