using System.Globalization;
using Temas.Customers.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Lifetime.Forecasts;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Traits;

/// <summary>Answers computed traits that are questions from the columns, by what answers questions about everybody.</summary>
internal sealed class AnswerTraits(Workspace workspace) : ITraitQuestions
{
    /// <inheritdoc/>
    public async Task<Result<TraitAnswers>> ReadAsync(IReadOnlyList<TraitQuestion> traits, IReadOnlyList<string> customers, DateTimeOffset? asOf, TimeSpan? patience, CancellationToken cancel)
    {
        var readers = traits.Select(_ => QueryReader.For(workspace, asOf)).ToList();
        var read = readers.Zip(traits, (reader, t) => reader.ReadFigure(t)).ToList();
        var faults = read.Select((r, i) => r.Problem ?? (asOf is not null && (r.Value.AsksProfile || traits[i].Kind == TraitQuestionKind.Forecast) ? NotThen : WhyNot(traits[i]) ?? (readers[i].IsUnsaid ? Unsaid : null))).ToList();
        var figures = read.Select((r, i) => faults[i] is null ? r.Value : null).ToList();
        var nodes = workspace.Part<ICustomerNodes>();
        var values = customers.Select(_ => new RawJson[traits.Count]).ToArray();
        var problem = await workspace.Part<LiveColumns>().TellAsync(() => [.. customers.Select(nodes.Find)], figures, asOf?.ToUnixTimeMilliseconds() ?? long.MaxValue, (at, of, value) => values[at][of] = Json(value), patience, cancel);
        return problem is not null ? problem : new TraitAnswers(faults, values);
    }

    // A forecast for which no model holds has a reason, and no value.
    private Problem? WhyNot(TraitQuestion trait) => trait.Kind == TraitQuestionKind.Forecast && Forecast.Read(trait.Asked.GetString()!) is { } forecast ? workspace.Part<LiveForecasts>().Why(forecast) : null;

    /// <summary>A forecast is asked for which no model holds.</summary>
    public static Problem Unsaid =>
        Problem.Invalid(TraitAnswers.Unsaid, "This asks a forecast for which no model holds at the moment, so it is told of nobody whether it is so.", wayOut: "See which models hold under GET /api/forecasts/models.");

    private static Problem NotThen =>
        Problem.Invalid("trait_not_then", "This trait asks profiles, touches or forecasts, which are known as of now only.", "asOf", null, "Leave out asOf.");

    private static RawJson Json(object? value) => value switch
    {
        bool flag => new RawJson(flag ? "true" : "false"),
        double number => new RawJson(number.ToString("R", CultureInfo.InvariantCulture)),
        _ => default,
    };
}
