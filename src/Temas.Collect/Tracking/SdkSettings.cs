using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Temas.Collect.Contracts;
using Temas.Collect.Sources;
using Temas.Kernel;

namespace Temas.Collect.Tracking;

/// <summary>
/// <c>GET /v1/projects/{writeKey}/settings</c>: what the browser and mobile SDKs load first. Tells them to send everything here and to load nothing else;
/// without destinations, plan and metrics they ask for no further file.
/// </summary>
internal sealed class SdkSettings(SourceRegistry sources)
{
    /// <summary>Answers with the settings, or 404 for an unknown key.</summary>
    public async Task TakeAsync(HttpContext http)
    {
        Cors.Allow(http);
        var key = http.Request.RouteValues["writeKey"] as string ?? "";
        if (await sources.FindAsync(key, http.RequestAborted) is null)
        {
            await TrackingAnswer.Failed(http, Problem.NotFound("write_key_unknown", "The write key is unknown or revoked.", "writeKey", wayOut: "Take the key of a source."));
            return;
        }

        var request = http.Request;
        var host = $"{request.Host.Value}{request.PathBase.Value}/v1";
        http.Response.ContentType = "application/json";

        // Browsers may keep it a little; a revoked key stops at the tracking API in any case.
        http.Response.Headers.CacheControl = "public, max-age=60";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartObject("integrations");
        json.WriteStartObject("Segment.io");
        json.WriteString("apiKey", key);
        json.WriteString("apiHost", host);
        json.WriteString("protocol", request.Scheme);
        json.WriteBoolean("retryQueue", true);
        json.WriteBoolean("addBundledMetadata", false);
        json.WriteStartArray("unbundledIntegrations");
        json.WriteEndArray();
        json.WriteStartObject("maybeBundledConfigIds");
        json.WriteEndObject();
        json.WriteStartObject("versionSettings");
        json.WriteString("version", "4.4.7");
        json.WriteStartArray("componentTypes");
        json.WriteStringValue("browser");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("plan");
        foreach (var call in (ReadOnlySpan<string>)["track", "identify", "group"])
        {
            json.WriteStartObject(call);
            json.WriteStartObject("__default");
            json.WriteBoolean("enabled", true);
            json.WriteStartObject("integrations");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("edgeFunction");
        json.WriteEndObject();
        json.WriteBoolean("analyticsNextEnabled", true);
        json.WriteStartObject("middlewareSettings");
        json.WriteEndObject();
        json.WriteStartObject("enabledMiddleware");
        json.WriteEndObject();
        json.WriteStartObject("metrics");
        json.WriteNumber("sampleRate", 0);
        json.WriteString("host", host);
        json.WriteString("protocol", request.Scheme);
        json.WriteEndObject();
        json.WriteBoolean("legacyVideoPluginsEnabled", false);
        json.WriteStartArray("remotePlugins");
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
