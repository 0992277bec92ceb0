using System.Globalization;
using Temas.Kernel;

namespace Temas.Demo.World;

/// <summary>What makes one world: the same three numbers and the same beginning give the same events, byte by byte, on every machine.</summary>
/// <param name="Seed">Any number; another seed gives other people with the same causes.</param>
/// <param name="Customers">How many customers, known and anonymous, have come by the end of the first period: 1 to 5,000,000. New ones come for ever after at the same rate.</param>
/// <param name="Begin">The first moment: midnight in Türkiye.</param>
/// <param name="Days">Length of the first period in days: 1 to 3,660.</param>
internal sealed record WorldSpec(long Seed, int Customers, long Begin, int Days)
{
    /// <summary>What holds when nothing is said.</summary>
    public const int DefaultCustomers = 20_000, DefaultDays = 365;

    /// <summary>The default seed.</summary>
    public const long DefaultSeed = 1;

    /// <summary>How many new customers come in a year for each one that was there at the beginning.</summary>
    private const double Growth = 0.7;

    private const int MostCustomers = 5_000_000, MostDays = 3_660;

    /// <summary>The world whose first period ends on the day of <paramref name="until"/>; or what is wrong with it.</summary>
    public static Result<WorldSpec> Of(long seed, int customers, int days, long until)
    {
        if (customers is < 1 or > MostCustomers)
            return Problem.Invalid("demo_customers_invalid", FormattableString.Invariant($"A demo has 1 to {MostCustomers} customers."), "--customers", customers.ToString(CultureInfo.InvariantCulture), "Choose a number in that range.");
        if (days is < 1 or > MostDays)
            return Problem.Invalid("demo_days_invalid", FormattableString.Invariant($"A demo has a history of 1 to {MostDays} days."), "--days", days.ToString(CultureInfo.InvariantCulture), "Choose a number in that range.");
        return new WorldSpec(seed, customers, Clock.StartOf(Clock.DayOf(until) - days), days);
    }

    /// <summary>Customers who are there when the world begins; the others come one by one.</summary>
    public int Present => Math.Max(1, (int)(Customers / (1 + (Growth * Days / 365))));

    /// <summary>The dice of one customer for one purpose.</summary>
    public Dice DiceOf(long customer, int purpose) => new((ulong)Seed, ((ulong)customer << 4) | (uint)purpose);

    /// <summary>When a customer comes into the world: those who are there from the start at its beginning, the others evenly over the time, each somewhere within a share of it.</summary>
    public long Arrival(long customer)
    {
        if (customer < Present) return Begin;
        var dice = DiceOf(customer, 3);
        return Begin + (long)((customer - Present + 1 + dice.Unit()) * Share);
    }

    /// <summary>How many customers may have come before a moment; at least those who have.</summary>
    public long ArrivedBy(long time) => Present + (time <= Begin ? 0 : (long)Math.Ceiling((time - Begin) / Share));

    /// <summary>Milliseconds from one new customer to the next.</summary>
    private double Share => 365.0 * Clock.Day / (Growth * Present);

    /// <summary>When the release came that confused a step of the checkout on phones.</summary>
    public long Release => Clock.StartOf(Clock.DayOf(Begin) + (long)(Days * Planted.ReleaseAt));

    /// <summary>Begins the message ids of this world, so that two worlds in one workspace do not take each other's messages for their own.</summary>
    public string Tag => "v" + (Dice.Mix((ulong)Seed ^ Dice.Mix((ulong)Begin ^ Dice.Mix(((ulong)(uint)Customers << 32) | (uint)Days))) >> 40).ToString("x6", CultureInfo.InvariantCulture);
}
