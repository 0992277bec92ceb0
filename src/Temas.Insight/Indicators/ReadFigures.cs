using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Insight.Columns;
using Temas.Insight.Contracts;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;
using Temas.Ui.Forms;

namespace Temas.Insight.Indicators;

/// <summary>Works figures out for a frame. What several of them measure over time is one question; what is asked twice is answered once.</summary>
/// <param name="workspace">The workspace.</param>
/// <param name="frame">The periods.</param>
/// <param name="held">What was answered already.</param>
internal sealed class ReadFigures(Workspace workspace, Frame frame, AnswerMemory.Held held)
{
    private const int MostMeasures = 100;
    private static readonly QueryLimits Limits = new();

    private readonly LiveColumns columns = workspace.Part<LiveColumns>();

    /// <summary>Asks at once what some indicators measure over time; the problem where events or profiles are still being read in.</summary>
    public async Task<Problem?> PrepareAsync(IEnumerable<IndicatorDefinition> some, CancellationToken cancel)
    {
        Problem? unready = null;
        var wanted = some.SelectMany(d => MeasuresOf(d.Figure).Select(m => (Measure: m, Where: WhereOf(d)?.GetRawText() ?? "", d.WindowDays))).DistinctBy(m => KeyOf(m.Measure.GetRawText(), m.Where, m.WindowDays)).Where(m => !held.Has(KeyOf(m.Measure.GetRawText(), m.Where, m.WindowDays)));

        // What looks at touches may have to wait for them; the rest need not. And what is counted event by event is not to be slowed down by what is counted customer by customer, nor that by what looks at every event.
        foreach (var group in wanted.GroupBy(m => (m.Where, m.WindowDays, Touches: FigureEvents.LooksAtProfiles(m.Measure), Pass: PassOf(m.Measure))).OrderBy(g => g.Key.Touches).SelectMany(g => g.Chunk(MostMeasures)))
        {
            if (unready is not null) return unready;
            var (_, where, window) = group[0];
            var asked = await TrendAsync([.. group.Select(m => m.Measure)], where, window, cancel);
            if (asked.Problem is { Kind: ProblemKind.Unavailable } problem) unready = problem;

            // Which of them is at fault is told when each is read.
            if (asked.Problem is not null) continue;
            for (var i = 0; i < group.Length; i++) held.Put(KeyOf(group[i].Measure.GetRawText(), where, window), asked.Value[i]);
        }

        return unready;
    }

    /// <summary>Works one out; formulas get what they name by <paramref name="named"/>.</summary>
    public async Task<Result<Values>> ReadAsync(IndicatorDefinition definition, Func<string, Task<Result<Values>>> named, CancellationToken cancel)
    {
        var slots = definition.Figure switch
        {
            PartFigure part => await OfPartAsync(definition, part.Of, cancel),
            QuotientFigure quotient => await OfQuotientAsync(definition, quotient, cancel),
            NpsFigure nps => await OfNpsAsync(definition, nps, cancel),
            FunnelFigure funnel => await OfFunnelAsync(definition, funnel, cancel),
            RetentionFigure retention => await OfRetentionAsync(definition, retention, cancel),
            IntervalFigure interval => await OfIntervalAsync(definition, interval, cancel),
            ProvidedFigure provided => await ProvidedAsync(provided.Name, definition, cancel),
            FormulaFigure formula => await OfFormulaAsync(formula.Formula, named),
            _ => throw new ArgumentOutOfRangeException(nameof(definition), definition.Figure, null),
        };
        return slots.Problem is { } problem ? problem : new Values(slots.Value, frame);
    }

    /// <summary>A provided measure in each slot.</summary>
    public async Task<Result<IReadOnlyList<MeasureFigure>>> ProvidedAsync(string name, IndicatorDefinition? of, CancellationToken cancel)
    {
        if (workspace.Part<MeasureSources>().Find(name) is not { } found) return Problem.Invalid("measure_unknown", "There is no such measure.", "figure.provided", name, "List the measures to see their names.");
        var where = of is null ? frame.Ask.Where : WhereOf(of);
        return await held.AskAsync($"provided/{name}/{of?.WindowDays}/{where?.GetRawText()}/{frame.Key}", () => found.Source.ReadAsync(name, frame.Spans(of?.WindowDays), where, CancellationToken.None), cancel);
    }

