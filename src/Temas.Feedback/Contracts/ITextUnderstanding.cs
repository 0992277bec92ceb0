namespace Temas.Feedback.Contracts;

/// <summary>Understands free text in Turkish and English, on this machine. Safe for any number of threads.</summary>
public interface ITextUnderstanding
{
    /// <summary>Everything that is read from <paramref name="text"/>. A text in no language that is recognised is read as <paramref name="otherwise"/>.</summary>
    TextReading Read(string text, TextLanguage otherwise = TextLanguage.Turkish);

    /// <summary>Only the sentiment of the whole: nothing is allocated.</summary>
    Sentiment Judge(ReadOnlySpan<char> text, TextLanguage otherwise = TextLanguage.Turkish);
}
