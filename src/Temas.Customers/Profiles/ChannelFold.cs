using Temas.Customers.Contracts;

namespace Temas.Customers.Profiles;

/// <summary>
/// The channels that a customer uses of her own accord. Each touch that she began adds its weight (an order more than any other), which halves with time;
/// the channel with the largest sum is the preferred one. Fed in time order.
/// </summary>
internal sealed class ChannelFold(ProfileRules rules)
{
    private const int Most = 100;

    private sealed class Entry
    {
        public double Weight;
        public int Touches;
        public long Last;
    }

    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    public void Add(string channel, long time, bool order)
    {
        if (!entries.TryGetValue(channel, out var entry))
        {
            if (entries.Count >= Most) return;
            entries.Add(channel, entry = new Entry { Last = time });
        }

        entry.Weight = Faded(entry, time) + (order ? rules.ChannelOrderWeight : 1);
        entry.Last = time;
        entry.Touches++;
    }

    public IReadOnlyList<ChannelShare> ToList(long asOf)
    {
        var weights = entries.Select(e => (Channel: e.Key, Entry: e.Value, Weight: Faded(e.Value, asOf))).OrderByDescending(e => e.Weight).ThenByDescending(e => e.Entry.Last).ThenBy(e => e.Channel, StringComparer.Ordinal).ToList();
        var sum = weights.Sum(w => w.Weight);
        return [.. weights.Select(w => new ChannelShare(w.Channel, sum > 0 ? Math.Round(w.Weight / sum, 4) : 0, w.Entry.Touches, Instants.Of(w.Entry.Last)))];
    }

    private double Faded(Entry entry, long time) => entry.Weight * double.Exp2(-(double)(time - entry.Last) / rules.ChannelHalfLife);
}
