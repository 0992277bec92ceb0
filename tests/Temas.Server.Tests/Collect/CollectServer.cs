using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Temas.Collect.Feed;
using Temas.Collect.Sources;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tests.Collect;

/// <summary>What tests of the tracking API do again and again.</summary>
internal static class CollectServer
{
    private static int sources;

    /// <summary>A new source of a workspace; gives its write key.</summary>
    public static async Task<Temas.Collect.Contracts.Source> CreateSourceAsync(this TemasServer server, CreateSourceRequest? request = null, Workspace? workspace = null) =>
        (await server.Services.GetRequiredService<CreateSource>().HandleAsync(
            workspace ?? server.Main, (request ?? new CreateSourceRequest(null)) with { Name = $"Source {Interlocked.Increment(ref sources)}" }, Actor.System)).Value;

    /// <summary>Sends a body with a key in the header, as a server-side SDK does.</summary>
    public static async Task<Answer> SendAsync(
        this TemasServer server, string path, string? key, HttpContent body, Action<HttpRequestMessage>? change = null, HttpMethod? method = null)
    {
        using var client = server.Anonymous();
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, path) { Content = body };
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));
        change?.Invoke(request);
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return new Answer(answer.StatusCode, text, answer.Headers);
    }

    public static Task<Answer> SendAsync(this TemasServer server, string path, string? key, string body) => server.SendAsync(path, key, Json(body));

    public static HttpContent Json(string body, string type = "application/json") => new StringContent(body, Encoding.UTF8, type);

    public static HttpContent Gzip(byte[] body, bool header)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(body);
        var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (header) content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    /// <summary>What a source sent, oldest first.</summary>
    public static IReadOnlyList<FeedEvent> EventsOf(this TemasServer server, Temas.Collect.Contracts.Source source) =>
        [.. server.Services.GetRequiredService<ReadFeed>().Events(server.Main, new FeedQuery(Source: source.Id, Limit: 500)).Events.Reverse()];

    internal sealed record Answer(HttpStatusCode Status, string Text, HttpResponseHeaders Headers)
    {
        public JsonElement Body => JsonElement.Parse(Text);

        public string? Code => Body.TryGetProperty("code", out var code) ? code.GetString() : null;
    }
}
