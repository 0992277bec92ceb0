using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Temas.Feedback.Surveys.Respond;

/// <summary>
/// How much respondents may send: 300 pages at once from one address (of IPv6 one network of 64 bits) or one kiosk, and 5 a second after that, so that nobody fills the disk and a store with one address for all can still ask.
/// </summary>
internal sealed class SendingLimit : IDisposable
{
    private readonly PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions { TokenLimit = 300, TokensPerPeriod = 5, ReplenishmentPeriod = TimeSpan.FromSeconds(1) }));

    /// <summary>Whether a request is taken; <paramref name="kiosk"/> is the token of a kiosk, which then counts beside the address.</summary>
    public bool Takes(HttpContext http, string? kiosk = null)
    {
        using var lease = limiter.AttemptAcquire(KeyOf(http.Connection.RemoteIpAddress));
        if (!lease.IsAcquired || string.IsNullOrEmpty(kiosk)) return lease.IsAcquired;
        // Whoever makes tokens up has none of a kiosk, and is held back by the address.
        using var own = limiter.AttemptAcquire("k" + (kiosk.Length > 100 ? kiosk[..100] : kiosk));
        return own.IsAcquired;
    }

    /// <inheritdoc/>
    public void Dispose() => limiter.Dispose();

    private static string KeyOf(System.Net.IPAddress? address)
    {
        if (address is null) return "-";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return Convert.ToHexString(bytes.AsSpan(0, Math.Min(8, bytes.Length)));
    }
}
