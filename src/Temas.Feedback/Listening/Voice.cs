using Temas.Feedback.Contracts;
using Temas.Feedback.Texts.Learning;

namespace Temas.Feedback.Listening;

/// <summary>
/// Something a customer said, boiled down to numbers: an answer, a review, a complaint, a note. No word of it is kept here; who wants to read it reads the event.
/// Some 70 bytes each, so that a million of them is no burden.
/// </summary>
internal struct Voice
{
    /// <summary>What stands for no score.</summary>
    public const sbyte None = -1;

    /// <summary>Its event, and when that happened in milliseconds since 1970 UTC.</summary>
    public long Position, Time;

    /// <summary>Under which node its event is filed; -1 for nobody.</summary>
    public int Node;

    /// <summary>Numbers of <see cref="VoiceNames"/>; 0 for none.</summary>
    public ushort Touchpoint, Survey, Source;

    /// <summary>The topics with how each is taken: <see cref="TopicOpinion"/>, one character each.</summary>
    public string Topics;

    /// <summary>The sentiment of the text; not a number where there is none that could be told.</summary>
    public float Sentiment;

    /// <summary>How sure the reading is, from 0 to 1.</summary>
    public float Confidence;

    /// <summary>Whether there are words.</summary>
    public bool HasText;

    /// <summary>The language that was recognised.</summary>
    public TextLanguage Language;

    /// <summary>The sentiment in one word; neutral where it could not be told.</summary>
    public SentimentLabel Label;

    /// <summary>A bit for each <see cref="TextIntentKind"/>.</summary>
    public byte Intents;

    /// <summary>Answers; <see cref="None"/> where there is none.</summary>
    public sbyte Nps, Csat, Ces;

    /// <summary>What the answer beside the text stands for (<see cref="SentimentLabel"/>); <see cref="None"/> where there is none.</summary>
    public sbyte Rated;

    /// <summary>Whether somebody wants this with it.</summary>
    public readonly bool Has(TextIntentKind intent) => (Intents & (1 << (int)intent)) != 0;

    /// <summary>The answer on a scale, or <see cref="None"/>.</summary>
    public readonly sbyte Answer(Scores.ScoreKind kind) => kind switch { Scores.ScoreKind.Nps => Nps, Scores.ScoreKind.Csat => Csat, Scores.ScoreKind.Ces => Ces, _ => None };
}

/// <summary>A topic and how it is taken, in one character: the place of the topic in the model times four, plus the label.</summary>
internal static class TopicOpinion
{
    /// <summary>The character for both.</summary>
    public static char Of(int topic, SentimentLabel label) => (char)((topic << 2) | (int)label);

    /// <summary>The place of the topic.</summary>
    public static int Topic(char opinion) => opinion >> 2;

    /// <summary>How it is taken.</summary>
    public static SentimentLabel Label(char opinion) => (SentimentLabel)(opinion & 3);

    /// <summary>How a text takes a topic; null when it does not speak of it.</summary>
    public static SentimentLabel? Find(string topics, int topic)
    {
        foreach (var opinion in topics)
        {
            if (Topic(opinion) == topic) return Label(opinion);
        }

        return null;
    }
}

/// <summary>Texts with numbers, for what many voices share: keys of touchpoints, of surveys and of sources. Only grows; a reader never sees less than was there before.</summary>
internal sealed class VoiceNames
{
    // So many different ones, and so long: what a hostile sender makes up beyond that is nameless.
    private const int Most = 10_000, Longest = 100;

    private readonly Dictionary<string, ushort> numbers = new(StringComparer.Ordinal) { [""] = 0 };
    private volatile string[] texts = [""];
    private int count = 1;

    /// <summary>All there are, the first of them empty.</summary>
    public ReadOnlySpan<string> All => texts.AsSpan(0, Volatile.Read(ref count));

    /// <summary>The text of a number.</summary>
    public string this[int number] => texts[number];

    /// <summary>The number of a text, which is given one; 0 for none. For one writer.</summary>
    public ushort Of(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > Longest) return 0;
        if (numbers.TryGetValue(text, out var known)) return known;
        if (count >= Most) return 0;
        if (count == texts.Length)
        {
            var larger = new string[count * 2];
            texts.CopyTo(larger, 0);
            texts = larger;
        }

        texts[count] = text;
        numbers.Add(text, (ushort)count);
        return (ushort)count++;
    }

    /// <summary>The number of a text, or -1.</summary>
    public int Find(string text) => All.IndexOf(text);
}

/// <summary>What was said up to some position of the log, in its order. What is in it never changes.</summary>
/// <param name="Rows">Voices; those from <paramref name="Count"/> on do not count.</param>
/// <param name="Count">How many.</param>
/// <param name="Position">Up to where the log is in it.</param>
/// <param name="Names">What the numbers of touchpoints, surveys and sources mean.</param>
/// <param name="Rules">By what they were read.</param>
internal sealed record Voices(Voice[] Rows, int Count, long Position, VoiceNames Names, VoiceRules Rules)
{
    /// <summary>The voices.</summary>
    public ReadOnlySpan<Voice> All => Rows.AsSpan(0, Count);
}
