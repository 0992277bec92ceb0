using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Temas.Kernel;

namespace Temas.Feedback.Surveys.Definitions;

/// <summary>Reads the document of a survey, each fault with its JSON path (docs/surveys.md). What its parts have to do with each other is up to <see cref="SurveyRules"/>.</summary>
internal sealed partial class SurveyReader(IReadOnlyList<string> languages)
{
    /// <summary>Longest text, in characters.</summary>
    public const int LongestText = 2_000;

    private const int MostPages = 50, MostQuestions = 30, MostChoices = 200, MostRows = 30, MostJumps = 20, MostQuotas = 20, LargestLimit = 10_000_000;

    private static readonly string[] ContactFields = ["name", "email", "phone"];

    /// <summary>Reads a document.</summary>
    public static Survey Read(string key, DefinitionNode node)
    {
        var languages = node.Texts("languages", limit: 20, form: SurveyText.LanguageForm());
        if (languages.Count == 0) node.Fault("languages", "field_missing", "A survey has at least one language.", wayOut: "Add [\"tr\", \"en\"]; the first is the one for everybody else.");
        if (languages.Distinct(StringComparer.OrdinalIgnoreCase).Count() < languages.Count) node.Fault("languages", "language_twice", "A language is named twice.", wayOut: "Name it once.");
        return new SurveyReader(languages.Count == 0 ? ["en"] : languages).ReadSurvey(key, node);
    }

    private Survey ReadSurvey(string key, DefinitionNode node)
    {
        node.Only("title", "languages", "pages", "anonymous", "closed", "closesAt", "limit", "quotas", "touchpoint", "reportedAs", "thanks", "closedText", "words", "theme");
        var pages = node.List("pages", ReadPage, MostPages);
        if (pages.Count == 0) node.Fault("pages", "field_missing", "A survey has at least one page.", wayOut: "Add a page with a question.");
        var survey = new Survey
        {
            Key = key,
            Title = Required(node, "title", 200),
            Languages = languages,
            Pages = pages,
            IsAnonymous = node.Flag("anonymous", false),
            IsClosed = node.Flag("closed", false),
            ClosesAt = Instant(node, "closesAt"),
            Limit = node.Has("limit") ? (int)node.Number("limit", 1, 1, LargestLimit) : null,
            Quotas = node.List("quotas", n => ReadQuota(n), MostQuotas),
            Touchpoint = node.Text("touchpoint", max: 100, form: DefinitionDocument.KeyForm()),
            ReportedAs = node.Text("reportedAs", max: 100),
            Thanks = Text(node, "thanks", LongestText),
            ClosedText = Text(node, "closedText", LongestText),
            Words = ReadWords(node),
            Theme = node.Object("theme", SurveyPictures.ReadTheme) ?? new SurveyTheme(),
        };
        SurveyRules.Check(survey, node);
        return survey;
    }

    private SurveyPage ReadPage(DefinitionNode node)
    {
        node.Only("id", "title", "showIf", "shuffle", "questions", "jumps");
        var questions = node.List("questions", ReadQuestion, MostQuestions);
        if (questions.Count == 0) node.Fault("questions", "field_missing", "A page has at least one question.", wayOut: "Add one, or remove the page.");
        return new SurveyPage
        {
            Id = node.RequiredText("id", 40, IdForm()),
            Title = Text(node, "title", 200),
            ShowIf = Condition(node, "showIf"),
            IsShuffled = node.Flag("shuffle", false),
            Questions = questions,
            Jumps = node.List("jumps", ReadJump, MostJumps),
        };
    }

    private static Jump ReadJump(DefinitionNode node)
    {
        node.Only("when", "to");
        return new Jump(Condition(node, "when"), node.RequiredText("to", 40, IdForm()));
    }

    private static Quota ReadQuota(DefinitionNode node)
    {
        node.Only("key", "when", "limit");
        if (!node.Has("when")) node.Fault("when", "field_missing", "A quota says who is counted.", wayOut: "Add a condition; for everybody there is \"limit\" of the survey.");
        return new Quota(node.RequiredText("key", 40, IdForm()), Condition(node, "when") ?? new SurveyCondition.All([]), (int)node.RequiredNumber("limit", 1, LargestLimit));
    }

