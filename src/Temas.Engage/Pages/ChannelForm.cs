using System.Text.Json.Nodes;
using Temas.Collect.Editing;
using Temas.Engage.Channels;
using Temas.Kernel;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Engage.Pages;

/// <summary>What the editor of channels shows and sends. What it does not show is kept from the version before.</summary>
internal sealed record ChannelForm(FormTexts Texts) : IDefinitionForm
{
    /// <summary>The editor.</summary>
    public static DefinitionEditor Editor { get; } = new(ChannelKind.Name, "channels", Policies.Manage, form => Read(name => form[name]), w => TemasUrls.Channels(w), TemasUrls.Channel);

    private static readonly string[] Gateway = ["url", "body", "successPath", "idPath"];

    public string Key => Texts["key"];

    /// <summary>Whether it goes by the mail server.</summary>
    public bool IsMail => Texts["route"] == "email";

    /// <summary>Whether it goes by a gateway.</summary>
    public bool IsGateway => Texts["route"] == "http";

    public IEnumerable<(string Name, string? Value)> Fields => Texts.Fields;

    /// <summary>Reads a form or a query.</summary>
    public static ChannelForm Read(Func<string, string?> field) => new(FormTexts.Read(
        field, ["key", "labelTr", "labelEn", "route", "on", "address", "consent", "perSecond", "senderTr", "senderEn", "returnPath", "opens", "invitationTr", "invitationEn", "method", "headers", "form", "successValues", "reportId", "reportState", "reportDelivered", "reportFailed", .. Gateway]));

    /// <summary>What the editor shows of a document that passed its check.</summary>
    public static ChannelForm Of(string key, string json)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        var texts = new FormTexts();
        texts.Set("key", key);
        foreach (var name in (string[])["label", "sender", "invitation"]) DocumentParts.SetPair(texts, name, node[name]);
        foreach (var name in (string[])["route", "address", "consent", "returnPath", "opens"]) texts.Set(name, DocumentParts.Text(node[name]));
        texts.Set("perSecond", node["perSecond"]?.ToJsonString());
        texts.Set("on", node["on"]?.ToJsonString() == "false" ? null : "1");
        if (node["gateway"] is JsonObject gateway)
        {
            foreach (var name in Gateway) texts.Set(name, DocumentParts.Text(gateway[name]));
            texts.Set("method", DocumentParts.Text(gateway["method"]));
            texts.Set("form", gateway["form"]?.ToJsonString() == "true" ? "1" : null);
            texts.Set("headers", gateway["headers"] is JsonArray headers ? string.Join('\n', headers.Select(h => $"{DocumentParts.Text(h?["name"])}: {DocumentParts.Text(h?["value"])}")) : null);
            texts.Set("successValues", string.Join(", ", DocumentParts.Texts(gateway["successValues"])));
            texts.Set("reportId", DocumentParts.Text(gateway["reports"]?["id"]));
            texts.Set("reportState", DocumentParts.Text(gateway["reports"]?["state"]));
            texts.Set("reportDelivered", string.Join(", ", DocumentParts.Texts(gateway["reports"]?["delivered"])));
            texts.Set("reportFailed", string.Join(", ", DocumentParts.Texts(gateway["reports"]?["failed"])));
        }

