namespace Temas.Engage.Unsubscribing;

/// <summary>Names the texts of the page on which messages are ended (UnsubscribeText.resx).</summary>
public sealed class UnsubscribeText;
