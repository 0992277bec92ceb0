using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Temas.Collect.Tracking;

/// <summary>The write key that a header names: <c>Authorization: Basic base64(key:)</c>, with or without the colon, or <c>Bearer key</c>.</summary>
internal static class Credentials
{
    private const int Longest = 400;

    /// <summary>The key, or null when no header names one; then the body may.</summary>
    public static string? Read(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { Length: > 0 and < Longest } text) return null;
        if (text.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return NullIfEmpty(text.AsSpan(7).Trim());
        if (!text.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        Span<byte> bytes = stackalloc byte[Longest];
        if (!Convert.TryFromBase64Chars(text.AsSpan(6).Trim(), bytes, out var length) && !TryUrlSafe(text.AsSpan(6).Trim(), bytes, out length)) return null;
        var pair = bytes[..length];
        var colon = pair.IndexOf((byte)':');
        return NullIfEmpty(Encoding.UTF8.GetString(colon < 0 ? pair : pair[..colon]).AsSpan().Trim());
    }

    private static bool TryUrlSafe(ReadOnlySpan<char> text, Span<byte> bytes, out int length)
    {
        length = 0;
        return Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out length);
    }

    private static string? NullIfEmpty(ReadOnlySpan<char> key) => key.IsEmpty ? null : key.ToString();
}
