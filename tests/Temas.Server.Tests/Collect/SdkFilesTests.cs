using System.IO.Compression;
using System.Net;

namespace Temas.Server.Tests.Collect;

/// <summary>How the browser SDK is given out: small, to everybody, and kept by browsers.</summary>
public sealed class SdkFilesTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Theory]
    [InlineData("/temas.js", 6_144)]
    [InlineData("/temas.mjs", 6_144)]
    [InlineData("/temas-survey.mjs", 4_096)]
    [InlineData("/temas-frame.js", 512)]
    public async Task Part_PackedWithGzip_KeepsToItsSize(string path, int most)
    {
        using var client = server.Anonymous();
        var bytes = await client.GetByteArrayAsync(path);
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) await gzip.WriteAsync(bytes);
        packed.Length.ShouldBeInRange(100, most);
    }

    [Theory]
    [InlineData("/temas.js", "text/javascript; charset=utf-8")]
    [InlineData("/temas.mjs", "text/javascript; charset=utf-8")]
    [InlineData("/temas-capture.mjs", "text/javascript; charset=utf-8")]
    [InlineData("/temas-banner.mjs", "text/javascript; charset=utf-8")]
    [InlineData("/temas-survey.mjs", "text/javascript; charset=utf-8")]
    [InlineData("/temas-frame.js", "text/javascript; charset=utf-8")]
    [InlineData("/temas.d.ts", "text/plain; charset=utf-8")]
    public async Task File_ForAnyOrigin_MayBeLoadedAndKept(string path, string type)
    {
        using var client = server.Anonymous();
        using var answer = await client.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.ToString().ShouldBe(type);
        answer.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
        answer.Headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["cross-origin"]);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.CacheControl!.ToString().ShouldBe("public, max-age=3600, stale-while-revalidate=86400");

        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var unchanged = await client.SendAsync(again);
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await unchanged.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task File_AskedForByItsVersion_IsKeptForGood_AndByAnotherIsNot()
    {
        using var client = server.Anonymous();
        var script = await client.GetStringAsync("/temas.js");
        var version = System.Text.RegularExpressions.Regex.Match(script, @"1\.0\.0-[0-9a-f]{8}").Value;
        using var present = await client.GetAsync($"/temas-capture.mjs?v={version}");
        present.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        using var old = await client.GetAsync("/temas-capture.mjs?v=1.0.0-00000000");
        old.Headers.CacheControl!.MaxAge.ShouldBe(TimeSpan.FromHours(1));
    }
}
