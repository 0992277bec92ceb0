namespace Temas.Feedback.Surveys.Pages;

/// <summary>Names the texts of the pages of surveys (SurveyPagesText.resx).</summary>
public sealed class SurveyPagesText;
