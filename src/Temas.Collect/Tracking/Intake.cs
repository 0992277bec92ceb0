using System.Buffers;
using System.Text;
using Temas.Collect.Contracts;
using Temas.Collect.Sources;
using Temas.Kernel;
using Temas.Storage.EventLog;

namespace Temas.Collect.Tracking;

/// <summary>What is known of a request before its body is read.</summary>
/// <param name="Source">Who sends.</param>
/// <param name="Shape">How the body holds its events.</param>
/// <param name="Type">The call that the path names, or <see cref="EventType.None"/> where each event names its own.</param>
/// <param name="Imported">True for history: times stay as they were sent.</param>
/// <param name="ReceivedAt">When the request arrived, in milliseconds since 1970 UTC.</param>
/// <param name="MaxEvents">How many events the body may hold.</param>
/// <param name="Checks">The catalogue's word on events and properties.</param>
internal readonly record struct IntakeRequest(Source Source, BodyShape Shape, EventType Type, bool Imported, long ReceivedAt, int MaxEvents, ICatalogueCheck Checks);

/// <summary>
/// Turns a body into a batch for the log: parse, then for each event check, time, rewrite if it must be, add. Holds the buffers of one request; pooled.
/// </summary>
internal sealed class Intake(TimeProvider clock)
{
    private readonly BodyParser parser = new();
    private readonly ArrayBufferWriter<byte> rewritten = new(4096);
    private readonly List<RejectedEvent> rejected = [];
    private readonly List<byte[]> blocked = [];
    private readonly byte[] text = new byte[CollectLimits.EventBytes];
    private byte[] lastAgent = new byte[256];
    private int lastAgentLength;
    private bool lastAgentIsBot;

    /// <summary>The events on their way to the log.</summary>
    public EventBatch Batch { get; } = new(0, 0);

    /// <summary>The events that were refused.</summary>
    public IReadOnlyList<RejectedEvent> Rejected => rejected;

    /// <summary>How many events the body held.</summary>
    public int Count => parser.Events.Length;

    /// <summary>
    /// Reads <paramref name="body"/>, which it may mend in place. Gives a problem when nothing of the body can be used; the refusal then is in the batch, so that there is a receipt.
    /// </summary>
    public Problem? Read(Span<byte> body, in IntakeRequest request)
    {
        Reset(request.Source.Id, request.ReceivedAt);
        if (body.StartsWith("\uFEFF"u8)) body = body[3..];
        Surrogates.Mend(body);
        if (parser.Parse(body, request.Shape, request.MaxEvents) is { } fault) return Refuse(fault.Reason, fault.Problem);

        long? sentAt = EventTime.TryRead(body, parser.SentAt, out var sent) ? sent : null;
        var context = parser.Context.Exists ? parser.Context.Of(body) : default;
        var integrations = parser.Integrations.Exists ? parser.Integrations.Of(body) : default;
        var events = parser.Events;
        for (var i = 0; i < events.Length; i++)
        {
            ref var parsed = ref events[i];
            Take(i, ref parsed, body.Slice(parsed.Start, parsed.Length), request, sentAt, context, integrations);
        }

        return null;
    }

    /// <summary>Refuses a whole request, with a receipt. The problem comes back, naming it.</summary>
    public Problem Refuse(int source, long receivedAt, DropReason reason, Problem problem)
    {
        Reset(source, receivedAt);
        return Refuse(reason, problem);
    }

    private Problem Refuse(DropReason reason, Problem problem)
    {
        Batch.Drop(new DroppedEvent(NewMessageId(), DropReasons.NameOf(reason), problem.ToString(), null));
        return problem;
    }

    private void Reset(int source, long receivedAt)
    {
        Batch.Reset(source, receivedAt);
        rejected.Clear();
        lastAgentLength = 0;
    }

