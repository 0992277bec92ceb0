namespace Temas.Insight.Monitors.Pages;

/// <summary>Names the texts of monitors and alerts (MonitorText.resx).</summary>
public sealed class MonitorText;
