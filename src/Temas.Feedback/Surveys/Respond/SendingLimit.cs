using Microsoft.AspNetCore.Http;
using Temas.Kernel;

namespace Temas.Feedback.Surveys.Respond;

/// <summary>
/// How much respondents may send: 300 pages at once from one address (of IPv6 one network of 64 bits) or one kiosk, and 5 a second after that, so that nobody fills the disk and a store with one address for all can still ask.
/// </summary>
internal sealed class SendingLimit
{
    private readonly SteadyPace pace = new(atOnce: 300, perSecond: 5);

    /// <summary>Whether a request is taken; <paramref name="kiosk"/> is the token of a kiosk, which then counts beside the address.</summary>
    public bool Takes(HttpContext http, string? kiosk = null) =>
        // Whoever makes tokens up has none of a kiosk, and is held back by the address.
        pace.Takes(KeyOf(http.Connection.RemoteIpAddress)) && (string.IsNullOrEmpty(kiosk) || pace.Takes("k" + (kiosk.Length > 100 ? kiosk[..100] : kiosk)));

    private static string KeyOf(System.Net.IPAddress? address)
    {
        if (address is null) return "-";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var length) ? Convert.ToHexString(bytes[..Math.Min(8, length)]) : "-";
    }
}
