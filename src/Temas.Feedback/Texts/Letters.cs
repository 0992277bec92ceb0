namespace Temas.Feedback.Texts;

/// <summary>Letters of Turkish and English, by rules of their own: the culture of the thread has no say.</summary>
internal static class Letters
{
    /// <summary>Lower case by Turkish rules (I→ı, İ→i).</summary>
    public static char LowerTurkish(char c) => c switch { 'I' => 'ı', 'İ' => 'i', < '\u0080' => c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c, _ => char.ToLowerInvariant(c) };

    /// <summary>A small letter without what distinguishes Turkish from ASCII (ç→c, ğ→g, ı→i, ö→o, ş→s, ü→u, â→a, î→i, û→u): how many people type.</summary>
    public static char Fold(char lower) => lower switch
    {
        < '\u0080' => lower,
        'ç' => 'c',
        'ğ' => 'g',
        'ı' => 'i',
        'ö' => 'o',
        'ş' => 's',
        'ü' => 'u',
        'â' or 'á' or 'à' or 'ä' => 'a',
        'î' or 'í' or 'ì' or 'ï' => 'i',
        'û' or 'ú' or 'ù' => 'u',
        'é' or 'è' or 'ê' or 'ë' => 'e',
        'ó' or 'ò' or 'ô' => 'o',
        'ñ' => 'n',
        _ => lower,
    };

    /// <summary>The letter that <paramref name="letter"/> and a combining mark after it make, or none ('\0') where the mark is dropped.</summary>
    public static char Compose(char letter, char mark) => (letter, mark) switch
    {
        ('c', '\u0327') => 'ç',
        ('s', '\u0327') => 'ş',
        ('g', '\u0306') => 'ğ',
        ('o', '\u0308') => 'ö',
        ('u', '\u0308') => 'ü',
        // A capital I with a combining dot: the dotless i that lower case made of it gets its dot back.
        ('ı', '\u0307') => 'i',
        ('a', '\u0302') => 'â',
        ('i' or 'ı', '\u0302') => 'î',
        ('u', '\u0302') => 'û',
        _ => '\0',
    };

    /// <summary>The folded form of a whole word, lower case by Turkish rules before.</summary>
    public static string Fold(string word) => string.Create(word.Length, word, static (into, from) =>
    {
        for (var i = 0; i < from.Length; i++) into[i] = Fold(LowerTurkish(from[i]));
    });

    /// <summary>True for combining marks as Turkish letters may be written with.</summary>
    public static bool IsMark(char c) => c is >= '\u0300' and <= '\u036F';

    /// <summary>True for the vowels of folded Turkish.</summary>
    public static bool IsVowel(char folded) => folded is 'a' or 'e' or 'i' or 'o' or 'u';
}
