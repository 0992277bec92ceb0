namespace Temas.Feedback.Asking.Pages;

/// <summary>Names the texts of the pages of asking rules (AskingText.resx).</summary>
public sealed class AskingText;
