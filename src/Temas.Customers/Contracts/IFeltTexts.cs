namespace Temas.Customers.Contracts;

/// <summary>What is felt in texts: a part of the workspace, put there by the module that understands them. Without it texts say nothing about perception.</summary>
public interface IFeltTexts
{
    /// <summary>What reads texts now: another object when the same text may be read otherwise, so that what was derived is derived anew.</summary>
    ITextFeeling Current { get; }
}

/// <summary>
/// Reads how satisfied a text is. Pure: the same text gives the same answer for as long as the object lives, and two objects with the same <see cref="Digest"/> answer alike. Safe for any number of threads.
/// </summary>
public interface ITextFeeling
{
    /// <summary>Stands for the rules and the model by which texts are read.</summary>
    ulong Digest { get; }

    /// <summary>The sentiment of a text, some microseconds each; null where it has none that could be told.</summary>
    FeltText? Feel(string text);

    /// <summary>The words that carried it, as they stand in the text, the heaviest first and at most five.</summary>
    IReadOnlyList<string> WordsOf(string text);
}

/// <summary>How satisfied a text is.</summary>
/// <param name="Value">From -1 to 1.</param>
/// <param name="Confidence">From 0 to 1.</param>
public readonly record struct FeltText(double Value, double Confidence);
