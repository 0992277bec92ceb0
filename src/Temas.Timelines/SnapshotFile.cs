using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Temas.Timelines;

// A snapshot file, little-endian (docs/formats/snapshot.md):
//
//   0   8  magic "TEMASNAP"
//   8   4  kind           who wrote it (a four-letter code)
//  12   4  version        of that kind's sections
//  16   8  position       the log position up to which it stands
//  24   4  sections       count
//  28   4  crc32c         of bytes 0..27 and of the section table
//  32  24n section table: id u32, crc32c u32 of the section, offset u64, length in bytes u64
//   …      sections, each on a 64-byte boundary
//
// A file is written under another name, flushed to disk and renamed: it is there whole, or not at all.

/// <summary>Writes a snapshot: named sections of plain values that can be mapped and read in place.</summary>
public sealed class SnapshotWriter : IDisposable
{
    internal const int HeaderSize = 32, EntrySize = 24, Alignment = 64, MaxSections = 64;
    internal const ulong Magic = 0x50414E53414D4554; // "TEMASNAP"

    private readonly string path;
    private readonly string temporary;
    private readonly uint kind;
    private readonly int version;
    private readonly long position;
    private readonly SafeFileHandle file;
    private readonly List<SnapshotColumn> sections = [];
    private long end = HeaderSize + (EntrySize * MaxSections);
    private bool complete;

    /// <summary>Begins the snapshot that will stand at <paramref name="path"/> once <see cref="Complete"/> returns.</summary>
    public SnapshotWriter(string path, uint kind, int version, long position)
    {
        (this.path, temporary, this.kind, this.version, this.position) = (path, path + ".new", kind, version, position);
        file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write, FileShare.None);
    }

    /// <summary>Adds a section. Sections keep the order in which they are written; an id occurs once.</summary>
    public void Section<T>(uint id, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var column = new SnapshotColumn<T>(file, id, Reserve(values.Length * (long)Unsafe.SizeOf<T>()), values.Length, 0);
        column.Write(values);
        sections.Add(column);
    }

    /// <summary>
    /// Begins a section that is filled value by value, several of them side by side. Place for <paramref name="capacity"/> values is set aside (what
    /// stays unused is a hole in the file); without a capacity the section may have any length and must be the last one.
    /// </summary>
    public SnapshotColumn<T> Column<T>(uint id, long? capacity = null)
        where T : unmanaged
    {
        var offset = Reserve(capacity is { } values ? values * Unsafe.SizeOf<T>() : null);
        var buffer = (int)Math.Clamp(capacity ?? long.MaxValue, 1, (1 << 17) / Unsafe.SizeOf<T>());
        var column = new SnapshotColumn<T>(file, id, offset, capacity ?? long.MaxValue, buffer);
        sections.Add(column);
        return column;
    }

    /// <summary>Flushes everything to disk and puts the file in its place.</summary>
    public void Complete()
    {
        var head = new byte[HeaderSize + (EntrySize * sections.Count)];
        MemoryMarshal.Write(head.AsSpan(0), Magic);
        MemoryMarshal.Write(head.AsSpan(8), kind);
        MemoryMarshal.Write(head.AsSpan(12), version);
        MemoryMarshal.Write(head.AsSpan(16), position);
        MemoryMarshal.Write(head.AsSpan(24), sections.Count);
        for (var i = 0; i < sections.Count; i++)
        {
            sections[i].Flush();
            var entry = head.AsSpan(HeaderSize + (i * EntrySize));
            MemoryMarshal.Write(entry, sections[i].Id);
            MemoryMarshal.Write(entry[4..], sections[i].Crc);
            MemoryMarshal.Write(entry[8..], sections[i].Offset);
            MemoryMarshal.Write(entry[16..], sections[i].Bytes);
        }

        MemoryMarshal.Write(head.AsSpan(28), Crc32C.Append(Crc32C.Append(0, head.AsSpan(0, 28)), head.AsSpan(HeaderSize)));
        RandomAccess.Write(file, head, 0);
        RandomAccess.FlushToDisk(file);
        file.Dispose();
        File.Move(temporary, path, overwrite: true);
        DirectorySync.Flush(Path.GetDirectoryName(path)!);
        complete = true;
    }

    /// <summary>Throws the file away unless it is complete.</summary>
    public void Dispose()
    {
        file.Dispose();
        if (!complete) File.Delete(temporary);
    }

    private long Reserve(long? bytes)
    {
        if (sections.Count == MaxSections) throw new InvalidOperationException($"A snapshot has at most {MaxSections} sections.");
        if (end == long.MaxValue) throw new InvalidOperationException("A section without a capacity is the last one.");
        var offset = (end + Alignment - 1) / Alignment * Alignment;
        end = bytes is { } length ? offset + length : long.MaxValue;
        return offset;
    }
}

