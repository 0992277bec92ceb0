using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Customers.Api;
using Temas.Customers.Contracts;
using Temas.Feedback.Listening;
using Temas.Feedback.Scores;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Timelines;

namespace Temas.Feedback.Drivers;

/// <summary>What a score goes together with, and from how many answers.</summary>
/// <param name="Kind">nps, csat or ces.</param>
/// <param name="Answers">How many answers the filter leaves.</param>
/// <param name="Used">How many of them, the newest, were looked at.</param>
/// <param name="Analysis">What was found; null where there is too little.</param>
/// <param name="Why">Why there is nothing.</param>
public sealed record ScoreDrivers(string Kind, int Answers, int Used, DriverAnalysis? Analysis, string? Why);

/// <summary>
/// Explains a score by what is known of the same answers: other ratings of the same response (<c>answer:</c>), how the topics of its text are taken (<c>topic:</c>), and what stood on the customer's timeline in the sixty days before (<c>fact:</c>):
/// days of delay, contacts with support, messages out of place.
/// </summary>
internal static class ReadDrivers
{
    /// <summary>So many answers at most are looked at, the newest.</summary>
    public const int Most = 1000;

    private const int MostDrivers = 12, AnswersForEach = 15, ForTopic = 10;
    private const double Presence = 0.3;

    private static readonly TimeSpan Back = TimeSpan.FromDays(60);
    private static readonly string[] Facts = ["fact:delay", "fact:contacts", "fact:misfires"], Scores = ["nps", "csat", "ces"], NoRatings = ["score", "nps", "csat", "ces", "rating_scale", "survey_version"];

    /// <summary>The analysis of the score that the filter names; NPS where it names none.</summary>
    public static async Task<Result<ScoreDrivers>> RunAsync(Workspace workspace, VoiceFilter filter, CancellationToken cancel)
    {
        var kind = string.IsNullOrEmpty(filter.Score) ? "nps" : filter.Score;
        var found = await ReadTexts.TestAsync(workspace, filter with { Score = kind }, cancel);
        if (found.Problem is { } problem) return problem;
        var (test, rows) = (found.Value, ReadQuotes.Newest(found.Value, _ => true));
        // Answers are what changes: until then the same is not reckoned again for each who looks.
        var (known, key) = (workspace.Part<KnownDrivers>(), KnownDrivers.KeyOf(test.Voices, kind, rows, Most));
        return known.Find(key) is { } before ? before : known.Keep(key, await LongWork.Run(() => Run(workspace, test, kind, rows, cancel), cancel));
    }

    private static ScoreDrivers Run(Workspace workspace, VoiceTest test, string kind, List<int> rows, CancellationToken cancel)
    {
        var used = rows.Take(Most).ToList();
        var score = used.Select(i => (double)test.Voices.Rows[i].Answer((ScoreKind)Array.IndexOf(Scores, kind))).ToArray();
        var columns = new Dictionary<string, double[]>(StringComparer.Ordinal);
        Topics(test.Voices, used, columns);
        Ratings(workspace, test.Voices, used, score, columns);
        Timeline(workspace, test.Voices, used, columns, cancel);
        var drivers = columns
            .Select(c => (c.Key, c.Value, Known: c.Value.Count(double.IsFinite)))
            .Where(c => c.Known >= (c.Key.StartsWith("topic:", StringComparison.Ordinal) ? Math.Max(ForTopic, used.Count / 20) : used.Count * Presence) && c.Value.Where(double.IsFinite).Distinct().Skip(1).Any())
            .OrderByDescending(c => c.Known).ThenBy(c => c.Key, StringComparer.Ordinal)
            .Take(Math.Min(MostDrivers, used.Count / AnswersForEach))
            .Select(c => DriverOf(c.Key, c.Value)).ToList();
        if (drivers.Count < 2)
        {
            return new ScoreDrivers(kind, rows.Count, used.Count, null, FormattableString.Invariant($"Of {used.Count} answers {drivers.Count} things are known that differ and that enough of them have; two are needed. Choose a longer period or another survey."));
        }

        var analysis = AnalyseDrivers.Run(new DriverData { Score = score, Drivers = drivers }, cancel: cancel);
        return new ScoreDrivers(kind, rows.Count, used.Count, analysis.Problem is null ? analysis.Value : null, analysis.Problem?.Detail);
    }

    private static Driver DriverOf(string key, double[] values) => key[..key.IndexOf(':', StringComparison.Ordinal)] switch
    {
        "topic" => new Driver(key, values) { Lowest = -1, Highest = 1 },
        "fact" => new Driver(key, values) { LessIsBetter = true },
        _ => new Driver(key, values),
    };

