using System.Globalization;
using System.Text;
using Temas.Kernel;

namespace Temas.Insight.Dashboards.Tiles;

/// <summary>What a tile shows, as CSV, a line a row: names as the page has them, days and figures for programs.</summary>
internal static class TileCsv
{
    /// <summary>Writes it.</summary>
    public static byte[] Write(TileContent content, char separator)
    {
        var text = new StringBuilder();
        foreach (var line in Lines(content)) CsvText.AppendLine(text, line, separator);
        return [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())];
    }

    private static IEnumerable<string?[]> Lines(TileContent content) => content switch
    {
        // The whole period, which is no sum of its parts, then its course.
        NumberContent { Figures: var f } => [["from", "value", "before", "target", "low", "high"], ["", Number(f.Value), Number(f.Before), Number(f.Target), Number(f.Low), Number(f.High)], .. f.Course.Select(d => (string?[])[d.From, Number(d.Value), null, null, null, null])],
        LinesContent l => [["time", .. l.Lines.Select(x => x.Name)], .. l.Starts.Select((start, i) => (string?[])[start, .. l.Lines.Select(x => i < x.Figures.Count ? Number(x.Figures[i]) : null)])],
        FunnelContent f => [["step", "customers", "share"], .. f.Steps.Select(s => (string?[])[s.Name, Plain(s.Customers), Number(s.Share)])],
        RetentionContent r => [["cohort", "customers", .. r.Columns], .. r.Rows.Select(x => (string?[])[x.Start, Plain(x.Customers), .. x.Cells.Select(c => Plain(c.Text))])],
        PathsContent p => [["from", "to", "ways", "customers", "perception"], .. p.Rows.Select(x => (string?[])[x.From, x.To, Plain(x.Ways), Plain(x.Customers), Number(x.Perception)])],
        JourneyContent j => [["stage", "touches", "customers", "perception", "change", "taken badly"], .. j.Stages.Select(s => (string?[])[s.Name, Plain(s.Touches), Plain(s.Customers), Number(s.Perception), Number(s.Change), Plain(s.Bad)])],
        PerceptionContent p => [["time", "positive", "negative", "perception"], .. p.Buckets.Select(b => (string?[])[b.Start, Number(b.Positive), Number(b.Negative), Number(b.Mean)])],
        PromisesContent p => [["promise", "in time", "kept", "late", "broken", "waiting"], .. p.Rows.Select(r => (string?[])[r.Name, Number(r.InTime), Plain(r.Kept), Plain(r.Late), Plain(r.Broken), r.Waiting.ToString(CultureInfo.InvariantCulture)])],
        TouchpointsContent t => [["touchpoint", "perception", "change", "touches"], .. t.Rows.Select(r => (string?[])[r.Name, Number(r.Perception), Number(r.Change), Plain(r.Touches)])],
        FindingsContent f => [["finding", "worth", "low", "high", "customers", "owner", "state"], .. f.Rows.Select(r => (string?[])[r.Title, Number(r.Money.Value), Number(r.Money.Low), Number(r.Money.High), Plain(r.Customers), r.Owner, r.State.ToString()])],
        MapContent m => [["place", "customers"], .. m.Rows.Select(r => (string?[])[r.Name, Plain(r.Customers)])],
        FeedContent f => [["time", "event", "source"], .. f.Rows.Select(r => (string?[])[r.At.ToString("O", CultureInfo.InvariantCulture), r.Name, r.Source])],
        SummaryContent s => [["sentence"], .. s.Lines.Select(l => (string?[])[l.Text])],
        QualityContent q => [["source", "accepted", "refused", "share"], .. q.Rows.Select(r => (string?[])[r.Name, Plain(r.Accepted), Plain(r.Refused), Number(r.RefusedShare)])],
        TextContent t => t.Paragraphs.Select(p => (string?[])[p]),
        EmptyContent e => [[e.Title], [e.Why]],
        _ => [],
    };

    /// <summary>A figure that the page has in the reader's way of writing, as programs write it; a share as a part of one. Words stay words.</summary>
    private static string Plain(string words)
    {
        var isShare = words.Contains('%', StringComparison.Ordinal);
        var read = words.Replace("%", "", StringComparison.Ordinal).Trim();
        return double.TryParse(read, NumberStyles.Number, CultureInfo.CurrentCulture, out var figure) ? Number(isShare ? figure / 100 : figure)! : words is "–" ? "" : words;
    }

    private static string? Number(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture);
}