    // Those that share a pass over the events.
    private static string PassOf(JsonElement measure)
    {
        var kind = measure.TryGetProperty("measure", out var given) ? given.GetString() : "count";
        if (kind is "count" or "sum" or "average" or "minimum" or "maximum") return "events";
        return measure.TryGetProperty("event", out _) ? "customers" : measure.GetRawText();
    }

    /// <summary>All measures over time of a figure, as the query algebra writes them.</summary>
    private static IEnumerable<JsonElement> MeasuresOf(Figure figure) => figure switch
    {
        PartFigure { Of: MeasurePart { IsOfValues: true } part } => [part.Json, CountOf(part.Json)],
        PartFigure { Of: MeasurePart part } => [part.Json],
        QuotientFigure quotient => new[] { quotient.Over, quotient.Under }.OfType<MeasurePart>().Select(p => p.Json),
        NpsFigure nps => [Answers(nps, 0, 10), Answers(nps, 9, 10), Answers(nps, 0, 6)],
        _ => [],
    };

    // Of how many values, or customers, it is.
    private static JsonElement CountOf(JsonElement mean)
    {
        var node = JsonNode.Parse(mean.GetRawText())!.AsObject();
        if (DocumentParts.Text(node["measure"]) == "perCustomer")
        {
            foreach (var name in new[] { "property", "touch", "name" }) node.Remove(name);
            node["measure"] = "customers";
            return FigureJson.Element(node);
        }

        var has = node.ContainsKey("touch") ? new JsonObject { ["touch"] = "perception", ["is"] = "exists" } : new JsonObject { ["property"] = node["property"]?.DeepClone(), ["is"] = "exists" };
        return Counted(node, [has]);
    }

    private static JsonElement Answers(NpsFigure nps, int least, int most) => Counted(JsonNode.Parse(nps.Answers.GetRawText())!.AsObject(),
    [
        new JsonObject { ["property"] = nps.Property, ["is"] = "atLeast", ["value"] = least }, new JsonObject { ["property"] = nps.Property, ["is"] = "atMost", ["value"] = most },
    ]);

    private static JsonElement Counted(JsonObject events, IEnumerable<JsonNode> filters)
    {
        var node = new JsonObject { ["measure"] = "count" };
        if (events["event"] is { } types) node["event"] = types.DeepClone();
        node["where"] = new JsonObject { ["all"] = new JsonArray([.. events["where"] is { } where ? new[] { where.DeepClone() } : [], .. filters]) };
        return FigureJson.Element(node);
    }

    private JsonElement? WhereOf(IndicatorDefinition of) => FigureJson.All(of.Customers is { } own ? FigureJson.Fill(own, frame.Ask.From, frame.Ask.To) : null, frame.Ask.Where);

    private string KeyOf(string measure, string where, int? window) => $"trend/{measure}/{where}/{window}/{frame.Key}";

    private async Task<Result<IReadOnlyList<double?>>> MeasureAsync(IndicatorDefinition of, JsonElement measure, CancellationToken cancel)
    {
        var where = WhereOf(of)?.GetRawText() ?? "";
        var asked = await held.AskAsync<double?[]>(KeyOf(measure.GetRawText(), where, of.WindowDays), async () => await TrendAsync([measure], where, of.WindowDays, CancellationToken.None) is var all && all.Problem is { } problem ? problem : all.Value[0], cancel);
        return asked.Problem is { } fault ? fault : asked.Value;
    }

