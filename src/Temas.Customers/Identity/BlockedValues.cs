using System.Text;

namespace Temas.Customers.Identity;

/// <summary>Values that identify nobody, for one kind of identifier. ASCII letters are compared without regard to case; <c>*</c> may stand at either end.</summary>
internal sealed class BlockedValues
{
    private readonly byte[][]?[] exact;
    private readonly List<byte[]> heads = [], tails = [], middles = [];

    public BlockedValues(IEnumerable<string> patterns)
    {
        var values = new List<byte[]>();
        foreach (var pattern in patterns)
        {
            var (open, close) = (pattern.StartsWith('*'), pattern.EndsWith('*'));
            var text = Encoding.UTF8.GetBytes(pattern.Trim('*'));
            (open && close ? middles : open ? tails : close ? heads : values).Add(text);
        }

        exact = new byte[values.Count == 0 ? 0 : values.Max(v => v.Length) + 1][][];
        foreach (var group in values.GroupBy(v => v.Length)) exact[group.Key] = [.. group];
    }

    public bool Contains(ReadOnlySpan<byte> value)
    {
        if (value.Length < exact.Length && exact[value.Length] is { } candidates)
        {
            foreach (var candidate in candidates)
            {
                if (Same(value, candidate)) return true;
            }
        }

        foreach (var head in heads)
        {
            if (value.Length >= head.Length && Same(value[..head.Length], head)) return true;
        }

        foreach (var tail in tails)
        {
            if (value.Length >= tail.Length && Same(value[^tail.Length..], tail)) return true;
        }

        foreach (var middle in middles)
        {
            for (var i = 0; i + middle.Length <= value.Length; i++)
            {
                if (Same(value.Slice(i, middle.Length), middle)) return true;
            }
        }

        return false;
    }

    private static bool Same(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => Ascii.EqualsIgnoreCase(a, b) || a.SequenceEqual(b);
}
