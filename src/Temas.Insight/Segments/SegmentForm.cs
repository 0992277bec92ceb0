using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Temas.Ui.Forms;

namespace Temas.Insight.Segments;

/// <summary>What the builder shows and sends: the names of a segment and its condition. The address of the page holds all of it.</summary>
/// <param name="Texts">key, labelTr, labelEn, descriptionTr, descriptionEn.</param>
/// <param name="Rows">The condition.</param>
/// <param name="Json">What was typed as JSON and is none; null where there is nothing of the kind.</param>
internal sealed record SegmentForm(FormTexts Texts, SegmentRows Rows, string? Json)
{
    private static readonly string[] Names = ["key", "labelTr", "labelEn", "descriptionTr", "descriptionEn"];

    /// <summary>Key of the segment; where none was chosen, one made of its name.</summary>
    public string Key => Texts["key"] is { Length: > 0 } given ? given : KeyOf(Texts.Has("labelEn") ? Texts["labelEn"] : Texts["labelTr"]);

    /// <summary>All that is filled in, for the address.</summary>
    public IEnumerable<(string Name, string? Value)> Fields => [.. Texts.Fields, ("where", Rows.ToAddress()), ("json", Json)];

    /// <summary>Reads an address; what it does not say is as in <paramref name="otherwise"/>.</summary>
    public static SegmentForm Of(IQueryCollection query, SegmentForm otherwise)
    {
        if (!query.ContainsKey("where") && !query.ContainsKey("labelTr") && !query.ContainsKey("labelEn")) return otherwise;
        var texts = FormTexts.Read(name => query[name], Names);
        var (rows, wrong) = Parse(query["where"].ToString());
        return new SegmentForm(texts, rows ?? otherwise.Rows, query["json"].ToString() is { Length: > 0 } json ? json : wrong);
    }

    /// <summary>What the builder shows of a segment.</summary>
    public static SegmentForm Of(Segment segment)
    {
        var texts = new FormTexts();
        texts.Set("key", segment.Key);
        texts.Set("labelTr", segment.Label.Tr);
        texts.Set("labelEn", segment.Label.En);
        texts.Set("descriptionTr", segment.Description?.Tr);
        texts.Set("descriptionEn", segment.Description?.En);
        return new SegmentForm(texts, SegmentRows.Of(segment.Where), null);
    }

    /// <summary>Reads what was sent, and does what its button says.</summary>
    public static SegmentForm Read(IFormCollection form)
    {
        var texts = FormTexts.Read(name => form[name], Names);
        var json = form["json"].ToString().ReplaceLineEndings("\n");
        // Who changed the JSON meant that, not the rows beside it.
        if (json != form["jsonWas"].ToString().ReplaceLineEndings("\n") && json.Trim().Length > 0)
        {
            var (rows, wrong) = Parse(json);
            return new SegmentForm(texts, rows ?? SegmentRowsForm.Read(form), wrong);
        }

        return new SegmentForm(texts, SegmentRowsForm.Do(form["do"].ToString(), SegmentRowsForm.Read(form)), null);
    }

    /// <summary>The document. A text that is there in one language alone is taken for both.</summary>
    public string ToJson()
    {
        var node = new JsonObject();
        DocumentParts.Put(node, "label", Pair("label") ?? []);
        DocumentParts.Put(node, "description", Pair("description"));
        node["where"] = Rows.ToJson(blanks: false);
        return node.ToJsonString();
    }

    private JsonObject? Pair(string name)
    {
        var (tr, en) = (Texts[name + "Tr"], Texts[name + "En"]);
        return tr.Length + en.Length == 0 ? null : new JsonObject { ["tr"] = tr.Length > 0 ? tr : en, ["en"] = en.Length > 0 ? en : tr };
    }

    private static (SegmentRows? Rows, string? Wrong) Parse(string json)
    {
        if (json.Length == 0) return (null, null);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object ? (SegmentRows.Of(document.RootElement.Clone()), null) : (null, json);
        }
        catch (JsonException)
        {
            return (null, json);
        }
    }

    /// <summary>A key out of a name: its letters and digits without marks, hyphens between.</summary>
    internal static string KeyOf(string name)
    {
        var key = new System.Text.StringBuilder();
        foreach (var letter in name.Replace('ı', 'i').Replace('İ', 'i').Normalize(System.Text.NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(letter)) key.Append(char.ToLowerInvariant(letter));
            else if (CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark && key.Length > 0 && key[^1] != '-') key.Append('-');
        }

        return key.ToString().Trim('-') is { Length: > 0 } made ? made[..Math.Min(made.Length, 60)].Trim('-') : "";
    }
}
