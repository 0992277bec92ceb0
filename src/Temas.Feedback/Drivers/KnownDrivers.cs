using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Temas.Feedback.Listening;
using Temas.Kernel;

namespace Temas.Feedback.Drivers;

/// <summary>
/// Analyses that were made lately, by the answers that they are of: the same answers, read by the same topics, are not reckoned again. What stood on timelines before them may come in late, so none is kept for longer than some minutes. A part of each workspace.
/// </summary>
internal sealed class KnownDrivers(TimeProvider clock)
{
    private const int Most = 50;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly Lock turn = new();
    private readonly Dictionary<ulong, (ScoreDrivers Drivers, DateTimeOffset At)> known = [];

    /// <summary>What the analysis of some answers is known by.</summary>
    public static ulong KeyOf(Voices voices, string kind, IReadOnlyList<int> rows, int used)
    {
        using var said = new MemoryStream();
        said.Write(Encoding.UTF8.GetBytes(kind));
        Span<byte> number = stackalloc byte[8];
        foreach (var value in (long[])[rows.Count, RuntimeHelpers.GetHashCode(voices.Rules.Topics), RuntimeHelpers.GetHashCode(voices.Rules.Catalogue), RuntimeHelpers.GetHashCode(voices.Rules.Feeling)]) Put(value, number);
        foreach (var row in rows.Take(used)) Put(voices.Rows[row].Position, number);
        return Hash64.Of(said.GetBuffer().AsSpan(0, (int)said.Length));

        void Put(long value, Span<byte> bytes)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            said.Write(bytes);
        }
    }

    /// <summary>What is known; null when it has to be reckoned.</summary>
    public ScoreDrivers? Find(ulong key)
    {
        lock (turn) return known.TryGetValue(key, out var found) && found.At + Life > clock.GetUtcNow() ? found.Drivers : null;
    }

    /// <summary>Keeps an analysis, in the place of the oldest where there are many.</summary>
    public ScoreDrivers Keep(ulong key, ScoreDrivers drivers)
    {
        lock (turn)
        {
            if (known.Count >= Most) known.Remove(known.MinBy(k => k.Value.At).Key);
            known[key] = (drivers, clock.GetUtcNow());
            return drivers;
        }
    }
}
