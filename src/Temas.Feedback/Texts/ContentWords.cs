using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Temas.Feedback.Contracts;
using Temas.Kernel;

namespace Temas.Feedback.Texts;

/// <summary>Which words of a text are about something, and what is the same word in another form.</summary>
internal static class ContentWords
{
    private static readonly FrozenSet<string> Stops = Letters.Fold(
        "acaba ama ancak artık aslında az bana bazı belki ben beni benim bence bile bir biraz birçok birkaç biri birşey biz bize bizi bizim bu buna bunu bunun burada böyle çok çünkü da daha dahi de defa değil diğer diye dolayı dün eğer en fakat falan gibi göre hala hangi hani hatta hem hemen henüz hep hepsi her herkes hiç hiçbir için ile ilk ise işte kadar karşı kendi kez ki kim kimse lakin lütfen mı mi mu mü nasıl ne neden nerede nereye neyse niçin niye o olan olarak oldu olduğu olmadı olsa on ona onlar onu onun orada oysa öyle pek rağmen sadece sanki sen siz size sizi sizin sonra şey şöyle şu şimdi tabi tabii tam tamamen tüm üzere var ve veya ya yani yine yok zaten gün kere olan oluyor olmuş idi etti ettim ediyor ederim yaptı yapıyor geldi gelen aldım aldık alan verdi "
        + "a about after again all also am an and any are as at be because been before being both but by can could did do does doing down during each even ever few for from further get got had has have having he her here hers him his how i if im in into is isnt it its itself ive just me more most my myself no nor not now of off on once one only or other our out over own really same she should so some such than that the their them then there these they this those through to too under until up us very was we were what when where which while who whom why will with would you your yours dont didnt doesnt cant wont went go going came come said say still much many")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> StopLookup = Stops.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] EnglishEndings = ["ies", "es", "s", "ing", "ed", "ly"];

    /// <summary>True for a word that is about something.</summary>
    public static bool IsContent(TokenBuffer buffer, in Token token) => token.Kind == TokenKind.Word && token.FormLength >= 3 && !StopLookup.Contains(buffer.Folded(token));

    /// <summary>The stem of a word, folded.</summary>
    public static ReadOnlySpan<char> Stem(TokenBuffer buffer, in Token token, TextLanguage language)
    {
        var folded = buffer.Folded(token);
        if (language != TextLanguage.English)
        {
            // A word that the lexicon knows has its stem there.
            var known = Lexicon.Turkish.Find(buffer.Lower(token), folded, token.Traits, token.Repeated, out _);
            return known is { IsOwn: true } && known.Folded.Length >= 3 && folded.StartsWith(known.Folded) ? folded[..known.Folded.Length] : folded[..Suffixes.StemLength(folded)];
        }

        foreach (var ending in EnglishEndings)
        {
            if (folded.Length - ending.Length >= 3 && folded.EndsWith(ending)) return folded[..^ending.Length];
        }

        return folded;
    }

    /// <summary>The hash of the stem.</summary>
    public static ulong StemHash(TokenBuffer buffer, in Token token, TextLanguage language) => Hash64.Of(MemoryMarshal.AsBytes(Stem(buffer, token, language)));
}
