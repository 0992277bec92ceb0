namespace Temas.Customers.Profiles;

/// <summary>Times for people, from those of the log.</summary>
internal static class Instants
{
    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static DateTimeOffset Of(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, Earliest, Latest));

    public static DateTimeOffset? Of(long? milliseconds) => milliseconds is { } known ? Of(known) : null;
}