    private void Take(
        int index, ref ParsedEvent parsed, ReadOnlySpan<byte> json, in IntakeRequest request, long? sentAt, ReadOnlySpan<byte> context, ReadOnlySpan<byte> integrations)
    {
        ref var fields = ref parsed.Fields;
        var fault = parsed.Fault;
        if (fault == DropReason.None && json.Length > CollectLimits.EventBytes) fault = DropReason.EventTooLarge;
        if (fault == DropReason.None && parser.HasInvalidUtf8 && !System.Text.Unicode.Utf8.IsValid(json)) fault = DropReason.InvalidUtf8;
        if (fault != DropReason.None)
        {
            // Only of an event that is merely too large are the fields known and readable.
            var readable = fault == DropReason.EventTooLarge && !parser.HasInvalidUtf8;
            Reject(index, request, EventFaults.OfWhole(fault, json.Length), json, readable ? fields : default, EventType.None);
            return;
        }

        var type = request.Type == EventType.None ? fields.Type : request.Type;
        if (EventFaults.Find(json, fields, type, text) is { } wrong)
        {
            Reject(index, request, wrong, json, fields, type);
            return;
        }

        var flags = request.Imported ? EventFlags.Imported : EventFlags.None;
        if (!EventTime.TryResolve(json, fields, sentAt, request.ReceivedAt, request.Imported, out var time, ref flags))
        {
            Reject(index, request, EventFaults.Timestamp(json, fields), json, fields, type);
            return;
        }

        if (request.Source.Bots != UnknownPolicy.Allow && IsBot(json, fields, context))
        {
            if (request.Source.Bots == UnknownPolicy.Block)
            {
                Reject(index, request, EventFaults.Bot, json, fields, type);
                return;
            }

            flags |= EventFlags.Bot;
        }

        blocked.Clear();
        if (request.Source.ChecksCatalogue && !CheckCatalogue(index, request, json, fields, type, ref flags)) return;

        // An empty id would make all events that have one duplicates of each other.
        var messageId = fields.MessageId.Exists ? fields.MessageId.Text(json, text) : default;
        if (messageId.IndexOfAnyExcept(" \t\r\n"u8) < 0) messageId = default;
        if (messageId.Length > 0 && fields.Type == type && context.IsEmpty && integrations.IsEmpty && blocked.Count == 0 && json.IndexOf("writeKey"u8) < 0)
        {
            Batch.Add(json, fields, EventBatch.HashOf(request.Source.Id, messageId), time, flags);
            return;
        }

        AddRewritten(index, request, json, fields, type, time, flags, messageId, context, integrations);
    }

    private void AddRewritten(
        int index,
        in IntakeRequest request,
        ReadOnlySpan<byte> json,
        in EventFields fields,
        EventType type,
        long time,
        EventFlags flags,
        ReadOnlySpan<byte> messageId,
        ReadOnlySpan<byte> context,
        ReadOnlySpan<byte> integrations)
    {
        Span<byte> made = stackalloc byte[36];
        if (messageId.IsEmpty) Guid.CreateVersion7(clock.GetUtcNow()).TryFormat(made, out _);
        else made = default;

        var rewrite = new Rewrite
        {
            MessageId = made,
            Type = fields.Type == type ? EventType.None : type,
            Context = context,
            Integrations = integrations,
            BlockedProperties = blocked.Count == 0 ? null : blocked,
        };
        var hash = EventBatch.HashOf(request.Source.Id, messageId.IsEmpty ? made : messageId);
        rewritten.ResetWrittenCount();
        EventRewriter.Write(json, rewrite, rewritten);
        var stored = rewritten.WrittenSpan;
        var fault = stored.Length > CollectLimits.EventBytes ? DropReason.EventTooLarge
            : Batch.Bytes + stored.Length > CollectLimits.MergedBytes && request.Shape == BodyShape.Batch ? DropReason.BatchTooLarge
            : !EventScanner.TryScan(stored, out var scanned, out _) ? DropReason.NestingTooDeep
            : parser.HasInvalidUtf8 && !System.Text.Unicode.Utf8.IsValid(stored) ? DropReason.InvalidUtf8
            : Add(stored, scanned);
        if (fault != DropReason.None) Reject(index, request, EventFaults.OfWhole(fault, stored.Length), json, fields, type);

        DropReason Add(ReadOnlySpan<byte> bytes, in EventFields found)
        {
            Batch.Add(bytes, found, hash, time, flags);
            return DropReason.None;
        }
    }

