using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Temas.Feedback.Surveys.Definitions;

namespace Temas.Feedback.Surveys.Pages;

/// <summary>What the editor does with the document of a survey: fills in what was typed, and adds, moves and removes. What the editor has no field for (words) stays as it is.</summary>
internal sealed partial class SurveyEdit
{
    private SurveyEdit(JsonObject document) => Document = document;

    /// <summary>The document.</summary>
    public JsonObject Document { get; }

    /// <summary>Its languages; Turkish and English where none are named.</summary>
    public IReadOnlyList<string> Languages => Document["languages"] is JsonArray named && named.OfType<JsonValue>().Select(v => v.TryGetValue<string>(out var l) ? l : null).OfType<string>().Where(l => SurveyText.LanguageForm().IsMatch(l)).Distinct().ToList() is { Count: > 0 } languages ? languages : ["tr", "en"];

    /// <summary>Its pages.</summary>
    public IReadOnlyList<JsonObject> Pages => [.. List(Document, "pages").OfType<JsonObject>()];

    /// <summary>Reads a document; null when it is none that the editor can show.</summary>
    public static SurveyEdit? Of(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is JsonObject document ? new SurveyEdit(document) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The questions of a page.</summary>
    public static IReadOnlyList<JsonObject> QuestionsOf(JsonObject page) => [.. List(page, "questions").OfType<JsonObject>()];

    /// <summary>A text of a part, in a language; of a plain text that itself.</summary>
    public static string Text(JsonNode? node, string name, string language) => node?[name] switch
    {
        JsonObject texts => String(texts, language),
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => "",
    };

    /// <summary>A field of a part as text; empty when it is absent.</summary>
    public static string String(JsonNode? node, string name) => node is JsonObject o && o[name] is JsonValue value ? value.TryGetValue<string>(out var text) ? text : value.ToJsonString() : "";

    /// <summary>Whether a field of a part says true.</summary>
    public static bool Flag(JsonNode? node, string name) => node is JsonObject o && o[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    /// <summary>Where a question stands: its JSON path; null when there is none with this id.</summary>
    public (int Page, int Question)? Find(string? id)
    {
        foreach (var (p, page) in Pages.Index())
        {
            foreach (var (q, question) in QuestionsOf(page).Index())
            {
                if (String(question, "id") == id) return (p, q);
            }
        }

        return null;
    }

    /// <summary>Does what a button says (<c>add:0:nps</c>, <c>up:id</c>, <c>down:id</c>, <c>remove:id</c>, <c>addpage</c>); gives the id of the question to go on with, or null for the settings.</summary>
    public string? Do(string action, string? selected)
    {
        var parts = action.Split(':');
        switch (parts[0])
        {
            case "addpage":
                List(Document, "pages").Add(new JsonObject { ["id"] = Free("page", Pages.Select(p => String(p, "id"))), ["questions"] = new JsonArray(NewQuestion("text")) });
                return String(QuestionsOf(Pages[^1])[0], "id");
            case "add" when parts.Length == 3 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page < Pages.Count:
                var made = NewQuestion(parts[2]);
                List(Pages[page], "questions").Add(made);
                return String(made, "id");
            case "up" or "down" or "remove" when parts.Length == 2 && Find(parts[1]) is { } at:
                return Move(parts[0], at, parts[1]);
            default:
                return selected;
        }
    }

    /// <summary>Fills in what was typed for a question.</summary>
    public void FillQuestion(string id, IFormCollection form)
    {
        if (Find(id) is not { } at) return;
        var question = QuestionsOf(Pages[at.Page])[at.Question];
        var kind = form["kind"].ToString();
        if (kind.Length > 0) question["kind"] = kind;
        foreach (var name in (string[])["title", "help", "low", "high", "consent"]) SetText(question, name, form);
        foreach (var name in (string[])["required", "other", "shuffle"]) SetFlag(question, name, form);
        foreach (var name in (string[])["min", "max", "step"]) SetNumber(question, name, form);
        foreach (var name in (string[])["style", "purpose"]) Set(question, name, form[name].ToString().Trim() is { Length: > 0 } text ? JsonValue.Create(text) : null);
        if (form.ContainsKey("has.fields")) Set(question, "fields", new JsonArray([.. form["fields"].OfType<string>().Select(f => (JsonNode?)f)]));
        if (form.ContainsKey("has.choices")) SetChoices(question, "choices", "c", form);
        if (form.ContainsKey("has.rows")) SetChoices(question, "rows", "m", form);
        if (form["show.words"].ToString().Trim().Length > 0) SetWords(question, "showIf", form, "show.words");
        else if (form.ContainsKey("show.question")) SetCondition(question, form);
        else SetWords(question, "showIf", form, "show.words");
        FillCarry(question, form);
        // What another kind understood means nothing to this one.
        foreach (var name in question.Select(p => p.Key).Where(n => !SurveyReader.FieldsOf(String(question, "kind")).Contains(n)).ToList()) question.Remove(name);
        // Some kinds need more than a title to begin with.
        if (String(question, "kind") == "contact" && question["fields"] is null) (question["fields"], question["consent"]) = (new JsonArray("email"), question["consent"]?.DeepClone() ?? Texts("Bana ulaşılmasını kabul ediyorum.", "I agree to be contacted."));
        if (String(question, "kind") is "single" or "multiple" or "ranking" or "matrix" && List(question, "choices").Count == 0 && question["carry"] is null) question["choices"] = new JsonArray(NewChoice("1", "Birinci", "First"), NewChoice("2", "İkinci", "Second"));
        if (String(question, "kind") == "matrix" && List(question, "rows").Count == 0) question["rows"] = new JsonArray(NewChoice("row-1", "Birinci satır", "First line"));
    }

    private const string Minutes = "yyyy-MM-dd'T'HH:mm";

    /// <summary>A moment as a form shows it, by the clock of the workspace; null where such a field cannot show it.</summary>
    public static string? ShownMoment(string stored, TimeZoneInfo zone)
    {
        if (!DateTimeOffset.TryParse(stored, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)) return null;
        // At the ends of the calendar the clock of the workspace has no such day.
        var ticks = at.UtcTicks + zone.GetUtcOffset(at).Ticks;
        return ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks ? new DateTime(ticks).ToString(Minutes, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>A moment as it is chosen in a form; anything else as it was typed, for the reader to say what is wrong with it. What was not touched stays as it is stored, to the second.</summary>
    private static string Moment(string typed, string stored, TimeZoneInfo zone)
    {
        if (stored.Length > 0 && typed == ShownMoment(stored, zone)) return stored;
        if (!DateTime.TryParseExact(typed, [Minutes, Minutes + "':'ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return typed;
        var offset = zone.GetUtcOffset(local);
        var ticks = local.Ticks - offset.Ticks;
        return ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks ? typed : new DateTimeOffset(local, offset).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
    }

    /// <summary>Fills in what was typed for the survey as a whole; moments by the clock of a time zone.</summary>
    public void FillSettings(IFormCollection form, TimeZoneInfo zone)
    {
        Set(Document, "languages", new JsonArray([.. form["languages"].ToString().Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().Take(20).Select(l => (JsonNode?)l)]));
        foreach (var name in (string[])["title", "thanks", "closedText"]) SetText(Document, name, form);
        foreach (var name in (string[])["anonymous", "closed"]) SetFlag(Document, name, form);
        Set(Document, "touchpoint", form["touchpoint"].ToString().Trim() is { Length: > 0 } touchpoint ? JsonValue.Create(touchpoint) : null);
        Set(Document, "closesAt", form["closesAt"].ToString().Trim() is { Length: > 0 } closes ? JsonValue.Create(Moment(closes, String(Document, "closesAt"), zone)) : null);
        if (form.ContainsKey("reportedAs")) Set(Document, "reportedAs", form["reportedAs"].ToString().Trim() is { Length: > 0 } reported ? JsonValue.Create(reported) : null);
        SetNumber(Document, "limit", form);
        FillQuotas(form);
        var theme = Document["theme"] as JsonObject ?? [];
        foreach (var name in (string[])["brand", "accent", "ground", "ink"]) Set(theme, name, form[name].ToString().Trim() is { Length: > 0 } text ? JsonValue.Create(text) : null);
        if (form.ContainsKey("nologo")) theme.Remove("logo");
        if (Upload(form, "logo") is { } logo) theme["logo"] = logo;
        Set(Document, "theme", theme.Count > 0 ? theme.DeepClone() : null);
    }

    private string? Move(string way, (int Page, int Question) at, string id)
    {
        var questions = List(Pages[at.Page], "questions");
        var moved = questions[at.Question]!;
        questions.RemoveAt(at.Question);
        if (way == "remove")
        {
            // A page without questions goes with the last of them.
            if (questions.Count == 0 && Pages.Count > 1) List(Document, "pages").RemoveAt(at.Page);
            return null;
        }

        var (page, place) = way == "up" ? (at.Page, at.Question - 1) : (at.Page, at.Question + 1);
        if (place >= 0 && place <= questions.Count) questions.Insert(place, moved);
        else if (way == "up" && page > 0) List(Pages[page - 1], "questions").Add(moved);
        else if (way == "down" && page + 1 < Pages.Count) List(Pages[page + 1], "questions").Insert(0, moved);
        else questions.Insert(at.Question, moved);
        if (QuestionsOf(Pages[at.Page]).Count == 0) List(Document, "pages").RemoveAt(at.Page);
        return id;
    }

    private void SetText(JsonObject part, string name, IFormCollection form)
    {
        var fields = Languages.Where(l => form.ContainsKey($"{name}.{l}")).ToList();
        if (fields.Count == 0) return;
        var texts = part[name] as JsonObject ?? [];
        foreach (var language in fields) Set(texts, language, form[$"{name}.{language}"].ToString().ReplaceLineEndings("\n").Trim() is { Length: > 0 } text ? JsonValue.Create(text) : null);
        foreach (var gone in texts.Select(t => t.Key).Except(Languages).ToList()) texts.Remove(gone);
        Set(part, name, texts.Count > 0 ? texts.DeepClone() : null);
    }

    private static void SetFlag(JsonObject part, string name, IFormCollection form)
    {
        if (form.ContainsKey("has." + name)) Set(part, name, form.ContainsKey(name) ? JsonValue.Create(true) : null);
    }

    private static void SetNumber(JsonObject part, string name, IFormCollection form)
    {
        if (!form.ContainsKey(name)) return;
        var text = form[name].ToString().Trim().Replace(',', '.');
        // What is no number stays as it was typed: the check tells of it.
        Set(part, name, text.Length == 0 ? null : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? JsonValue.Create(number) : JsonValue.Create(text));
    }

    private void SetChoices(JsonObject question, string name, string prefix, IFormCollection form)
    {
        var before = List(question, name).OfType<JsonObject>().ToDictionary(c => String(c, "id"), c => c);
        var choices = new JsonArray();
        for (var i = 0; form.ContainsKey(FormattableString.Invariant($"{prefix}{i}.id")); i++)
        {
            var at = FormattableString.Invariant($"{prefix}{i}");
            var id = form[at + ".id"].ToString();
            var choice = before.TryGetValue(id, out var known) ? (JsonObject)known.DeepClone() : [];
            var texts = new JsonObject();
            foreach (var language in Languages) Set(texts, language, form[$"{at}.text.{language}"].ToString().Trim() is { Length: > 0 } text ? JsonValue.Create(text) : null);
            // A line that was emptied is taken out.
            if (texts.Count == 0) continue;
            var taken = choices.OfType<JsonObject>().Select(c => String(c, "id")).ToList();
            choice["id"] = id.Length > 0 && !taken.Contains(id) ? id : Free(Slug(texts.First().Value!.ToString()) is { Length: > 0 } slug ? slug : "choice", [.. taken, .. before.Keys], bare: true);
            choice["text"] = texts;
            if (form.ContainsKey("has.exclusive")) Set(choice, "exclusive", form.ContainsKey(at + ".exclusive") ? JsonValue.Create(true) : null);
            if (Upload(form, at + ".picture") is { } picture) choice["picture"] = picture;
            choices.Add(choice);
        }

        AddMany(choices, form[$"{prefix}.many"].ToString(), [.. before.Keys]);
        question[name] = choices;
    }

    /// <summary>Adds choices that were written a line each, in all languages with bars between them; a language that is left out has the text of the first.</summary>
    private void AddMany(JsonArray choices, string lines, IReadOnlyCollection<string> used)
    {
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(500))
        {
            var words = line.Split('|', StringSplitOptions.TrimEntries);
            if (words[0].Length == 0) continue;
            var texts = new JsonObject();
            foreach (var (i, language) in Languages.Index()) texts[language] = i < words.Length && words[i].Length > 0 ? words[i] : words[0];
            choices.Add(new JsonObject { ["id"] = Free(Slug(words[0]) is { Length: > 0 } slug ? slug : "choice", [.. choices.OfType<JsonObject>().Select(c => String(c, "id")), .. used], bare: true), ["text"] = texts });
        }
    }

    private static void SetCondition(JsonObject question, IFormCollection form)
    {
        var (of, op, value) = (form["show.question"].ToString(), form["show.is"].ToString(), form["show.value"].ToString().Trim());
        if (of.Length == 0)
        {
            question.Remove("showIf");
            return;
        }

        var condition = new JsonObject { ["question"] = of, ["is"] = op };
        if (op is not ("answered" or "unanswered")) condition["values"] = new JsonArray([.. value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(v => (JsonNode?)v)]);
        question["showIf"] = condition;
    }

    private JsonObject NewQuestion(string kind)
    {
        var ids = Pages.SelectMany(QuestionsOf).Select(q => String(q, "id"));
        var question = new JsonObject { ["id"] = Free("question", ids), ["kind"] = kind, ["title"] = Texts("Yeni soru", "New question") };
        if (kind is "single" or "multiple" or "ranking" or "matrix") question["choices"] = new JsonArray(NewChoice("1", "Birinci", "First"), NewChoice("2", "İkinci", "Second"));
        if (kind == "matrix") question["rows"] = new JsonArray(NewChoice("row-1", "Birinci satır", "First line"));
        if (kind == "contact") (question["fields"], question["consent"]) = (new JsonArray("email"), Texts("Bana ulaşılmasını kabul ediyorum.", "I agree to be contacted."));
        return question;
    }

    private JsonObject NewChoice(string id, string tr, string en) => new() { ["id"] = id, ["text"] = Texts(tr, en) };

    private JsonObject Texts(string tr, string en)
    {
        var texts = new JsonObject();
        foreach (var language in Languages) texts[language] = language == "tr" ? tr : en;
        return texts;
    }

    private static string? Upload(IFormCollection form, string name)
    {
        if (form.Files.GetFile(name) is not { Length: > 0 and <= SurveyPictures.LargestPicture * 4 } file) return null;
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        // What the browser calls it is not believed: the check looks at how it begins.
        return $"data:{file.ContentType};base64,{Convert.ToBase64String(bytes.ToArray())}";
    }

    private static JsonArray List(JsonObject part, string name)
    {
        if (part[name] is JsonArray list) return list;
        var made = new JsonArray();
        part[name] = made;
        return made;
    }

    private static void Set(JsonObject part, string name, JsonNode? value)
    {
        if (value is null) part.Remove(name);
        else part[name] = value;
    }

    private static string Free(string wanted, IEnumerable<string> taken, bool bare = false)
    {
        var all = taken.ToHashSet(StringComparer.Ordinal);
        if (bare && !all.Contains(wanted) && wanted != Choice.Other) return wanted;
        for (var i = bare ? 2 : 1; ; i++)
        {
            var made = FormattableString.Invariant($"{wanted}-{i}");
            if (!all.Contains(made)) return made;
        }
    }

    /// <summary>An id made of words: letters and digits without marks, hyphens between.</summary>
    public static string Slug(string words)
    {
        var slug = new StringBuilder();
        foreach (var letter in words.Replace('ı', 'i').Replace('İ', 'i').Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(letter)) slug.Append(char.ToLowerInvariant(letter));
            else if (CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }

        return slug.ToString(0, Math.Min(slug.Length, 30)).Trim('-');
    }
}