    private static void Topics(Voices voices, List<int> rows, Dictionary<string, double[]> columns)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var opinion in voices.Rows[rows[i]].Topics) Column(columns, "topic:" + voices.Rules.Topics.Topics[TopicOpinion.Topic(opinion)].Key, rows.Count)[i] = (int)TopicOpinion.Label(opinion) - 1;
        }
    }

    private static void Ratings(Workspace workspace, Voices voices, List<int> rows, double[] score, Dictionary<string, double[]> columns)
    {
        var own = new Dictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var some in rows.Index().Chunk(200))
        {
            var events = workspace.Log.Read([.. some.Select(s => voices.Rows[s.Item].Position)]).ToDictionary(e => e.Position);
            foreach (var (i, row) in some)
            {
                if (!events.TryGetValue(voices.Rows[row].Position, out var stored) || stored.Kind != LogRecordKind.Event) continue;
                var fields = stored.AsLogEvent().Fields;
                if (!fields.Properties.Exists) continue;
                using var json = JsonDocument.Parse(stored.Json.Slice(fields.Properties.Start, fields.Properties.Length));
                foreach (var property in json.RootElement.EnumerateObject())
                {
                    if (property.NameEquals("answers") && property.Value.ValueKind == JsonValueKind.Object)
                    {
                        foreach (var answer in property.Value.EnumerateObject()) Rate(own, answer.Name, answer.Value, i, rows.Count);
                    }
                    else if (!NoRatings.Contains(property.Name))
                    {
                        Rate(own, property.Name, property.Value, i, rows.Count);
                    }
                }
            }
        }

        // What always says the same as the score is the score.
        foreach (var (key, values) in own)
        {
            if (Enumerable.Range(0, rows.Count).Any(i => double.IsFinite(values[i]) && values[i] != score[i])) columns["answer:" + key] = values;
        }
    }

    private static void Rate(Dictionary<string, double[]> columns, string name, JsonElement value, int row, int count)
    {
        // As many names as somebody may make up.
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number) || number is < 0 or > 10 || name.Length > 100 || (columns.Count >= 200 && !columns.ContainsKey(name))) return;
        Column(columns, name, count)[row] = number;
    }

    private static void Timeline(Workspace workspace, Voices voices, List<int> rows, Dictionary<string, double[]> columns, CancellationToken cancel)
    {
        var links = workspace.Part<ICustomerNodes>().LinksOf([.. rows.Select(i => voices.Rows[i].Node)]);
        for (var i = 0; i < rows.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            if (links[i] is not { } customer) continue;
            var at = DateTimeOffset.FromUnixTimeMilliseconds(voices.Rows[rows[i]].Time);
            var read = ReadTimeline.Run(workspace, customer.Id, new TimelineFilter { From = at - Back, To = at, Limit = TimelineFilter.MaxLimit });
            if (read.Problem is not null) continue;
            var (delay, contacts, misfires) = (double.NaN, 0, 0);
            foreach (var moment in read.Value.Items.Select(item => item.Moment))
            {
                if (moment is { Kind: MomentKind.Event, Touchpoint: { Stage: "support", Initiative: Initiative.Customer } touchpoint } && !touchpoint.Perception.Ratings.Any(r => r.Kind is RatingKind.Nps or RatingKind.Csat or RatingKind.Ces)) contacts++;
                foreach (var reason in moment.Evidence)
                {
                    if (reason.Code == EvidenceCode.Misfire) misfires++;
                    double? days = reason.Code switch
                    {
                        EvidenceCode.PromiseKept => 0,
                        EvidenceCode.PromiseLate => reason.Delay?.TotalDays,
                        EvidenceCode.PromiseBroken => reason.Due is { } due ? Math.Max(0, (at - due).TotalDays) : null,
                        _ => null,
                    };
                    if (days is { } known && !(delay >= known)) delay = known;
                }
            }

            Column(columns, Facts[0], rows.Count)[i] = delay;
            Column(columns, Facts[1], rows.Count)[i] = contacts;
            Column(columns, Facts[2], rows.Count)[i] = misfires;
        }
    }

    private static double[] Column(Dictionary<string, double[]> columns, string key, int count)
    {
        if (columns.TryGetValue(key, out var known)) return known;
        var made = new double[count];
        Array.Fill(made, double.NaN);
        columns.Add(key, made);
        return made;
    }
}
