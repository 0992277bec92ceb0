namespace Temas.Insight.Lifetime;

/// <summary>Names the texts of lifetime value (LifetimeText.resx).</summary>
public sealed class LifetimeText;
