using System.IO.Compression;

namespace Temas.Collect.Import.Rows;

/// <summary>
/// Unpacks gzip and knows whether it was whole. <see cref="GZipStream"/> takes data that ends in the middle for data that ends. So a member of our own is put behind the
/// file: only if everything before it was whole does its content come out at the end, where it is taken off again. Until that is known the last bytes are
/// held back, for they could be what a cut member made of ours.
/// </summary>
internal sealed class WholeGzipStream : Stream
{
    // The most that our member can unfold to when it is taken for the rest of another one.
    private const int Held = 64 * 1024;

    private static readonly byte[] Mark = "\0gzip was whole\0"u8.ToArray();
    private static readonly byte[] Member = Pack(Mark);

    private readonly GZipStream inner;
    private readonly byte[] buffer = new byte[Held * 3];
    private int start;
    private int end;
    private bool ended;

    public WholeGzipStream(Stream packed) => inner = new GZipStream(new Followed(packed, Member), CompressionMode.Decompress);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> target)
    {
        while (!ended && end - start <= Held) Fill();
        var count = Math.Min(target.Length, ended ? end - start : end - start - Held);
        buffer.AsSpan(start, count).CopyTo(target);
        start += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] Pack(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression)) gzip.Write(content);
        return packed.ToArray();
    }

    private void Fill()
    {
        if (buffer.Length - end < Held)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        var read = inner.Read(buffer, end, buffer.Length - end);
        end += read;
        if (read > 0) return;
        if (!buffer.AsSpan(start, end - start).EndsWith(Mark)) throw new InvalidDataException("The gzip data ends too early.");
        end -= Mark.Length;
        ended = true;
    }

    /// <summary>A stream, and some bytes behind it.</summary>
    private sealed class Followed(Stream first, byte[] then) : Stream
    {
        private int given;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> target)
        {
            var read = given == 0 ? first.Read(target) : 0;
            if (read > 0) return read;
            var count = Math.Min(target.Length, then.Length - given);
            then.AsSpan(given, count).CopyTo(target);
            given += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) first.Dispose();
            base.Dispose(disposing);
        }
    }
}
