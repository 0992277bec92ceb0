using System.Globalization;
using System.Text;
using Temas.Demo.Texts;

namespace Temas.Demo.World;

/// <summary>How a customer deals with Veranda.</summary>
internal enum CustomerKind : byte
{
    /// <summary>Looks and never says who.</summary>
    Anonymous,

    /// <summary>Orders without an account.</summary>
    Guest,

    /// <summary>Has an account.</summary>
    Member,

    /// <summary>Shops in stores alone, with the loyalty card.</summary>
    Card,
}

/// <summary>Who a customer is: a pure function of the world and the customer's number.</summary>
internal sealed class Person
{
    // Orders a year by how keen a customer is, and how many are.
    private static readonly double[] Rates = [0.4, 0.9, 1.8, 3.6, 7];
    private static readonly double[] RateShares = Lists.Cumulate([30, 30, 23, 12, 5]);
    private static readonly double[] KindShares = Lists.Cumulate([17, 6, 63, 14]);
    private static readonly double[] CategoryShares = Lists.Cumulate(Lists.Categories.Select(c => (double)c.Weight));
    private static readonly string[] Domains = ["example.com", "example.com", "example.com", "example.org", "example.net", "posta.example", "mail.example"];

    /// <summary>Everything about customer <paramref name="index"/>.</summary>
    public Person(WorldSpec world, long index)
    {
        Index = index;
        var dice = world.DiceOf(index, 1);
        Kind = (CustomerKind)dice.Of(KindShares);
        Keen = dice.Of(RateShares);
        Rate = Rates[Keen];
        (FirstName, LastName, _, English) = NameOf(world, index);
        City = Lists.Cities[dice.Of(Lists.CityShares)];
        District = City.Districts[dice.Below(City.Districts.Length)];
        Street = $"{Lists.Names["street"][dice.Below(Lists.Names["street"].Length)]} No:{dice.Between(1, 120)}/{dice.Between(1, 24)}";
        Email = MailboxOf(world, index);
        PhoneDigits = DigitsOf(index);
        (HasPhone, PhoneForm) = (dice.Chance(0.8), dice.Below(4));
        Favourites = [dice.Of(CategoryShares), dice.Of(CategoryShares), dice.Of(CategoryShares)];
        Locale = English ? "en-GB" : "tr-TR";

        // The keen have the app, the card and an eye for e-mails; none of the three makes anybody buy.
        HasApp = dice.Chance(0.08 + (0.13 * Keen)) && Kind == CustomerKind.Member;
        HasCard = Kind == CustomerKind.Card || (dice.Chance(0.15 + (0.15 * Keen)) && Kind == CustomerKind.Member);
        OpenRate = 0.10 + (0.11 * Keen);
        Card = HasCard ? "6090" + (41_000_000_000 + (index * 7)).ToString(CultureInfo.InvariantCulture) : null;
        Android = dice.Chance(0.68);
        PhoneShare = 0.35 + (0.5 * dice.Unit());
        WantsNews = Kind == CustomerKind.Member && dice.Chance(0.62);
        Banner = dice.Chance(0.5) ? "A" : "B";
        Payment = dice.Of([0.62, 0.80, 0.92, 1]) switch { 0 => "credit_card", 1 => "instalments", 2 => "bank_transfer", _ => "cash_on_delivery" };
        StoresNear = Lists.StoresOf.GetValueOrDefault(City.Name, []);
        StoreShare = Kind == CustomerKind.Card ? 1 : HasCard && StoresNear.Length > 0 ? 0.35 : 0;
        if (Kind == CustomerKind.Card && StoresNear.Length == 0) (City, District, StoresNear) = NearAStore(ref dice);
        Home = StoresNear.Length > 0 ? StoresNear[dice.Below(StoresNear.Length)] : null;
        WritesLike = (Hand)dice.Of([0.30, 0.62, 0.88, 0.92, 1]);
        DesktopAgent = Lists.DesktopAgents[dice.Below(Lists.DesktopAgents.Length)];
        PhoneAgent = Lists.PhoneAgents[dice.Below(Lists.PhoneAgents.Length)];

        // A household shares a mailbox, or gives the mother's telephone.
        if (index > 0 && dice.Chance(0.03)) Email = MailboxOf(world, index - 1);
        if (index > 0 && dice.Chance(0.03)) PhoneDigits = DigitsOf(index - 1);
    }

