using System.Text.Json;
using System.Text.RegularExpressions;
using Temas.Feedback.Texts.Topics;
using Temas.Kernel;

namespace Temas.Feedback.Contracts;

/// <summary>By what a topic is recognised in one language.</summary>
public sealed record TopicWords
{
    /// <summary>Words and phrases, in their plain form: a Turkish verb in the infinitive, with <c>!</c> behind it where it must be negated. All forms of them are found, also without Turkish letters.</summary>
    public IReadOnlyList<string> Keywords { get; init => field = value ?? []; } = [];

    /// <summary>Sentences that speak of the topic: what shares most of its words with one of them belongs to it.</summary>
    public IReadOnlyList<string> Examples { get; init => field = value ?? []; } = [];
}

/// <summary>Something that customers speak of.</summary>
public sealed record Topic
{
    /// <summary>Stable name: small letters, digits and underscores, up to 40.</summary>
    public required string Key { get; init; }

    /// <summary>What it is called in Turkish and in English, up to 80 characters each.</summary>
    public required string NameTr { get; init; }

    /// <inheritdoc cref="NameTr"/>
    public required string NameEn { get; init; }

    /// <summary>By what it is recognised in Turkish texts.</summary>
    public TopicWords Tr { get; init => field = value ?? new(); } = new();

    /// <summary>By what it is recognised in English texts.</summary>
    public TopicWords En { get; init => field = value ?? new(); } = new();
}

/// <summary>The topics of a company: a document that people edit.</summary>
public sealed partial record TopicModel
{
    internal const int MaxTopics = 200;

    private const int MaxEntries = 200, MaxKeyword = 60, MaxExample = 500, MaxName = 80;

    /// <summary>The topics, in the order in which they are shown; at most 200.</summary>
    public required IReadOnlyList<Topic> Topics { get; init; }

    /// <summary>A set for commerce and service, to begin with.</summary>
    public static TopicModel Ready { get; } = ReadReady();

    /// <summary>Reads and checks a document of JSON.</summary>
    public static Result<TopicModel> Read(ReadOnlySpan<byte> json)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, TopicJson.Default.TopicModel) is not { } model) return Problem.Invalid("topics_invalid", "The document is null.", "topics", wayOut: "Send an object with topics.");
            return model.Check() is { } problem ? problem : model;
        }
        catch (JsonException e)
        {
            return Problem.Invalid("topics_invalid", $"The document is not what topics look like (line {e.LineNumber + 1}).", e.Path, wayOut: "Hold it against an exported one.");
        }
    }

    /// <summary>The document as JSON.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, TopicJson.Default.TopicModel);

    /// <summary>What is wrong with it; null for nothing.</summary>
    public Problem? Check()
    {
        if (Topics is null) return Problem.Invalid("topics_invalid", "There is no list of topics.", "topics", wayOut: "Send an empty list for none.");
        if (Topics.Count > MaxTopics) return Problem.Invalid("topics_too_many", $"There are {Topics.Count} topics; at most {MaxTopics} are kept apart.", "topics", wayOut: "Join some of them.");
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Topics.Count; i++)
        {
            if (Topics[i] is not { } topic) return Problem.Invalid("topics_invalid", "A topic is null.", $"topics[{i}]", wayOut: "Leave it out.");
            if (topic.Key is null || !KeyForm().IsMatch(topic.Key)) return Problem.Invalid("topic_key_invalid", "A key has small letters a to z, digits and underscores, begins with a letter and has at most 40 characters.", $"topics[{i}].key", topic.Key, "Change it.");
            if (!keys.Add(topic.Key)) return Problem.Invalid("topic_key_taken", "Two topics have the same key.", $"topics[{i}].key", topic.Key, "Change one of them.");
            if (OfName(topic.NameTr, $"topics[{i}].nameTr") is { } tr) return tr;
            if (OfName(topic.NameEn, $"topics[{i}].nameEn") is { } en) return en;
            if ((OfWords(topic.Tr, $"topics[{i}].tr") ?? OfWords(topic.En, $"topics[{i}].en")) is { } words) return words;
            if (topic.Tr.Keywords.Count + topic.Tr.Examples.Count + topic.En.Keywords.Count + topic.En.Examples.Count == 0)
                return Problem.Invalid("topic_empty", "Nothing says how the topic is recognised.", $"topics[{i}]", topic.Key, "Give a keyword or an example sentence in one of the languages.");
        }

        return null;
    }

    private static Problem? OfName(string? name, string field) => string.IsNullOrWhiteSpace(name) || name.Length > MaxName
        ? Problem.Invalid("topic_name_invalid", $"A name has 1 to {MaxName} characters.", field, name, "Give the topic a name in both languages.")
        : null;

    private static Problem? OfWords(TopicWords words, string field)
    {
        if (words.Keywords.Count > MaxEntries || words.Examples.Count > MaxEntries) return Problem.Invalid("topic_too_long", $"A topic has at most {MaxEntries} keywords and as many examples in each language.", field, wayOut: "Split the topic.");
        for (var i = 0; i < words.Keywords.Count; i++)
        {
            if (words.Keywords[i] is not { } keyword || keyword.Length > MaxKeyword || !keyword.Any(char.IsLetterOrDigit))
                return Problem.Invalid("topic_keyword_invalid", $"A keyword has a letter or a digit, and at most {MaxKeyword} characters.", $"{field}.keywords[{i}]", words.Keywords[i], "Shorten it; sentences are examples.");
        }

        for (var i = 0; i < words.Examples.Count; i++)
        {
            if (words.Examples[i] is not { } example || example.Length > MaxExample || !example.Any(char.IsLetterOrDigit))
                return Problem.Invalid("topic_example_invalid", $"An example has a letter or a digit, and at most {MaxExample} characters.", $"{field}.examples[{i}]", words.Examples[i], "Shorten it.");
        }

        return null;
    }

    private static TopicModel ReadReady()
    {
        using var stream = typeof(TopicModel).Assembly.GetManifestResourceStream("Temas.Feedback.Texts.topics.json")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Read(bytes.ToArray()).Value;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,39}$", RegexOptions.CultureInvariant)]
    private static partial Regex KeyForm();
}