    private Question ReadQuestion(DefinitionNode node)
    {
        var kind = node.OneOf(
            "kind",
            QuestionKind.Text,
            ("nps", QuestionKind.Nps), ("csat", QuestionKind.Csat), ("ces", QuestionKind.Ces), ("single", QuestionKind.Single), ("multiple", QuestionKind.Multiple), ("matrix", QuestionKind.Matrix), ("ranking", QuestionKind.Ranking),
            ("slider", QuestionKind.Slider), ("text", QuestionKind.Text), ("number", QuestionKind.Number), ("date", QuestionKind.Date), ("contact", QuestionKind.Contact), ("message", QuestionKind.Message), ("image", QuestionKind.Image));
        if (!node.Has("kind")) node.Fault("kind", "field_missing", "A question has a kind.", wayOut: "Add one, such as nps, single or text.");
        // A field in the wrong place would do nothing, silently.
        node.Only([.. FieldsOf(node.Text("kind") ?? "")]);
        var fields = node.Texts("fields", limit: 3);
        foreach (var (i, field) in fields.Index())
        {
            if (!ContactFields.Contains(field)) node.Fault(string.Create(CultureInfo.InvariantCulture, $"fields[{i}]"), "word_unknown", "This field is one of: name, email, phone.", field);
        }

        return new Question
        {
            Id = node.RequiredText("id", 40, IdForm()),
            Kind = kind,
            Title = Required(node, "title", LongestText),
            Help = Text(node, "help", LongestText),
            IsRequired = node.Flag("required", false),
            ShowIf = Condition(node, "showIf"),
            Choices = node.List("choices", ReadChoice, MostChoices),
            Rows = node.List("rows", ReadChoice, MostRows),
            HasOther = node.Flag("other", false),
            IsShuffled = node.Flag("shuffle", false),
            Carry = node.Object("carry", n =>
            {
                n.Only("question", "take");
                return new CarryForward(n.RequiredText("question", 40, IdForm()), n.OneOf("take", true, ("chosen", true), ("not_chosen", false)));
            }),
            Min = Bound(node, "min"),
            Max = Bound(node, "max"),
            Step = node.Has("step") ? node.Number("step", 1, 0.000_001, 1_000_000_000) : null,
            Low = Text(node, "low", 200),
            High = Text(node, "high", 200),
            Style = node.OneOf("style", ScaleStyle.Numbers, ("numbers", ScaleStyle.Numbers), ("stars", ScaleStyle.Stars), ("smileys", ScaleStyle.Smileys)),
            Fields = fields,
            Consent = Text(node, "consent", LongestText),
            Purpose = node.Text("purpose", max: 100, form: DefinitionDocument.KeyForm()),
        };
    }

    /// <summary>The fields that a question of a kind, as documents name it, understands; of an unknown one what all understand.</summary>
    public static IReadOnlyList<string> FieldsOf(string kind) =>
    [
        "id", "kind", "title", "help", "showIf",
        .. kind switch
        {
            "nps" or "ces" => (string[])["required", "low", "high"],
            "csat" => ["required", "low", "high", "style"],
            "single" => ["required", "choices", "other", "shuffle", "carry"],
            "multiple" => ["required", "choices", "other", "shuffle", "carry", "min", "max"],
            "matrix" => ["required", "choices", "rows", "shuffle"],
            "ranking" => ["required", "choices", "shuffle", "carry"],
            "slider" => ["required", "min", "max", "step", "low", "high"],
            "text" => ["required", "min", "max"],
            "number" => ["required", "min", "max", "step"],
            "date" => ["required"],
            "contact" => ["required", "fields", "consent", "purpose"],
            "image" => ["required", "choices", "shuffle", "min", "max"],
            _ => [],
        },
    ];

    private Choice ReadChoice(DefinitionNode node)
    {
        node.Only("id", "text", "picture", "exclusive", "fixed");
        return new Choice(node.RequiredText("id", 40, IdForm()), Required(node, "text", 300))
        {
            Picture = SurveyPictures.Read(node, "picture"),
            IsExclusive = node.Flag("exclusive", false),
            IsFixed = node.Flag("fixed", false),
        };
    }

    private IReadOnlyDictionary<string, SurveyText> ReadWords(DefinitionNode node)
    {
        var words = new Dictionary<string, SurveyText>(StringComparer.Ordinal);
        if (!node.Has("words")) return words;
        node.Object("words", n =>
        {
            n.Only([.. SurveyWords.Names]);
            foreach (var name in SurveyWords.Names)
            {
                // Only some languages may be told: Turkish and English have words of their own.
                if (n.Has(name) && Texts(n, name, 300) is { } text) words[name] = text;
            }

            return words;
        });
        return words;
    }

    private SurveyText Required(DefinitionNode node, string name, int max)
    {
        if (!node.Has(name)) node.Fault(name, "field_missing", "This text is required in each language of the survey.", wayOut: $"Add {{\"{languages[0]}\": \"…\"}}.");
        return Text(node, name, max) ?? SurveyText.None;
    }

    /// <summary>A text that has to be there in every language of the survey, if it is there at all.</summary>
    private SurveyText? Text(DefinitionNode node, string name, int max)
    {
        if (Texts(node, name, max) is not { } text) return null;
        foreach (var language in languages)
        {
            if (!text.ByLanguage.ContainsKey(language)) node.Fault($"{name}.{language}", "text_language_missing", "This text is missing in a language of the survey.", language, "Add it, or take the language out of \"languages\".");
        }

        return text;
    }

