namespace Temas.Insight.Dashboards;

/// <summary>Names the texts of dashboards (DashboardText.resx).</summary>
public sealed class DashboardText;
