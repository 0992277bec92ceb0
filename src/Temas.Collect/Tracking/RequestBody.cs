using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Temas.Collect.Contracts;
using Temas.Kernel;

namespace Temas.Collect.Tracking;

/// <summary>A body in one piece, unpacked; in a rented buffer that <see cref="Dispose"/> gives back.</summary>
internal readonly struct RequestBody(byte[] buffer, int length) : IDisposable
{
    /// <summary>The bytes.</summary>
    public Span<byte> Bytes => buffer.AsSpan(0, length);

    public void Dispose()
    {
        if (buffer is { Length: > 0 }) ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Reads a body, whatever length the sender announced, and never more than the limit.</summary>
    public static async ValueTask<(RequestBody Body, DropReason Reason, Problem? Problem)> ReadAsync(HttpContext http)
    {
        var request = http.Request;

        // The server's own limit answers 413, on which the SDKs drop what they could have sent in smaller pieces: this one answers 400.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        if (request.ContentLength > CollectLimits.BodyBytes) return TooLarge();
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase) && !encoding.Equals("x-gzip", StringComparison.OrdinalIgnoreCase)
            && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return (default, DropReason.EncodingUnsupported, Problem.Invalid("encoding_unsupported", "The body is packed in a way that is not understood.", "Content-Encoding", EventFaults.Clean(encoding, 40), "Send gzip, or the plain body."));
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? 16 * 1024) + 1);
        var length = 0;
        try
        {
            var reader = request.BodyReader;
            while (true)
            {
                var read = await reader.ReadAsync(http.RequestAborted);
                if (length + read.Buffer.Length > CollectLimits.BodyBytes)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return TooLarge();
                }

                buffer = Room(buffer, length, (int)read.Buffer.Length);
                read.Buffer.CopyTo(buffer.AsSpan(length));
                length += (int)read.Buffer.Length;
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }

            if (length < 2 || buffer[0] != 0x1f || buffer[1] != 0x8b)
            {
                var plain = new RequestBody(buffer, length);
                buffer = [];
                return (plain, DropReason.None, null);
            }

            return Unpack(buffer, length);
        }
        finally
        {
            if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static (RequestBody, DropReason, Problem?) Unpack(byte[] packed, int packedLength)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(packedLength * 8, CollectLimits.BodyBytes) + 1);
        var length = 0;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed, 0, packedLength, writable: false), CompressionMode.Decompress);
            while (true)
            {
                buffer = Room(buffer, length, 1);
                var read = gzip.Read(buffer, length, buffer.Length - length);
                if (read == 0) break;
                length += read;
                if (length > CollectLimits.BodyBytes) return TooLarge();
            }

            var unpacked = new RequestBody(buffer, length);
            buffer = [];
            return (unpacked, DropReason.None, null);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return (default, DropReason.GzipInvalid, Problem.Invalid("gzip_invalid", "The body begins like gzip but cannot be unpacked.", wayOut: "Send it whole, or unpacked."));
        }
        finally
        {
            if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Room(byte[] buffer, int used, int more)
    {
        if (used + more <= buffer.Length) return buffer;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, used + more));
        buffer.AsSpan(0, used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static (RequestBody, DropReason, Problem?) TooLarge() =>
        (default, DropReason.BodyTooLarge, Problem.Invalid(
            "body_too_large", FormattableString.Invariant($"The body has more than {CollectLimits.BodyBytes} bytes, packed or unpacked."), wayOut: "Send the events in several batches."));
}
