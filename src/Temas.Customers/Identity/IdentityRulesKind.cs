using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Temas.Kernel;

namespace Temas.Customers.Identity;

/// <summary>The kind of definition <c>identity</c>. There is one: <c>default</c>.</summary>
internal sealed partial class IdentityRulesKind : IDefinitionKind<IdentityRules>
{
    public const string Name = "identity", Key = "default";

    /// <summary>What a new workspace begins with.</summary>
    public const string DefaultJson = """
        {
          "kinds": [
            { "kind": "user_id", "limit": 1 },
            { "kind": "loyalty_card", "limit": 3, "traits": ["loyalty_card", "loyaltyCard", "loyalty_card_id"], "properties": ["loyalty_card", "loyaltyCard", "loyalty_card_id"] },
            { "kind": "email", "limit": 5, "traits": ["email"] },
            { "kind": "phone", "limit": 5, "traits": ["phone"] },
            { "kind": "*", "limit": 5 },
            { "kind": "device_id", "limit": 20 },
            { "kind": "anonymous_id", "limit": 100 }
          ],
          "blocked": {
            "*": ["unknown", "null", "undefined", "none", "nan", "-1", "0", "anonymous", "guest", "n/a", "true", "false", "[object object]",
                  "00000000-0000-0000-0000-000000000000", "00000000000000000000000000000000"],
            "email": ["test@test.com", "test@example.com", "a@a.com", "noreply@*", "no-reply@*", "donotreply@*"],
            "phone": ["+900000000000", "+905555555555", "+901111111111", "+905000000000", "+905551234567"]
          },
          "sharedLimit": 10,
          "maxIdentifiers": 200,
          "country": "TR"
        }
        """;

    public static IdentityRulesKind Instance { get; } = new();

    public string Kind => Name;

    public IEnumerable<KeyValuePair<string, string>> Defaults => [new(Key, DefaultJson)];

    public IReadOnlyList<Problem> Check(string key, string json)
    {
        var problems = new List<Problem>();
        if (key != Key) problems.Add(Wrong("$", key, "There is one definition of this kind, and its key is \"default\"."));
        Parse(json, problems);
        return problems;
    }

    public IdentityRules Read(string key, string json) => Parse(json, []);

