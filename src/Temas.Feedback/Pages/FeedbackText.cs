namespace Temas.Feedback.Pages;

/// <summary>Names the texts of the pages of feedback (FeedbackText.resx).</summary>
public sealed class FeedbackText;
