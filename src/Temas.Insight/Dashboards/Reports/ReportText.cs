namespace Temas.Insight.Dashboards.Reports;

/// <summary>Names the texts of reports by mail (ReportText.resx).</summary>
public sealed class ReportText;