        return new ChannelForm(texts);
    }

    /// <summary>The document, on top of the version before, if there is one.</summary>
    public string ToJson(string? before)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        node["label"] = DocumentParts.Pair(Texts, "label") ?? [];
        node["route"] = Texts["route"];
        DocumentParts.Put(node, "on", Texts.Has("on") ? null : JsonValue.Create(false));
        DocumentParts.Put(node, "address", DocumentParts.Text(Texts["address"]));
        DocumentParts.Put(node, "consent", Texts["consent"] is "unless_refused" ? null : DocumentParts.Text(Texts["consent"]));
        DocumentParts.Put(node, "perSecond", DocumentParts.Number(Texts["perSecond"]));
        DocumentParts.Put(node, "sender", DocumentParts.Pair(Texts, "sender"));
        DocumentParts.Put(node, "returnPath", IsMail ? DocumentParts.Text(Texts["returnPath"]) : null);
        DocumentParts.Put(node, "opens", IsMail ? DocumentParts.Text(Texts["opens"]) : null);
        DocumentParts.Put(node, "invitation", DocumentParts.Pair(Texts, "invitation"));
        if (!IsGateway) node.Remove("gateway");
        else node["gateway"] = ToGateway((node["gateway"] as JsonObject)?.DeepClone().AsObject() ?? []);
        return node.ToJsonString();
    }

    private JsonObject ToGateway(JsonObject gateway)
    {
        foreach (var name in Gateway) DocumentParts.Put(gateway, name, DocumentParts.Text(Texts[name]));
        DocumentParts.Put(gateway, "method", Texts["method"] is "POST" ? null : DocumentParts.Text(Texts["method"]));
        DocumentParts.Put(gateway, "form", Texts.Has("form") ? JsonValue.Create(true) : null);
        var headers = DocumentParts.Lines(Texts["headers"]).Select(line => line.Split(':', 2)).Select(p => (JsonNode?)new JsonObject { ["name"] = p[0].Trim(), ["value"] = p.Length > 1 ? p[1].Trim() : "" }).ToArray();
        DocumentParts.Put(gateway, "headers", headers.Length == 0 ? null : new JsonArray(headers));
        DocumentParts.Put(gateway, "successValues", DocumentParts.Words(Texts["successValues"]));
        DocumentParts.Put(gateway, "reports", !Texts.Has("reportId") && !Texts.Has("reportState") ? null : Reports());
        return gateway;
    }

    private JsonObject Reports()
    {
        var reports = new JsonObject { ["id"] = Texts["reportId"], ["state"] = Texts["reportState"] };
        DocumentParts.Put(reports, "delivered", DocumentParts.Words(Texts["reportDelivered"]));
        DocumentParts.Put(reports, "failed", DocumentParts.Words(Texts["reportFailed"]));
        return reports;
    }
}

/// <summary>What the editor of webhooks shows and sends.</summary>
internal sealed record WebhookForm(FormTexts Texts) : IDefinitionForm
{
    /// <summary>The editor.</summary>
    public static DefinitionEditor Editor { get; } = new(Webhooks.WebhookKind.Name, "webhooks", Policies.Manage, form => Read(name => form[name]), TemasUrls.Webhooks, TemasUrls.Webhook);

    public string Key => Texts["key"];

    public IEnumerable<(string Name, string? Value)> Fields => Texts.Fields;

    /// <summary>Reads a form or a query.</summary>
    public static WebhookForm Read(Func<string, string?> field) => new(FormTexts.Read(field, "key", "labelTr", "labelEn", "url", "on", "events"));

    /// <summary>What the editor shows of a document that passed its check.</summary>
    public static WebhookForm Of(string key, string json)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        var texts = new FormTexts();
        texts.Set("key", key);
        DocumentParts.SetPair(texts, "label", node["label"]);
        texts.Set("url", DocumentParts.Text(node["url"]));
        texts.Set("events", string.Join('\n', DocumentParts.Texts(node["events"])));
        texts.Set("on", node["on"]?.ToJsonString() == "false" ? null : "1");
        return new WebhookForm(texts);
    }

    /// <summary>The document, on top of the version before, if there is one.</summary>
    public string ToJson(string? before)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        node["label"] = DocumentParts.Pair(Texts, "label") ?? [];
        node["url"] = Texts["url"];
        node["events"] = DocumentParts.List(DocumentParts.Lines(Texts["events"]));
        DocumentParts.Put(node, "on", Texts.Has("on") ? null : JsonValue.Create(false));
        return node.ToJsonString();
    }
}
