using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Temas.Feedback.Surveys.Links;

namespace Temas.Feedback.Surveys.Respond;

/// <summary>
/// Leads from one page before a kiosk to the next by an address that works once and for half a minute, sealed. So a page that was sent is answered with a redirection, as a browser likes it, and whoever goes back in its history finds the beginning of the
/// survey, not what somebody answered before her.
/// </summary>
internal sealed class KioskSteps(TimeProvider clock)
{
    private const string Purpose = "step";

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, DateTimeOffset> used = new(StringComparer.Ordinal);

    /// <summary>What stands in the address.</summary>
    public string To(SurveyTokens tokens, string survey, string? token, string? page, string language, bool isDone)
    {
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));
        return tokens.Seal(Purpose, survey, string.Create(CultureInfo.InvariantCulture, $"{(clock.GetUtcNow() + Life).ToUnixTimeMilliseconds()}|{nonce}|{page}|{language}|{(isDone ? "1" : "")}|{token}"));
    }

    /// <summary>The fields that it stands for, the first time; nothing after that.</summary>
    public IReadOnlyDictionary<string, string>? Take(SurveyTokens tokens, string survey, string? step)
    {
        var now = clock.GetUtcNow();
        if (tokens.Unseal(Purpose, survey, step)?.Split('|', 6) is not [var until, var nonce, var page, var language, var done, var token]) return null;
        var end = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(until, CultureInfo.InvariantCulture));
        if (end < now || !used.TryAdd(nonce, end)) return null;
        foreach (var (old, ended) in used)
        {
            if (ended < now) used.TryRemove(old, out _);
        }

        return new Dictionary<string, string>(StringComparer.Ordinal) { ["p"] = page, ["lang"] = language, ["done"] = done, [Brought.Response] = token };
    }
}
