namespace Temas.Feedback.Texts.Learning;

/// <summary>
/// One class against all others: a linear support vector machine with squared hinge loss, by dual coordinate descent (Hsieh, Chang, Lin, Keerthi and Sundararajan, ICML 2008),
/// on features that are scaled by the logarithm of how much more often they occur in the class than outside of it (Wang and Manning, ACL 2012). Deterministic for a seed.
/// </summary>
internal static class SupportVectors
{
    /// <summary>Learns from the rows named; gives the weight of each feature, and of the constant in the last place.</summary>
    public static float[] Learn(ExampleSet set, ReadOnlySpan<int> rows, byte label, int bits, TrainingOptions options, CancellationToken cancel)
    {
        var size = (1 << bits) + 1;
        var table = new float[size * 2];
        Ratios(set, rows, label, options.Smoothing, table);
        var constant = size - 1;
        table[(constant * 2) + 1] = 1;
        var alpha = new float[rows.Length];
        var norm = new float[rows.Length];
        var cost = new float[rows.Length];
        var (inside, outside) = (0.0, 0.0);
        foreach (var row in rows)
        {
            if (set.Label(row) == label) inside += set.Weight(row);
            else outside += set.Weight(row);
        }

        var balance = inside == 0 || outside == 0 ? 1 : Math.Pow(outside / inside, options.Balance);
        for (var i = 0; i < rows.Length; i++)
        {
            var features = set.Row(rows[i], out var words);
            var (word, letter) = Values(features.Length, words, options.LetterShare);
            float sum = 1;
            for (var f = 0; f < features.Length; f++)
            {
                var x = table[(features[f] * 2) + 1] * (f < words ? word : letter);
                sum += x * x;
            }

            cost[i] = (float)(options.Cost * set.Weight(rows[i]) * (set.Label(rows[i]) == label ? balance : 1));
            norm[i] = sum + (0.5f / cost[i]);
        }

        var order = new int[rows.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        var random = new SplitMix(options.Seed + label);
        for (var pass = 0; pass < options.Passes; pass++)
        {
            cancel.ThrowIfCancellationRequested();
            random.Shuffle(order);
            var largest = 0f;
            foreach (var i in order)
            {
                var features = set.Row(rows[i], out var words);
                var (word, letter) = Values(features.Length, words, options.LetterShare);
                var y = set.Label(rows[i]) == label ? 1f : -1f;
                float byWords = 0, byLetters = 0;
                for (var f = 0; f < words; f++)
                {
                    var at = features[f] * 2;
                    byWords += table[at] * table[at + 1];
                }

                for (var f = words; f < features.Length; f++)
                {
                    var at = features[f] * 2;
                    byLetters += table[at] * table[at + 1];
                }

                var margin = (byWords * word) + (byLetters * letter) + table[constant * 2];
                var gradient = (y * margin) - 1 + (alpha[i] * 0.5f / cost[i]);
                var next = Math.Max(alpha[i] - (gradient / norm[i]), 0);
                var step = (next - alpha[i]) * y;
                if (step == 0) continue;
                largest = Math.Max(largest, Math.Abs(gradient));
                alpha[i] = next;
                var (wordStep, letterStep) = (step * word, step * letter);
                for (var f = 0; f < words; f++)
                {
                    var at = features[f] * 2;
                    table[at] += wordStep * table[at + 1];
                }

                for (var f = words; f < features.Length; f++)
                {
                    var at = features[f] * 2;
                    table[at] += letterStep * table[at + 1];
                }

                table[constant * 2] += step;
            }

            if (largest < options.Tolerance) break;
        }

        var weights = new float[size];
        for (var f = 0; f < size; f++) weights[f] = table[f * 2] * table[(f * 2) + 1];
        return weights;
    }

    /// <summary>What each feature of words and of letters is worth in a text.</summary>
    public static (float Word, float Letter) Values(int features, int words, float letterShare) =>
        (words == 0 ? 0 : (1 - letterShare) / MathF.Sqrt(words), features == words ? 0 : letterShare / MathF.Sqrt(features - words));

    private static void Ratios(ExampleSet set, ReadOnlySpan<int> rows, byte label, float smoothing, float[] table)
    {
        double inside = 0, outside = 0;
        foreach (var row in rows)
        {
            var own = set.Label(row) == label ? 0 : 1;
            var weight = set.Weight(row);
            if (own == 0) inside += weight;
            else outside += weight;
            foreach (var f in set.Row(row, out _)) table[(f * 2) + own] += weight;
        }

        var prior = Math.Log((outside + (2 * smoothing)) / (inside + (2 * smoothing)));
        for (var f = 0; f < table.Length; f += 2)
        {
            if (table[f] == 0 && table[f + 1] == 0) continue;
            table[f + 1] = (float)(Math.Log((table[f] + smoothing) / (table[f + 1] + smoothing)) + prior);
            table[f] = 0;
        }
    }
}

/// <summary>A small generator of numbers that gives the same on every machine and in every release (SplitMix64 by Sebastiano Vigna, public domain).</summary>
internal struct SplitMix(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to before <paramref name="bound"/>.</summary>
    public int Next(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>A number from 0 to before 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    public void Shuffle(Span<int> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
