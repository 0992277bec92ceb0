using System.Globalization;
using System.Text;
using Temas.Kernel;

namespace Temas.Insight.Dashboards.Tiles;

/// <summary>What a tile shows, as CSV: the words of the page, a line a row.</summary>
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
        NumberContent n => [["value", "change", "before", "target", "interval"], [n.Value, n.Change?.Text, n.Change?.Before, n.Target, n.Interval]],
        LinesContent l => [["time", .. l.Lines.Select(x => x.Name)], .. l.Labels.Select((label, i) => (string?[])[label, .. l.Lines.Select(x => i < x.Figures.Count ? Number(x.Figures[i]) : null)])],
        FunnelContent f => [["step", "customers", "share"], .. f.Steps.Select(s => (string?[])[s.Name, s.Customers, Number(s.Share)])],
        RetentionContent r => [["cohort", "customers", .. r.Columns], .. r.Rows.Select(x => (string?[])[x.Label, x.Customers, .. x.Cells.Select(c => c.Text)])],
        PathsContent p => [["from", "to", "ways", "customers", "perception"], .. p.Rows.Select(x => (string?[])[x.From, x.To, x.Ways, x.Customers, Number(x.Perception)])],
        JourneyContent j => [["stage", "touches", "customers", "perception", "change", "taken badly"], .. j.Stages.Select(s => (string?[])[s.Name, s.Touches, s.Customers, Number(s.Perception), Number(s.Change), s.Bad])],
        PerceptionContent p => [["time", "positive", "negative", "perception"], .. p.Buckets.Select(b => (string?[])[b.Label, Number(b.Positive), Number(b.Negative), Number(b.Mean)])],
        PromisesContent p => [["promise", "in time", "kept", "late", "broken", "waiting"], .. p.Rows.Select(r => (string?[])[r.Name, Number(r.InTime), r.Kept, r.Late, r.Broken, r.Waiting.ToString(CultureInfo.InvariantCulture)])],
        TouchpointsContent t => [["touchpoint", "perception", "change", "touches"], .. t.Rows.Select(r => (string?[])[r.Name, Number(r.Perception), Number(r.Change), r.Touches])],
        FindingsContent f => [["finding", "worth", "interval", "customers", "owner", "state"], .. f.Rows.Select(r => (string?[])[r.Title, r.Worth, r.Range, r.Customers, r.Owner, r.State.ToString()])],
        MapContent m => [["place", "customers"], .. m.Rows.Select(r => (string?[])[r.Name, r.Customers])],
        FeedContent f => [["time", "event", "source"], .. f.Rows.Select(r => (string?[])[r.At.ToString("O", CultureInfo.InvariantCulture), r.Name, r.Source])],
        SummaryContent s => [["sentence"], .. s.Lines.Select(l => (string?[])[l.Text])],
        QualityContent q => [["source", "accepted", "refused", "share"], .. q.Rows.Select(r => (string?[])[r.Name, r.Accepted, r.Refused, Number(r.RefusedShare)])],
        TextContent t => t.Paragraphs.Select(p => (string?[])[p]),
        EmptyContent e => [[e.Title], [e.Why]],
        _ => [],
    };

    private static string? Number(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture);
}
