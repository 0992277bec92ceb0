using System.Buffers;
using System.Text;

namespace Temas.Collect.Tracking;

/// <summary>Tells robots by their user agent: crawlers, link previews, monitors, headless browsers and bare HTTP libraries. Says nothing about robots that disguise themselves.</summary>
internal static class BotAgents
{
    private const int Looked = 512;

    private static readonly SearchValues<string> Words = SearchValues.Create(
        [
            "bot/", "bot;", "bot)", "bot ", "bot-", "-bot", "robot", "googlebot", "bingbot", "yandex.com/bots", "crawler", "crawling", "spider", "slurp", "archiver",
            "facebookexternalhit", "facebookcatalog", "meta-externalagent", "whatsapp/", "telegrambot", "embedly", "quora link preview", "skypeuripreview", "mediapartners-google",
            "google-read-aloud", "google-inspectiontool", "apis-google", "adsbot", "duplexweb", "feedfetcher", "chatgpt-user", "oai-searchbot", "gptbot", "claudebot", "perplexity",
            "headlesschrome", "phantomjs", "chrome-lighthouse", "pagespeed", "gtmetrix", "pingdom", "uptimerobot", "statuscake", "site24x7", "newrelicpinger", "datadogsynthetics",
            "python-requests", "python-urllib", "aiohttp/", "go-http-client", "curl/", "wget/", "libwww-perl", "java/1.", "apache-httpclient", "scrapy", "httpunit", "axios/",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>True when the user agent (UTF-8, without quotes) names a robot.</summary>
    public static bool IsBot(ReadOnlySpan<byte> userAgent)
    {
        if (userAgent.IsEmpty) return false;
        Span<char> text = stackalloc char[Looked];
        var used = Encoding.UTF8.GetChars(userAgent[..Math.Min(userAgent.Length, Looked)], text);

        // Cubot is a maker of telephones.
        return text[..used].ContainsAny(Words) && !text[..used].Contains("cubot", StringComparison.OrdinalIgnoreCase);
    }
}
