using System.Runtime.CompilerServices;

namespace Temas.Timelines.Queries;

/// <summary>Several matches in one: for each event a bit for each of them, in their order, at most eight. Mostly that is one look at its type.</summary>
internal sealed class EventRoles
{
    private const int Ask = 8;

    private readonly EventMatch?[] matches;

    // By type: the matches that hold for it; above them, those that its properties decide.
    private readonly ushort[] table;

    public EventRoles(params EventMatch?[] matches)
    {
        this.matches = matches;
        table = new ushort[matches.Max(m => m?.Types ?? 0)];
        for (var type = 0; type < table.Length; type++)
        {
            for (var i = 0; i < matches.Length; i++)
            {
                if (matches[i] is { } match && match.Concerns(type)) table[type] |= (ushort)(1 << (match.Asks(type) ? Ask + i : i));
            }
        }
    }

    /// <summary>Whether it depends on their properties what events of a type are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Asks(int type) => table[type] >= 1 << Ask;

    /// <summary>Of a type that does not ask.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Of(int type) => table[type];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Of(int type, int row)
    {
        int roles = table[type];
        return roles < 1 << Ask ? roles : OfProperties(roles, type, row);
    }

    private int OfProperties(int roles, int type, int row)
    {
        var result = roles & ((1 << Ask) - 1);
        for (var i = 0; i < matches.Length; i++)
        {
            if ((roles >> (Ask + i) & 1) != 0 && matches[i]!.Test(type, row)) result |= 1 << i;
        }

        return result;
    }
}
