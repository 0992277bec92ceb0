using System.Text;
using System.Text.Json.Nodes;

namespace Temas.Feedback.Surveys.Definitions;

/// <summary>
/// A condition as one line of words, for fields in which people write: <c>score &lt;= 6 and (why = late, broken or not trait:vip = yes)</c>. A name is the id of a question, of a row of a matrix (<c>ratings.price</c>) or <c>trait:name</c>; it is compared by
/// <c>=</c> and <c>!=</c> with values between commas, by <c>&gt;=</c> and <c>&lt;=</c> with a number, or is <c>answered</c> or <c>unanswered</c>. A value with a space or a mark stands in quotes. <c>and</c> binds closer than <c>or</c>.
/// </summary>
internal static class ConditionWords
{
    private const int Deepest = 8;

    private static readonly (string Word, string Op)[] Operators = [("!=", "none_of"), (">=", "at_least"), ("<=", "at_most"), ("=", "one_of")];

    private static readonly string[] Reserved = ["and", "or", "not", "answered", "unanswered"];

    /// <summary>The words of a condition in a document; a text that is none yet as it was typed, and what has no words as JSON.</summary>
    public static string Write(JsonNode? condition) => condition switch
    {
        null => "",
        JsonValue typed when typed.TryGetValue<string>(out var text) => text,
        _ => Write(condition, 0) ?? condition.ToJsonString(),
    };

    /// <summary>The condition that words say; null where they say none.</summary>
    public static JsonObject? Read(string words)
    {
        if (words.TrimStart().StartsWith('{')) return ReadJson(words);
        var tokens = Tokens(words);
        if (tokens is null || tokens.Count == 0) return null;
        var at = 0;
        return Any(tokens, ref at, 0) is { } condition && at == tokens.Count ? condition : null;
    }

    private static JsonObject? ReadJson(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static string? Write(JsonNode? node, int binding)
    {
        if (node is not JsonObject condition) return null;
        if (condition.Count == 1 && condition["not"] is { } not) return Write(not, 3) is { } part ? $"not {part}" : null;
        foreach (var (name, word, strength) in new[] { ("any", " or ", 1), ("all", " and ", 2) })
        {
            if (condition.Count != 1 || condition[name] is not JsonArray { Count: > 0 } parts) continue;
            var written = parts.Select(p => Write(p, strength + 1)).ToList();
            if (written.Contains(null)) return null;
            var line = string.Join(word, written);
            return binding > strength || (binding > 0 && parts.Count == 1) ? $"({line})" : line;
        }

        var of = (condition["trait"]?.ToString() is { } trait ? Word("trait:" + trait) : condition["question"]?.ToString() + (condition["row"] is { } row ? "." + row : "")) ?? "";
        if (of.Length == 0) return null;
        var op = condition["is"]?.ToString() ?? "one_of";
        if (op is "answered" or "unanswered") return $"{of} {op}";
        var values = condition["values"] is JsonArray list ? list.Select(v => v?.ToString() ?? "") : condition["value"] is { } one ? [one.ToString()] : [];
        return Operators.FirstOrDefault(o => o.Op == op).Word is { } sign ? $"{of} {sign} {string.Join(", ", values.Select(Word))}" : null;
    }

    private static string Word(string value) =>
        value.Length > 0 && !Reserved.Contains(value) && value.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '+' or '@') ? value : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static JsonObject? Any(List<(string Text, bool IsQuoted)> tokens, ref int at, int depth) => Several(tokens, ref at, depth, "or", "any");

    private static JsonObject? Several(List<(string Text, bool IsQuoted)> tokens, ref int at, int depth, string word, string name)
    {
        var parts = new List<JsonObject>();
        do
        {
            if ((word == "or" ? Several(tokens, ref at, depth, "and", "all") : One(tokens, ref at, depth)) is not { } part) return null;
            parts.Add(part);
        }
        while (Take(tokens, ref at, word));
        return parts.Count == 1 ? parts[0] : new JsonObject { [name] = new JsonArray([.. parts]) };
    }

    private static JsonObject? One(List<(string Text, bool IsQuoted)> tokens, ref int at, int depth)
    {
        if (depth > Deepest) return null;
        if (Take(tokens, ref at, "not")) return One(tokens, ref at, depth + 1) is { } part ? new JsonObject { ["not"] = part } : null;
        if (Take(tokens, ref at, "(")) return Any(tokens, ref at, depth + 1) is { } inner && Take(tokens, ref at, ")") ? inner : null;
        if (at >= tokens.Count || !IsValue(tokens[at])) return null;
        var name = tokens[at++].Text;
        var condition = new JsonObject();
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (name.StartsWith("trait:", StringComparison.Ordinal)) condition["trait"] = name[6..];
        else if (dot > 0) (condition["question"], condition["row"]) = (name[..dot], name[(dot + 1)..]);
        else condition["question"] = name;
        foreach (var word in (string[])["answered", "unanswered"])
        {
            if (!Take(tokens, ref at, word)) continue;
            condition["is"] = word;
            return condition;
        }

        if (at >= tokens.Count || tokens[at].IsQuoted) return null;
        var sign = tokens[at++].Text;
        if (Operators.FirstOrDefault(o => o.Word == sign).Op is not { } op) return null;
        var values = new JsonArray();
        do
        {
            if (at >= tokens.Count || !IsValue(tokens[at])) return null;
            values.Add(tokens[at++].Text);
        }
        while (Take(tokens, ref at, ","));
        (condition["is"], condition["values"]) = (op, values);
        return condition;
    }

    private static bool IsValue((string Text, bool IsQuoted) token) => token.IsQuoted || (!Reserved.Contains(token.Text) && (token.Text.Length > 0 && (char.IsLetterOrDigit(token.Text[0]) || token.Text[0] is '-' or '_' or '+' or '@')));

    private static bool Take(List<(string Text, bool IsQuoted)> tokens, ref int at, string word)
    {
        if (at >= tokens.Count || tokens[at].IsQuoted || tokens[at].Text != word) return false;
        at++;
        return true;
    }

    // Null where a quote is not closed, or a mark means nothing.
    private static List<(string Text, bool IsQuoted)>? Tokens(string words)
    {
        var tokens = new List<(string, bool)>();
        for (var i = 0; i < words.Length;)
        {
            var c = words[i];
            if (char.IsWhiteSpace(c)) i++;
            else if (c is '(' or ')' or ',')
            {
                tokens.Add((c.ToString(), false));
                i++;
            }
            else if (Operators.FirstOrDefault(o => words.AsSpan(i).StartsWith(o.Word, StringComparison.Ordinal)).Word is { } sign)
            {
                tokens.Add((sign, false));
                i += sign.Length;
            }
            else if (c == '"')
            {
                var text = new StringBuilder();
                for (i++; i < words.Length && words[i] != '"'; i++)
                {
                    if (words[i] == '\\' && i + 1 < words.Length) i++;
                    text.Append(words[i]);
                }

                if (i++ >= words.Length) return null;
                tokens.Add((text.ToString(), true));
            }
            else
            {
                var from = i;
                while (i < words.Length && !char.IsWhiteSpace(words[i]) && words[i] is not ('(' or ')' or ',' or '=' or '!' or '<' or '>' or '"')) i++;
                if (i == from) return null;
                tokens.Add((words[from..i], false));
            }
        }

        return tokens;
    }
}
