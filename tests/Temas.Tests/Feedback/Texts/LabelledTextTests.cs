using System.Globalization;
using Temas.Feedback.Contracts;
using Temas.Feedback.Texts;
using Temas.Feedback.Texts.Learning;
using Temas.Tests.Architecture;
using Xunit.Abstractions;

namespace Temas.Tests.Feedback.Texts;

/// <summary>
/// What the understanding of texts is worth on the first day, before anything was learned: held against texts that were written and labelled by hand, in both languages. Words and rules were made with those called developed in sight; those called labelled were used for nothing else, and it is their figures that stand in docs/feedback.md. What falls below is a step back.
/// </summary>
public sealed class LabelledTextTests(ITestOutputHelper output)
{
    private static readonly Dictionary<char, TextIntentKind> Intents = new() { ['C'] = TextIntentKind.Complaint, ['S'] = TextIntentKind.Suggestion, ['R'] = TextIntentKind.Request, ['P'] = TextIntentKind.Praise, ['X'] = TextIntentKind.ChurnThreat };

    private sealed record Labelled(char Tone, IReadOnlySet<TextIntentKind> Intents, IReadOnlySet<string> Topics, string Text);

    [Theory]
    [InlineData("labelled-tr", 96, 0.79, 0.85, 0.78, 0.67, 0.7)]
    [InlineData("labelled-en", 96, 0.77, 0.86, 0.80, 0.69, 0.67)]
    [InlineData("developed-tr", 96, 0.88, 0.93, 0.89, 0.78, 0.90)]
    [InlineData("developed-en", 96, 0.94, 0.93, 0.89, 0.77, 0.80)]
    public void Lexicon_OnHandLabelledTexts_IsAsGoodAsItSays(string set, int least, double accuracy, double intentPrecision, double intentRecall, double topicPrecision, double topicRecall)
    {
        var texts = Read(set);
        texts.Count.ShouldBeGreaterThanOrEqualTo(least);
        var understanding = new TextUnderstanding();
        var (right, intents, topics) = (0, new Tally(), new Tally());
        var byKind = Intents.Values.ToDictionary(k => k, _ => new Tally());
        var tones = new Dictionary<(char Meant, char Read), int>();
        foreach (var text in texts)
        {
            var read = understanding.Read(text.Text);
            var tone = read.Sentiment.Label switch { SentimentLabel.Positive => '+', SentimentLabel.Negative => '-', _ => '0' };
            if (tone == text.Tone) right++;
            tones[(text.Tone, tone)] = tones.GetValueOrDefault((text.Tone, tone)) + 1;
            var found = read.Intents.Select(i => i.Kind).ToHashSet();
            foreach (var kind in Intents.Values)
            {
                byKind[kind].Add(text.Intents.Contains(kind), found.Contains(kind));
                intents.Add(text.Intents.Contains(kind), found.Contains(kind));
            }

            foreach (var topic in text.Topics.Union(read.Topics)) topics.Add(text.Topics.Contains(topic), read.Topics.Contains(topic));
            if (tone != text.Tone || !text.Intents.SetEquals(found) || !text.Topics.SetEquals(read.Topics))
                output.WriteLine($"{text.Tone}{tone} | {string.Join(' ', text.Intents)} / {string.Join(' ', found)} | {string.Join(' ', text.Topics)} / {string.Join(' ', read.Topics)} | {text.Text}");
        }

        var share = (double)right / texts.Count;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{set}: {texts.Count} texts, tone {share:0.000} (macro F1 {MacroF1(tones):0.000}), intents {intents}, topics {topics}; {string.Join(", ", byKind.Select(k => $"{k.Key} {k.Value}"))}"));
        share.ShouldBeGreaterThanOrEqualTo(accuracy);
        intents.Precision.ShouldBeGreaterThanOrEqualTo(intentPrecision);
        intents.Recall.ShouldBeGreaterThanOrEqualTo(intentRecall);
        topics.Precision.ShouldBeGreaterThanOrEqualTo(topicPrecision);
        topics.Recall.ShouldBeGreaterThanOrEqualTo(topicRecall);
    }

    private static double MacroF1(Dictionary<(char Meant, char Read), int> tones) => "+-0".Average(c =>
    {
        var (hit, meant, read) = (tones.GetValueOrDefault((c, c)), tones.Where(t => t.Key.Meant == c).Sum(t => t.Value), tones.Where(t => t.Key.Read == c).Sum(t => t.Value));
        return hit == 0 ? 0 : 2.0 * hit / (meant + read);
    });

    private static List<Labelled> Read(string set) =>
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "tests", "Temas.Tests", "Feedback", "Texts", $"{set}.txt")).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('|', 4, StringSplitOptions.TrimEntries))
            .Select(p => new Labelled(p[0][0], p[1].Where(Intents.ContainsKey).Select(c => Intents[c]).ToHashSet(), p[2] == "-" ? new HashSet<string>() : p[2].Split(' ').ToHashSet(), p[3])),
    ];

    private sealed class Tally
    {
        private int hits, misses, wrong;

        public double Precision => hits + wrong == 0 ? 1 : (double)hits / (hits + wrong);

        public double Recall => hits + misses == 0 ? 1 : (double)hits / (hits + misses);

        public void Add(bool isMeant, bool isFound)
        {
            if (isMeant && isFound) hits++;
            else if (isMeant) misses++;
            else if (isFound) wrong++;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"P {Precision:0.000} R {Recall:0.000}");
    }
}