    /// <summary>Some measures, each in all slots.</summary>
    private async Task<Result<double?[][]>> TrendAsync(IReadOnlyList<JsonElement> measures, string where, int? window, CancellationToken cancel)
    {
        var condition = ConditionOf(where);
        if (condition.Problem is { } fault) return fault;
        var read = new List<Measure>();
        foreach (var json in measures)
        {
            var question = QueryReader.For(workspace).Read(FigureJson.Trend(json));
            if (question.Problem is { } wrong) return wrong;
            read.AddRange(((TrendQuery)question.Value).Measures.Select(m => m with { Name = $"{read.Count}" }));
        }

        var slots = measures.Select(_ => new double?[frame.Slots]).ToArray();
        var spans = frame.Spans(window);
        var unit = frame.Unit ?? TimeUnit.Year;
        if (window is null)
        {
            if (await FillAsync(TimeBuckets.Cut(spans[0], unit, frame.Zone)!, 1, (trend, m) => Put(slots[m], trend.Series[m], atWhole: true)) is { } problem) return problem;
        }
        else
        {
            var rolling = unit switch { TimeUnit.Day => window.Value, TimeUnit.Week => (int)Math.Round(window.Value / 7.0), _ => (int)Math.Round(window.Value / 30.4) };
            var own = new TimeSpanMs(frame.Instant(frame.Ask.From), frame.Instant(frame.Ask.To));
            if (frame.Points.Count > 0 && await FillAsync(TimeBuckets.Cut(own, unit, frame.Zone)!, Math.Max(1, rolling), (trend, m) => Put(slots[m], trend.Series[m], atWhole: false)) is { } problem) return problem;
            if (await FillAsync(TimeBuckets.Cut(spans[0], TimeUnit.Year, frame.Zone)!, 1, (trend, m) => slots[m][0] = trend.Series[m].Total) is { } other) return other;
        }

        if (frame.Before is not null && await FillAsync(TimeBuckets.Cut(spans[^1], TimeUnit.Year, frame.Zone)!, 1, (trend, m) => slots[m][^1] = trend.Series[m].Total) is { } last) return last;
        return slots;

        async Task<Problem?> FillAsync(TimeBuckets buckets, int rolling, Action<TrendAnswer, int> put)
        {
            var asked = await columns.AskAsync(new TrendQuery(buckets.Before(rolling - 1, frame.Zone), read, [], null, 1, rolling, condition.Value), Limits, cancel);
            if (asked.Problem is { } problem) return problem;
            for (var m = 0; m < read.Count; m++) put((TrendAnswer)asked.Value, m);
            return null;
        }

        void Put(double?[] of, TrendSeries series, bool atWhole)
        {
            if (atWhole) of[0] = series.Total;
            for (var i = 0; i < frame.Points.Count && i < series.Figures.Count; i++) of[i + 1] = series.Figures[i];
        }
    }

    private Result<Condition?> ConditionOf(string where)
    {
        if (where.Length == 0) return default(Condition?);
        using var document = JsonDocument.Parse(where);
        var read = QueryReader.For(workspace).ReadCondition(document.RootElement);
        return read.Problem is { } problem ? problem : read.Value;
    }

    private async Task<Result<IReadOnlyList<MeasureFigure>>> OfPartAsync(IndicatorDefinition of, Part part, CancellationToken cancel)
    {
        var values = await PartAsync(of, part, cancel);
        if (values.Problem is { } problem) return problem;
        if (part is not MeasurePart { IsOfValues: true } mean) return values.Value.Select(v => new MeasureFigure(v, part is HoldsPart or MeasurePart { IsCount: true } ? (long)(v ?? 0) : v is null ? 0 : 1)).ToList();
        var counts = await MeasureAsync(of, CountOf(mean.Json), cancel);
        return counts.Problem is { } fault ? fault : values.Value.Zip(counts.Value, (v, n) => new MeasureFigure(v, (long)(n ?? 0))).ToList();
    }

    private async Task<Result<IReadOnlyList<MeasureFigure>>> OfQuotientAsync(IndicatorDefinition of, QuotientFigure quotient, CancellationToken cancel)
    {
        var (over, under) = (await PartAsync(of, quotient.Over, cancel), await PartAsync(of, quotient.Under, cancel));
        if ((over.Problem ?? under.Problem) is { } problem) return problem;
        var isShare = of.Indicator.Unit == IndicatorUnit.Share && (quotient is { Over: HoldsPart, Under: HoldsPart } or { Over: MeasurePart { IsCount: true }, Under: MeasurePart { IsCount: true } });
        return over.Value.Zip(under.Value, (a, b) =>
        {
            var interval = isShare ? Intervals.Share(a ?? 0, b ?? 0) : null;
            return new MeasureFigure(b is null or 0 ? null : a / b, (long)(b ?? 0), interval?.Low, interval?.High, a);
        }).ToList();
    }

    private async Task<Result<IReadOnlyList<MeasureFigure>>> OfNpsAsync(IndicatorDefinition of, NpsFigure nps, CancellationToken cancel)
    {
        var (all, top, low) = (await MeasureAsync(of, Answers(nps, 0, 10), cancel), await MeasureAsync(of, Answers(nps, 9, 10), cancel), await MeasureAsync(of, Answers(nps, 0, 6), cancel));
        if ((all.Problem ?? top.Problem ?? low.Problem) is { } problem) return problem;
        return all.Value.Select((n, i) =>
        {
            var (answers, promoters, detractors) = (n ?? 0, top.Value[i] ?? 0, low.Value[i] ?? 0);
            var interval = Intervals.Nps(promoters, detractors, answers);
            return new MeasureFigure(answers == 0 ? null : 100 * (promoters - detractors) / answers, (long)answers, interval?.Low, interval?.High, promoters - detractors);
        }).ToList();
    }

