namespace Temas.Insight.Explore;

/// <summary>Names the texts of the explorer (ExploreText.resx).</summary>
public sealed class ExploreText;
