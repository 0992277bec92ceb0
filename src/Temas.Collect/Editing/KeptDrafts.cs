using System.Security.Cryptography;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Editing;

/// <summary>
/// What editors sent and what was refused, where it is too long for an address: kept in memory for a while, for whoever sent it alone. Who comes too late begins with what is in force.
/// Memory is bounded by how many there are, by how long they are together, and by how many one person has; what is longer than any editor sends is not kept.
/// </summary>
public sealed class KeptDrafts(TimeProvider clock)
{
    private const int Most = 200, MostOfOne = 20;

    // In characters: a journey of twelve stages whose every field is full has 180,000, and all drafts together take 8 MB at most.
    private const int Longest = 500_000, LongestTogether = 4_000_000;

    private static readonly TimeSpan Long = TimeSpan.FromHours(2);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Draft> drafts = new(StringComparer.Ordinal);

    /// <summary>Keeps what was filled in, and gives the word by which it is found again.</summary>
    public string Keep(Workspace workspace, Actor by, IEnumerable<(string Name, string? Value)> fields)
    {
        var draft = new Draft(workspace.Key.Value, by.Name, clock.GetUtcNow(), fields.Where(f => !string.IsNullOrEmpty(f.Value)).ToDictionary(f => f.Name, f => f.Value!, StringComparer.Ordinal));
        var word = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        if (draft.Length > Longest) return word;
        lock (gate)
        {
            foreach (var (old, _) in drafts.Where(d => draft.At - d.Value.At > Long).ToList()) drafts.Remove(old);
            drafts[word] = draft;
            Shorten(drafts.Where(d => d.Value.By == draft.By), MostOfOne);
            Shorten(drafts, Most);
        }

        return word;
    }

    /// <summary>What was filled in, by name of the field; null where it is kept no more, or somebody else's.</summary>
    public IReadOnlyDictionary<string, string>? Find(Workspace workspace, Actor by, string? word)
    {
        lock (gate)
        {
            return word is not null && drafts.TryGetValue(word, out var draft) && draft.Workspace == workspace.Key.Value && draft.By == by.Name && clock.GetUtcNow() - draft.At <= Long ? draft.Fields : null;
        }
    }

    // The oldest go first.
    private void Shorten(IEnumerable<KeyValuePair<string, Draft>> among, int most)
    {
        var (kept, length) = (0, 0L);
        foreach (var (word, draft) in among.OrderByDescending(d => d.Value.At).ToList())
        {
            length += draft.Length;
            if (++kept > most || length > LongestTogether) drafts.Remove(word);
        }
    }

    private sealed record Draft(string Workspace, string By, DateTimeOffset At, IReadOnlyDictionary<string, string> Fields)
    {
        /// <summary>How many characters it has.</summary>
        public long Length { get; } = Fields.Sum(f => (long)f.Key.Length + f.Value.Length);
    }
}
