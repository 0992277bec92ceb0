using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Temas.Collect.Import.Mapping;

/// <summary>What a local time means that the clocks showed twice, when they were put back.</summary>
internal enum AmbiguousTime
{
    /// <summary>The first of both.</summary>
    Earlier,

    /// <summary>The second of both.</summary>
    Later,

    /// <summary>The row is rejected.</summary>
    Reject,
}

/// <summary>What a local time means that the clocks never showed, when they were put forward.</summary>
internal enum SkippedTime
{
    /// <summary>As far behind the gap as it is behind the gap's beginning: 02:30 is 03:30.</summary>
    Forward,

    /// <summary>The row is rejected.</summary>
    Reject,
}

/// <summary>Why a text is no instant.</summary>
internal enum TimeFault
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>It does not have the format.</summary>
    Format,

    /// <summary>The clocks showed it twice, and the mapping rejects such times.</summary>
    Twice,

    /// <summary>The clocks never showed it, and the mapping rejects such times.</summary>
    Never,
}

/// <summary>How times are written: formats that are tried in turn, and the zone of those that name none.</summary>
internal sealed class TimeFormat
{
    private const int CacheSize = 8192;

    private readonly List<Func<string, (LocalDateTime Local, Offset? Offset, bool DateOnly)?>> parsers = [];
    private readonly Dictionary<string, (long Time, TimeFault Fault)> recent = [];

    private TimeFormat(DateTimeZone zone, LocalTime timeOfDay, AmbiguousTime ambiguous, SkippedTime skipped) =>
        (Zone, TimeOfDay, Ambiguous, Skipped) = (zone, timeOfDay, ambiguous, skipped);

    /// <summary>Zone of times that name no offset.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>Time of a date without one.</summary>
    public LocalTime TimeOfDay { get; }

    private AmbiguousTime Ambiguous { get; }

    private SkippedTime Skipped { get; }

    /// <summary>Makes the format; null with a reason when a pattern is malformed.</summary>
    public static TimeFormat? Make(IReadOnlyList<string> formats, DateTimeZone zone, LocalTime timeOfDay, AmbiguousTime ambiguous, SkippedTime skipped, CultureInfo culture, out string? fault)
    {
        var made = new TimeFormat(zone, timeOfDay, ambiguous, skipped);
        fault = null;
        foreach (var format in formats)
        {
            try
            {
                made.parsers.Add(Parser(format, culture));
            }
            catch (InvalidPatternException e)
            {
                fault = $"'{format}' is no format: {e.Message}";
                return null;
            }
        }

        return made;
    }

    /// <summary>Why a text is no instant, in English.</summary>
    public string Say(TimeFault fault, string text) => fault switch
    {
        TimeFault.Twice => $"'{text}' occurred twice in {Zone.Id}, when the clocks were put back.",
        TimeFault.Never => $"'{text}' never occurred in {Zone.Id}, where the clocks were put forward.",
        _ => $"'{text}' does not have the format of the mapping.",
    };

    /// <summary>The instant in milliseconds since 1970 UTC; else the reason why it is none.</summary>
    public bool TryInstant(ReadOnlySpan<char> text, out long time, out TimeFault fault)
    {
        var cached = recent.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!cached.TryGetValue(text, out var found))
        {
            var written = text.ToString();
            found = Instant(written);
            // Days and minutes come again and again in history; what never does only costs the cache its content now and then.
            if (recent.Count >= CacheSize) recent.Clear();
            if (written.Length <= 64) recent[written] = found;
        }

        (time, fault) = found;
        return fault == TimeFault.None;
    }

    /// <summary>The day as <c>yyyy-MM-dd</c>, as written, whatever its zone; null when it is none.</summary>
    public string? Date(ReadOnlySpan<char> text)
    {
        var written = text.ToString();
        foreach (var parser in parsers)
        {
            if (parser(written) is { } read) return LocalDatePattern.Iso.Format(read.Local.Date);
        }

        return null;
    }

    private (long Time, TimeFault Fault) Instant(string text)
    {
        foreach (var parser in parsers)
        {
            if (parser(text) is not { } read) continue;
            if (read.Offset is { } offset) return (read.Local.WithOffset(offset).ToInstant().ToUnixTimeMilliseconds(), TimeFault.None);
            var local = read.DateOnly ? read.Local.Date.At(TimeOfDay) : read.Local;
            var map = Zone.MapLocal(local);
            return map.Count switch
            {
                1 => (map.Single().ToInstant().ToUnixTimeMilliseconds(), TimeFault.None),
                2 when Ambiguous == AmbiguousTime.Earlier => (map.First().ToInstant().ToUnixTimeMilliseconds(), TimeFault.None),
                2 when Ambiguous == AmbiguousTime.Later => (map.Last().ToInstant().ToUnixTimeMilliseconds(), TimeFault.None),
                2 => (0, TimeFault.Twice),
                // A day whose midnight was skipped begins at its first moment.
                _ when read.DateOnly || Skipped == SkippedTime.Forward => (Zone.ResolveLocal(local, NodaTime.TimeZones.Resolvers.LenientResolver).ToInstant().ToUnixTimeMilliseconds(), TimeFault.None),
                _ => (0, TimeFault.Never),
            };
        }

        return (0, TimeFault.Format);
    }

    private static Func<string, (LocalDateTime, Offset?, bool)?> Parser(string format, CultureInfo culture)
    {
        switch (format)
        {
            case "iso": return IsoTime.Parse;
            case "unix": return text => Epoch(text, 1000);
            case "unix-ms": return text => Epoch(text, 1);
        }

        var pattern = format.Replace("zzz", "o<+HH:mm>", StringComparison.Ordinal).Replace("K", "o<Z+HH:mm>", StringComparison.Ordinal);
        if (pattern.Contains("o<", StringComparison.Ordinal))
        {
            var offset = OffsetDateTimePattern.Create(pattern, culture, new LocalDateTime(2000, 1, 1, 0, 0).WithOffset(Offset.Zero));
            return text => offset.Parse(text) is { Success: true, Value: var v } ? (v.LocalDateTime, v.Offset, false) : null;
        }

        if (HasTime(pattern))
        {
            var local = LocalDateTimePattern.Create(pattern, culture);
            return text => local.Parse(text) is { Success: true, Value: var v } ? (v, null, false) : null;
        }

        var date = LocalDatePattern.Create(pattern, culture);
        return text => date.Parse(text) is { Success: true, Value: var v } ? (v.AtMidnight(), null, true) : null;
    }

    private static bool HasTime(string pattern)
    {
        var quoted = '\0';
        foreach (var c in pattern)
        {
            if (quoted != '\0') quoted = c == quoted ? '\0' : quoted;
            else if (c is '\'' or '"') quoted = c;
            else if (c is 'H' or 'h' or 'm' or 's') return true;
        }

        return false;
    }

    private static (LocalDateTime, Offset?, bool)? Epoch(string text, int milliseconds)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || Math.Abs(value) > 100_000_000_000_000m) return null;
        var exact = value * milliseconds;
        if (Math.Abs(exact) > 100_000_000_000_000m) return null;
        return (NodaTime.Instant.FromUnixTimeMilliseconds((long)Math.Floor(exact)).InUtc().LocalDateTime, Offset.Zero, false);
    }
}
