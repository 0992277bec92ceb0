using Temas.Timelines.Findings;

namespace Temas.Insight.Findings;

/// <summary>What a detector suspects, with the figures that decide whether it is believed.</summary>
internal sealed record Candidate
{
    /// <summary>The detector: <c>promise</c>, <c>misfire</c>, <c>felt</c>, <c>visit</c>, <c>repeat</c>, <c>step</c> …</summary>
    public required string Kind { get; init; }

    /// <summary>Key of the promise, touchpoint or step.</summary>
    public required string Place { get; init; }

    /// <summary>Whether it is a win.</summary>
    public bool Win { get; init; }

    /// <summary>The properties that tell the place apart, with their values.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Where { get; init; } = [];

    /// <summary>Where it happens more often than elsewhere, or is said to be other; null where the whole is meant.</summary>
    public Hotspot? Hotspot { get; init; }

    /// <summary>Those who met it held against others; null where there were too few.</summary>
    public Comparison? Compared { get; init; }

    /// <summary>What one of these times costs, or brings (<see cref="Comparison.Value"/> unless something else is said): the difference in what was spent.</summary>
    public Estimate? Each { get; init; }

    /// <summary>How many times it counts for: all that met it; at a place those beyond what is usual elsewhere, or all who came there where they are compared as a whole.</summary>
    public required double Attributed { get; init; }

    /// <summary>How far the test that it is believed for errs as its value does: 1 as far, 0 not at all.</summary>
    public double Together { get; init; } = 1;

    /// <summary>The standard error of that number.</summary>
    public double Uncertainty { get; init; }

    /// <summary>How probable it would be by chance.</summary>
    public required double P { get; init; }

    /// <summary>How probable others by chance would be that were tried with it and are not told of.</summary>
    public IReadOnlyList<double> Beside { get; init; } = [];

    /// <summary>The units that met it, by number in the table.</summary>
    public required IReadOnlyList<int> Met { get; init; }

    /// <summary>All units that might have met it, for the trend; by number.</summary>
    public required IReadOnlyList<int> All { get; init; }

    /// <summary>The table.</summary>
    public required UnitTable Table { get; init; }

    /// <summary>Those that are tested together: of one detector, places apart from the whole.</summary>
    public string Family => Hotspot is null ? Kind : Kind + "/place";

    /// <summary>Whether it was tested by what it is worth: in when they came back, and not in how often it happens or in what was said.</summary>
    public bool IsOfWorth => Hotspot is null && Kind != "silent" && Together > 0;

    /// <summary>Its id: the same for the same thing at the same place.</summary>
    public string Id
    {
        get
        {
            var text = string.Join('\u001f', [Win ? "win" : "friction", Kind, Place, .. Where.OrderBy(w => w.Key, StringComparer.Ordinal).SelectMany(w => new[] { w.Key, w.Value })]);
            return Kernel.Hash64.Of(System.Text.Encoding.UTF8.GetBytes(text)).ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    /// <summary>What it costs, or brings, with its 95 % interval; null where nobody like them was found.</summary>
    public (double Value, double Low, double High)? Worth
    {
        get
        {
            if ((Each ?? Compared?.Value) is not { } each) return null;
            var effect = Win ? each.Value : -each.Value;
            var (error, count) = ((each.High - each.Low) / (2 * Normal.Z95), Attributed);
            if (!double.IsFinite(error)) return null;
            var deviation = Math.Sqrt((count * error * (count * error)) + (effect * Uncertainty * (effect * Uncertainty)));
            return (effect * count, (effect * count) - (Normal.Z95 * deviation), (effect * count) + (Normal.Z95 * deviation));
        }
    }

    /// <summary>
    /// What is believed is believed because it came out high enough: of what only just did, a part is chance. Takes that part from what it is worth, and leaves the upper end of the interval where it was. <paramref name="q"/>: how clear it is
    /// (<see cref="Believed.Q"/>); <paramref name="atMost"/>: how clear it must be.
    /// </summary>
    public Candidate Sobered(double q, double atMost)
    {
        if (Together <= 0 || P is <= 0 or >= 0.5 || q <= 0 || (Each ?? Compared?.Value) is not { } each) return this;
        var z = Normal.Above(P);
        var over = Together * Normal.Overstated(z, Math.Min(z, Normal.Above(Math.Min(0.5, P * Math.Max(1, atMost / q)))));
        if (Uncertainty > 0) return this with { Attributed = Math.Max(0, Attributed - (over * Uncertainty)) };
        var error = (each.High - each.Low) / (2 * Normal.Z95);
        if (!double.IsFinite(error)) return this;

        // As far as it goes against what the finding says nothing is taken: that is no luck of who was found.
        var taken = Math.Min(over * error, Math.Max(0, Win ? each.Value : -each.Value));
        return this with { Each = Win ? each with { Value = each.Value - taken, Low = each.Low - taken - taken } : each with { Value = each.Value + taken, High = each.High + taken + taken } };
    }
}
