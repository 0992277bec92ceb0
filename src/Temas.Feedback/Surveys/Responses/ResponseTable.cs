using System.Globalization;
using System.Text;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Logic;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys.Responses;

/// <summary>The responses of a survey as a table (CSV): a line each, a column for each question of any version, the rows of a matrix and the fields of a contact apart.</summary>
internal static class ResponseTable
{
    private const int AtOnce = 1_000;

    /// <summary>Writes it, some lines at a time, so that a million are no more than a thousand in memory.</summary>
    public static async Task WriteAsync(Workspace workspace, string key, ResponseFilter filter, Stream to, CancellationToken cancel)
    {
        var book = SurveyBook.Of(workspace);
        var versions = new List<Survey>();
        foreach (var version in (await workspace.Definitions.HistoryAsync(SurveyKind.Name, key, cancel)).OrderBy(d => d.Version))
        {
            if (await book.VersionAsync(key, version.Version, cancel) is { } survey) versions.Add(survey);
        }

        var marks = Figures.LiveAnswers.Of(workspace).Marks;
        var columns = versions.SelectMany(ColumnsOf).Distinct().ToList();
        await using var writer = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await LineAsync(writer, ["response_id", "version", "state", "customer", "language", "channel", "started_at", "completed_at", "score", "tags", "quality_weight", "quality_doubts", .. columns.Select(c => c.Part is null ? c.Question : $"{c.Question}.{c.Part}")], cancel);
        (long, string)? after = null;
        while (await book.Responses.ListAsync(key, filter, AtOnce, after, cancel) is { Count: > 0 } some)
        {
            string[] ids = [.. some.Select(r => r.Id)];
            var (doubts, tags) = (await marks.DoubtsAsync(ids, cancel), await marks.TagsAsync(ids, cancel));
            foreach (var r in some)
            {
                var doubt = doubts.GetValueOrDefault(r.Id);
                await LineAsync(
                    writer,
                    [
                        r.Id, r.Version.ToString(CultureInfo.InvariantCulture), NameOf(r.State), r.Customer, r.Language, r.Channel, Text(r.StartedAt), r.CompletedAt is { } at ? Text(at) : null,
                        r.Score?.ToString(CultureInfo.InvariantCulture), string.Join("; ", tags[r.Id]), doubt?.Weight.ToString("0.####", CultureInfo.InvariantCulture), doubt is null ? null : string.Join(' ', doubt.Flags.Select(f => f.Evidence)),
                        .. columns.Select(c => r.Answers.TryGetValue(c.Question, out var answer) ? Value(answer, c.Part) : null),
                    ],
                    cancel);
            }

            after = (some[^1].StartedAt.ToUnixTimeMilliseconds(), some[^1].Id);
            await writer.FlushAsync(cancel);
        }
    }

    /// <summary>Name of a state in files and addresses.</summary>
    public static string NameOf(ResponseState state) => state switch
    {
        ResponseState.Partial => "partial",
        ResponseState.Complete => "complete",
        _ => "screened_out",
    };

    private static IEnumerable<(string Question, string? Part)> ColumnsOf(Survey survey) => survey.Questions.Where(q => q.Kind != QuestionKind.Message).SelectMany(q => q.Kind switch
    {
        QuestionKind.Matrix => q.Rows.Select(r => (q.Id, (string?)r.Id)),
        QuestionKind.Contact => q.Fields.Select(f => (q.Id, (string?)f)),
        _ => q.HasOther ? [(q.Id, null), (q.Id, Choice.Other)] : [(q.Id, (string?)null)],
    });

    private static string? Value(Answer answer, string? part) => part is null ? string.Join(' ', answer.Values) : part == Choice.Other && answer.Parts.Count == 0 ? answer.Other : answer.Parts.GetValueOrDefault(part);

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static async Task LineAsync(StreamWriter writer, IEnumerable<string?> values, CancellationToken cancel)
    {
        var line = new StringBuilder();
        CsvText.AppendLine(line, values, ',');
        await writer.WriteAsync(line, cancel);
    }
}
