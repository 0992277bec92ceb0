using System.Text.Json;
using System.Text.Json.Serialization;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Customers.Erasure;
using Temas.Customers.Identity;
using Temas.Customers.Lists;
using Temas.Customers.Profiles;
using Temas.Kernel;
using Temas.Storage.EventLog;

namespace Temas.Customers.Api;

/// <summary>An identifier.</summary>
internal sealed record IdentifierBody(string Kind, string Value, DateTimeOffset FirstSeen, DateTimeOffset LastSeen)
{
    public static IReadOnlyList<IdentifierBody> Of(CustomerRef customer) =>
        [.. customer.Identifiers.Select(i => new IdentifierBody(i.Kind, i.Value, Instants.Of(i.FirstSeen), Instants.Of(i.LastSeen)))];
}

/// <summary>A customer with her profile.</summary>
internal sealed record CustomerBody(string Id, string? Name, IReadOnlyList<IdentifierBody> Identifiers, CustomerProfile Profile)
{
    /// <summary>The curve is cut to its newest points: the timeline has them all.</summary>
    private const int CurvePoints = 500;

    public static CustomerBody Of(CustomerRef customer, CustomerProfile profile) => new(
        customer.Id,
        profile.DisplayName ?? customer.Name,
        IdentifierBody.Of(customer),
        profile.Perception.Curve.Count <= CurvePoints ? profile : profile with { Perception = profile.Perception with { Curve = [.. profile.Perception.Curve.TakeLast(CurvePoints)] } });
}

/// <summary>A customer in a list.</summary>
internal sealed record FoundBody(string Id, string? Name, IReadOnlyList<IdentifierBody> Identifiers, int Events, DateTimeOffset FirstSeen, DateTimeOffset LastSeen)
{
    public static FoundBody Of(CustomerRef customer) =>
        new(customer.Id, customer.Name, IdentifierBody.Of(customer), customer.Events, Instants.Of(customer.FirstSeen), Instants.Of(customer.LastSeen));
}

/// <summary>Customers that were found.</summary>
internal sealed record FoundListBody(IReadOnlyList<FoundBody> Customers);

/// <summary>A customer of a filtered list. <c>Matches</c>: how many touches or promises of hers the filter means.</summary>
internal sealed record ListedBody(string Id, string? Name, IReadOnlyList<IdentifierBody> Identifiers, LifecycleStage Stage, int Orders, double? Journey, int Events, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, long Matches);

/// <summary>A page of a filtered list. <c>Total</c> customers fit; <c>IsCut</c> says that the text found more than were looked at.</summary>
internal sealed record CustomerListBody(IReadOnlyList<ListedBody> Customers, int Total, long Matches, bool IsCut, DateTimeOffset AsOf)
{
    public static CustomerListBody Of(CustomerList list) => new(
        [.. list.Customers.Select(c => new ListedBody(
            c.Customer.Id, c.Customer.Name, IdentifierBody.Of(c.Customer), c.Stage, c.Orders, c.Journey is { } journey ? Math.Round(journey, 4) : null, c.Customer.Events, Instants.Of(c.Customer.FirstSeen),
            Instants.Of(c.Customer.LastSeen), c.Matches))],
        list.Total,
        list.Matches,
        list.IsCut,
        list.AsOf);
}

/// <summary>A touchpoint, or the promise that was broken, at a moment.</summary>
internal sealed record TouchBody(string Key, LocalText Label, string? Stage, string? Medium, string? Media, LocalText? Owner, LocalText? System)
{
    public static TouchBody? Of(Touchpoint? t) =>
        t is null ? null : new(t.Key, t.Label, t.Stage, JsonNamingPolicy.SnakeCaseLower.ConvertName(t.Medium.ToString()), JsonNamingPolicy.SnakeCaseLower.ConvertName(t.Media.ToString()), t.Owner, t.System);

    public static TouchBody? Of(PromiseRule? p) => p is null ? null : new(p.Key, p.Label, null, null, null, p.Owner, p.System);
}

