using System.Globalization;
using System.Text;
using Temas.Demo.World;

namespace Temas.Demo.Texts;

/// <summary>How somebody writes.</summary>
internal enum Hand : byte
{
    /// <summary>Capitals and full stops.</summary>
    Careful,

    /// <summary>Everything small, no full stop at the end.</summary>
    Casual,

    /// <summary>Without the Turkish letters.</summary>
    Ascii,

    /// <summary>IN CAPITALS.</summary>
    Shouting,

    /// <summary>With typing errors and long vowels.</summary>
    Sloppy,
}

/// <summary>What a text may speak of.</summary>
/// <param name="Product">A product, or null.</param>
/// <param name="Carrier">The carrier, or null.</param>
/// <param name="Store">Name of a store, or null.</param>
/// <param name="City">Name of the customer's city.</param>
/// <param name="Days">Days of delay.</param>
internal readonly record struct TextMatter(Product? Product, string? Carrier, string? Store, string? City, int Days);

/// <summary>Composes what customers write, in Turkish and English, from the sentences of <c>Data/texts-*.txt</c>.</summary>
internal static class FreeText
{
    private static readonly Dictionary<string, string[]> Turkish = Read("texts-tr.txt"), English = Read("texts-en.txt");
    private static readonly string[] Glad = ["😊", "👍", "❤️", "🙏", "👏", "🌿", "😍", "🌸"], Sad = ["😡", "👎", "😤", "😞", "🤦‍♀️", "😒", "🙄", "😠"];

    /// <summary>
    /// A text about <paramref name="topic"/> in the tone of a <paramref name="rating"/> (-1 to 1). Drawn from <paramref name="dice"/> of its own, so that a text that nobody renders changes nothing.
    /// </summary>
    public static string Compose(string topic, double rating, Person writer, in TextMatter matter, ref Dice dice)
    {
        var tone = rating < -0.2 ? '-' : rating > 0.35 ? '+' : '0';
        var sections = writer.English ? English : Turkish;
        var text = new StringBuilder();
        var lines = sections.GetValueOrDefault($"{topic} {tone}") ?? sections[$"brand {tone}"];
        var first = dice.Below(lines.Length);
        Add(text, lines[first], writer, matter, ref dice);
        if (lines.Length > 1 && dice.Chance(0.45)) Add(text, lines[(first + 1 + dice.Below(lines.Length - 1)) % lines.Length], writer, matter, ref dice);
        if (dice.Chance(0.40) && sections.TryGetValue($"more {tone}", out var more)) Add(text, more[dice.Below(more.Length)], writer, matter, ref dice);
        if (dice.Chance(0.12) && sections.TryGetValue($"end {tone}", out var end)) Add(text, end[dice.Below(end.Length)], writer, matter, ref dice);
        return Write(text.ToString(), writer, tone, ref dice);
    }

    private static void Add(StringBuilder to, string template, Person writer, in TextMatter matter, ref Dice dice)
    {
        var begin = to.Length;
        if (begin > 0) to.Append(' ');
        var sentence = to.Length;
        for (var i = 0; i < template.Length; i++)
        {
            switch (template[i])
            {
                case '[':
                    var close = template.IndexOf(']', i);
                    var choices = template[(i + 1)..close].Split('|');
                    Fill(to, choices[dice.Below(choices.Length)], writer, matter);
                    i = close;
                    break;
                case '{':
                    var end = template.IndexOf('}', i);
                    Fill(to, template[i..(end + 1)], writer, matter);
                    i = end;
                    break;
                default:
                    if (template[i] != ' ' || (to.Length > sentence && to[^1] != ' ')) to.Append(template[i]);
                    break;
            }
        }

        while (to.Length > sentence && to[^1] == ' ') to.Length--;
        if (to.Length > sentence)
        {
            to[sentence] = writer.English ? char.ToUpperInvariant(to[sentence]) : Texts.Turkish.Upper(to[sentence].ToString())[0];
            if (char.IsLetterOrDigit(to[^1]) || to[^1] == '"') to.Append('.');
        }
    }

