namespace Temas.Insight.Findings;

/// <summary>Names the texts of findings (FindingText.resx).</summary>
public sealed class FindingText;