/// <summary>A section of a snapshot while it is being written.</summary>
public abstract class SnapshotColumn
{
    private readonly SafeFileHandle file;

    private protected SnapshotColumn(SafeFileHandle file, uint id, long offset) => (this.file, Id, Offset) = (file, id, offset);

    internal uint Id { get; }

    internal long Offset { get; }

    internal long Bytes { get; private set; }

    internal uint Crc { get; private set; }

    internal abstract void Flush();

    private protected void Write(ReadOnlySpan<byte> bytes)
    {
        Crc = Crc32C.Append(Crc, bytes);
        RandomAccess.Write(file, bytes, Offset + Bytes);
        Bytes += bytes.Length;
    }
}

/// <summary>A section of a snapshot while it is being written, value by value.</summary>
public sealed class SnapshotColumn<T> : SnapshotColumn
    where T : unmanaged
{
    private readonly long capacity;
    private readonly T[] buffer;
    private int buffered;
    private long written;

    internal SnapshotColumn(SafeFileHandle file, uint id, long offset, long capacity, int buffer)
        : base(file, id, offset) =>
        (this.capacity, this.buffer) = (capacity, new T[buffer]);

    /// <summary>The number of values so far.</summary>
    public long Count => written + buffered;

    /// <summary>Appends a value.</summary>
    public void Add(T value)
    {
        if (buffered == buffer.Length) Flush();
        buffer[buffered++] = value;
    }

    /// <summary>Appends values.</summary>
    public void Add(ReadOnlySpan<T> values)
    {
        Flush();
        Write(values);
    }

    internal override void Flush()
    {
        var values = buffered;
        buffered = 0;
        Write(buffer.AsSpan(0, values));
    }

    internal void Write(ReadOnlySpan<T> values)
    {
        if (values.Length > capacity - written) throw new InvalidOperationException("The section is longer than what was set aside for it.");
        written += values.Length;

        // A span of T may be longer in bytes than a span of bytes can be.
        var step = Math.Max(1, (1 << 24) / Unsafe.SizeOf<T>());
        for (var i = 0; i < values.Length; i += step) Write(MemoryMarshal.AsBytes(values.Slice(i, Math.Min(step, values.Length - i))));
    }
}

/// <summary>A snapshot mapped into memory. Its spans are valid until it is disposed.</summary>
public sealed unsafe class SnapshotFile : IDisposable
{
    private readonly MemoryMappedFile map;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* origin;
    private readonly Dictionary<uint, (long Offset, long Length)> sections = [];