    private bool CheckCatalogue(int index, in IntakeRequest request, ReadOnlySpan<byte> json, in EventFields fields, EventType type, ref EventFlags flags)
    {
        var source = request.Source;
        if (type is not (EventType.Track or EventType.Page or EventType.Screen)) return true;
        var name = fields.Name.Exists ? fields.Name.Text(json, text) : default;
        if (source.Events != UnknownPolicy.Allow && !request.Checks.Knows(type, name))
        {
            if (source.Events == UnknownPolicy.Block)
            {
                Reject(index, request, EventFaults.NotInCatalogue(Encoding.UTF8.GetString(name)), json, fields, type);
                return false;
            }

            flags |= EventFlags.UnknownEvent;
            return true;
        }

        if (source.Properties == UnknownPolicy.Allow || !fields.Properties.Exists) return true;
        request.Checks.FindUnknownProperties(type, name, fields.Properties.Of(json), blocked);
        if (blocked.Count == 0) return true;
        flags |= EventFlags.UnknownProperty;
        if (source.Properties == UnknownPolicy.Flag) blocked.Clear();
        return true;
    }

    private bool IsBot(ReadOnlySpan<byte> json, in EventFields fields, ReadOnlySpan<byte> envelope)
    {
        var agent = fields.UserAgent.IsString(json) ? fields.UserAgent.Of(json) : EnvelopeAgent(fields, envelope);
        if (agent.Length < 2) return false;

        // The events of a batch mostly have one user agent.
        if (lastAgentLength > 0 && agent.SequenceEqual(lastAgent.AsSpan(0, lastAgentLength))) return lastAgentIsBot;
        lastAgentIsBot = BotAgents.IsBot(agent[1..^1]);
        if (agent.Length > lastAgent.Length) Array.Resize(ref lastAgent, agent.Length);
        agent.CopyTo(lastAgent);
        lastAgentLength = agent.Length;
        return lastAgentIsBot;
    }

    private static ReadOnlySpan<byte> EnvelopeAgent(in EventFields fields, ReadOnlySpan<byte> envelope)
    {
        if (envelope.IsEmpty || fields.UserAgent.Exists) return default;
        var reader = new System.Text.Json.Utf8JsonReader(envelope, new System.Text.Json.JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        while (reader.Read() && reader.TokenType == System.Text.Json.JsonTokenType.PropertyName)
        {
            var isAgent = reader.ValueSpan.SequenceEqual("userAgent"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (isAgent && reader.TokenType == System.Text.Json.JsonTokenType.String) return envelope[start..(int)reader.BytesConsumed];
            reader.Skip();
        }

        return default;
    }

    private void Reject(int index, in IntakeRequest request, in EventFault fault, ReadOnlySpan<byte> json, in EventFields fields, EventType type)
    {
        var messageId = EventFaults.Shown(json, fields.MessageId, CollectLimits.MessageIdLength);
        if (string.IsNullOrEmpty(messageId)) messageId = NewMessageId();
        var name = EventFaults.Shown(json, fields.Name, CollectLimits.EventNameLength);
        var field = request.Shape == BodyShape.Single ? fault.Field : FormattableString.Invariant($"batch[{index}]{(fault.Field is null ? "" : "." + fault.Field)}");
        var problem = Problem.Invalid(DropReasons.NameOf(fault.Reason), fault.Detail, field, fault.Value, fault.WayOut);
        rejected.Add(new RejectedEvent(index, messageId, fault.Reason, problem));
        Batch.Drop(new DroppedEvent(messageId, problem.Code, (problem with { Field = fault.Field }).ToString(), name ?? (type == EventType.None ? null : Encoding.UTF8.GetString(EventRewriter.NameOf(type)))));
    }

    private string NewMessageId() => Guid.CreateVersion7(clock.GetUtcNow()).ToString();
}
