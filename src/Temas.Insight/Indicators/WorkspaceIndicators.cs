using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Preferences;

namespace Temas.Insight.Indicators;

/// <summary>The indicators of a workspace.</summary>
internal sealed class WorkspaceIndicators(Workspace workspace) : IIndicators
{
    private const int Deepest = 16;

    private readonly AnswerMemory memory = new(workspace);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Indicator> All => new Shown(Definitions);

    /// <summary>Their definitions, by key.</summary>
    public IReadOnlyDictionary<string, IndicatorDefinition> Definitions => workspace.Definitions.Current(IndicatorKind.Instance);

    /// <inheritdoc/>
    public async Task<Result<IndicatorReading>> ReadAsync(string key, IndicatorAsk ask, CancellationToken cancel) =>
        Definitions.GetValueOrDefault(key) is { } definition ? await ReadAsync(definition, ask, cancel) : Unknown(key);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, Result<IndicatorReading>>> ReadManyAsync(IReadOnlyCollection<string> keys, IndicatorAsk ask, CancellationToken cancel)
    {
        var definitions = Definitions;
        var result = new Dictionary<string, Result<IndicatorReading>>(StringComparer.Ordinal);
        var known = keys.Distinct(StringComparer.Ordinal).Select(definitions.GetValueOrDefault).OfType<IndicatorDefinition>().ToList();
        var reading = Begin(ask);
        var unready = reading.Problem ?? await ReadyAsync(cancel);
        var isAll = unready is not null;
        unready ??= await reading.Value.Figures.PrepareAsync(Needed(known.Where(d => Missing(d) is null), definitions), cancel);
        foreach (var definition in known)
        {
            // Who would have to wait for what is still being read in waits together.
            result[definition.Key] = unready is not null && (isAll || unready.Code == "columns_loading" || FigureEvents.LooksAtProfiles(definition.Figure)) ? unready : await OneAsync(definition, reading.Value, cancel);
        }

        foreach (var key in keys.Where(k => !result.ContainsKey(k))) result[key] = Unknown(key);
        return result;
    }

    /// <summary>Reads a definition, kept or not.</summary>
    public async Task<Result<IndicatorReading>> ReadAsync(IndicatorDefinition definition, IndicatorAsk ask, CancellationToken cancel)
    {
        var reading = Begin(ask);
        return reading.Problem is { } problem ? problem : await OneAsync(definition, reading.Value, cancel);
    }

    /// <summary>What is missing for it to be computed; null where nothing is.</summary>
    public LocalText? Missing(IndicatorDefinition definition) => Missing(definition, 0);

    /// <summary>The customers behind it in a period, as a condition; null where no condition says who they are.</summary>
    public JsonElement? Behind(IndicatorDefinition definition, IndicatorAsk ask)
    {
        var from = definition.WindowDays is { } days ? ask.To.AddDays(-days) : ask.From;
        JsonElement? behind = definition.Figure switch
        {
            PartFigure part => OfPart(part.Of),
            QuotientFigure quotient => OfPart(quotient.Over),
            NpsFigure nps => FigureJson.Did(nps.Answers, from, ask.To),
            FunnelFigure funnel => OfFunnel(funnel),
            IntervalFigure interval => FigureJson.Element(new System.Text.Json.Nodes.JsonObject { ["interval"] = System.Text.Json.Nodes.JsonNode.Parse(interval.Events.GetRawText()), ["atLeast"] = "1s", ["from"] = FigureJson.Day(from), ["to"] = FigureJson.Day(ask.To) }),
            RetentionFigure retention => OfRetention(retention),
            ProvidedFigure provided => workspace.Part<MeasureSources>().Find(provided.Name)?.Source.Behind(provided.Name, from, ask.To),
            _ => null,
        };
        return behind is null ? null : FigureJson.All(behind, definition.Customers is { } own ? FigureJson.Fill(own, from, ask.To) : null, ask.Where);

        // The period of a funnel is its own; who has had the whole of its time began so much earlier.
        JsonElement OfFunnel(FunnelFigure of)
        {
            var node = System.Text.Json.Nodes.JsonNode.Parse(of.Funnel.GetRawText())!.AsObject();
            var earlier = of.IsMatured && Questions.QueryReader.For(workspace).Read(FigureJson.Of("funnel", of.Funnel)) is { IsOk: true, Value: Timelines.Queries.FunnelQuery query } ? (int)Math.Round(query.Window / 86_400_000.0) : 0;
            (node["from"], node["to"]) = (FigureJson.Day(from.AddDays(-earlier)), FigureJson.Day(ask.To.AddDays(-earlier)));
            return FigureJson.Element(new System.Text.Json.Nodes.JsonObject { ["funnel"] = node });
        }

        // Whoever began so many units before a bucket of the period and came back in it.
        JsonElement? OfRetention(RetentionFigure of)
        {
            if (Questions.QueryReader.For(workspace).Read(FigureJson.Of("retention", of.Retention)) is not { IsOk: true, Value: Timelines.Queries.RetentionQuery query }) return null;
            var zone = WorkspaceSettings.Of(workspace).Zone();
            var end = Math.Min(Frame.InstantOf(ask.To, zone), workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds());
            if (Frame.InstantOf(from, zone) >= end || Timelines.Queries.TimeBuckets.Cut(new(Frame.InstantOf(from, zone), end), query.Buckets.Unit, zone)?.Before(of.After, zone) is not { } buckets) return null;
            return FigureJson.Returned(of.Retention, buckets, FigureJson.Over(buckets, zone), of.After, Frame.InstantOf(from, zone));
        }

        JsonElement OfPart(Part part) => part is HoldsPart ? FigureJson.Fill(part.Json, from, ask.To) : FigureJson.Did(part.Json, from, ask.To);
    }

