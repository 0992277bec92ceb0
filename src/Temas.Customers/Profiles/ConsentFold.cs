using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Storage.EventLog;

namespace Temas.Customers.Profiles;

/// <summary>
/// Consent by purpose and channel, from events (docs/catalogue.md). The latest word holds; a word about all channels (<c>*</c>) also settles
/// what was said about single ones before. Fed in time order.
/// </summary>
internal sealed class ConsentFold
{
    private const string DefaultPurpose = "marketing", AllChannels = "*";
    private const int Most = 500;

    private readonly SortedDictionary<(string Purpose, string Channel), Consent> entries = new(Comparer<(string Purpose, string Channel)>.Create(static (a, b) =>
        string.CompareOrdinal(a.Purpose, b.Purpose) is var c && c != 0 ? c : string.CompareOrdinal(a.Channel, b.Channel)));

    /// <summary>What the context of events said last, by purpose.</summary>
    private readonly Dictionary<string, bool> told = new(StringComparer.Ordinal);

    public IReadOnlyList<Consent> ToList() => [.. entries.Values];

    /// <summary>Applies one of the documented consent events.</summary>
    public void Apply(ConsentDeed deed, string name, ReadOnlySpan<byte> properties, string? touchpointChannel, in LogEvent e)
    {
        using var document = properties.IsEmpty ? null : Parse(properties);
        var root = document?.RootElement ?? default;
        var channels = Words(root, "channel", "channels");
        if (deed == ConsentDeed.Prefer)
        {
            if (channels.Count == 0) channels = [AllChannels];
            Preferences(root, "preferences", channels, name, e);
            Preferences(root, "categoryPreferences", channels, name, e);
            return;
        }

        var purposes = Words(root, "purpose", "purposes");
        if (purposes.Count == 0) purposes = [DefaultPurpose];
        if (channels.Count == 0)
        {
            channels = deed != ConsentDeed.Unsubscribe ? [AllChannels]
                : name.StartsWith("SMS", StringComparison.Ordinal) ? ["sms"]
                : [touchpointChannel ?? AllChannels];
        }

        foreach (var purpose in purposes)
        {
            foreach (var channel in channels) Set(purpose, channel, deed == ConsentDeed.Give, name, e);
        }
    }

    /// <summary>Applies <c>context.consent.categoryPreferences</c>, which Segment's consent wrappers put on every event.</summary>
    public void ApplyContext(ReadOnlySpan<byte> context, in LogEvent e)
    {
        if (context.IndexOf("\"consent\""u8) < 0) return;
        var consent = EventJson.Find(context, "consent"u8);
        if (!consent.Exists || consent.Of(context)[0] != (byte)'{') return;
        using var document = Parse(consent.Of(context));
        if (!document.RootElement.TryGetProperty("categoryPreferences", out var preferences) || preferences.ValueKind != JsonValueKind.Object) return;
        foreach (var purpose in preferences.EnumerateObject())
        {
            // Every event repeats the same answer; only a change is news, or it would undo what was said about single channels in between.
            if (Answer(purpose.Value) is not { } given || (told.TryGetValue(purpose.Name, out var before) && before == given) || told.Count >= Most) continue;
            told[purpose.Name] = given;
            Set(purpose.Name, AllChannels, given, "context.consent", e);
        }
    }

    private static JsonDocument Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return JsonDocument.ParseValue(ref reader);
    }

    private void Preferences(JsonElement root, string field, IReadOnlyList<string> channels, string by, in LogEvent e)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(field, out var preferences) || preferences.ValueKind != JsonValueKind.Object) return;
        foreach (var purpose in preferences.EnumerateObject())
        {
            if (Answer(purpose.Value) is { } given)
            {
                foreach (var channel in channels) Set(purpose.Name, channel, given, by, e);
            }
            else if (purpose.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var channel in purpose.Value.EnumerateObject())
                {
                    if (Answer(channel.Value) is { } onChannel) Set(purpose.Name, channel.Name, onChannel, by, e);
                }
            }
        }
    }

    private void Set(string purpose, string channel, bool given, string by, in LogEvent e)
    {
        if (channel == AllChannels)
        {
            foreach (var (key, known) in entries.ToList())
            {
                // What was said anew about one channel by the same event stays beside the word about all.
                if (key.Purpose == purpose && key.Channel != AllChannels && known.Position != e.Position) entries.Remove(key);
            }
        }

        if (entries.Count >= Most && !entries.ContainsKey((purpose, channel))) return;
        entries[(purpose, channel)] = new Consent(purpose, channel, given, Instants.Of(e.Time), by, e.Source, e.Position);
    }

    private static bool? Answer(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => value.GetString() switch { "true" or "yes" or "granted" or "given" => true, "false" or "no" or "denied" or "withdrawn" => false, _ => null },
        _ => null,
    };

    private static IReadOnlyList<string> Words(JsonElement root, string one, string many)
    {
        if (root.ValueKind != JsonValueKind.Object) return [];
        var result = new List<string>();
        foreach (var field in (ReadOnlySpan<string>)[one, many])
        {
            if (!root.TryGetProperty(field, out var value)) continue;
            if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } word) result.Add(word);
            else if (value.ValueKind == JsonValueKind.Array) result.AddRange(value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!).Where(v => v.Length > 0));
        }

        return result;
    }
}
