namespace Temas.Timelines;

/// <summary>What is to be forgotten: everything of some nodes, and some single events.</summary>
internal sealed class Erasure(IEnumerable<int> nodes, IEnumerable<long> positions)
{
    public HashSet<int> Nodes { get; } = [.. nodes];

    public HashSet<long> Positions { get; } = [.. positions];

    public bool Covers(int node, long position) => Nodes.Contains(node) || (Positions.Count > 0 && Positions.Contains(position));
}
