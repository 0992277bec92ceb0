using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Temas.Feedback.Surveys.Links;

/// <summary>What a respondent brings along: which response is hers, until when, and of a personal link who she is.</summary>
internal sealed record Invitation
{
    /// <summary>Channels that a survey is sent by.</summary>
    public static IReadOnlyList<string> Channels { get; } = ["web", "app", "email", "sms", "whatsapp", "push", "phone", "chat", "social", "store", "kiosk"];

    /// <summary>What a personal link can say that it is about.</summary>
    public static IReadOnlyList<string> Subjects { get; } = ["order_id", "ticket_id", "store_id", "product_id", "receipt_id"];

    private const string Public = "response", Personal = "person";

    /// <summary>Id of the response.</summary>
    public required string Response { get; init; }

    /// <summary>Public id of the customer; null for whoever opens a public link.</summary>
    public string? Customer { get; init; }

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

    /// <summary>The token that says it.</summary>
    public string Sign(SurveyTokens tokens, string survey)
    {
        var said = new StringBuilder(FormattableString.Invariant($"{Response}|{Until.ToUnixTimeSeconds()}|{Channel}|{Customer}"));
        foreach (var (name, value) in About) said.Append('|').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return tokens.Sign(Customer is null ? Public : Personal, survey, said.ToString());
    }

    /// <summary>Reads the token of a response, or a personal link; null when it is none of ours.</summary>
    public static Invitation? Open(SurveyTokens tokens, string survey, string? token, bool isPersonal)
    {
        if (tokens.Open(isPersonal ? Personal : Public, survey, token) is not { } said) return null;
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
