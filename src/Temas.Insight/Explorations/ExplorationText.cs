namespace Temas.Insight.Explorations;

/// <summary>Names the texts of saved explorations (ExplorationText.resx).</summary>
public sealed class ExplorationText;
