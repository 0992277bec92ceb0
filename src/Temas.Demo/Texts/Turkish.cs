using System.Text;

namespace Temas.Demo.Texts;

/// <summary>The cases that a noun can take.</summary>
internal enum Case
{
    Plain,
    Accusative,
    Dative,
    Locative,
    Ablative,
    Genitive,
}

/// <summary>As much Turkish grammar as the texts need: letters in lower case, and the endings of the cases by vowel harmony.</summary>
internal static class Turkish
{
    /// <summary>Lower case with Turkish rules (I→ı, İ→i), whatever culture the machine has.</summary>
    public static string Lower(string text) => string.Create(text.Length, text, static (into, from) =>
    {
        for (var i = 0; i < from.Length; i++) into[i] = from[i] switch { 'I' => 'ı', 'İ' => 'i', var c => char.ToLowerInvariant(c) };
    });

    /// <summary>Upper case with Turkish rules (i→İ, ı→I).</summary>
    public static string Upper(string text) => string.Create(text.Length, text, static (into, from) =>
    {
        for (var i = 0; i < from.Length; i++) into[i] = from[i] switch { 'i' => 'İ', 'ı' => 'I', var c => char.ToUpperInvariant(c) };
    });

    /// <summary>Without the letters that ASCII lacks, as people type on keyboards that are not theirs.</summary>
    public static string Ascii(string text) => string.Create(text.Length, text, static (into, from) =>
    {
        for (var i = 0; i < from.Length; i++)
        {
            into[i] = from[i] switch
            {
                'ç' => 'c',
                'ğ' => 'g',
                'ı' => 'i',
                'ö' => 'o',
                'ş' => 's',
                'ü' => 'u',
                'â' => 'a',
                'î' => 'i',
                'û' => 'u',
                'Ç' => 'C',
                'Ğ' => 'G',
                'İ' => 'I',
                'Ö' => 'O',
                'Ş' => 'S',
                'Ü' => 'U',
                var c => c,
            };
        }
    });

    /// <summary>A word in a case. A name keeps its letters and takes an apostrophe: İzmir'e; a noun may change its last letter: koltuk, koltuğu.</summary>
    public static string In(string word, Case which, bool name)
    {
        if (which == Case.Plain || word.Length == 0) return word;
        var vowel = LastVowel(word);
        var (back, rounded) = (vowel is 'a' or 'ı' or 'o' or 'u' or 'â', vowel is 'o' or 'ö' or 'u' or 'ü');
        var last = Lower(word[^1..])[0];
        var open = IsVowel(last);
        var hard = last is 'f' or 's' or 't' or 'k' or 'ç' or 'ş' or 'h' or 'p';
        var compound = !name && open && IsCompound(word);
        var a = back ? "a" : "e";
        var i = (back, rounded) switch { (true, true) => "u", (true, false) => "ı", (false, true) => "ü", _ => "i" };
        var ending = which switch
        {
            Case.Accusative => (compound ? "n" : open ? "y" : "") + i,
            Case.Dative => (compound ? "n" : open ? "y" : "") + a,
            Case.Genitive => (open ? "n" : "") + i + "n",
            Case.Locative => (compound ? "nd" : hard ? "t" : "d") + a,
            _ => (compound ? "nd" : hard ? "t" : "d") + a + "n",
        };
        if (name) return $"{word}'{ending}";
        var soft = which is Case.Accusative or Case.Dative or Case.Genitive && last == 'k' && word.Length > 3 && IsVowel(Lower(word[^2..^1])[0]);
        return (soft ? word[..^1] + "ğ" : word) + ending;
    }

    /// <summary>Whether a noun of several words is a compound that takes n before its endings: bahçe masası, bahçe masasını; but: üçlü koltuk, çizgili.</summary>
    private static bool IsCompound(string word)
    {
        var space = word.LastIndexOf(' ');
        if (space < 0) return false;
        var last = Lower(word[(space + 1)..]);
        if (last[^1] is not ('ı' or 'i' or 'u' or 'ü')) return false;
        return !(last.Length > 2 && last[^2] == 'l') && last is not "tüylü";
    }

    private static char LastVowel(string word)
    {
        for (var i = word.Length - 1; i >= 0; i--)
        {
            var c = Lower(word[i..(i + 1)])[0];
            if (IsVowel(c)) return c;
        }

        return 'e';
    }

    private static bool IsVowel(char c) => c is 'a' or 'e' or 'ı' or 'i' or 'o' or 'ö' or 'u' or 'ü' or 'â' or 'î' or 'û';
}