    private async Task<Result<IReadOnlyList<double?>>> PartAsync(IndicatorDefinition of, Part part, CancellationToken cancel) =>
        part is HoldsPart ? await HoldsAsync(of, part.Json, cancel) : await MeasureAsync(of, part.Json, cancel);

    /// <summary>How many customers a condition holds for at the end of each slot's period. What profiles say is known of now alone.</summary>
    private async Task<Result<IReadOnlyList<double?>>> HoldsAsync(IndicatorDefinition of, JsonElement condition, CancellationToken cancel)
    {
        var (now, days, spans) = (workspace.Clock.GetUtcNow(), frame.Days(of.WindowDays), frame.Spans(of.WindowDays));
        var slots = new double?[frame.Slots];
        for (var i = 0; i < slots.Length; i++)
        {
            var end = DateTimeOffset.FromUnixTimeMilliseconds(spans[i].To);
            var filled = FigureJson.All(FigureJson.Fill(condition, days[i].From, days[i].To), WhereOf(of))!.Value;
            if (end <= now && FigureEvents.AsksProfile(workspace, filled)) continue;
            var key = $"holds/{filled.GetRawText()}/{(end <= now ? end : DateTimeOffset.MaxValue):O}";
            var asked = await held.AskAsync<SegmentAnswer>(key, async () =>
            {
                var read = QueryReader.For(workspace, end <= now ? end : now).ReadCondition(filled);
                if (read.Problem is { } fault) return fault;
                var answer = await columns.AskAsync(new SegmentQuery(read.Value, 0, 0), Limits, CancellationToken.None);
                return answer.Problem is { } problem ? problem : (SegmentAnswer)answer.Value;
            }, cancel);
            if (asked.Problem is { } wrong) return wrong;
            slots[i] = asked.Value.Customers;
        }

        return slots;
    }

    private async Task<Result<IReadOnlyList<MeasureFigure>>> OfFunnelAsync(IndicatorDefinition of, FunnelFigure figure, CancellationToken cancel)
    {
        var read = QueryReader.For(workspace).Read(FigureJson.Of("funnel", figure.Funnel));
        var condition = ConditionOf(WhereOf(of)?.GetRawText() ?? "");
        if ((read.Problem ?? condition.Problem) is { } fault) return fault;
        var funnel = (FunnelQuery)read.Value with { Customers = condition.Value };
        var (slots, spans, where) = (new List<MeasureFigure>(), frame.Spans(of.WindowDays, figure.IsMatured ? funnel.Window : 0), WhereOf(of)?.GetRawText());
        FunnelAnswer? overTime = null;
        if (of.WindowDays is null && !figure.IsMatured && figure.Take is Take.Share or Take.Customers && frame is { Unit: { } unit, Points.Count: > 1 })
        {
            // All points at once; each is what the funnel of its time alone would say.
            var all = await AskAsync<FunnelAnswer>($"funnel/{figure.Funnel.GetRawText()}/{where}/{frame.Key}", new FunnelOverTimeQuery(funnel with { When = spans[0] }, TimeBuckets.Cut(spans[0], unit, frame.Zone)!), cancel);
            if (all.Problem is { } wrong) return wrong;
            overTime = all.Value;
        }

        for (var i = 0; i < spans.Count; i++)
        {
            if (overTime is not null && i <= frame.Points.Count)
            {
                slots.Add(i == 0 ? Steps(overTime.Groups[0].Steps[0].Customers, overTime.Groups[0].Steps[^1].Customers) : Steps(overTime.OverTime[i - 1][0], overTime.OverTime[i - 1][^1]));
                continue;
            }

            var asked = await AskAsync<FunnelAnswer>($"funnel/{figure.Funnel.GetRawText()}/{where}/{spans[i].From}/{spans[i].To}", funnel with { When = spans[i] }, cancel);
            if (asked.Problem is { } problem) return problem;
            var group = asked.Value.Groups[0];
            slots.Add(figure.Take is Take.Share or Take.Customers ? Steps(group.Steps[0].Customers, group.Steps[^1].Customers) : new MeasureFigure(InUnit(of, figure.Take == Take.Median ? group.MedianTotal : group.P90Total), group.Steps[^1].Customers));
        }

        return slots;

        MeasureFigure Steps(long began, long ended)
        {
            if (figure.Take == Take.Customers) return new MeasureFigure(ended, began);
            var interval = Intervals.Share(ended, began);
            return new MeasureFigure(began == 0 ? null : (double)ended / began, began, interval?.Low, interval?.High, ended);
        }
    }

