using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Temas.Feedback.Surveys.Definitions;

namespace Temas.Feedback.Surveys.Pages;

/// <summary>What decides who sees what: conditions in words, jumps, quotas, choices that are taken over.</summary>
internal sealed partial class SurveyEdit
{
    /// <summary>What an address says before the id of a page that is edited.</summary>
    public const string PagePrefix = "page:";

    /// <summary>The page that <paramref name="selected"/> names; -1 for none.</summary>
    public int FindPage(string? selected) =>
        selected?.StartsWith(PagePrefix, StringComparison.Ordinal) is true ? Pages.Index().Where(p => String(p.Item, "id") == selected[PagePrefix.Length..]).Select(p => p.Index).DefaultIfEmpty(-1).First() : -1;

    /// <summary>The parts of a list.</summary>
    public static IReadOnlyList<JsonObject> PartsOf(JsonNode? part, string name) => part?[name] is JsonArray list ? [.. list.OfType<JsonObject>()] : [];

    /// <summary>Fills in what was typed for a page.</summary>
    public void FillPage(string selected, IFormCollection form)
    {
        if (FindPage(selected) is not (>= 0 and var at)) return;
        var page = Pages[at];
        SetText(page, "title", form);
        SetFlag(page, "shuffle", form);
        SetWords(page, "showIf", form, "showIf");
        if (!form.ContainsKey("has.jumps")) return;
        var jumps = new JsonArray();
        var before = PartsOf(page, "jumps");
        for (var i = 0; form.ContainsKey($"j{i}.to"); i++)
        {
            if (form[$"j{i}.to"].ToString() is not { Length: > 0 } to) continue;
            var jump = i < before.Count ? (JsonObject)before[i].DeepClone() : [];
            SetWords(jump, "when", form, $"j{i}.when");
            jump["to"] = to;
            jumps.Add(jump);
        }

        Set(page, "jumps", jumps.Count > 0 ? jumps : null);
    }

    // Which places there are: of a group only so many.
    private void FillQuotas(IFormCollection form)
    {
        if (!form.ContainsKey("has.quotas")) return;
        var quotas = new JsonArray();
        var before = PartsOf(Document, "quotas");
        for (var i = 0; form.ContainsKey($"u{i}.when"); i++)
        {
            var (key, when, limit) = (form[$"u{i}.key"].ToString().Trim(), form[$"u{i}.when"].ToString().Trim(), form[$"u{i}.limit"].ToString().Trim());
            // A line that is emptied is taken out.
            if (key.Length == 0 && when.Length == 0 && limit.Length == 0) continue;
            var quota = i < before.Count ? (JsonObject)before[i].DeepClone() : [];
            quota["key"] = key.Length > 0 ? Slug(key) : Free("quota", quotas.Select(q => String(q, "key")));
            SetWords(quota, "when", form, $"u{i}.when");
            Set(quota, "limit", limit.Length == 0 ? null : long.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(limit));
            quotas.Add(quota);
        }

        Set(Document, "quotas", quotas.Count > 0 ? quotas : null);
    }

    private static void FillCarry(JsonObject question, IFormCollection form)
    {
        if (!form.ContainsKey("carry.question")) return;
        var from = form["carry.question"].ToString();
        Set(question, "carry", from.Length == 0 ? null : new JsonObject { ["question"] = from, ["take"] = form["carry.take"].ToString() is { Length: > 0 } take ? take : "chosen" });
    }

    // What is no condition stays as it was typed, so that its field says what is wrong with it.
    private static void SetWords(JsonObject part, string name, IFormCollection form, string field)
    {
        if (!form.ContainsKey(field)) return;
        var words = form[field].ToString().Trim();
        if (words == ConditionWords.Write(part[name])) return;
        Set(part, name, words.Length == 0 ? null : ConditionWords.Read(words) is { } condition ? condition : JsonValue.Create(words));
    }
}