    private static void Fill(StringBuilder to, string piece, Person writer, in TextMatter matter)
    {
        for (var i = 0; i < piece.Length; i++)
        {
            if (piece[i] != '{')
            {
                to.Append(piece[i]);
                continue;
            }

            var end = piece.IndexOf('}', i);
            var slot = piece[(i + 1)..end].Split(':');
            i = end;
            var which = slot.Length == 1 ? Case.Plain : slot[1] switch
            {
                "acc" => Case.Accusative,
                "dat" => Case.Dative,
                "loc" => Case.Locative,
                "abl" => Case.Ablative,
                _ => Case.Genitive,
            };
            switch (slot[0])
            {
                case "product" when writer.English:
                    to.Append(Short(matter.Product?.En.ToLowerInvariant() ?? "product"));
                    break;
                case "product":
                    to.Append(Texts.Turkish.In(Short(Texts.Turkish.Lower(matter.Product?.Tr ?? "ürün")), which, name: false));
                    break;
                case "days":
                    to.Append(Math.Max(1, matter.Days).ToString(CultureInfo.InvariantCulture));
                    break;
                default:
                    var name = slot[0] switch { "carrier" => matter.Carrier, "store" => matter.Store, _ => matter.City } ?? "Veranda";
                    to.Append(writer.English ? name : Texts.Turkish.In(name, which, name: true));
                    break;
            }
        }
    }

    /// <summary>A product as people call it: without the measures.</summary>
    private static string Short(string name)
    {
        var digit = name.AsSpan().IndexOfAnyInRange('0', '9');
        return (digit > 3 ? name[..digit] : name).TrimEnd(' ', ',');
    }

    private static string Write(string text, Person writer, char tone, ref Dice dice)
    {
        switch (writer.WritesLike)
        {
            case Hand.Casual:
                text = Lower(text, writer).TrimEnd('.');
                break;
            case Hand.Ascii:
                text = Texts.Turkish.Ascii(dice.Chance(0.7) ? Lower(text, writer) : text).TrimEnd('.');
                break;
            case Hand.Shouting when tone != '0':
                text = (writer.English ? text.ToUpperInvariant() : Texts.Turkish.Upper(text)).TrimEnd('.') + (tone == '-' ? "!!!" : "!");
                break;
            case Hand.Sloppy:
                text = Slip(Lower(text, writer), ref dice);
                break;
        }

        if (dice.Chance(writer.WritesLike == Hand.Careful ? 0.06 : 0.2) && tone != '0')
        {
            var faces = tone == '+' ? Glad : Sad;
            var face = faces[dice.Below(faces.Length)];
            text += " " + (dice.Chance(0.25) ? face + face : face);
        }

        return text;
    }

    private static string Lower(string text, Person writer) => writer.English ? text.ToLowerInvariant() : Texts.Turkish.Lower(text);

    /// <summary>Typing errors as they happen: letters that change places, are doubled or left out, and vowels that are drawn out.</summary>
    private static string Slip(string text, ref Dice dice)
    {
        var letters = new StringBuilder(text.Replace("çok", dice.Chance(0.5) ? "çoook" : "cok", StringComparison.Ordinal).Replace("very", "veryyy", StringComparison.Ordinal));
        for (var slips = dice.Between(1, 3); slips > 0; slips--)
        {
            var at = dice.Below(Math.Max(1, letters.Length - 2));
            if (!char.IsLetter(letters[at]) || at + 1 >= letters.Length || !char.IsLetter(letters[at + 1])) continue;
            switch (dice.Below(3))
            {
                case 0:
                    (letters[at], letters[at + 1]) = (letters[at + 1], letters[at]);
                    break;
                case 1:
                    letters.Insert(at, letters[at]);
                    break;
                default:
                    letters.Remove(at, 1);
                    break;
            }
        }

        return letters.Replace(",", "").ToString().TrimEnd('.');
    }

    private static Dictionary<string, string[]> Read(string file)
    {
        var sections = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        List<string>? here = null;
        foreach (var line in Lists.Lines(file))
        {
            if (line.StartsWith("== ", StringComparison.Ordinal)) sections[line[3..]] = here = [];
            else here!.Add(line);
        }

        return sections.ToDictionary(s => s.Key, s => s.Value.ToArray(), StringComparer.Ordinal);
    }
}
