using Temas.Feedback.Contracts;

namespace Temas.Feedback.Texts.Topics;

/// <summary>Finds the topics of a model in texts. Made once for a model; any number of threads, each with a list of its own to collect in.</summary>
internal sealed class TopicMatcher
{
    /// <summary>So alike must a clause and an example be (the cosine of their sets of stems), and so many stems must they share.</summary>
    private const double LikeEnough = 0.5;
    private const int SharedEnough = 2;

    private readonly TagTable keywords = new();
    private readonly Dictionary<ulong, List<int>> examplesOfStem = [];
    private readonly List<(int Topic, int Stems, TextLanguage Language)> examples = [];

    public TopicMatcher(TopicModel model)
    {
        Model = model;
        var buffer = new TokenBuffer();
        for (var t = 0; t < model.Topics.Count; t++)
        {
            Add(buffer, t, model.Topics[t].Tr, TextLanguage.Turkish);
            Add(buffer, t, model.Topics[t].En, TextLanguage.English);
        }
    }

    public TopicModel Model { get; }

    /// <summary>The topics of the tokens from <paramref name="from"/> to before <paramref name="to"/>: their places in the model, ascending.</summary>
    public List<int> Find(TokenBuffer buffer, TextLanguage language, int from, int to)
    {
        var hits = new List<TagHit>();
        keywords.Find(buffer, language, from, to, hits);
        var found = new SortedSet<int>(hits.Select(h => h.Tag));
        if (examples.Count > 0) AddByExamples(buffer, language, from, to, found);
        return [.. found];
    }

    private void AddByExamples(TokenBuffer buffer, TextLanguage language, int from, int to, SortedSet<int> found)
    {
        var stems = StemsOf(buffer, language, from, to);
        if (stems.Count < SharedEnough) return;
        var shared = new Dictionary<int, int>();
        foreach (var stem in stems)
        {
            if (!examplesOfStem.TryGetValue(stem, out var with)) continue;
            foreach (var example in with) shared[example] = shared.GetValueOrDefault(example) + 1;
        }

        foreach (var (example, count) in shared)
        {
            if (count >= SharedEnough && examples[example].Language == language && count / Math.Sqrt((double)stems.Count * examples[example].Stems) >= LikeEnough) found.Add(examples[example].Topic);
        }
    }

    private void Add(TokenBuffer buffer, int topic, TopicWords words, TextLanguage language)
    {
        foreach (var keyword in words.Keywords) keywords.Add(language, keyword, topic);
        foreach (var example in words.Examples)
        {
            buffer.Read(example);
            var stems = StemsOf(buffer, language, 0, buffer.Count);
            if (stems.Count == 0) continue;
            foreach (var stem in stems)
            {
                if (!examplesOfStem.TryGetValue(stem, out var with)) examplesOfStem[stem] = with = [];
                with.Add(examples.Count);
            }

            examples.Add((topic, stems.Count, language));
        }
    }

    private static HashSet<ulong> StemsOf(TokenBuffer buffer, TextLanguage language, int from, int to)
    {
        var stems = new HashSet<ulong>();
        for (var i = from; i < to; i++)
        {
            if (ContentWords.IsContent(buffer, buffer.Tokens[i])) stems.Add(ContentWords.StemHash(buffer, buffer.Tokens[i], language));
        }

        return stems;
    }
}