    // The page knows of no condition, so it lists those behind the figure of all customers alone.
    private string? PageBehind(IndicatorDefinition definition, IndicatorAsk ask) => definition is { Figure: ProvidedFigure provided, Customers: null } && ask.Where is null
        ? workspace.Part<MeasureSources>().Find(provided.Name)?.Source.PageBehind(provided.Name, definition.WindowDays is { } days ? ask.To.AddDays(-days) : ask.From, ask.To)
        : null;

    // What a formula names is told once each; a formula in it by its own parts.
    private IReadOnlyList<IndicatorPart> Parts(IndicatorDefinition definition, IndicatorAsk ask)
    {
        var (all, found) = (Definitions, new List<IndicatorPart>());
        foreach (var needed in Needed([definition], all))
        {
            if (needed.Figure is not FormulaFigure formula)
            {
                if (needed.Key != definition.Key) Add(needed);
                continue;
            }

            foreach (var name in formula.Formula.Names.Where(n => !all.ContainsKey(n)))
            {
                if (workspace.Part<MeasureSources>().Find(name) is { } known) Add(definition with { Figure = new ProvidedFigure(name), Customers = null, WindowDays = null, Indicator = definition.Indicator with { Key = name, Label = known.Measure.Label } });
            }
        }

        return found;

        void Add(IndicatorDefinition part)
        {
            if (found.All(f => f.Key != part.Key) && (Behind(part, ask), PageBehind(part, ask)) is var (behind, page) && (behind is not null || page is not null)) found.Add(new IndicatorPart(part.Key, part.Indicator.Label, behind, page));
        }
    }

    private LocalText? Missing(IndicatorDefinition definition, int depth)
    {
        if (definition.Figure is not FormulaFigure formula) return FigureEvents.Missing(workspace, definition.Figure);
        foreach (var name in formula.Formula.Names)
        {
            if (depth < Deepest && Definitions.GetValueOrDefault(name) is { } other)
            {
                if (Missing(other, depth + 1) is { } missing) return missing;
            }
            else if (FigureEvents.Missing(workspace, new ProvidedFigure(name)) is { } missing)
            {
                return missing;
            }
        }

        return null;
    }

    private Result<Session> Begin(IndicatorAsk ask)
    {
        AskedAt.Begin();
        var frame = Frame.Of(ask, WorkspaceSettings.Of(workspace).Zone());
        return frame.Problem is { } problem ? problem : new Session(frame.Value, new ReadFigures(workspace, frame.Value, memory.Current()), []);
    }

    private async Task<Result<IndicatorReading>> OneAsync(IndicatorDefinition definition, Session session, CancellationToken cancel)
    {
        // Brings the columns up to date, so that what has arrived is known.
        if (await ReadyAsync(cancel) is { } notReady) return notReady;
        var (at, of) = (workspace.Clock.GetUtcNow(), definition.Indicator);
        if (Missing(definition) is { } missing) return Lacking(missing);
        var values = await ValuesAsync(definition, session, 0, cancel);
        if (values.Problem is { } problem) return problem;
        var whole = values.Value.Whole;

        // Of some measures it is seen only when they are worked out that there is too little.
        if (whole.Value is null && Missing(definition) is { } little) return Lacking(little);
        return new IndicatorReading(of, whole.Value, whole.Low, whole.High, whole.Sample, values.Value.Before?.Value, values.Value.Series, Judge(of, whole.Value), null, at, Behind(definition, session.Frame.Ask)) { CustomersPage = PageBehind(definition, session.Frame.Ask), Parts = Parts(definition, session.Frame.Ask) };

        IndicatorReading Lacking(LocalText what) => new(of, null, null, null, 0, null, [], IndicatorState.Unjudged, what.In(Languages.Current.Code), at, null);
    }

