using Temas.Kernel;

namespace Temas.Customers.Contracts;

/// <summary>What many customers speak of and no topic covers.</summary>
/// <param name="Phrase">The words; nothing personal is among them.</param>
/// <param name="Texts">In how many of the newest texts.</param>
/// <param name="Sentiment">How it is spoken of, from -1 to 1.</param>
public sealed record DiscoveredTopic(string Phrase, int Texts, double Sentiment);

/// <summary>Looks for what customers speak of beside the topics of a workspace. A part of it, where a module listens to texts.</summary>
public interface IDiscoveredTopics
{
    /// <summary>What is found among the newest texts; a problem while they are still being read.</summary>
    Task<Result<IReadOnlyList<DiscoveredTopic>>> DiscoverAsync(CancellationToken cancel);
}
