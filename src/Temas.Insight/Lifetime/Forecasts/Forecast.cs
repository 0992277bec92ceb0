using System.Globalization;

namespace Temas.Insight.Lifetime.Forecasts;

/// <summary>What a forecast says.</summary>
internal enum ForecastKind
{
    /// <summary>The probability that she who ordered is still there, from 0 to 1.</summary>
    Alive,

    /// <summary>How many orders she is expected to place.</summary>
    Orders,

    /// <summary>What these are expected to come to, discounted.</summary>
    Value,

    /// <summary>The probability that a subscription of hers ends, from 0 to 1; of several that of the one most at risk.</summary>
    Ends,
}

/// <summary>A forecast of one customer, as conditions and computed traits name it: <c>alive</c>, <c>orders.90</c>, <c>value.365</c>, <c>ends.30</c>.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Days">Of how many days from the moment on; 0 where it is of the moment itself.</param>
internal readonly record struct Forecast(ForecastKind Kind, int Days)
{
    /// <summary>What their names begin with among the facts of profiles.</summary>
    public const string Family = "forecast.";

    /// <summary>So far ahead one looks at most.</summary>
    public const int MostDays = 730;

    /// <summary>What is offered to choose from.</summary>
    public static IReadOnlyList<Forecast> Offered { get; } =
    [
        new(ForecastKind.Alive, 0), new(ForecastKind.Orders, 30), new(ForecastKind.Orders, 90), new(ForecastKind.Orders, 365), new(ForecastKind.Value, 30), new(ForecastKind.Value, 90), new(ForecastKind.Value, 365),
        new(ForecastKind.Ends, 30), new(ForecastKind.Ends, 90),
    ];

    /// <summary>What one may write, for who wrote something else.</summary>
    public const string Written = "Use alive, orders.DAYS, value.DAYS or ends.DAYS, with 1 to 730 days, such as orders.90.";

    /// <summary>Whether the model of orders says it, and not that of subscriptions.</summary>
    public bool IsOfOrders => Kind != ForecastKind.Ends;

    /// <summary>The word for the kind.</summary>
    public string Word => Kind switch { ForecastKind.Alive => "alive", ForecastKind.Orders => "orders", ForecastKind.Value => "value", _ => "ends" };

    /// <summary>Its name.</summary>
    public string Name => Kind == ForecastKind.Alive ? Word : string.Create(CultureInfo.InvariantCulture, $"{Word}.{Days}");

    /// <summary>A value as it is told: amounts to the hundredth, all others to the ten-thousandth, so that a threshold is the same where it is seen and where it is compared.</summary>
    public double Told(double value) => Math.Round(value, Kind == ForecastKind.Value ? 2 : 4);

    /// <summary>Reads a name; null for none.</summary>
    public static Forecast? Read(string name)
    {
        if (name == "alive") return new Forecast(ForecastKind.Alive, 0);
        ForecastKind? kind = name.Split('.')[0] switch { "orders" => ForecastKind.Orders, "value" => ForecastKind.Value, "ends" => ForecastKind.Ends, _ => null };
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return kind is { } known && dot > 0 && name.Length > dot + 1 && name[dot + 1] != '0' && int.TryParse(name.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= MostDays
            ? new Forecast(known, days) : null;
    }
}