    /// <summary>Reads a document; all that is wrong with it goes to <paramref name="problems"/>, and then the result is not to be used.</summary>
    public static IdentityRules Parse(string json, List<Problem> problems)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            problems.Add(Wrong("$", null, $"The document is not JSON: {e.Message}"));
            return IdentityRules.Default;
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                problems.Add(Wrong("$", null, "The document is a JSON object."));
                return IdentityRules.Default;
            }

            return Parse(document.RootElement, problems);
        }
    }

    /// <summary>The document that these rules would be read from, in its shortest form.</summary>
    public static string Write(IdentityRules rules)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("kinds");
            foreach (var kind in rules.Kinds)
            {
                json.WriteStartObject();
                json.WriteString("kind", kind.Name);
                json.WriteNumber("limit", kind.Limit);
                WriteList(json, "traits", kind.Traits);
                WriteList(json, "properties", kind.Properties);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("blocked");
            foreach (var (kind, values) in rules.Blocked.OrderBy(b => b.Key, StringComparer.Ordinal)) WriteList(json, kind, values);
            json.WriteEndObject();
            json.WriteNumber("sharedLimit", rules.SharedLimit);
            json.WriteNumber("maxIdentifiers", rules.MaxIdentifiers);
            json.WriteString("country", rules.Country);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>True for names that a kind of identifier may have.</summary>
    public static bool IsKindName(ReadOnlySpan<char> name) => KindName().IsMatch(name);

    private static IdentityRules Parse(JsonElement root, List<Problem> problems)
    {
        List<IdentifierKind>? kinds = null;
        Dictionary<string, IReadOnlyList<string>>? blocked = null;
        var (shared, max, country) = (10, 200, "TR");
        foreach (var field in root.EnumerateObject())
        {
            switch (field.Name)
            {
                case "kinds": kinds = ParseKinds(field.Value, problems); break;
                case "blocked": blocked = ParseBlocked(field.Value, problems); break;
                case "sharedLimit": shared = ParseNumber(field.Value, "$.sharedLimit", 1, 10_000, problems); break;
                case "maxIdentifiers": max = ParseNumber(field.Value, "$.maxIdentifiers", 2, 10_000, problems); break;
                case "country":
                    country = field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : "";
                    if (!PhoneNumber.Countries.Contains(country))
                    {
                        problems.Add(Wrong("$.country", country, $"The country is one of {string.Join(", ", PhoneNumber.Countries)}."));
                        country = "TR";
                    }

                    break;
                default: problems.Add(Wrong("$." + field.Name, null, "There is no such field; there are kinds, blocked, sharedLimit, maxIdentifiers and country.")); break;
            }
        }

        if (kinds is null) problems.Add(Wrong("$.kinds", null, "The kinds of identifier are missing, strongest first."));
        return problems.Count > 0 ? IdentityRules.Default : new IdentityRules(kinds!, blocked ?? [], shared, max, country);
    }

    private static List<IdentifierKind> ParseKinds(JsonElement list, List<Problem> problems)
    {
        var kinds = new List<IdentifierKind>();
        if (list.ValueKind != JsonValueKind.Array)
        {
            problems.Add(Wrong("$.kinds", null, "The kinds are a list of objects."));
            return kinds;
        }

        foreach (var item in list.EnumerateArray())
        {
            var path = $"$.kinds[{kinds.Count}]";
            var (name, limit) = ("", 5);
            IReadOnlyList<string> traits = [], properties = [];
            if (item.ValueKind != JsonValueKind.Object) problems.Add(Wrong(path, null, "A kind is an object with kind and limit."));
            else
            {
                foreach (var field in item.EnumerateObject())
                {
                    switch (field.Name)
                    {
                        case "kind": name = field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : ""; break;
                        case "limit": limit = ParseNumber(field.Value, path + ".limit", 1, 10_000, problems); break;
                        case "traits": traits = ParseTexts(field.Value, path + ".traits", problems); break;
                        case "properties": properties = ParseTexts(field.Value, path + ".properties", problems); break;
                        default: problems.Add(Wrong($"{path}.{field.Name}", null, "There is no such field; there are kind, limit, traits and properties.")); break;
                    }
                }

                if (name != IdentityRules.Any && !IsKindName(name)) problems.Add(Wrong(path + ".kind", name, "A kind has 1 to 40 of a-z, 0-9, underscore, hyphen and dot, or is \"*\" for all others."));
                else if (kinds.Exists(k => k.Name == name)) problems.Add(Wrong(path + ".kind", name, "This kind stands in the list twice."));
            }

            kinds.Add(new IdentifierKind(name, limit, traits, properties));
        }

        foreach (var needed in (string[])[IdentityRules.UserId, IdentityRules.AnonymousId, IdentityRules.Any])
        {
            if (!kinds.Exists(k => k.Name == needed)) problems.Add(Wrong("$.kinds", needed, "This kind must be in the list."));
        }

        return kinds;
    }

    private static Dictionary<string, IReadOnlyList<string>> ParseBlocked(JsonElement map, List<Problem> problems)
    {
        var blocked = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (map.ValueKind != JsonValueKind.Object)
        {
            problems.Add(Wrong("$.blocked", null, "Blocked values are an object: kind (or \"*\") to a list of values."));
            return blocked;
        }

        foreach (var field in map.EnumerateObject())
        {
            var path = "$.blocked." + field.Name;
            var values = ParseTexts(field.Value, path, problems);
            for (var i = 0; i < values.Count; i++)
            {
                var core = values[i].AsSpan().Trim('*');
                if (core.Length == 0 || core.Contains('*')) problems.Add(Wrong($"{path}[{i}]", values[i], "A pattern has \"*\" only at its beginning or end, and something besides."));
            }

            blocked[field.Name] = values;
        }

        return blocked;
    }

    private static List<string> ParseTexts(JsonElement list, string path, List<Problem> problems)
    {
        var texts = new List<string>();
        if (list.ValueKind != JsonValueKind.Array)
        {
            problems.Add(Wrong(path, null, "This is a list of texts."));
            return texts;
        }

        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 and <= 200 } text) texts.Add(text);
            else problems.Add(Wrong($"{path}[{texts.Count}]", null, "This is a text of 1 to 200 characters."));
        }

        return texts;
    }

    private static int ParseNumber(JsonElement value, string path, int min, int max, List<Problem> problems)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max) return number;
        problems.Add(Wrong(path, value.GetRawText(), $"This is a whole number from {min} to {max}."));
        return min;
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static Problem Wrong(string path, string? value, string detail) => Problem.Invalid("identity_rules_invalid", detail, path, value);

    [GeneratedRegex("^[a-z0-9][a-z0-9_.-]{0,39}$", RegexOptions.CultureInvariant)]
    private static partial Regex KindName();
}
