using System.Globalization;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Storage.EventLog;

namespace Temas.Customers.Profiles;

/// <summary>One computed trait over one timeline. Fed in time order. Sums are exact decimals.</summary>
internal sealed class ComputedFold(ComputedTrait trait)
{
    /// <summary>What is kept of an event while the window may still include it.</summary>
    private readonly record struct Sample(long Time, decimal? Number, string? Text);

    private readonly Running running = new();
    private readonly List<Sample>? samples = trait.Window is null ? null : [];

    public void Add(long time, ReadOnlySpan<byte> json, ReadOnlySpan<JsonSlice> slots, int[] property)
    {
        JsonSlice value = default;
        foreach (var slot in property)
        {
            value = slots[slot];
            if (value.Exists) break;
        }

        if (property.Length > 0 && !value.Exists) return;
        Sample sample;
        switch (trait.Measure)
        {
            case Measure.Count or Measure.DaysSince or Measure.DaysSinceFirst or Measure.Exists:
                sample = new Sample(time, null, null);
                break;
            case Measure.Sum or Measure.Average or Measure.Min or Measure.Max or Measure.Percentile:
                if (!EventJson.TryNumber(json, value, out var number)) return;
                sample = new Sample(time, number, null);
                break;
            case Measure.First or Measure.Last:
                if (trait.Measure == Measure.First && samples is null && running.Count > 0) return;
                sample = new Sample(time, null, System.Text.Encoding.UTF8.GetString(value.Of(json)));
                break;
            default:
                if (EventJson.Text(json, value) is not { } text) return;
                sample = new Sample(time, null, text);
                break;
        }

        if (samples is null) running.Add(sample, trait);
        else samples.Add(sample);
    }

    public RawJson At(long asOf)
    {
        if (samples is null) return running.Result(trait, asOf);
        var windowed = new Running();
        foreach (var sample in samples)
        {
            if (sample.Time > asOf - trait.Window) windowed.Add(sample, trait);
        }

        return windowed.Result(trait, asOf);
    }

    /// <summary>When the value changes without any event, after <paramref name="asOf"/>; <see cref="long.MaxValue"/> for never.</summary>
    public long ChangesAt(long asOf)
    {
        if (samples is null) return CountsDays ? running.NextDay(trait, asOf) : long.MaxValue;
        foreach (var sample in samples)
        {
            // A day more, or the oldest leaves the window.
            if (sample.Time > asOf - trait.Window) return Math.Min(sample.Time + trait.Window!.Value, CountsDays ? asOf + ProfileRules.Day : long.MaxValue);
        }

        return long.MaxValue;
    }

    private bool CountsDays => trait.Measure is Measure.DaysSince or Measure.DaysSinceFirst;

    private sealed class Running
    {
        private decimal sum, least, most;
        private string? first, last;
        private long firstTime, lastTime;
        private List<decimal>? numbers;
        private Dictionary<string, (int Count, int Last)>? texts;
        private List<string>? inOrder;

        public int Count { get; private set; }

        public void Add(in Sample sample, ComputedTrait trait)
        {
            Count++;
            if (Count == 1) firstTime = sample.Time;
            lastTime = sample.Time;
            if (sample.Number is { } number)
            {
                sum += number;
                least = Count == 1 ? number : Math.Min(least, number);
                most = Count == 1 ? number : Math.Max(most, number);
                if (trait.Measure == Measure.Percentile) (numbers ??= []).Add(number);
            }

            if (sample.Text is not { } text) return;
            if (Count == 1) first = text;
            last = text;
            if (trait.Measure == Measure.MostFrequent)
            {
                texts ??= new(StringComparer.Ordinal);
                texts[text] = (texts.GetValueOrDefault(text).Count + 1, Count);
            }
            else if (trait.Measure == Measure.UniqueList && (inOrder ??= []).Count < trait.Limit && (texts ??= new(StringComparer.Ordinal)).TryAdd(text, default))
            {
                inOrder.Add(text);
            }
        }

        public long NextDay(ComputedTrait trait, long asOf) => Count == 0 ? long.MaxValue : Since(trait) + ((((asOf - Since(trait)) / ProfileRules.Day) + 1) * ProfileRules.Day);

        public RawJson Result(ComputedTrait trait, long asOf) => trait.Measure switch
        {
            Measure.Count => new RawJson(Count.ToString(CultureInfo.InvariantCulture)),
            Measure.UniqueList => new RawJson($"[{string.Join(',', (inOrder ?? []).Select(t => RawJson.OfText(t).Json))}]"),
            Measure.Sum => Number(sum),
            Measure.Exists => new RawJson(Count > 0 ? "true" : "false"),
            _ when Count == 0 => default,
            Measure.Average => Number(sum / Count),
            Measure.Min => Number(least),
            Measure.Max => Number(most),
            Measure.Percentile => Number(Quantile(trait.Percentile)),
            Measure.First => new RawJson(first!),
            Measure.Last => new RawJson(last!),
            // Of equals the one seen last.
            Measure.MostFrequent => RawJson.OfText(texts!.MaxBy(t => (t.Value.Count, t.Value.Last)).Key),
            _ => new RawJson(((asOf - Since(trait)) / ProfileRules.Day).ToString(CultureInfo.InvariantCulture)),
        };

        private long Since(ComputedTrait trait) => trait.Measure == Measure.DaysSinceFirst ? firstTime : lastTime;

        /// <summary>Between neighbours as questions have it (Hyndman and Fan 1996, type 7).</summary>
        private decimal Quantile(double share)
        {
            numbers!.Sort();
            var place = (decimal)share * (numbers.Count - 1);
            var low = (int)place;
            var between = place - low;
            return between == 0 ? numbers[low] : (numbers[low] * (1 - between)) + (numbers[low + 1] * between);
        }

        // Without the trailing zeros that decimal remembers, so that 1.50 + 1.5 reads 3.
        private static RawJson Number(decimal value) => new((value / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture));
    }
}