    public long Index { get; }

    public CustomerKind Kind { get; }

    /// <summary>How keen, from 0 to 4: nothing but how often a need arises.</summary>
    public int Keen { get; }

    /// <summary>Needs a year in a world of best months.</summary>
    public double Rate { get; }

    public bool English { get; }

    public string FirstName { get; }

    public string LastName { get; }

    public City City { get; }

    public string District { get; }

    public string Street { get; }

    public string Email { get; }

    public bool HasPhone { get; }

    public string? Card { get; }

    public int[] Favourites { get; }

    public string Locale { get; }

    public bool HasApp { get; }

    public bool HasCard { get; }

    public double OpenRate { get; }

    public bool Android { get; }

    public double PhoneShare { get; }

    public bool WantsNews { get; }

    public string Banner { get; }

    public string Payment { get; }

    public Store[] StoresNear { get; }

    public double StoreShare { get; }

    public Store? Home { get; }

    public Hand WritesLike { get; }

    public string DesktopAgent { get; }

    public string PhoneAgent { get; }

    /// <summary>The customer number; who has no account has none.</summary>
    public string? UserId => Kind == CustomerKind.Member ? "VRD" + (1_000_000 + Index).ToString(CultureInfo.InvariantCulture) : null;

    /// <summary>The telephone number as the customer gives it: every form that people write.</summary>
    public string Phone => PhoneForm switch
    {
        0 => $"+90{PhoneDigits}",
        1 => $"0{PhoneDigits}",
        2 => $"0 {PhoneDigits[..3]} {PhoneDigits[3..6]} {PhoneDigits[6..8]} {PhoneDigits[8..]}",
        _ => $"+90 ({PhoneDigits[..3]}) {PhoneDigits[3..6]} {PhoneDigits[6..]}",
    };

    private string PhoneDigits { get; }

    private int PhoneForm { get; }

    // 5xx 000 xxxx: an exchange that is given to nobody. A million numbers; whoever is beyond shares one, as a family does.
    private static string DigitsOf(long index)
    {
        var n = ((index * 611_953) + 1_234) % 1_000_000;
        return string.Create(CultureInfo.InvariantCulture, $"5{n / 10_000:00}000{n % 10_000:0000}");
    }

    private static string DomainOf(long index) => Domains[(int)(Dice.Mix((ulong)index) % (ulong)Domains.Length)];

    private static string MailboxOf(WorldSpec world, long index) => $"{NameOf(world, index).Local}@{DomainOf(index)}";

    private static (string First, string Last, string Local, bool English) NameOf(WorldSpec world, long index)
    {
        var dice = world.DiceOf(index, 2);
        var english = dice.Chance(0.07);
        var prefix = english ? "english-" : "";
        var firsts = Lists.Names[prefix + (dice.Chance(0.56) ? "female" : "male")];
        var lasts = Lists.Names[english ? "english-surname" : "surname"];
        var (first, last) = (firsts[dice.Below(firsts.Length)], lasts[dice.Below(lasts.Length)]);
        var local = new StringBuilder(Turkish.Ascii(Turkish.Lower(first))).Append(dice.Chance(0.5) ? "." : dice.Chance(0.5) ? "_" : "").Append(Turkish.Ascii(Turkish.Lower(last)));
        return (first, last, local.Append(index.ToString(CultureInfo.InvariantCulture)).ToString(), english);
    }

    private static (City City, string District, Store[] Stores) NearAStore(ref Dice dice)
    {
        var store = Lists.Stores[dice.Below(Lists.Stores.Count)];
        var city = Lists.Cities.First(c => c.Name == store.City);
        return (city, city.Districts[dice.Below(city.Districts.Length)], Lists.StoresOf[city.Name]);
    }
}