    private SurveyText? Texts(DefinitionNode node, string name, int max)
    {
        if (!node.Has(name)) return null;
        // A plain text is that of the first language.
        if (node.Element.GetProperty(name).ValueKind == JsonValueKind.String) return node.Text(name, max: max) is { } text ? new SurveyText(new Dictionary<string, string>(StringComparer.Ordinal) { [languages[0]] = text }) : null;
        return node.Object(name, n =>
        {
            var texts = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var language in n.Element.EnumerateObject().Select(p => p.Name))
            {
                if (!languages.Contains(language)) n.Fault(language, "language_unknown", "The survey does not have this language.", language, "Add it to \"languages\", or remove the text.");
                else if (n.Text(language, max: max) is { } one) texts[language] = one;
            }

            return new SurveyText(texts);
        });
    }

    private static double? Bound(DefinitionNode node, string name) => node.Has(name) ? node.Number(name, 0, -1_000_000_000_000, 1_000_000_000_000) : null;

    private static DateTimeOffset? Instant(DefinitionNode node, string name)
    {
        if (node.Text(name, max: 40) is not { } text) return null;
        if (DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) return at;
        node.Fault(name, "instant_expected", "This field is a moment in ISO 8601.", text, "Write for example 2027-01-31T20:00:00+03:00.");
        return null;
    }

    private static SurveyCondition? Condition(DefinitionNode node, string name)
    {
        // The editor keeps what was typed and is no condition.
        if (!node.Has(name) || node.Element.GetProperty(name) is not { ValueKind: JsonValueKind.String } typed) return node.Object(name, n => Condition(n));
        node.Fault(name, "condition_unreadable", "This is no condition.", typed.GetString(), "Write it as score <= 6 and (reason = late or not trait:vip = yes).");
        return null;
    }

    private static SurveyCondition Condition(DefinitionNode node)
    {
        if (node.Has("all"))
        {
            node.Only("all");
            return new SurveyCondition.All(node.List("all", Condition, 20));
        }

        if (node.Has("any"))
        {
            node.Only("any");
            return new SurveyCondition.Any(node.List("any", Condition, 20));
        }

        if (node.Has("not"))
        {
            node.Only("not");
            return new SurveyCondition.Not(node.Object("not", Condition) ?? new SurveyCondition.All([]));
        }

        return Comparison(node);
    }

    private static SurveyCondition Comparison(DefinitionNode node)
    {
        node.Only("question", "row", "trait", "is", "value", "values");
        var op = node.OneOf(
            "is", SurveyOperator.OneOf,
            ("answered", SurveyOperator.Answered), ("unanswered", SurveyOperator.Unanswered), ("one_of", SurveyOperator.OneOf), ("none_of", SurveyOperator.NoneOf), ("at_least", SurveyOperator.AtLeast), ("at_most", SurveyOperator.AtMost));
        var values = Values(node);
        var needed = op is SurveyOperator.Answered or SurveyOperator.Unanswered ? 0 : op is SurveyOperator.AtLeast or SurveyOperator.AtMost ? 1 : -1;
        if (needed == 0 && values.Count > 0) node.Fault("values", "value_unused", "answered and unanswered compare with nothing.", wayOut: "Remove the values.");
        if (needed != 0 && values.Count == 0) node.Fault("values", "field_missing", "There is nothing to compare with.", wayOut: "Add \"values\".");
        if (needed == 1 && (values.Count != 1 || !double.TryParse(values[0], NumberStyles.Float, CultureInfo.InvariantCulture, out _))) node.Fault("values", "number_expected", "at_least and at_most compare with one number.", values.FirstOrDefault());
        if (node.Has("trait"))
        {
            if (node.Has("question")) node.Fault("trait", "field_twice", "A condition compares a question or a trait, not both.", wayOut: "Part it with \"all\".");
            return new SurveyCondition.OfTrait(node.RequiredText("trait", 100), op, values);
        }

        return new SurveyCondition.OfAnswer(node.RequiredText("question", 40, IdForm()), node.Text("row", max: 40, form: IdForm()), op, values);
    }

    private static List<string> Values(DefinitionNode node)
    {
        var name = node.Has("values") ? "values" : "value";
        if (!node.Has(name)) return [];
        var element = node.Element.GetProperty(name);
        var values = new List<string>();
        foreach (var value in element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray()] : new[] { element })
        {
            if (value.ValueKind == JsonValueKind.String) values.Add(value.GetString()!);
            else if (value.ValueKind == JsonValueKind.Number) values.Add(value.GetDouble().ToString(CultureInfo.InvariantCulture));
            else node.Fault(name, "text_expected", "Values are texts or numbers.", value.GetRawText());
        }

        if (values.Count > 60) node.Fault(name, "list_expected", "There are at most 60 values.");
        return values;
    }

    /// <summary>Form of the ids of pages, questions, choices and rows.</summary>
    [GeneratedRegex("^[a-z0-9][a-z0-9_-]{0,39}$", RegexOptions.CultureInvariant)]
    public static partial Regex IdForm();
}
