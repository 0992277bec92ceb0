namespace Temas.Engage.Pages;

/// <summary>Names the texts of the pages of channels and webhooks (EngageText.resx).</summary>
public sealed class EngageText;
