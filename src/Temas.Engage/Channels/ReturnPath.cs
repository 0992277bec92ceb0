using System.Text.RegularExpressions;

namespace Temas.Engage.Channels;

/// <summary>
/// The address to which a mail comes back: that of the channel with the mark of the message behind a plus sign (<c>bounces+4f1c…@example.com</c>). So what comes back says by its recipient which message it is about, also where it repeats nothing of it.
/// </summary>
internal static partial class ReturnPath
{
    // What stands before the at sign has 64 characters at most (RFC 5321), of which the mark and its plus sign take 33.
    private const int LongestLocal = 31;

    /// <summary>Whether an address can be one.</summary>
    public static bool IsAddress(string address) => Form().Match(address) is { Success: true } match && match.Groups[1].Length <= LongestLocal;

    /// <summary>The return path of a message.</summary>
    public static string Of(string address, string mark)
    {
        var at = address.LastIndexOf('@');
        return $"{address[..at]}+{mark}{address[at..]}";
    }

    /// <summary>The mark of the message that came back to an address, by the head of what came; null when it came to another one.</summary>
    public static string? MarkIn(string head, string address)
    {
        foreach (Match line in Recipient().Matches(head))
        {
            foreach (Match found in Marked().Matches(line.Groups[1].Value))
            {
                if ((found.Groups[1].Value + found.Groups[3].Value).Equals(address, StringComparison.OrdinalIgnoreCase)) return found.Groups[2].Value.ToLowerInvariant();
            }
        }

        return null;
    }

    [GeneratedRegex("^([A-Za-z0-9._-]+)@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,200}[A-Za-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex("^(?:to|delivered-to|x-original-to|envelope-to|x-envelope-to):[ \t]*(.{1,1000})$", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Recipient();

    [GeneratedRegex(@"([A-Za-z0-9._-]+)\+([0-9A-Fa-f]{32})(@[A-Za-z0-9.-]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Marked();
}
