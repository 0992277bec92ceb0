using System.Text.Json;
using System.Text.Json.Serialization;
using Temas.Feedback.Asking;
using Temas.Feedback.Surveys.Links;

namespace Temas.Feedback.Surveys.Widget;

/// <summary>
/// What an offer to a visitor was, sealed: the browser brings it back when it shows the survey and when it is opened, and can neither read nor change it. So nothing is kept of offers that nobody saw, and only who was asked can answer.
/// </summary>
/// <param name="Decision">Id of the decision to ask.</param>
/// <param name="Place">Where it was made, and for whom.</param>
/// <param name="Site">Origin of the page.</param>
/// <param name="Until">When it ends, in seconds since 1970.</param>
internal sealed record WidgetTicket(string Decision, AskPlace Place, string Site, long Until)
{
    /// <summary>How long an offer may be taken up.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    private const string Purpose = "offer";

    /// <summary>Seals it.</summary>
    public string Seal(SurveyTokens tokens, string survey) => tokens.Seal(Purpose, survey, JsonSerializer.Serialize(this, WidgetJson.Default.WidgetTicket));

    /// <summary>Opens one that still holds; null for any other.</summary>
    public static WidgetTicket? Open(SurveyTokens tokens, string survey, string? ticket, DateTimeOffset now) =>
        tokens.Unseal(Purpose, survey, ticket) is { } said && JsonSerializer.Deserialize(said, WidgetJson.Default.WidgetTicket) is { } found && found.Until >= now.ToUnixTimeSeconds() ? found : null;
}

/// <summary>What temas.js asks.</summary>
/// <param name="WriteKey">Key of the source.</param>
/// <param name="AnonymousId">Anonymous id of the visitor.</param>
/// <param name="Page">Address of the page.</param>
/// <param name="Language">Language of the page.</param>
internal sealed record OfferRequest(string? WriteKey, string? AnonymousId, string? Page, string? Language);

/// <summary>What temas.js says of an offer: that it shows it, or that the visitor opens it.</summary>
/// <param name="WriteKey">Key of the source.</param>
/// <param name="Survey">Key of the survey.</param>
/// <param name="Ticket">The offer's.</param>
/// <param name="Language">Language of the page.</param>
internal sealed record TicketRequest(string? WriteKey, string? Survey, string? Ticket, string? Language);

/// <summary>A survey to show.</summary>
internal sealed record WidgetOffer(string Survey, string Title, string Language, string Form, int AfterSeconds, string? Target, string Ticket, string Accent, string Ink);

/// <summary>Whether there is something to show.</summary>
internal sealed record OfferReply(WidgetOffer? Offer);

/// <summary>Whether it may be shown.</summary>
internal sealed record ShownReply(bool Shown);

/// <summary>Where it is answered.</summary>
internal sealed record OpenReply(string Path);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WidgetTicket))]
[JsonSerializable(typeof(OfferRequest))]
[JsonSerializable(typeof(TicketRequest))]
[JsonSerializable(typeof(OfferReply))]
[JsonSerializable(typeof(ShownReply))]
[JsonSerializable(typeof(OpenReply))]
internal sealed partial class WidgetJson : JsonSerializerContext;
