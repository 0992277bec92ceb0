using System.Text.Json;
using System.Text.Json.Serialization;
using Temas.Collect.Contracts;

namespace Temas.Feedback.FollowUps;

/// <summary>How far a follow-up is. The numbers are persisted and may only grow; from <see cref="Done"/> on it is closed.</summary>
internal enum FollowUpStatus
{
    /// <summary>Nobody has begun.</summary>
    Open = 0,

    /// <summary>Somebody works on it.</summary>
    InWork = 1,

    /// <summary>The customer was asked something.</summary>
    Waiting = 2,

    /// <summary>It is done.</summary>
    Done = 3,

    /// <summary>It was given up.</summary>
    GivenUp = 4,
}

/// <summary>Why a follow-up was opened, or what was added to it: by which rule, and what was seen held against which limit.</summary>
/// <param name="Rule">Key of the rule.</param>
/// <param name="Version">Its version.</param>
/// <param name="Code"><c>nps</c>, <c>csat</c>, <c>ces</c>, <c>answer</c>, <c>sentiment</c>, <c>intent</c>, <c>event</c> or <c>finding</c>.</param>
/// <param name="Position">Position in the log of the event in which it was seen.</param>
/// <param name="At">When that happened.</param>
/// <param name="Event">Name of the event.</param>
internal sealed record FollowUpReason(string Rule, int Version, string Code, long Position, DateTimeOffset At, string Event)
{
    /// <summary>What was answered, or the sentiment.</summary>
    public double? Value { get; init; }

    /// <summary>The most that opens one.</summary>
    public double? AtMost { get; init; }

    /// <summary>The least that opens one.</summary>
    public double? AtLeast { get; init; }

    /// <summary>The question, for <c>answer</c>.</summary>
    public string? Question { get; init; }

    /// <summary>What the text wants, for <c>intent</c>.</summary>
    public string? Intent { get; init; }

    /// <summary>Key of the survey.</summary>
    public string? Survey { get; init; }

    /// <summary>Id of the response.</summary>
    public string? Response { get; init; }

    /// <summary>Of one that was opened at a person's word: what for, in a sentence.</summary>
    public LocalText? Title { get; init; }

    /// <summary>Address of the page that says more of that.</summary>
    public string? Page { get; init; }
}

/// <summary>An answer on one of the standard scales.</summary>
/// <param name="Kind"><c>nps</c>, <c>csat</c> or <c>ces</c>.</param>
/// <param name="Value">The answer.</param>
internal sealed record ScaleAnswer(string Kind, double Value)
{
    /// <summary>Whether somebody who answers so is no longer unhappy: no detractor, satisfied, found it easy.</summary>
    public bool IsContent => Kind switch { "nps" => Value >= 7, "csat" => Value >= 4, _ => Value >= 5 };
}

/// <summary>Something to do for one customer because of what she said or did.</summary>
internal sealed record FollowUp
{
    /// <summary>Its id: of what opened it, so that nothing opens two.</summary>
    public required string Id { get; init; }

    /// <summary>Public id of the customer.</summary>
    public required string Customer { get; init; }

    /// <summary>What it is about: of one customer and matter one is open at a time.</summary>
    public required string Matter { get; init; }

    /// <summary>What it is for.</summary>
    public required FollowUpKind Kind { get; init; }

    /// <summary>Key of the rule that opened it.</summary>
    public required string Rule { get; init; }

    /// <summary>Why it was opened.</summary>
    public required FollowUpReason Reason { get; init; }

    /// <summary>How the event named her, as JSON: what is told of it later is told of the same person.</summary>
    [JsonIgnore]
    public required string Who { get; init; }

    /// <summary>How far it is.</summary>
    public FollowUpStatus Status { get; init; }

    /// <summary>Id of the person whose it is; null for nobody's.</summary>
    public string? Owner { get; init; }

    /// <summary>When it was opened; when it was opened again, then.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it is due.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When the owner is reminded; null for never, and when that was done.</summary>
    public DateTimeOffset? RemindAt { get; init; }

    /// <summary>When others are told that it takes too long; null for never, and when that was done.</summary>
    public DateTimeOffset? EscalateAt { get; init; }

    /// <summary>When others were told that it takes too long.</summary>
    public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>When somebody first did something.</summary>
    public DateTimeOffset? FirstAt { get; init; }

    /// <summary>When it was closed.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Service time until somebody first did something.</summary>
    public TimeSpan? FirstTook { get; init; }

    /// <summary>Service time until it was closed.</summary>
    public TimeSpan? Took { get; init; }

    /// <summary>Key of the root cause.</summary>
    public string? Cause { get; init; }

    /// <summary>What was done.</summary>
    public string? Done { get; init; }

    /// <summary>What came of it.</summary>
    public string? Result { get; init; }

    /// <summary>The answer that opened it, if it was one.</summary>
    public ScaleAnswer? Before { get; init; }

    /// <summary>Her first answer after it was done, on the same scale if the one before was on one.</summary>
    public ScaleAnswer? Afterwards { get; init; }

    /// <summary>When she gave it.</summary>
    public DateTimeOffset? AfterwardsAt { get; init; }

    /// <summary>How often something opened it or was added to it.</summary>
    public int Triggers { get; init; } = 1;

    /// <summary>How often it was opened again.</summary>
    public int Reopened { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Whether it is closed.</summary>
    public bool IsClosed => Status >= FollowUpStatus.Done;

    /// <summary>Whether it was taken back before anybody had begun: as if it had never been opened.</summary>
    public bool IsWithdrawn => Status == FollowUpStatus.GivenUp && FirstAt is null;

    /// <summary>Whether she is content again; null before she was asked.</summary>
    public bool? IsRecovered => Afterwards?.IsContent;

    /// <summary>Whether it was, or still can be, done in time.</summary>
    public bool IsLate(DateTimeOffset now) => (ClosedAt ?? now) > DueAt;
}

/// <summary>A line of a follow-up's story.</summary>
/// <param name="At">When.</param>
/// <param name="By"><c>user ID</c>, <c>token NAME</c> or <c>system</c>.</param>
/// <param name="Kind"><c>opened</c>, <c>added</c>, <c>reopened</c>, <c>owner</c>, <c>status</c>, <c>note</c>, <c>reminded</c>, <c>escalated</c>, <c>answered</c>.</param>
/// <param name="Text">A note's text; otherwise what belongs to the kind: the new owner's id, the new status, what became of the mail.</param>
internal sealed record FollowUpLine(DateTimeOffset At, string By, string Kind, string Text)
{
    /// <summary>Of what opened it or was added.</summary>
    public FollowUpReason? Reason { get; init; }
}

/// <summary>Words of statuses, in addresses and the API.</summary>
internal static class FollowUpWords
{
    /// <summary>By number.</summary>
    public static IReadOnlyList<string> Statuses { get; } = ["open", "in_work", "waiting", "done", "given_up"];

    /// <summary>The word of a status.</summary>
    public static string Of(FollowUpStatus status) => Statuses[(int)status];
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FollowUpReason))]
internal sealed partial class FollowUpRowJson : JsonSerializerContext;
