namespace Temas.Customers.Contracts;

/// <summary>From when on a customer's silence is too long by her own rhythm (docs/perception.md), by the rules of profiles in force.</summary>
/// <param name="Usual">One usual interval between orders, in milliseconds; it stands beside her own.</param>
/// <param name="AtRiskAfter">So many times the expected interval she is overdue.</param>
/// <param name="LostAfter">So many times it she is lost.</param>
public sealed record OrderRhythm(long Usual, double AtRiskAfter, double LostAfter)
{
    /// <summary>The interval that is expected: the mean of her own and one usual one, so that little knowledge is not taken for a rhythm.</summary>
    /// <param name="first">Her first order, in milliseconds since 1970 UTC.</param>
    /// <param name="last">Her last.</param>
    /// <param name="orders">How many these are, with both.</param>
    public double Expected(long first, long last, int orders) => (Usual + (double)(last - first)) / orders;
}
