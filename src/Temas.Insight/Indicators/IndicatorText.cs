namespace Temas.Insight.Indicators;

/// <summary>Names the texts of indicators (IndicatorText.resx).</summary>
public sealed class IndicatorText;
