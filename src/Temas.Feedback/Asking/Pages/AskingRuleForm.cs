using System.Text.Json.Nodes;
using Temas.Collect.Editing;
using Temas.Feedback.Asking.Definitions;
using Temas.Kernel;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Feedback.Asking.Pages;

/// <summary>What the editor of asking rules shows and sends. What it does not show is kept from the version before.</summary>
internal sealed record AskingRuleForm(FormTexts Texts, EventRows Events) : IDefinitionForm
{
    /// <summary>The editor.</summary>
    public static DefinitionEditor Editor { get; } =
        new(AskingRuleKind.Name, "surveys/asking", Policies.Engage, form => Read(name => form[name]), TemasUrls.AskingRules, TemasUrls.AskingRule) { HasPreview = true };

    /// <summary>What makes a rule ask.</summary>
    public static IReadOnlyList<string> Triggers { get; } = ["event", "touchpoint", "segment", "page"];

    private static readonly string[] Guards = ["promises", "complaints", "delivery"], Lengths = ["delay", "wait", "coolDown", "link"];

    public string Key => Texts["key"];

    /// <summary>All that is filled in, for the address of the editor.</summary>
    public IEnumerable<(string Name, string? Value)> Fields => [.. Texts.Fields, .. Events.Fields];

    /// <summary>Reads a form or a query.</summary>
    public static AskingRuleForm Read(Func<string, string?> field) => new(
        FormTexts.Read(
            field, "key", "labelTr", "labelEn", "state", "survey", "lateSurvey", "trigger", "touchpoints", "segment", "paths", "form", "target", "seconds", "delay", "delayUnit", "wait", "waitUnit", "segments", "notSegments", "traits",
            "share", "coolDown", "coolDownUnit", "channels", "order", "promises", "complaints", "delivery", "about", "link", "linkUnit", "remindMost", "remindAfter", "remindAfterUnit"),
        EventRows.Read("on", field));

    /// <summary>What a new rule begins with.</summary>
    public static AskingRuleForm New()
    {
        var form = Of("", """{"trigger":{"events":[{"names":["Order Delivered"]}]},"delay":"P2D","wait":"P14D","coolDown":"P90D"}""");
        form.Texts.Set("key", null);
        return form;
    }

    /// <summary>What the editor shows of a document that passed its check.</summary>
    public static AskingRuleForm Of(string key, string json)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        var texts = new FormTexts();
        texts.Set("key", key);
        DocumentParts.SetPair(texts, "label", node["label"]);
        foreach (var name in new[] { "state", "survey", "lateSurvey", "order" }) texts.Set(name, DocumentParts.Text(node[name]));
        var trigger = node["trigger"] as JsonObject ?? [];
        texts.Set("trigger", trigger.ContainsKey("touchpoints") ? "touchpoint" : trigger.ContainsKey("segment") ? "segment" : trigger.ContainsKey("page") ? "page" : "event");
        texts.Set("touchpoints", string.Join(", ", DocumentParts.Texts(trigger["touchpoints"])));
        texts.Set("segment", DocumentParts.Text(trigger["segment"]));
        texts.Set("paths", string.Join('\n', DocumentParts.Texts(trigger["page"]?["paths"])));
        texts.Set("form", DocumentParts.Text(trigger["page"]?["form"]));
        texts.Set("target", DocumentParts.Text(trigger["page"]?["target"]));
        texts.Set("seconds", trigger["page"]?["seconds"]?.ToJsonString());
        foreach (var name in Lengths)
        {
            var (number, unit) = DocumentParts.Duration(node[name]);
            texts.Set(name, number);
            texts.Set(name + "Unit", unit.Length == 0 ? "d" : unit);
        }

