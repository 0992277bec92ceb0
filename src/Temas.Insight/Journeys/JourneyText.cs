namespace Temas.Insight.Journeys;

/// <summary>Names the texts of journeys (JourneyText.resx).</summary>
public sealed class JourneyText;
