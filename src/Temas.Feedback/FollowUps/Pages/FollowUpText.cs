namespace Temas.Feedback.FollowUps.Pages;

/// <summary>Names the texts of the pages of follow-ups (FollowUpText.resx).</summary>
public sealed class FollowUpText;
