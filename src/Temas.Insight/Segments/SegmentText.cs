namespace Temas.Insight.Segments;

/// <summary>Names the texts of segments (SegmentText.resx).</summary>
public sealed class SegmentText;
