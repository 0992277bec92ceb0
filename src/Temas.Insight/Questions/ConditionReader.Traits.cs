using System.Text.Json;
using Temas.Customers.Contracts;
using Temas.Insight.Lifetime.Forecasts;
using Temas.Insight.Traits;
using Temas.Timelines.Queries;

namespace Temas.Insight.Questions;

/// <summary>Computed traits that are questions: figures of one customer.</summary>
internal sealed partial class ConditionReader
{
    /// <summary>The computed trait that a fact is, where that is a question; null for any other fact.</summary>
    public TraitQuestion? TraitOf(string fact) => fact.StartsWith(References.Computed, StringComparison.Ordinal) ? traits?.Invoke(fact[References.Computed.Length..]) : null;

    /// <summary>What a trait asks, read where it is named, so that it is always as it is now.</summary>
    public CustomerFigure? Figure(TraitQuestion trait, string path, int depth)
    {
        // No segment has such a key.
        if (!Enter($"{TraitQuestion.DefinitionKind}/{trait.Key}", References.Computed + trait.Key, path)) return null;
        var at = path.Length == 0 ? trait.Field : $"{path}.{trait.Field}";
        CustomerFigure? figure = trait.Kind switch
        {
            TraitQuestionKind.Condition => Condition(trait.Asked, at, depth + 1) is { } condition ? new HoldsFigure(condition) : null,
            TraitQuestionKind.Segment => OfSegment(trait.Asked.GetString()!, at, depth + 1) is { } condition ? new HoldsFigure(condition) : null,
            TraitQuestionKind.FunnelConverted => WholeFunnel(trait.Asked, at) is { } funnel ? new HoldsFigure(new FunnelCondition(funnel, funnel.Steps.Count - 1, false)) : null,
            TraitQuestionKind.FunnelStep => WholeFunnel(trait.Asked, at) is { } funnel ? new ReachedFigure(funnel) : null,
            TraitQuestionKind.FunnelHours => WholeFunnel(trait.Asked, at) is { } funnel ? new TookFigure(funnel) : null,
            TraitQuestionKind.Forecast => ForecastOf(trait.Asked.GetString()!, at),
            _ => ActiveUnits(trait.Asked, at),
        };
        within.RemoveAt(within.Count - 1);
        return figure;
    }

    /// <summary>What is expected of a customer from the moment on; null with a fault where there is no such forecast.</summary>
    private CustomerFigure? ForecastOf(string name, string path)
    {
        if (Forecast.Read(name) is not { } forecast)
        {
            faults.Add("forecast_unknown", "There is no such forecast.", path, JsonSerializer.Serialize(name), Forecast.Written);
            return null;
        }

        CountsFromNow = true;
        var figure = forecasts?.Invoke(forecast, now) ?? LiveForecasts.Nothing;
        IsUnsaid |= ReferenceEquals(figure, LiveForecasts.Nothing);
        return figure;
    }

    /// <summary>A funnel of a trait: of her whole life, where it says nothing else.</summary>
    private FunnelQuery? WholeFunnel(JsonElement json, string path)
    {
        var reading = new JsonReading(json, path, faults);
        var when = reading.Has("last") || reading.Has("from") || reading.Has("to") ? times.Period(reading) : TimeSpanMs.Always;
        var funnel = questions.FunnelOf(reading, when, null);
        reading.Text("kind");
        if (funnel?.Breakdown is not null) reading.Fault("breakdown", "breakdown_unused", "One customer is not told apart.", reading.Any("breakdown"), "Leave it out.");
        reading.End();
        return faults.First is null ? funnel : null;
    }

    private ActiveFigure? ActiveUnits(JsonElement json, string path)
    {
        var reading = new JsonReading(json, path, faults);
        if (faults.First is not null) return null;
        var (selector, when) = (events.Selector(reading), times.Within(reading));
        var active = Active(reading, selector, when, 0, null);
        reading.End();
        return faults.First is null ? new ActiveFigure(selector, active!.Buckets) : null;
    }

    /// <summary>Begins to read what is named; a fault, and false, where that is being read already.</summary>
    private bool Enter(string name, string shown, string path)
    {
        if (!within.Exists(w => w.Name == name))
        {
            within.Add((name, shown));
            return true;
        }

        faults.Add("segment_of_itself", "A segment or computed trait cannot be defined by itself.", path, $"\"{shown}\"", $"Take the circle apart: {string.Join(" → ", within.Select(w => w.Shown).Append(shown))}.");
        return false;
    }
}
