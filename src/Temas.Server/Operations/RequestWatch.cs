using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Temas.Kernel;

namespace Temas.Server.Operations;

/// <summary>A request that took long. Holds the pattern of the address, never the address: that may name a customer.</summary>
/// <param name="At">When it came.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Route">Pattern of the address, such as <c>/api/customers/{customer}</c>.</param>
/// <param name="Status">Status of the answer.</param>
/// <param name="Took">How long the answer took.</param>
internal sealed record SlowRequest(DateTimeOffset At, string Method, string Route, int Status, TimeSpan Took);

/// <summary>What requests were like lately.</summary>
/// <param name="Latest">How many of the latest (up to 4,096) the shares are of.</param>
/// <param name="P50">How long half of them took at most; null before the first.</param>
/// <param name="P99">How long 99 of 100 took at most.</param>
/// <param name="Errors">Answers with a status of 500 and above since the start of the process.</param>
/// <param name="Slow">The slowest of the last hour, the slowest first.</param>
internal sealed record RequestFigures(int Latest, TimeSpan? P50, TimeSpan? P99, long Errors, IReadOnlyList<SlowRequest> Slow);

/// <summary>Measures requests. A stream of events lasts as long as its reader likes and does not count.</summary>
internal sealed class RequestWatch(TimeProvider clock)
{
    private const int Kept = 256, Shown = 10;

    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(100), Back = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly RecentDurations durations = new(4096);
    private readonly Queue<SlowRequest> slow = new();
    private long errors;

    /// <summary>Notes a request.</summary>
    public void Note(HttpContext http, TimeSpan took)
    {
        if (http.Response.ContentType is { } type && type.StartsWith("text/event-stream", StringComparison.Ordinal)) return;
        lock (gate)
        {
            durations.Add(took);
            if (http.Response.StatusCode >= 500) errors++;
            if (took < Slow) return;
            if (slow.Count == Kept) slow.Dequeue();
            slow.Enqueue(new SlowRequest(clock.GetUtcNow() - took, http.Request.Method, RouteOf(http), http.Response.StatusCode, took));
        }
    }

    /// <summary>The pattern of a request's address; empty when no endpoint answered it.</summary>
    public static string RouteOf(HttpContext http) => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";

    /// <summary>The figures of this moment.</summary>
    public RequestFigures Read()
    {
        var since = clock.GetUtcNow() - Back;
        lock (gate)
        {
            var shares = durations.Shares(0.5, 0.99);
            return new RequestFigures(durations.Kept, shares[0], shares[1], errors, [.. slow.Where(s => s.At >= since).OrderByDescending(s => s.Took).Take(Shown)]);
        }
    }
}

/// <summary>Puts <see cref="RequestWatch"/> around the pipeline.</summary>
internal sealed class RequestWatchMiddleware(RequestDelegate next, RequestWatch watch)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            await next(http);
        }
        finally
        {
            watch.Note(http, Stopwatch.GetElapsedTime(begun));
            if (http.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } trace) Tell(http, trace);
        }
    }

    // By the names of OpenTelemetry's conventions for HTTP servers.
    private static void Tell(HttpContext http, Activity trace)
    {
        var route = RequestWatch.RouteOf(http);
        trace.DisplayName = route.Length == 0 ? http.Request.Method : $"{http.Request.Method} {route}";
        trace.SetTag("http.request.method", http.Request.Method).SetTag("http.response.status_code", http.Response.StatusCode);
        if (route.Length > 0) trace.SetTag("http.route", route);
        if (http.Response.StatusCode >= 500) trace.SetStatus(ActivityStatusCode.Error);
    }
}
