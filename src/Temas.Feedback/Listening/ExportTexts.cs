using System.Globalization;
using System.Text;
using Temas.Kernel;

namespace Temas.Feedback.Listening;

/// <summary>Writes texts as CSV (<see cref="CsvText"/>) in UTF-8. Values are for programs: keys, numbers with a point, instants in UTC.</summary>
internal static class ExportTexts
{
    private const int Flush = 64 * 1024;

    /// <summary>Writes to <paramref name="output"/>; <paramref name="separator"/> stands between values.</summary>
    public static async Task WriteAsync(IEnumerable<Quote> quotes, char separator, Stream output, CancellationToken cancel)
    {
        var text = new StringBuilder();
        await output.WriteAsync(Encoding.UTF8.Preamble.ToArray(), cancel);
        CsvText.AppendLine(text, ["at", "customer", "touchpoint", "survey", "source", "language", "sentiment", "confidence", "topics", "intents", "nps", "csat", "ces", "text"], separator);
        foreach (var quote in quotes)
        {
            cancel.ThrowIfCancellationRequested();
            CsvText.AppendLine(
                text,
                [
                    quote.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), quote.Customer?.Id, quote.Touchpoint?.En, quote.Survey, quote.Source, quote.Language,
                    quote.Sentiment?.ToString(CultureInfo.InvariantCulture), quote.Confidence.ToString(CultureInfo.InvariantCulture),
                    string.Join(' ', quote.Topics.Select(t => t.Key + (t.Tone < 0 ? "-" : t.Tone > 0 ? "+" : ""))), string.Join(' ', quote.Intents),
                    quote.Nps?.ToString(CultureInfo.InvariantCulture), quote.Csat?.ToString(CultureInfo.InvariantCulture), quote.Ces?.ToString(CultureInfo.InvariantCulture), quote.Text,
                ],
                separator);
            if (text.Length > Flush) await SendAsync();
        }

        await SendAsync();

        async Task SendAsync()
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancel);
            text.Clear();
        }
    }
}
