namespace Temas.Insight.Explore;

/// <summary>Customers by how lately and how often they order: rectangles of scores that share out all 25 among them.</summary>
/// <param name="Name">Its text is <c>Rfm_Name</c>.</param>
/// <param name="Recency">The scores by when they ordered last, from and to.</param>
/// <param name="Frequency">The scores by how often.</param>
internal sealed record RfmGroup(string Name, (int From, int To) Recency, (int From, int To) Frequency)
{
    /// <summary>All of them, the best first.</summary>
    public static IReadOnlyList<RfmGroup> All { get; } =
    [
        new("champions", (5, 5), (4, 5)),
        new("loyal", (3, 4), (4, 5)),
        new("potential", (4, 5), (2, 3)),
        new("new", (5, 5), (1, 1)),
        new("promising", (4, 4), (1, 1)),
        new("attention", (3, 3), (3, 3)),
        new("sleepy", (3, 3), (1, 2)),
        new("cannotlose", (1, 2), (5, 5)),
        new("atrisk", (1, 2), (3, 4)),
        new("hibernating", (1, 2), (1, 2)),
    ];

    /// <summary>Whether these scores are of it.</summary>
    public bool Holds(int recency, int frequency) => recency >= Recency.From && recency <= Recency.To && frequency >= Frequency.From && frequency <= Frequency.To;
}
