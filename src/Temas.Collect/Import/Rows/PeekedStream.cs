namespace Temas.Collect.Import.Rows;

/// <summary>A stream whose first bytes can be looked at before they are read. Not seekable, as gzip is not.</summary>
internal sealed class PeekedStream : Stream
{
    private readonly Stream inner;
    private readonly byte[] head;
    private readonly int length;
    private int position;

    public PeekedStream(Stream inner, int peek)
    {
        this.inner = inner;
        head = new byte[peek];
        length = inner.ReadAtLeast(head, peek, throwOnEndOfStream: false);
    }

    /// <summary>The first bytes; fewer than asked for only when the stream is shorter.</summary>
    public ReadOnlySpan<byte> Head => head.AsSpan(0, length);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Leaves out the first <paramref name="count"/> bytes, which must be within <see cref="Head"/>.</summary>
    public void Skip(int count) => position = count;

    public override int Read(Span<byte> buffer)
    {
        if (position >= length) return inner.Read(buffer);
        var count = Math.Min(buffer.Length, length - position);
        head.AsSpan(position, count).CopyTo(buffer);
        position += count;
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
}
