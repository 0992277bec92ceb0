namespace Temas.Insight.Framework;

/// <summary>Names the texts of the measurement framework (FrameworkText.resx).</summary>
public sealed class FrameworkText;