    private async Task<Problem?> ReadyAsync(CancellationToken cancel)
    {
        var columns = workspace.Part<LiveColumns>();
        if (!columns.IsBehind) return null;
        return (await columns.AskAsync(new Timelines.Queries.SegmentQuery(new Timelines.Queries.AnyCondition([]), 0, 0), new Timelines.Queries.QueryLimits(), cancel)).Problem;
    }

    private async Task<Result<Values>> ValuesAsync(IndicatorDefinition definition, Session session, int depth, CancellationToken cancel)
    {
        if (session.Known.TryGetValue(definition.Key, out var known) && known.Definition == definition) return known.Values;
        if (depth > Deepest) return Problem.Invalid("formula_too_deep", "Formulas name each other more than 16 deep.", "formula", definition.Key, "Name the indicators themselves.");
        var values = await session.Figures.ReadAsync(definition, NamedAsync, cancel);
        if (values.IsOk) session.Known[definition.Key] = (definition, values.Value);
        return values;

        async Task<Result<Values>> NamedAsync(string name)
        {
            if (Definitions.GetValueOrDefault(name) is { } other) return await ValuesAsync(other, session, depth + 1, cancel);
            if (workspace.Part<MeasureSources>().Find(name) is null) return Problem.Invalid("formula_name_unknown", "No indicator and no measure has this name.", "formula", name, "List the indicators to see their keys.");
            var provided = await session.Figures.ProvidedAsync(name, null, cancel);
            return provided.Problem is { } problem ? problem : new Values(provided.Value, session.Frame);
        }
    }

    /// <summary>Some definitions, and those that their formulas name.</summary>
    private static IEnumerable<IndicatorDefinition> Needed(IEnumerable<IndicatorDefinition> some, IReadOnlyDictionary<string, IndicatorDefinition> all)
    {
        var (found, waiting) = (new HashSet<string>(StringComparer.Ordinal), new Queue<IndicatorDefinition>(some));
        while (waiting.TryDequeue(out var definition))
        {
            if (!found.Add(definition.Key)) continue;
            yield return definition;
            if (definition.Figure is not FormulaFigure formula) continue;
            foreach (var other in formula.Formula.Names.Select(all.GetValueOrDefault).OfType<IndicatorDefinition>()) waiting.Enqueue(other);
        }
    }

    /// <summary>How a value stands against target and warning.</summary>
    internal static IndicatorState Judge(Indicator of, double? value)
    {
        if (value is not { } v || of.Target is not { } target) return IndicatorState.Unjudged;
        bool AtLeast(double limit) => of.HigherIsBetter ? v >= limit : v <= limit;
        return AtLeast(target) ? IndicatorState.Good : of.Warning is { } warning && AtLeast(warning) ? IndicatorState.Watch : IndicatorState.Bad;
    }

    private static Problem Unknown(string key) => Problem.NotFound("indicator_unknown", "There is no indicator with this key.", "key", key, "List the indicators to see their keys.");

    private sealed record Session(Frame Frame, ReadFigures Figures, Dictionary<string, (IndicatorDefinition Definition, Values Values)> Known);

    /// <summary>The definitions as what they are for others.</summary>
    private sealed class Shown(IReadOnlyDictionary<string, IndicatorDefinition> of) : IReadOnlyDictionary<string, Indicator>
    {
        public int Count => of.Count;

        public IEnumerable<string> Keys => of.Keys;

        IEnumerable<Indicator> IReadOnlyDictionary<string, Indicator>.Values => of.Values.Select(d => d.Indicator);

        public Indicator this[string key] => of[key].Indicator;

        public bool ContainsKey(string key) => of.ContainsKey(key);

        public bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out Indicator value)
        {
            value = of.GetValueOrDefault(key)?.Indicator;
            return value is not null;
        }

        public IEnumerator<KeyValuePair<string, Indicator>> GetEnumerator() => of.Select(d => KeyValuePair.Create(d.Key, d.Value.Indicator)).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
