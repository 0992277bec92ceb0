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
        limiter.GlobalLimiter = new CallerLimiter(options);
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

/// <summary>Holds each caller to her pace. Addresses come by the hundred thousand, so each costs a number and no timer.</summary>
internal sealed class CallerLimiter(RateOptions options) : PartitionedRateLimiter<HttpContext>
{
    private readonly SteadyPace callers = new(options.CallsPerSecond * options.BurstSeconds, options.CallsPerSecond), others = new(options.AnonymousPerSecond * options.BurstSeconds, options.AnonymousPerSecond);

    /// <inheritdoc/>
    public override RateLimiterStatistics? GetStatistics(HttpContext resource) => null;

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(HttpContext resource, int permitCount)
    {
        if (permitCount == 0 || resource.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) || EndpointPolicy.Of(resource.GetEndpoint()) is Policies.Write or Policies.Control) return Lease.Taken;
        var caller = resource.Features.Get<Caller>();
        var (pace, key) = caller is null ? (others, Addresses.PartitionOf(resource.Connection.RemoteIpAddress)) : (callers, $"{caller.Kind} {caller.Id}");
        return pace.Takes(key, out var wait) ? Lease.Taken : new Lease(wait);
    }

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(HttpContext resource, int permitCount, CancellationToken cancellationToken) => ValueTask.FromResult(AttemptAcquireCore(resource, permitCount));

    private sealed class Lease(TimeSpan? wait) : RateLimitLease
    {
        public static Lease Taken { get; } = new(null);

        public override bool IsAcquired => wait is null;

        public override IEnumerable<string> MetadataNames => wait is null ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = metadataName == MetadataName.RetryAfter.Name ? wait : null;
            return metadata is not null;
        }
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