    private async Task<Result<IReadOnlyList<MeasureFigure>>> OfIntervalAsync(IndicatorDefinition of, IntervalFigure figure, CancellationToken cancel)
    {
        var read = QueryReader.For(workspace).Read(FigureJson.Of("interval", figure.Events));
        var condition = ConditionOf(WhereOf(of)?.GetRawText() ?? "");
        if ((read.Problem ?? condition.Problem) is { } fault) return fault;
        var slots = new List<MeasureFigure>();
        foreach (var span in frame.Spans(of.WindowDays))
        {
            var asked = await AskAsync<IntervalAnswer>($"interval/{figure.Events.GetRawText()}/{WhereOf(of)?.GetRawText()}/{span.From}/{span.To}", (IntervalQuery)read.Value with { When = span, Customers = condition.Value }, cancel);
            if (asked.Problem is { } problem) return problem;
            slots.Add(new MeasureFigure(InUnit(of, figure.Take == Take.Median ? asked.Value.Median : asked.Value.P90), asked.Value.Intervals));
        }

        return slots;
    }

    /// <summary>Of those who began so many units before a bucket, the share that came back in it. A bucket counts where all of it is over.</summary>
    private async Task<Result<IReadOnlyList<MeasureFigure>>> OfRetentionAsync(IndicatorDefinition of, RetentionFigure figure, CancellationToken cancel)
    {
        var read = QueryReader.For(workspace).Read(FigureJson.Of("retention", figure.Retention));
        var condition = ConditionOf(WhereOf(of)?.GetRawText() ?? "");
        if ((read.Problem ?? condition.Problem) is { } fault) return fault;
        var query = (RetentionQuery)read.Value;
        var spans = frame.Spans(of.WindowDays);
        var (from, to) = (spans.Min(s => s.From), Math.Min(spans.Max(s => s.To), workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds()));
        if (from >= to) return spans.Select(_ => new MeasureFigure(null, 0)).ToList();
        var buckets = TimeBuckets.Cut(new TimeSpanMs(from, to), query.Buckets.Unit, frame.Zone)!.Before(figure.After, frame.Zone);
        var asked = await AskAsync<RetentionAnswer>($"retention/{figure.Retention.GetRawText()}/{WhereOf(of)?.GetRawText()}/{frame.Key}", query with { Buckets = buckets, Brackets = [], Customers = condition.Value }, cancel);
        if (asked.Problem is { } problem) return problem;
        var (cohorts, over) = (asked.Value.Cohorts, FigureJson.Over(buckets, frame.Zone));
        return spans.Select(span =>
        {
            var (began, back) = (0L, 0L);
            for (var i = figure.After; i < over; i++)
            {
                if (cohorts[i].Start < span.From || cohorts[i].Start >= span.To) continue;
                (began, back) = (began + cohorts[i - figure.After].Customers, back + cohorts[i - figure.After].Returned[figure.After]);
            }

            var interval = Intervals.Share(back, began);
            return new MeasureFigure(began == 0 ? null : (double)back / began, began, interval?.Low, interval?.High, back);
        }).ToList();
    }

    private async Task<Result<IReadOnlyList<MeasureFigure>>> OfFormulaAsync(Formula formula, Func<string, Task<Result<Values>>> named)
    {
        var parts = new Dictionary<string, Values>(StringComparer.Ordinal);
        foreach (var name in formula.Names)
        {
            var part = await named(name);
            if (part.Problem is { } problem) return problem;
            parts.Add(name, part.Value);
        }

        return Enumerable.Range(0, frame.Slots).Select(i => new MeasureFigure(formula.Value(name => parts[name].Slots[i].Value), parts.Count == 0 ? 0 : parts.Values.Min(p => p.Slots[i].Sample))).ToList();
    }

    private async Task<Result<T>> AskAsync<T>(string key, Query query, CancellationToken cancel)
        where T : Answer => await held.AskAsync<T>(key, async () => await columns.AskAsync(query, Limits, CancellationToken.None) is var asked && asked.Problem is { } problem ? problem : (T)asked.Value, cancel);

    private static double? InUnit(IndicatorDefinition of, double? milliseconds) => milliseconds / (of.Indicator.Unit == IndicatorUnit.Hours ? 3_600_000.0 : 86_400_000.0);
}
