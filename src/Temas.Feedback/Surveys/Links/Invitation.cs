using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Temas.Feedback.Surveys.Links;

/// <summary>A token that a respondent brings along, and as what: the name of the field of form and address in which it stands.</summary>
/// <param name="Field">One of the constants.</param>
/// <param name="Token">The token; null when she brings none.</param>
internal readonly record struct Brought(string Field, string? Token)
{
    /// <summary>The response of whoever opened a public link or stands before a kiosk.</summary>
    public const string Response = "r";

    /// <summary>A personal link.</summary>
    public const string Personal = "t";

    /// <summary>A visitor of a website.</summary>
    public const string Embedded = "e";
}

/// <summary>What a respondent brings along: which response is hers, until when, and of a personal link who she is.</summary>
internal sealed record Invitation
{
    /// <summary>Channels that a survey is sent by.</summary>
    public static IReadOnlyList<string> Channels { get; } = ["web", "app", "email", "sms", "whatsapp", "push", "phone", "chat", "social", "store", "kiosk"];

    /// <summary>What a personal link can say that it is about.</summary>
    public static IReadOnlyList<string> Subjects { get; } = ["order_id", "ticket_id", "store_id", "product_id", "receipt_id"];

    private const string Public = "response", Personal = "person", Seen = "visitor";

    /// <summary>Id of the response.</summary>
    public required string Response { get; init; }

    /// <summary>Public id of the customer; null for whoever opens a public link.</summary>
    public string? Customer { get; init; }

    /// <summary>Anonymous id of the visitor of a website who answers there; never in an address that can be read.</summary>
    public string? Visitor { get; init; }

    /// <summary>Origin of the website whose page shows the survey in a frame.</summary>
    public string? Site { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>How it reached her.</summary>
    public string Channel { get; init; } = "web";

    /// <summary>What it is about.</summary>
    public IReadOnlyDictionary<string, string> About { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A new one for whoever opens a public link.</summary>
    public static Invitation New(DateTimeOffset until, string channel) => new() { Response = "r" + NewId(), Until = until, Channel = channel };

    /// <summary>A new personal one.</summary>
    public static Invitation New(DateTimeOffset until, string channel, string customer, IReadOnlyDictionary<string, string> about) => new() { Response = "p" + NewId(), Customer = customer, Until = until, Channel = channel, About = about };

    /// <summary>A new one for a visitor of a website, to be answered in a frame of it. One response comes of a decision to ask, however often it is opened; of an anonymous survey nothing says who was asked.</summary>
    public static Invitation New(DateTimeOffset until, string channel, string site, string? visitor, string decision) => new()
    {
        Response = visitor is null ? "w" + NewId() : ResponseOf(decision, visitor),
        Until = until,
        Channel = channel,
        Visitor = visitor,
        Site = site,
        About = visitor is null ? new Dictionary<string, string>(StringComparer.Ordinal) : new Dictionary<string, string>(StringComparer.Ordinal) { ["decision_id"] = decision },
    };

    /// <summary>Id of the response that comes of a decision to ask a visitor.</summary>
    public static string ResponseOf(string decision, string visitor) => "w" + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{decision}\0{visitor}")).AsSpan(0, 15));

    /// <summary>A new one for whoever stands before a kiosk.</summary>
    public static Invitation AtKiosk(DateTimeOffset until, string place) =>
        New(until, "kiosk") with { About = place.Length == 0 ? new Dictionary<string, string>(StringComparer.Ordinal) : new Dictionary<string, string>(StringComparer.Ordinal) { ["store_id"] = place } };

    /// <summary>The token that says it.</summary>
    public string Sign(SurveyTokens tokens, string survey)
    {
        var said = new StringBuilder(FormattableString.Invariant($"{Response}|{Until.ToUnixTimeSeconds()}|{Channel}|{Customer}"));
        foreach (var (name, value) in About) said.Append('|').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        if (Site is null) return tokens.Sign(Customer is null ? Public : Personal, survey, said.ToString());
        return tokens.Seal(Seen, survey, FormattableString.Invariant($"{Site}|{Uri.EscapeDataString(Visitor ?? "")}|{said}"));
    }

    /// <summary>Reads the token of a response (<c>r</c>), a personal link (<c>t</c>) or what a visitor of a website has (<c>e</c>); null when it is none of ours.</summary>
    public static Invitation? Open(SurveyTokens tokens, string survey, Brought brought)
    {
        if (brought.Field == Brought.Embedded)
        {
            return tokens.Unseal(Seen, survey, brought.Token)?.Split('|', 3) is [var site, var visitor, var rest] ? Read(rest) with { Site = site, Visitor = visitor.Length == 0 ? null : Uri.UnescapeDataString(visitor) } : null;
        }

        return tokens.Open(brought.Field == Brought.Personal ? Personal : Public, survey, brought.Token) is { } said ? Read(said) : null;
    }

    private static Invitation Read(string said)
    {
        var parts = said.Split('|');
        return new Invitation
        {
            Response = parts[0],
            Until = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[1], CultureInfo.InvariantCulture)),
            Channel = parts[2],
            Customer = parts[3].Length == 0 ? null : parts[3],
            About = parts.Skip(4).Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => Uri.UnescapeDataString(p[1]), StringComparer.Ordinal),
        };
    }

    /// <summary>What orders by chance are drawn from: the same for a response each time.</summary>
    public static ulong SeedOf(string response) => Kernel.Hash64.Of(Encoding.UTF8.GetBytes(response), 0x5EED);

    private static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(15));
}
