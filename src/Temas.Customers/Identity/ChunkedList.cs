using System.Runtime.CompilerServices;

namespace Temas.Customers.Identity;

/// <summary>
/// A list in chunks: it grows without copying, and can be frozen for a snapshot while it goes on changing (a frozen chunk is copied before its first change).
/// One writer; readers are kept away by the owner's lock.
/// </summary>
internal sealed class ChunkedList<T>
    where T : unmanaged
{
    private const int Bits = 12, Size = 1 << Bits, Mask = Size - 1;

    private T[][] chunks = [];
    private bool[]? frozen;

    public int Count { get; private set; }

    public long Bytes => (long)chunks.Length * Size * Unsafe.SizeOf<T>();

    public ref readonly T this[int index] => ref chunks[index >> Bits][index & Mask];

    /// <summary>The item, to be changed. A reference to it that was taken earlier may be stale.</summary>
    public ref T Edit(int index)
    {
        var chunk = index >> Bits;
        if (frozen is not null && chunk < frozen.Length && frozen[chunk]) Copy(chunk);
        return ref chunks[chunk][index & Mask];
    }

    public int Add(in T item)
    {
        var index = Count++;
        if (index >> Bits == chunks.Length)
        {
            Array.Resize(ref chunks, chunks.Length + 1);
            chunks[^1] = GC.AllocateUninitializedArray<T>(Size);
        }

        // Behind the frozen part of its chunk: nobody reads it there.
        chunks[index >> Bits][index & Mask] = item;
        return index;
    }

    public void Add(ReadOnlySpan<T> items)
    {
        foreach (ref readonly var item in items) Add(item);
    }

    public void Clear() => (chunks, frozen, Count) = ([], null, 0);

    /// <summary>The items of this moment; they stay as they are until <see cref="Thaw"/>.</summary>
    public IReadOnlyList<ReadOnlyMemory<T>> Freeze()
    {
        frozen = new bool[chunks.Length];
        Array.Fill(frozen, true);
        var parts = new ReadOnlyMemory<T>[chunks.Length];
        for (var i = 0; i < parts.Length; i++) parts[i] = chunks[i].AsMemory(0, Math.Min(Size, Count - (i << Bits)));
        return parts;
    }

    public void Thaw() => frozen = null;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Copy(int chunk)
    {
        chunks[chunk] = (T[])chunks[chunk].Clone();
        frozen![chunk] = false;
    }
}
