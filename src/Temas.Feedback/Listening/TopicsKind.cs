using System.Text;
using Temas.Feedback.Contracts;
using Temas.Kernel;
using Temas.Storage.Definitions;

namespace Temas.Feedback.Listening;

/// <summary>The kind of definition <c>topics</c>: what customers speak of. There is one, <c>default</c>.</summary>
internal sealed class TopicsKind : IDefinitionKind<TopicModel>
{
    /// <summary>The key of the only one.</summary>
    public const string Key = "default";

    private TopicsKind()
    {
    }

    public static TopicsKind Instance { get; } = new();

    /// <inheritdoc/>
    public string Kind => "topics";

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, string>> Defaults => [new(Key, Encoding.UTF8.GetString(TopicModel.Ready.Write()))];

    /// <summary>The topics of a workspace.</summary>
    public static TopicModel Of(DefinitionStore definitions) => definitions.Current(Instance).GetValueOrDefault(Key) ?? TopicModel.Ready;

    /// <inheritdoc/>
    public IReadOnlyList<Problem> Check(string key, string json)
    {
        if (key != Key) return [Problem.Invalid("topics_key_unknown", "There is one set of topics.", "key", key, $"Write to topics/{Key}.")];
        return TopicModel.Read(Encoding.UTF8.GetBytes(json)).Problem is { } problem ? [problem] : [];
    }

    /// <inheritdoc/>
    public TopicModel Read(string key, string json) => TopicModel.Read(Encoding.UTF8.GetBytes(json)).Value;
}