        var (after, afterUnit) = DocumentParts.Duration(node["reminders"]?["after"]);
        texts.Set("remindAfter", after.Length == 0 ? "3" : after);
        texts.Set("remindAfterUnit", afterUnit.Length == 0 ? "d" : afterUnit);
        if (node["reminders"] is JsonObject reminders) texts.Set("remindMost", reminders["most"]?.ToJsonString() ?? "1");
        var audience = node["audience"] as JsonObject;
        texts.Set("segments", string.Join(", ", DocumentParts.Texts(audience?["segments"])));
        texts.Set("notSegments", string.Join(", ", DocumentParts.Texts(audience?["notSegments"])));
        texts.Set("traits", ConditionText.Write(audience?["traits"]));
        texts.Set("share", node["share"]?.ToJsonString());
        texts.Set("channels", string.Join(", ", DocumentParts.Texts(node["channels"])));
        foreach (var name in Guards) texts.Set(name, node["guards"]?[name] is JsonValue flag && flag.TryGetValue<bool>(out var on) && !on ? null : "1");
        texts.Set("about", string.Join('\n', (node["about"] as JsonObject ?? []).Select(a => $"{a.Key} = {DocumentParts.Text(a.Value)}")));
        return new AskingRuleForm(texts, EventRows.Of("on", trigger["events"]));
    }

    /// <summary>The document, on top of the version before, if there is one.</summary>
    public string ToJson(string? before)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        node["label"] = DocumentParts.Pair(Texts, "label") ?? [];
        foreach (var name in new[] { "state", "survey", "lateSurvey", "order" }) DocumentParts.Put(node, name, DocumentParts.Text(Texts[name]));
        node["trigger"] = Trigger(node["trigger"] as JsonObject);
        foreach (var name in Lengths)
        {
            // What reads the same stays as it was written.
            if (DocumentParts.Duration(node[name]) != (Texts[name], Texts[name + "Unit"])) DocumentParts.Put(node, name, DocumentParts.Duration(Texts[name], Texts[name + "Unit"]));
        }

        DocumentParts.Put(node, "reminders", Texts.Has("remindMost") ? Reminders((node["reminders"] as JsonObject)?.DeepClone().AsObject() ?? []) : null);
        var audience = new JsonObject();
        DocumentParts.Put(audience, "segments", DocumentParts.Words(Texts["segments"]));
        DocumentParts.Put(audience, "notSegments", DocumentParts.Words(Texts["notSegments"]));
        DocumentParts.Put(audience, "traits", ConditionText.Read(Texts["traits"]));
        DocumentParts.Put(node, "audience", audience.Count > 0 ? audience : null);
        DocumentParts.Put(node, "share", DocumentParts.Number(Texts["share"]));
        DocumentParts.Put(node, "channels", DocumentParts.Words(Texts["channels"]));
        var guards = new JsonObject();
        foreach (var name in Guards.Where(g => !Texts.Has(g))) guards[name] = false;
        DocumentParts.Put(node, "guards", guards.Count > 0 ? guards : null);
        DocumentParts.Put(node, "about", About());
        return node.ToJsonString();
    }

    private JsonObject Trigger(JsonObject? before)
    {
        switch (Texts["trigger"])
        {
            case "touchpoint": return new JsonObject { ["touchpoints"] = DocumentParts.Words(Texts["touchpoints"]) ?? new JsonArray() };
            case "segment": return Texts.Has("segment") ? new JsonObject { ["segment"] = Texts["segment"] } : new JsonObject { ["segment"] = "" };
            case "page":
                var page = new JsonObject();
                var paths = DocumentParts.List(DocumentParts.Lines(Texts["paths"]));
                DocumentParts.Put(page, "paths", paths.Count > 0 ? paths : null);
                DocumentParts.Put(page, "form", DocumentParts.Text(Texts["form"]));
                DocumentParts.Put(page, "target", DocumentParts.Text(Texts["target"]));
                DocumentParts.Put(page, "seconds", DocumentParts.Number(Texts["seconds"]));
                return new JsonObject { ["page"] = page };
            default: return new JsonObject { ["events"] = Events.ToJson(before?["events"]) };
        }
    }

    private JsonObject Reminders(JsonObject reminders)
    {
        if (DocumentParts.Duration(reminders["after"]) != (Texts["remindAfter"], Texts["remindAfterUnit"])) DocumentParts.Put(reminders, "after", DocumentParts.Duration(Texts["remindAfter"], Texts["remindAfterUnit"]));
        if ((reminders["most"]?.ToJsonString() ?? "") != Texts["remindMost"]) DocumentParts.Put(reminders, "most", DocumentParts.Number(Texts["remindMost"]));
        return reminders;
    }

    private JsonObject? About()
    {
        var about = new JsonObject();
        foreach (var line in DocumentParts.Lines(Texts["about"]))
        {
            var parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
            about[parts[0]] = parts.Length == 2 ? parts[1] : parts[0];
        }

        return about.Count > 0 ? about : null;
    }
}

