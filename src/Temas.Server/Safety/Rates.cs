using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.Hosting;
using Temas.Server.People;

namespace Temas.Server.Safety;

/// <summary>How often somebody may ask. The tracking API has limits of its own, for each source.</summary>
internal sealed class RateOptions
{
    /// <summary>Sign-ins a minute for one account from one address. Default 10.</summary>
    public int SignInsPerAccount { get; set; } = 10;

    /// <summary>Sign-ins a minute from one address, whatever the account. Default 60.</summary>
    public int SignInsPerAddress { get; set; } = 60;

    /// <summary>Requests a second of one API token or session, after the burst. Default 500.</summary>
    public int CallsPerSecond { get; set; } = 500;

    /// <summary>Requests a second from one address that is not signed in, after the burst. Default 50.</summary>
    public int AnonymousPerSecond { get; set; } = 50;

    /// <summary>How many seconds' worth may come at once. Default 4.</summary>
    public int BurstSeconds { get; set; } = 4;
}

/// <summary>Limits sign-ins, for each address and account together and for each address.</summary>
internal sealed class SignInRates(IOptions<RateOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> perAccount = Windows(options.Value.SignInsPerAccount);
    private readonly PartitionedRateLimiter<string> perAddress = Windows(options.Value.SignInsPerAddress);

    /// <summary>Takes one attempt; gives the problem when there is none left.</summary>
    public Problem? Take(IPAddress? from, string account)
    {
        var address = Addresses.PartitionOf(from);
        using var ofAddress = perAddress.AttemptAcquire(address);
        if (!ofAddress.IsAcquired) return TooMany(ofAddress);
        using var ofAccount = perAccount.AttemptAcquire(address + " " + EmailAddress.KeyOf(account));
        return ofAccount.IsAcquired ? null : TooMany(ofAccount);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        perAccount.Dispose();
        perAddress.Dispose();
    }

    private static PartitionedRateLimiter<string> Windows(int limit) => PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetSlidingWindowLimiter(key, _ => new SlidingWindowRateLimiterOptions { PermitLimit = limit, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = 6 }));

    private static Problem TooMany(RateLimitLease lease) => Rates.TooMany(lease, TimeSpan.FromSeconds(10));
}

/// <summary>Limits what callers ask, for each token or session, and for each address that is not signed in.</summary>
internal static class Rates
{
    /// <summary>Sets up the limiter for all requests.</summary>
    public static void Configure(RateLimiterOptions limiter, RateOptions options)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
        {
            if (http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) || EndpointPolicy.Of(http.GetEndpoint()) is Policies.Write or Policies.Control) return RateLimitPartition.GetNoLimiter("");
            return http.Features.Get<Caller>() is { } caller
                ? Bucket(caller.Kind + " " + caller.Id, options.CallsPerSecond)
                : Bucket(Addresses.PartitionOf(http.Connection.RemoteIpAddress), options.AnonymousPerSecond);

            RateLimitPartition<string> Bucket(string key, int perSecond) => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = perSecond * options.BurstSeconds,
                TokensPerPeriod = perSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            });
        });
        limiter.OnRejected = async (rejected, _) => await Answers.WriteAsync(rejected.HttpContext, TooMany(rejected.Lease, TimeSpan.FromSeconds(1)));
    }

    internal static Problem TooMany(RateLimitLease lease, TimeSpan otherwise)
    {
        var after = lease.TryGetMetadata(MetadataName.RetryAfter, out var given) ? given : otherwise;
        return new Problem(ProblemKind.TooMany, "too_many_requests", string.Create(CultureInfo.InvariantCulture, $"Too many requests; the next is taken in {Math.Max(1, Math.Ceiling(after.TotalSeconds))} seconds."))
        {
            RetryAfter = after,
            WayOut = "Wait as long as Retry-After says.",
        };
    }
}

/// <summary>Who shares a limit.</summary>
internal static class Addresses
{
    /// <summary>The address itself for IPv4; its network of 64 bits for IPv6, of which one customer of a provider has at least one.</summary>
    public static string PartitionOf(IPAddress? address)
    {
        if (address is null) return "-";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes).ToString();
    }
}
