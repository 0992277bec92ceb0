using System.Collections.Frozen;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Customers.Profiles;
using Temas.Storage.EventLog;

namespace Temas.Customers.Perception;

/// <summary>Reads what a customer said herself, as a value in [-1, 1] (docs/perception.md).</summary>
internal static class RatingReader
{
    private static readonly FrozenDictionary<string, double> Faces = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["very_sad"] = -1,
        ["very_unhappy"] = -1,
        ["angry"] = -1,
        ["terrible"] = -1,
        ["😡"] = -1,
        ["😠"] = -1,
        ["😢"] = -1,
        ["😭"] = -1,
        ["sad"] = -0.5,
        ["unhappy"] = -0.5,
        ["bad"] = -0.5,
        ["🙁"] = -0.5,
        ["☹️"] = -0.5,
        ["☹"] = -0.5,
        ["😞"] = -0.5,
        ["👎"] = -0.5,
        ["neutral"] = 0,
        ["ok"] = 0,
        ["😐"] = 0,
        ["happy"] = 0.5,
        ["good"] = 0.5,
        ["🙂"] = 0.5,
        ["😊"] = 0.5,
        ["👍"] = 0.5,
        ["very_happy"] = 1,
        ["great"] = 1,
        ["😀"] = 1,
        ["😃"] = 1,
        ["😄"] = 1,
        ["😍"] = 1,
        ["🤩"] = 1,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, double> Sentiments = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["very_positive"] = 1,
        ["positive"] = 0.6,
        ["olumlu"] = 0.6,
        ["neutral"] = 0,
        ["mixed"] = 0,
        ["nötr"] = 0,
        ["negative"] = -0.6,
        ["olumsuz"] = -0.6,
        ["very_negative"] = -1,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The evidence, or null when the property is absent or holds no answer of that kind.</summary>
    public static Evidence? Read(RatingPlan plan, ReadOnlySpan<byte> properties, ReadOnlySpan<JsonSlice> slots)
    {
        var value = slots[plan.Slot];
        if (!value.Exists || !SlotCondition.AllHold(plan.Where, properties, slots)) return null;
        var isNumber = EventJson.TryNumber(properties, value, out var number);
        var best = plan.Rule.Max;
        double? read;
        switch (plan.Rule.Kind)
        {
            case RatingKind.Nps:
                (read, best) = (isNumber ? OfNps(number) : null, 10);
                break;
            case RatingKind.Csat:
                (read, best) = (isNumber ? OfScale(number, 1, 5) : null, 5);
                break;
            case RatingKind.Ces:
                (read, best) = (isNumber ? OfScale(number, 1, 7) : null, 7);
                break;
            case RatingKind.Smiley:
                (read, best) = (isNumber ? OfScale(number, 1, 5) : OfWord(Faces, properties, value), 5);
                break;
            case RatingKind.Sentiment:
                (read, best) = (isNumber ? (Math.Abs(number) <= 1 ? (double)number : null) : OfWord(Sentiments, properties, value), 1);
                break;
            default:
                if (plan.BestSlot is { } slot && EventJson.TryNumber(properties, slots[slot], out var told) && told > plan.Rule.Min) best = told;
                read = isNumber ? OfScale(number, plan.Rule.Min, best) : null;
                break;
        }

        if (read is not { } known) return null;
        return new Evidence
        {
            Code = plan.Rule.Kind switch
            {
                RatingKind.Nps => EvidenceCode.Nps,
                RatingKind.Csat => EvidenceCode.Csat,
                RatingKind.Ces => EvidenceCode.Ces,
                RatingKind.Smiley => EvidenceCode.Smiley,
                RatingKind.Sentiment => EvidenceCode.Sentiment,
                _ => EvidenceCode.Rating,
            },
            Value = known,
            Property = plan.Rule.Property.Text,
            Answer = EventJson.Text(properties, value),
            Best = best,
        };
    }

    /// <summary>What a text in words of her own says, or null when it is absent, blank, or no opinion is found in it.</summary>
    public static Evidence? ReadText(RatingPlan plan, ITextFeeling texts, ReadOnlySpan<byte> properties, ReadOnlySpan<JsonSlice> slots, bool withWords)
    {
        var value = slots[plan.Slot];
        if (!value.Exists || properties[value.Start] != (byte)'"' || !SlotCondition.AllHold(plan.Where, properties, slots)) return null;
        if (EventJson.Text(properties, value) is not { } text || string.IsNullOrWhiteSpace(text) || texts.Feel(text) is not { } felt) return null;
        return new Evidence
        {
            Code = EvidenceCode.Text,
            Value = Math.Clamp(felt.Value, (double)plan.Rule.Min, (double)plan.Rule.Max),
            Property = plan.Rule.Property.Text,
            Confidence = felt.Confidence,
            Words = withWords ? texts.WordsOf(text) : null,
        };
    }

    /// <summary>By the bands of the net promoter score: detractors (0 to 6) below 0, passives (7, 8) about 0, promoters (9, 10) above.</summary>
    private static double? OfNps(decimal score) => score switch
    {
        < 0 or > 10 => null,
        <= 6 => -1 + ((double)score * 0.125),
        <= 8 => ((double)score - 7) * 0.25,
        _ => 0.25 + (((double)score - 8) * 0.375),
    };

    private static double? OfScale(decimal value, decimal worst, decimal best) =>
        value < worst || value > best ? null : (double)((2 * (value - worst) / (best - worst)) - 1);

    private static double? OfWord(FrozenDictionary<string, double> words, ReadOnlySpan<byte> properties, JsonSlice value) =>
        EventJson.Text(properties, value) is { } word && words.TryGetValue(word.Trim().ToLowerInvariant().Replace(' ', '_'), out var known) ? known : null;
}
