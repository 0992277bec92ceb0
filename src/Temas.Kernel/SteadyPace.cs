using System.Collections.Concurrent;
using System.Diagnostics;

namespace Temas.Kernel;

/// <summary>
/// How much each of very many senders may send: so much at once, and so much a second after that. Of each sender one number is kept, when all that she sent would have been sent at the steady pace (the generic cell rate algorithm, ITU-T I.371):
/// nothing runs while nobody sends, however many there were. For any number of threads.
/// </summary>
/// <param name="atOnce">So much at once.</param>
/// <param name="perSecond">So much a second.</param>
public sealed class SteadyPace(int atOnce, int perSecond)
{
    // So many are kept without a look at whether one of them has to be.
    private const int Many = 10_000;

    private readonly long pace = Math.Max(1, Stopwatch.Frequency / perSecond), ahead = Math.Max(1, Stopwatch.Frequency / perSecond) * (atOnce - 1);
    private readonly ConcurrentDictionary<string, long> pacedUntil = new(StringComparer.Ordinal);
    private long tidied = Stopwatch.GetTimestamp();

    /// <summary>Whether one more is taken of a sender.</summary>
    public bool Takes(string sender) => Takes(sender, out _);

    /// <summary>Whether one more is taken of a sender; if not, <paramref name="wait"/> says after how long one is.</summary>
    public bool Takes(string sender, out TimeSpan wait)
    {
        var now = Stopwatch.GetTimestamp();
        Tidy(now);
        while (true)
        {
            wait = default;
            if (!pacedUntil.TryGetValue(sender, out var until))
            {
                if (pacedUntil.TryAdd(sender, now + pace)) return true;
                continue;
            }

            if (until - now > ahead)
            {
                wait = Stopwatch.GetElapsedTime(now + ahead, until);
                return false;
            }

            if (pacedUntil.TryUpdate(sender, Math.Max(until, now) + pace, until)) return true;
        }
    }

    // Who could send as much again as anybody is as one who never sent.
    private void Tidy(long now)
    {
        var last = Interlocked.Read(ref tidied);
        if (now - last < 10 * Stopwatch.Frequency || Interlocked.CompareExchange(ref tidied, now, last) != last || pacedUntil.Count < Many) return;
        foreach (var sender in pacedUntil)
        {
            if (sender.Value <= now) pacedUntil.TryRemove(sender);
        }
    }
}
