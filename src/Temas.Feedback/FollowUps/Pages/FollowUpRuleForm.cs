using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;
using Temas.Collect.Editing;
using Temas.Feedback.Listening;
using Temas.Kernel;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Feedback.FollowUps.Pages;

/// <summary>What the editor of rules shows and sends. What it does not show is kept from the version before.</summary>
internal sealed record FollowUpRuleForm(FormTexts Texts, EventRows Events) : IDefinitionForm
{
    private static readonly string[] Single =
    [
        "key", "labelTr", "labelEn", "kind", "inactive", "question", "surveys", "matter", "ownerPerson", "ownerRole", "ownerBy", "ownerPeople", "dueHours", "remindHours", "escalatePerson", "escalateRole", "escalateAfter", "againDays", "customers", "segments", "notSegments",
        "npsMost", "npsLeast", "csatMost", "csatLeast", "cesMost", "cesLeast", "sentimentMost", "sentimentLeast", "answerMost", "answerLeast",
    ];

    /// <summary>The scores and the like that have an upper and a lower end.</summary>
    public static IReadOnlyList<string> Ranges { get; } = ["nps", "csat", "ces", "sentiment"];

    /// <summary>The lists of segments.</summary>
    public static IReadOnlyList<string> Segments { get; } = ["segments", "notSegments"];

    /// <summary>The editor.</summary>
    public static DefinitionEditor Editor { get; } = new(FollowUpRuleKind.Name, "follow-ups/rules", Policies.Engage, form => Read(name => form[name]), TemasUrls.FollowUpRules, TemasUrls.FollowUpRule);

    public string Key => Texts["key"];

    /// <summary>The intents that are ticked.</summary>
    public IEnumerable<string> Intents => DocumentParts.Lines(Texts["intents"]);

    /// <summary>All that is filled in, for the address of the editor.</summary>
    public IEnumerable<(string Name, string? Value)> Fields => [.. Texts.Fields, .. Events.Fields];

    /// <summary>Reads a form or a query. Intents are ticked one by one, and come as several values of one field.</summary>
    public static FollowUpRuleForm Read(Func<string, StringValues> field)
    {
        var texts = FormTexts.Read(name => field(name), Single);
        texts.Set("intents", string.Join('\n', field("intents").SelectMany(c => DocumentParts.Lines(c ?? ""))));
        return new FollowUpRuleForm(texts, EventRows.Read("on", name => field(name)));
    }

    /// <summary>A rule that is begun.</summary>
    public static FollowUpRuleForm New()
    {
        var texts = new FormTexts();
        texts.Set("kind", "recover");
        texts.Set("ownerRole", "agent");
        texts.Set("dueHours", "9");
        texts.Set("remindHours", "2");
        return new FollowUpRuleForm(texts, EventRows.Of("on", null));
    }

