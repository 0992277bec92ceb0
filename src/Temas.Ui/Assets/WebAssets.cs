using System.Collections.Frozen;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Temas.Kernel;

namespace Temas.Ui.Assets;

/// <summary>
/// What <c>web/</c> built, out of this assembly: style sheet, scripts, icons, fonts. Their addresses carry a hash of all of them,
/// so a browser keeps them for good, and the style sheet finds its fonts beside itself.
/// </summary>
public static class WebAssets
{
    private const string Prefix = "lib/";

    private static readonly FrozenDictionary<string, byte[]> Files = Load();
    private static readonly string Version = Hash();

    /// <summary>The address of an asset, such as <c>app.css</c>.</summary>
    public static string Url(string name) => $"/assets/{Version}/{name}";

    /// <summary>Answers <c>GET /assets/{version}/{name}</c>. An old version gets what is there now, but is not kept.</summary>
    internal static async Task WriteAsync(HttpContext context, string version, string name)
    {
        var response = context.Response;
        if (name.EndsWith(".br", StringComparison.Ordinal) || !Files.TryGetValue(name, out var bytes))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        response.Headers.CacheControl = version == Version ? "public, max-age=31536000, immutable" : "no-cache";
        await SendAsync(context, name, bytes);
    }

    /// <summary>A file as it was built, or null.</summary>
    internal static byte[]? Find(string name) => Files.GetValueOrDefault(name);

    /// <summary>Sends a file, packed if the browser takes it so.</summary>
    internal static async Task SendAsync(HttpContext context, string name, byte[] bytes)
    {
        var response = context.Response;
        response.ContentType = ContentType(name);
        if (Files.TryGetValue(name + ".br", out var packed))
        {
            response.Headers.Vary = HeaderNames.AcceptEncoding;
            if (AcceptsBrotli(context.Request))
            {
                response.Headers.ContentEncoding = "br";
                bytes = packed;
            }
        }

        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static bool AcceptsBrotli(HttpRequest request) =>
        request.GetTypedHeaders().AcceptEncoding.Any(x => x.Value.Equals("br", StringComparison.OrdinalIgnoreCase) && x.Quality is null or > 0);

    private static string ContentType(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" or ".mjs" => "text/javascript; charset=utf-8",
        // The types of the browser SDK: as text, so that one can look at them.
        ".ts" => "text/plain; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".woff2" => "font/woff2",
        _ => "application/octet-stream",
    };

    private static FrozenDictionary<string, byte[]> Load()
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var assembly = typeof(WebAssets).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            files[resource[Prefix.Length..]] = bytes;
        }

        return files.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string Hash()
    {
        var hash = 0UL;
        foreach (var (_, bytes) in Files.OrderBy(x => x.Key, StringComparer.Ordinal)) hash = Hash64.Combine(hash, Hash64.Of(bytes));
        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }
}
