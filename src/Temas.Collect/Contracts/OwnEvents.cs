using Temas.Storage.EventLog;

namespace Temas.Collect.Contracts;

/// <summary>
/// Events by which Temas tells on a customer's timeline what the company did for her, without being a touch: nobody misses a touchpoint for them. What Temas tells and is a touch (a message, an answer) has its touchpoint in the default catalogue.
/// </summary>
public static class OwnEvents
{
    /// <summary>What the names begin with that are told of follow-ups.</summary>
    public const string FollowUp = "Follow-up ";

    /// <summary>A follow-up was opened, or opened again.</summary>
    public const string FollowUpOpened = FollowUp + "Opened";

    /// <summary>It was done.</summary>
    public const string FollowUpDone = FollowUp + "Done";

    /// <summary>Whether an event is one of them.</summary>
    public static bool Are(EventType type, ReadOnlySpan<byte> nameUtf8) => type == EventType.Track && (nameUtf8.SequenceEqual("Follow-up Opened"u8) || nameUtf8.SequenceEqual("Follow-up Done"u8));

    /// <summary>As the other, by the name of its type (<c>track:Follow-up Done</c>).</summary>
    public static bool Are(string type) => type is "track:" + FollowUpOpened or "track:" + FollowUpDone;
}
