using Temas.Customers.Contracts;
using Temas.Feedback.Texts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Listening;

/// <summary>Tells monitors what no topic covers; phrases in which something personal may stand are left out.</summary>
internal sealed class DiscoveredTopics(Workspace workspace) : IDiscoveredTopics
{
    /// <inheritdoc/>
    public async Task<Result<IReadOnlyList<DiscoveredTopic>>> DiscoverAsync(CancellationToken cancel)
    {
        var found = await TryTopics.ProposeAsync(workspace, cancel);
        if (found.Problem is { } problem) return problem;
        return found.Value.Where(p => PersonalData.MaskAll(p.Phrase) == p.Phrase).Select(p => new DiscoveredTopic(p.Phrase, p.Texts, p.MeanScore)).ToList();
    }
}