/// <summary>What the editor of that shows and sends which holds for all asking.</summary>
internal sealed record AskingPolicyForm(FormTexts Texts) : IDefinitionForm
{
    private static readonly string[] Events = ["complaintOpened", "complaintClosed", "delivered", "cancelled"];

    /// <summary>The editor. There is one document.</summary>
    public static DefinitionEditor Editor { get; } =
        new(AskingPolicyKind.Name, "surveys/asking/policy", Policies.Manage, form => Read(name => form[name]), workspace => TemasUrls.AskingPolicy(workspace), (workspace, _, draft) => TemasUrls.AskingPolicy(workspace, draft));

    public string Key => AskingPolicyKind.Key;

    /// <summary>All that is filled in, for the address of the editor.</summary>
    public IEnumerable<(string Name, string? Value)> Fields => Texts.Fields;

    /// <summary>Reads a form or a query.</summary>
    public static AskingPolicyForm Read(Func<string, string?> field) => new(FormTexts.Read(field, ["coolDown", "coolDownUnit", "perDay", "from", "to", "guardsFor", "guardsForUnit", "consent", .. Events]));

    /// <summary>What the editor shows of a document that passed its check; without one, what holds without one.</summary>
    public static AskingPolicyForm Of(string? json)
    {
        var node = json is null ? [] : JsonNode.Parse(json)!.AsObject();
        var texts = new FormTexts();
        var (number, unit) = DocumentParts.Duration(node["coolDown"]);
        texts.Set("coolDown", number);
        texts.Set("coolDownUnit", unit.Length == 0 ? "d" : unit);
        var (days, daysUnit) = DocumentParts.Duration(node["guardsFor"]);
        texts.Set("guardsFor", days.Length == 0 ? "90" : days);
        texts.Set("guardsForUnit", daysUnit.Length == 0 ? "d" : daysUnit);
        texts.Set("perDay", node["perDay"]?.ToJsonString());
        texts.Set("from", DocumentParts.Text(node["quiet"]?["from"]));
        texts.Set("to", DocumentParts.Text(node["quiet"]?["to"]));
        texts.Set("consent", DocumentParts.Text(node["consent"]));
        var usual = new AskingPolicy();
        foreach (var (name, absent) in Events.Zip([usual.ComplaintOpened, usual.ComplaintClosed, usual.Delivered, usual.Cancelled]))
            texts.Set(name, string.Join('\n', node["events"]?[name] is { } given ? DocumentParts.Texts(given) : absent));
        return new AskingPolicyForm(texts);
    }

    /// <summary>The document, on top of the version before, if there is one.</summary>
    public string ToJson(string? before)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        if (DocumentParts.Duration(node["coolDown"]) != (Texts["coolDown"], Texts["coolDownUnit"])) DocumentParts.Put(node, "coolDown", DocumentParts.Duration(Texts["coolDown"], Texts["coolDownUnit"]));
        // Ninety days are meant where nothing is said.
        var isUsual = (Texts["guardsFor"], Texts["guardsForUnit"]) is ("90" or "", "d" or "");
        if ((!isUsual || node.ContainsKey("guardsFor")) && DocumentParts.Duration(node["guardsFor"]) != (Texts["guardsFor"], Texts["guardsForUnit"])) DocumentParts.Put(node, "guardsFor", DocumentParts.Duration(Texts["guardsFor"], Texts["guardsForUnit"]));
        DocumentParts.Put(node, "perDay", DocumentParts.Number(Texts["perDay"]));
        var quiet = new JsonObject();
        DocumentParts.Put(quiet, "from", DocumentParts.Text(Texts["from"]));
        DocumentParts.Put(quiet, "to", DocumentParts.Text(Texts["to"]));
        DocumentParts.Put(node, "quiet", quiet.Count > 0 ? quiet : null);
        DocumentParts.Put(node, "consent", DocumentParts.Text(Texts["consent"]));
        var (events, usual) = (new JsonObject(), new AskingPolicy());
        foreach (var (name, absent) in Events.Zip([usual.ComplaintOpened, usual.ComplaintClosed, usual.Delivered, usual.Cancelled]))
        {
            var names = DocumentParts.Lines(Texts[name]).ToList();
            if (!names.SequenceEqual(absent)) events[name] = DocumentParts.List(names);
        }

        DocumentParts.Put(node, "events", events.Count > 0 ? events : null);
        return node.ToJsonString();
    }
}
