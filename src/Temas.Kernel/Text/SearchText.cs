using System.Globalization;
using System.Text;

namespace Temas.Kernel;

/// <summary>
/// The form in which names and identifiers are searched: lower case without accents, where the four Turkish i's are one letter,
/// so that <c>SUle</c>, <c>Şule</c> and <c>sule</c> find each other and <c>IŞIK</c> finds <c>Işık</c>. Never shown, never an identifier.
/// </summary>
public static class SearchText
{
    /// <summary>Folds <paramref name="text"/>; control characters become spaces, runs of space become one.</summary>
    public static string Fold(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark) continue;
            var folded = c is 'ı' or 'I' or 'İ' ? 'i' : char.ToLowerInvariant(c);
            if (char.IsControl(folded) || char.IsWhiteSpace(folded))
            {
                if (result.Length > 0 && result[^1] != ' ') result.Append(' ');
            }
            else
            {
                result.Append(folded);
            }
        }

        if (result.Length > 0 && result[^1] == ' ') result.Length--;
        return result.ToString();
    }
}
