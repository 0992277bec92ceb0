using System.Buffers.Text;
using Temas.Storage.EventLog;

namespace Temas.Collect.Tracking;

/// <summary>
/// When an event happened, in milliseconds since 1970 UTC. The sender's clock may be wrong, but how long the event waited on the sender's side is known:
/// <c>timestamp = receivedAt - (sentAt - originalTimestamp)</c>.
/// </summary>
/// <remarks>
/// Without <c>sentAt</c> the time stands as it was sent; without a readable time the time of receipt is taken. A time more than a minute after receipt, or before 1970,
/// is replaced by the time of receipt, and the event says so (<see cref="EventFlags.TimeReplaced"/>). Imported history keeps its times as they are, from 1900 to 2200.
/// </remarks>
internal static class EventTime
{
    /// <summary>A time is in the future when it lies so many milliseconds after receipt: clocks of servers differ a little.</summary>
    public const long FutureTolerance = 60_000;

    private const long Year1900 = -2_208_988_800_000, Year2200 = 7_258_118_400_000;
    private const int LongestText = 64;

    /// <summary>
    /// Works out the time of an event; false when it is imported and its time cannot be read. <paramref name="envelopeSentAt"/> is the <c>sentAt</c> of the batch,
    /// for events that have none of their own.
    /// </summary>
    public static bool TryResolve(ReadOnlySpan<byte> json, in EventFields fields, long? envelopeSentAt, long receivedAt, bool imported, out long time, ref EventFlags flags)
    {
        var told = fields.OriginalTimestamp.Exists ? fields.OriginalTimestamp : fields.Timestamp;
        time = receivedAt;
        if (imported)
        {
            var kept = fields.Timestamp.Exists ? fields.Timestamp : told;
            if (!kept.Exists)
            {
                flags |= EventFlags.TimeReplaced;
                return true;
            }

            return TryRead(json, kept, out time) && time is >= Year1900 and < Year2200;
        }

        if (!told.Exists) return true;
        if (!TryRead(json, told, out var original))
        {
            flags |= EventFlags.TimeReplaced;
            return true;
        }

        long? sentAt = fields.SentAt.Exists && TryRead(json, fields.SentAt, out var own) ? own : envelopeSentAt;
        time = sentAt is { } sent ? receivedAt - (sent - original) : original;
        if (time > receivedAt + FutureTolerance || time < 0)
        {
            time = receivedAt;
            flags |= EventFlags.TimeReplaced;
        }

        return true;
    }

    /// <summary>Reads a time: ISO 8601, or seconds, milliseconds or microseconds since 1970 as a number or as digits.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, JsonSlice slice, out long time)
    {
        time = 0;
        if (!slice.Exists || slice.Length > LongestText) return false;
        Span<byte> scratch = stackalloc byte[LongestText];
        return TryRead(slice.Text(json, scratch), out time);
    }

    /// <summary>As above, of the bare text. A time without zone is taken as UTC.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out long time)
    {
        time = 0;
        text = text.Trim(" \t"u8);
        if (text.Length < 10 || text[4] != (byte)'-') return TryReadNumber(text, out time);
        if (text[7] != (byte)'-' || !Digits(text, 0, 4, out var year) || !Digits(text, 5, 2, out var month) || !Digits(text, 8, 2, out var day)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        time = (DaysFromCivil(year, month, day)) * 86_400_000L;
        if (text.Length == 10) return true;
        if (text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')) return false;
        if (text.Length < 16 || text[13] != (byte)':' || !Digits(text, 11, 2, out var hour) || !Digits(text, 14, 2, out var minute)) return false;
        if (hour > 23 || minute > 59) return false;
        time += ((hour * 60L) + minute) * 60_000;
        var rest = text[16..];
        if (rest.Length > 0 && rest[0] == (byte)':')
        {
            // 60 is a leap second; it is shown as the one before, as POSIX time does.
            if (rest.Length < 3 || !Digits(rest, 1, 2, out var second) || second > 60) return false;
            time += Math.Min(second, 59) * 1000L;
            rest = rest[3..];
            if (rest.Length > 0 && rest[0] is (byte)'.' or (byte)',')
            {
                var length = 1;
                var unit = 100;
                while (length < rest.Length && rest[length] is >= (byte)'0' and <= (byte)'9')
                {
                    time += (rest[length] - '0') * unit;
                    unit /= 10;
                    length++;
                }

                if (length == 1) return false;
                rest = rest[length..];
            }
        }

        return TryApplyZone(rest, ref time);
    }

    private static bool TryApplyZone(ReadOnlySpan<byte> zone, ref long time)
    {
        if (zone.Length == 0 || (zone.Length == 1 && zone[0] is (byte)'Z' or (byte)'z')) return true;
        if (zone[0] is not ((byte)'+' or (byte)'-') || !Digits(zone, 1, 2, out var hours)) return false;
        var minutes = 0;
        var known = zone.Length switch
        {
            3 => true,
            5 => Digits(zone, 3, 2, out minutes),
            6 => zone[3] == (byte)':' && Digits(zone, 4, 2, out minutes),
            _ => false,
        };
        if (!known || hours > 23 || minutes > 59) return false;
        var offset = ((hours * 60L) + minutes) * 60_000;
        time -= zone[0] == (byte)'-' ? -offset : offset;
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> text, out long time)
    {
        time = 0;
        if (text.Length == 0 || !Utf8Parser.TryParse(text, out double number, out var used) || used != text.Length || !double.IsFinite(number)) return false;
        var milliseconds = Math.Abs(number) switch
        {
            < 1e11 => number * 1000,
            < 1e14 => number,
            < 1e17 => number / 1000,
            _ => double.NaN,
        };
        if (double.IsNaN(milliseconds)) return false;
        time = (long)Math.Floor(milliseconds);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, int start, int count, out int value)
    {
        value = 0;
        if (text.Length < start + count) return false;
        foreach (var c in text.Slice(start, count))
        {
            if (c is < (byte)'0' or > (byte)'9') return false;
            value = (value * 10) + (c - '0');
        }

        return true;
    }

    /// <summary>Days since 1970-01-01 of a date in the Gregorian calendar: months are counted from March, so that the leap day comes last.</summary>
    private static long DaysFromCivil(int year, int month, int day)
    {
        var y = month <= 2 ? year - 1 : year;
        var era = y / 400;
        var yearOfEra = y - (era * 400);
        var dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5) + day - 1;
        var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097L) + dayOfEra - 719_468;
    }
}
