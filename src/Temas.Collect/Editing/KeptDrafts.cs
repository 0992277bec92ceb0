using System.Collections.Concurrent;
using System.Security.Cryptography;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Editing;

/// <summary>
/// What editors sent and what was refused, where it is too long for an address: kept in memory for a while, for whoever sent it alone. Who comes too late begins with what is in force.
/// </summary>
public sealed class KeptDrafts(TimeProvider clock)
{
    private const int Most = 200;

    private static readonly TimeSpan Long = TimeSpan.FromHours(2);

    private readonly ConcurrentDictionary<string, Draft> drafts = new(StringComparer.Ordinal);

    /// <summary>Keeps what was filled in, and gives the word by which it is found again.</summary>
    public string Keep(Workspace workspace, Actor by, IEnumerable<(string Name, string? Value)> fields)
    {
        var now = clock.GetUtcNow();
        foreach (var (old, draft) in drafts)
        {
            if (now - draft.At > Long) drafts.TryRemove(old, out _);
        }

        if (drafts.Count >= Most && drafts.OrderBy(d => d.Value.At).FirstOrDefault().Key is { } oldest) drafts.TryRemove(oldest, out _);
        var word = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        drafts[word] = new Draft(workspace.Key.Value, by.Name, now, fields.Where(f => !string.IsNullOrEmpty(f.Value)).ToDictionary(f => f.Name, f => f.Value!, StringComparer.Ordinal));
        return word;
    }

    /// <summary>What was filled in, by name of the field; null where it is kept no more, or somebody else's.</summary>
    public IReadOnlyDictionary<string, string>? Find(Workspace workspace, Actor by, string? word) =>
        word is not null && drafts.TryGetValue(word, out var draft) && draft.Workspace == workspace.Key.Value && draft.By == by.Name && clock.GetUtcNow() - draft.At <= Long ? draft.Fields : null;

    private sealed record Draft(string Workspace, string By, DateTimeOffset At, IReadOnlyDictionary<string, string> Fields);
}