    /// <summary>What the editor shows of a document that passed its check.</summary>
    public static FollowUpRuleForm Of(string key, string json)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        var (when, owner, escalate) = (node["when"] as JsonObject ?? [], node["owner"] as JsonObject ?? [], node["escalate"] as JsonObject ?? []);
        var texts = new FormTexts();
        texts.Set("key", key);
        DocumentParts.SetPair(texts, "label", node["label"]);
        texts.Set("kind", DocumentParts.Text(node["kind"]) ?? "recover");
        if (node["active"] is JsonValue active && active.TryGetValue<bool>(out var isActive) && !isActive) texts.Set("inactive", "1");
        foreach (var range in Ranges) SetRange(texts, range, when[range]);
        SetRange(texts, "answer", when["answer"]);
        texts.Set("question", DocumentParts.Text(when["answer"]?["question"]));
        texts.Set("intents", string.Join('\n', DocumentParts.Texts(when["intents"])));
        texts.Set("surveys", string.Join(", ", DocumentParts.Texts(node["surveys"])));
        foreach (var part in Segments) texts.Set(part, string.Join(", ", DocumentParts.Texts(node[part])));
        texts.Set("matter", DocumentParts.Text(node["matter"]));
        texts.Set("ownerPerson", DocumentParts.Text(owner["person"]));
        texts.Set("ownerRole", DocumentParts.Text(owner["role"]));
        texts.Set("ownerBy", DocumentParts.Text(owner["by"]));
        texts.Set("ownerPeople", string.Join('\n', (owner["people"] as JsonObject ?? []).Select(p => $"{p.Key} = {DocumentParts.Text(p.Value)}")));
        texts.Set("escalatePerson", DocumentParts.Text(escalate["person"]));
        texts.Set("escalateRole", DocumentParts.Text(escalate["role"]));
        if (escalate["after"] is JsonValue after && after.TryGetValue<double>(out var share)) texts.Set("escalateAfter", (share * 100).ToString("0.##", CultureInfo.InvariantCulture));
        foreach (var number in (string[])["dueHours", "remindHours", "againDays"]) texts.Set(number, node[number]?.ToJsonString());
        texts.Set("customers", string.Join('\n', (node["customers"] as JsonArray ?? []).OfType<JsonObject>().Select(c => $"{DocumentParts.Text(c["fact"])} = {string.Join(", ", DocumentParts.Texts(c["values"]))}")));
        return new FollowUpRuleForm(texts, EventRows.Of("on", when["events"]));
    }

    /// <summary>The document, on top of the version before, if there is one.</summary>
    public string ToJson(string? before)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        node["label"] = DocumentParts.Pair(Texts, "label") ?? [];
        node["kind"] = Texts["kind"];
        DocumentParts.Put(node, "active", Texts.Has("inactive") ? JsonValue.Create(false) : null);
        var when = node["when"] as JsonObject ?? [];
        foreach (var range in Ranges) DocumentParts.Put(when, range, Range(range));
        var answer = Texts.Has("question") ? Range("answer") ?? [] : null;
        if (answer is not null) answer["question"] = Texts["question"];
        DocumentParts.Put(when, "answer", answer);
        DocumentParts.Put(when, "intents", Some(DocumentParts.List(VoiceFilter.Intents.Where(Intents.Contains))));
        DocumentParts.Put(when, "events", Some(Events.ToJson(when["events"])));
        node["when"] = when.DeepClone();
        DocumentParts.Put(node, "surveys", Texts.Has("surveys") ? DocumentParts.Words(Texts["surveys"]) : null);
        foreach (var part in Segments) DocumentParts.Put(node, part, Texts.Has(part) ? DocumentParts.Words(Texts[part]) : null);
        DocumentParts.Put(node, "matter", DocumentParts.Text(Texts["matter"]));
        var owner = new JsonObject();
        DocumentParts.Put(owner, "person", DocumentParts.Text(Texts["ownerPerson"]));
        DocumentParts.Put(owner, "role", DocumentParts.Text(Texts["ownerRole"]));
        DocumentParts.Put(owner, "by", DocumentParts.Text(Texts["ownerBy"]));
        DocumentParts.Put(owner, "people", Pairs("ownerPeople") is { Count: > 0 } people ? new JsonObject(people.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))) : null);
        DocumentParts.Put(node, "owner", owner.Count == 0 ? null : owner);
        var escalate = new JsonObject();
        DocumentParts.Put(escalate, "person", DocumentParts.Text(Texts["escalatePerson"]));
        DocumentParts.Put(escalate, "role", DocumentParts.Text(Texts["escalateRole"]));
        if (escalate.Count > 0) DocumentParts.Put(escalate, "after", DocumentParts.Number(Texts["escalateAfter"]) is JsonValue share && share.TryGetValue<double>(out var percent) ? JsonValue.Create(percent / 100) : null);
        DocumentParts.Put(node, "escalate", escalate.Count == 0 ? null : escalate);
        foreach (var number in (string[])["dueHours", "remindHours", "againDays"]) DocumentParts.Put(node, number, DocumentParts.Number(Texts[number]));
        DocumentParts.Put(node, "customers", Some([.. Pairs("customers").Select(p => (JsonNode)new JsonObject { ["fact"] = p.Key, ["values"] = DocumentParts.List(p.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) })]));
        return node.ToJsonString();
    }

    private static void SetRange(FormTexts texts, string name, JsonNode? range)
    {
        texts.Set(name + "Most", range?["atMost"]?.ToJsonString());
        texts.Set(name + "Least", range?["atLeast"]?.ToJsonString());
    }

    private JsonObject? Range(string name)
    {
        var range = new JsonObject();
        DocumentParts.Put(range, "atMost", DocumentParts.Number(Texts[name + "Most"]));
        DocumentParts.Put(range, "atLeast", DocumentParts.Number(Texts[name + "Least"]));
        return range.Count == 0 ? null : range;
    }

    private Dictionary<string, string> Pairs(string field)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in DocumentParts.Lines(Texts[field]))
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            pairs[(at < 0 ? line : line[..at]).Trim()] = at < 0 ? "" : line[(at + 1)..].Trim();
        }

        return pairs;
    }

    private static JsonArray? Some(JsonArray list) => list.Count > 0 ? list : null;
}
