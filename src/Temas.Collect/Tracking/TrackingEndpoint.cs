using Microsoft.AspNetCore.Http;
using Temas.Collect.Contracts;
using Temas.Collect.Sources;
using Temas.Kernel;
using Temas.Storage.EventLog;

namespace Temas.Collect.Tracking;

/// <summary>What a path of the tracking API stands for.</summary>
/// <param name="Shape">How its body holds events.</param>
/// <param name="Type">The call, or <see cref="EventType.None"/> for batches.</param>
/// <param name="Imported">True for history.</param>
internal sealed record TrackingCall(BodyShape Shape, EventType Type, bool Imported);

/// <summary>Takes a request of the tracking API: who writes, may it now, what is in it, store, answer.</summary>
internal sealed class TrackingEndpoint(SourceRegistry sources, IntakePool pool)
{
    /// <summary>Takes one request.</summary>
    public async Task TakeAsync(HttpContext http, TrackingCall call)
    {
        Cors.Allow(http);
        try
        {
            await TakeBodyAsync(http, call);
        }
        catch (Exception e) when (http.RequestAborted.IsCancellationRequested || e is IOException)
        {
            // The sender went away in the middle; nobody is left to be answered. BadHttpRequestException, a broken chunk, is an IOException.
            http.Abort();
        }
    }

    private async Task TakeBodyAsync(HttpContext http, TrackingCall call)
    {
        var key = Credentials.Read(http.Request);
        OpenSource? source = null;
        if (key is not null)
        {
            source = await sources.FindAsync(key, http.RequestAborted);
            if (source is null)
            {
                await TrackingAnswer.Failed(http, KeyUnknown());
                return;
            }

            if (await IsHeldBackAsync(http, source)) return;
        }

        var (body, reason, problem) = await RequestBody.ReadAsync(http);
        using (body)
        {
            if (source is null)
            {
                if (problem is null && BodyParser.FindWriteKey(body.Bytes) is { Length: > 0 } written) source = await sources.FindAsync(written, http.RequestAborted);
                if (source is null)
                {
                    await TrackingAnswer.Failed(http, problem ?? KeyUnknown());
                    return;
                }

                if (await IsHeldBackAsync(http, source)) return;
            }

            await StoreAsync(http, call, source, body, reason, problem);
        }
    }

    private async Task StoreAsync(HttpContext http, TrackingCall call, OpenSource open, RequestBody body, DropReason reason, Problem? problem)
    {
        var (workspace, source, bucket) = open;
        var intake = pool.Rent();
        var receivedAt = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        problem = problem is null
            ? intake.Read(body.Bytes, new IntakeRequest(source, call.Shape, call.Type, call.Imported, receivedAt, CollectLimits.BatchEvents, CatalogueCheck.Of(workspace)))
            : intake.Refuse(source.Id, receivedAt, reason, problem);
        bucket.Take(intake.Batch.Count, source.RateLimit);

        // Not cancelled when the sender goes away: what was read is stored, and the retry finds it there.
        var stored = await workspace.Log.AppendAsync(intake.Batch, CancellationToken.None);
        if (stored.Problem is { } failure) await TrackingAnswer.Failed(http, failure);
        else if (problem is not null) await TrackingAnswer.Failed(http, problem, intake.Batch.Dropped[0].MessageId);
        else if (intake.Rejected.Count == 0) await TrackingAnswer.Done(http);
        else if (call.Shape == BodyShape.Single) await TrackingAnswer.Failed(http, intake.Rejected[0].Problem, intake.Rejected[0].MessageId);
        else await TrackingAnswer.Partly(http, intake.Rejected);
        pool.Return(intake);
    }

    private static async ValueTask<bool> IsHeldBackAsync(HttpContext http, OpenSource source)
    {
        var wait = source.Bucket.WaitFor(source.Source.RateLimit);
        if (wait <= TimeSpan.Zero) return false;
        await TrackingAnswer.Failed(http, new Problem(
            ProblemKind.TooMany, "rate_limited", FormattableString.Invariant($"This source may send {source.Source.RateLimit} events a second."))
        {
            RetryAfter = wait,
            WayOut = "Send again after Retry-After, or raise the limit of the source.",
        });
        return true;
    }

    private static Problem KeyUnknown() => new(ProblemKind.Unauthenticated, "write_key_unknown", "The write key is missing, unknown or revoked.")
    {
        Field = "writeKey",
        WayOut = "Send the key of a source as the user name of Basic authorisation, as Bearer token, or as writeKey in the body.",
    };
}
