using Temas.Demo.World;

namespace Temas.Demo.Lives;

/// <summary>What somebody means to buy.</summary>
internal sealed class Cart
{
    /// <summary>The products, with how many of each.</summary>
    public required List<(Product Product, int Quantity)> Lines { get; init; }

    /// <summary>How often it was tried to order them.</summary>
    public int Attempt { get; set; }

    /// <summary>The product that it is all about.</summary>
    public Product Main => Lines[0].Product;

    /// <summary>Price of the products.</summary>
    public decimal SubtotalAt(long time) => Lines.Sum(l => l.Quantity * l.Product.PriceAt(time));
}

/// <summary>An order on its way, with all that is settled about it.</summary>
internal sealed class Parcel
{
    public required string Order { get; init; }

    public required Cart Cart { get; init; }

    public required Device Device { get; init; }

    public required decimal Total { get; init; }

    public required string Carrier { get; init; }

    /// <summary>The promised day.</summary>
    public required long Promised { get; init; }

    /// <summary>Days after the promised one; 0 in time.</summary>
    public required int DaysLate { get; init; }

    public required bool Misfire { get; init; }

    public required bool Damaged { get; init; }

    /// <summary>Whether a call during the delay solved it.</summary>
    public bool Repaired { get; set; }

    public Level Level => Planted.OfDelivery(DaysLate > 0, Misfire, Repaired, Damaged);
}

/// <summary>By which way a visit began.</summary>
/// <param name="Channel">direct, organic, paid, social, email or referral.</param>
/// <param name="Source">Source of a campaign.</param>
/// <param name="Medium">Medium of a campaign, or null without one.</param>
/// <param name="Campaign">Name of the campaign.</param>
/// <param name="Term">The search words that were bought.</param>
/// <param name="Referrer">The page before, or null.</param>
internal readonly record struct Arrival(string Channel, string? Source, string? Medium, string? Campaign, string? Term, string? Referrer);
