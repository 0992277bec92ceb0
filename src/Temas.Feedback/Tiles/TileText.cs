namespace Temas.Feedback.Tiles;

/// <summary>Names the texts of the tiles that feedback brings (TileText.resx).</summary>
public sealed class TileText;