    private SnapshotFile(MemoryMappedFile map, MemoryMappedViewAccessor view)
    {
        (this.map, this.view) = (map, view);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref origin);
    }

    /// <summary>The log position up to which the snapshot stands.</summary>
    public long Position { get; private set; }

    /// <summary>The length of the file in bytes.</summary>
    public long Length { get; private init; }

    /// <summary>
    /// Maps the file at <paramref name="path"/> and verifies every checksum. Gives null and says why in <paramref name="fault"/> when it is
    /// missing, of another kind or version, cut short or damaged; the caller then rebuilds from the log.
    /// </summary>
    public static SnapshotFile? Open(string path, uint kind, int version, out string? fault)
    {
        fault = null;
        if (!File.Exists(path))
        {
            fault = "is missing";
            return null;
        }

        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.SequentialScan);
            var length = RandomAccess.GetLength(file);
            if (length < SnapshotWriter.HeaderSize)
            {
                fault = "is cut short";
                return null;
            }

            var map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            var snapshot = new SnapshotFile(map, map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read)) { Length = length };
            fault = snapshot.Verify(file, kind, version);
            if (fault is null) return snapshot;
            snapshot.Dispose();
        }
        catch (IOException e)
        {
            fault = $"cannot be read ({e.GetType().Name})";
        }

        return null;
    }

    /// <summary>The values of a section, in place; empty when there is no such section.</summary>
    public ReadOnlySpan<T> Section<T>(uint id)
        where T : unmanaged =>
        sections.TryGetValue(id, out var s) ? new ReadOnlySpan<T>(origin + s.Offset, checked((int)(s.Length / sizeof(T)))) : [];

    /// <inheritdoc/>
    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        map.Dispose();
    }

    private string? Verify(SafeFileHandle file, uint kind, int version)
    {
        if (*(ulong*)origin != SnapshotWriter.Magic) return "is not a snapshot";
        if (*(uint*)(origin + 8) != kind) return "is a snapshot of another kind";
        if (*(int*)(origin + 12) != version) return $"has version {*(int*)(origin + 12)}, and this release reads {version}";
        Position = *(long*)(origin + 16);
        var count = *(int*)(origin + 24);
        var tableEnd = SnapshotWriter.HeaderSize + ((long)SnapshotWriter.EntrySize * count);
        if (count is < 0 or > SnapshotWriter.MaxSections || tableEnd > Length) return "is damaged (header)";
        var crc = Crc32C.Append(Crc32C.Append(0, new ReadOnlySpan<byte>(origin, 28)), new ReadOnlySpan<byte>(origin + SnapshotWriter.HeaderSize, SnapshotWriter.EntrySize * count));
        if (crc != *(uint*)(origin + 28)) return "is damaged (header)";
        for (var i = 0; i < count; i++)
        {
            var entry = origin + SnapshotWriter.HeaderSize + (i * SnapshotWriter.EntrySize);
            var (offset, size) = (*(long*)(entry + 8), *(long*)(entry + 16));
            if (offset < tableEnd || size < 0 || (size > 0 && size > Length - offset)) return "is cut short";
            if (Sum(file, offset, size) != *(uint*)(entry + 4)) return $"is damaged (section {*(uint*)entry})";
            sections[*(uint*)entry] = (offset, size);
        }

        return null;
    }

    /// <summary>Read through the file, not the map: pages of a map that were touched count as memory of this process.</summary>
    private static uint Sum(SafeFileHandle file, long offset, long size)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        var sum = 0u;
        while (size > 0)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, size)), offset);
            if (read == 0) break;
            sum = Crc32C.Append(sum, buffer.AsSpan(0, read));
            (offset, size) = (offset + read, size - read);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return sum;
    }
}

/// <summary>CRC-32C (Castagnoli), by the processor's instruction where it has one.</summary>
public static class Crc32C
{
    /// <summary>The checksum of what <paramref name="crc"/> stands for followed by <paramref name="data"/>; begin with 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        crc = ~crc;
        var words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (var word in words) crc = BitOperations.Crc32C(crc, word);
        foreach (var b in data[(words.Length * 8)..]) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}

/// <summary>Makes a rename in a directory durable, which flushing the file alone does not.</summary>
public static partial class DirectorySync
{
    /// <summary>Flushes the directory's entries to disk; does nothing where the system has no such call.</summary>
    public static void Flush(string directory)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS()) return;
        var handle = Open(directory, 0);
        if (handle < 0) return;
        _ = FSync(handle);
        _ = Close(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int FSync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
