namespace Temas.Demo.Contracts;

/// <summary>Which world to load into a workspace. What is null keeps to the world that is there already, or else to the default.</summary>
/// <param name="Seed">Seed; 1 by default.</param>
/// <param name="Customers">Customers by the end of the history; 20,000 by default.</param>
/// <param name="Days">Days of history; 365 by default.</param>
/// <param name="Until">End of the history; now by default.</param>
public sealed record DemoRequest(long? Seed = null, int? Customers = null, int? Days = null, DateTimeOffset? Until = null);

/// <summary>How far the loading of a demo is.</summary>
/// <param name="Events">Events that are stored.</param>
/// <param name="Reached">The day in the world that was reached.</param>
/// <param name="Days">Days of the world that are loaded.</param>
/// <param name="TotalDays">Days of the world that are to be loaded.</param>
/// <param name="PerSecond">Events a second since it began.</param>
public sealed record DemoProgress(long Events, DateTimeOffset Reached, int Days, int TotalDays, double PerSecond);

/// <summary>What the loading of a demo did.</summary>
/// <param name="Seed">Seed of the world.</param>
/// <param name="Customers">Customers by the end of its first period.</param>
/// <param name="Days">Length of its first period.</param>
/// <param name="Begin">Its first moment.</param>
/// <param name="Until">The moment to which it is loaded.</param>
/// <param name="Accepted">Events that are stored now.</param>
/// <param name="Duplicates">Events that were stored before.</param>
/// <param name="Dropped">Events that Collect refused; anything but 0 is a defect.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record DemoLoaded(long Seed, int Customers, int Days, DateTimeOffset Begin, DateTimeOffset Until, long Accepted, long Duplicates, long Dropped, double Seconds);

/// <summary>What is known of a workspace as a demo.</summary>
/// <param name="Seed">Seed of the world.</param>
/// <param name="Customers">Customers by the end of its first period.</param>
/// <param name="Days">Length of its first period.</param>
/// <param name="Begin">Its first moment.</param>
/// <param name="Reached">The moment to which it was told.</param>
/// <param name="Living">Whether it goes on in real time.</param>
/// <param name="Progress">How far the loading is, while it is under way.</param>
public sealed record DemoStatus(long Seed, int Customers, int Days, DateTimeOffset Begin, DateTimeOffset Reached, bool Living, DemoProgress? Progress);
