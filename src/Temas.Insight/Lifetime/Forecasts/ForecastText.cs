namespace Temas.Insight.Lifetime.Forecasts;

/// <summary>Names the texts of forecasts (ForecastText.resx).</summary>
public sealed class ForecastText;