/// <summary>A moment of a timeline.</summary>
internal sealed record MomentBody(
    MomentKind Kind,
    DateTimeOffset Time,
    long Position,
    string Type,
    string? Name,
    TouchBody? Touchpoint,
    TouchBody? Promise,
    string? Channel,
    double Perception,
    IReadOnlyList<Evidence> Evidence,
    int Source,
    IReadOnlyList<string>? Flags,
    RawJson? Event)
{
    public static MomentBody Of(TimelineItem item)
    {
        var m = item.Moment;
        return new MomentBody(
            m.Kind, Instants.Of(m.Time), m.Position, ReadTimeline.CallOf(m), m.Name, TouchBody.Of(m.Touchpoint), TouchBody.Of(m.Promise), m.Channel,
            Math.Round(m.Perception, 4), m.Evidence, m.Source, FlagsOf(m.Flags), item.Event);
    }

    private static string[]? FlagsOf(EventFlags flags) =>
        flags == EventFlags.None ? null : [.. Enum.GetValues<EventFlags>().Where(f => f != EventFlags.None && (flags & f) != 0).Select(f => JsonNamingPolicy.SnakeCaseLower.ConvertName(f.ToString()))];
}

/// <summary>A page of a timeline.</summary>
internal sealed record TimelineBody(string Customer, IReadOnlyList<MomentBody> Moments, string? Next, int Total);

/// <summary>A line of the ledger.</summary>
internal sealed record LedgerLineBody(
    string A, string B, string? CustomerOfA, string? CustomerOfB, string Outcome, string Reason, DateTimeOffset Time, long Position, int Count, IReadOnlyList<LedgerDecisionBody> Decisions)
{
    public static LedgerLineBody Of(LedgerEntry e) => new(
        e.A, e.B, e.CustomerOfA, e.CustomerOfB, JsonNamingPolicy.SnakeCaseLower.ConvertName(e.Outcome.ToString()), e.Reason, Instants.Of(e.Time), e.Position, e.Count,
        [.. e.Decisions.Select(d => new LedgerDecisionBody(d.Decision, Instants.Of(d.Time), d.Position))]);
}

/// <summary>A decision in the ledger.</summary>
internal sealed record LedgerDecisionBody(string Decision, DateTimeOffset Time, long Position);

/// <summary>A customer's ledger.</summary>
internal sealed record LedgerBody(string Customer, IReadOnlyList<LedgerLineBody> Entries)
{
    public static LedgerBody Of(LedgerView view) => new(view.Customer.Id, [.. view.Entries.Select(LedgerLineBody.Of)]);
}

/// <summary>Links held back in the workspace.</summary>
internal sealed record HeldBody(IReadOnlyList<LedgerLineBody> Entries);

/// <summary>Lengths of time as ISO 8601 writes them.</summary>
internal sealed class DurationJson : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Iso8601Duration.TryParse(reader.GetString(), out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds) : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(Iso8601Duration.Format((long)value.TotalMilliseconds));
}

/// <summary>JSON of what the API of customers answers.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(DurationJson)])]
[JsonSerializable(typeof(CustomerBody))]
[JsonSerializable(typeof(FoundListBody))]
[JsonSerializable(typeof(CustomerListBody))]
[JsonSerializable(typeof(TimelineBody))]
[JsonSerializable(typeof(LedgerBody))]
[JsonSerializable(typeof(HeldBody))]
[JsonSerializable(typeof(IdentityDecision))]
[JsonSerializable(typeof(DecidedIdentity))]
[JsonSerializable(typeof(ErasureProof))]
[JsonSerializable(typeof(ErasureList))]
[JsonSerializable(typeof(CustomerCounts))]
internal sealed partial class CustomersJson : JsonSerializerContext;

/// <summary>Proofs of erasure, the newest first.</summary>
internal sealed record ErasureList(IReadOnlyList<ErasureProof> Erasures);
