namespace Temas.Ui.Layout;

/// <summary>Names the texts of the layouts (LayoutText.resx).</summary>
public sealed class LayoutText;
