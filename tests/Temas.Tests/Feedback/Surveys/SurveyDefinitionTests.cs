using Temas.Feedback.Surveys.Definitions;

namespace Temas.Tests.Feedback.Surveys;

public sealed class SurveyDefinitionTests
{
    private const string Good = """
        {"languages": ["tr", "en"], "title": {"tr": "Teslimat", "en": "Delivery"},
         "pages": [
           {"id": "one", "questions": [{"id": "score", "kind": "nps", "required": true, "title": {"tr": "Önerir misiniz?", "en": "Would you recommend us?"}}],
            "jumps": [{"when": {"question": "score", "is": "at_least", "value": 9}, "to": "end"}]},
           {"id": "two", "questions": [{"id": "why", "kind": "text", "title": {"tr": "{{answer:score|?}} neden?", "en": "Why {{answer:score|?}}?"}, "showIf": {"question": "score", "is": "at_most", "value": 6}}]}]}
        """;

    [Fact]
    public void Check_GoodSurvey_HasNoFaults() => SurveyKind.Instance.Check("delivery", Good).ShouldBeEmpty();

    [Theory]
    [InlineData("\"languages\": [\"tr\", \"en\"]", "\"languages\": [\"tr\", \"en\", \"de\"]", "$.title.de", "text_language_missing")]
    [InlineData("\"languages\": [\"tr\", \"en\"]", "\"languages\": [\"tr\"]", "$.title.en", "language_unknown")]
    [InlineData("\"languages\": [\"tr\", \"en\"]", "\"languages\": [\"Turkish\"]", "$.languages[0]", "text_form")]
    [InlineData("\"id\": \"two\"", "\"id\": \"one\"", "$.pages[1].id", "id_taken")]
    [InlineData("\"id\": \"why\"", "\"id\": \"score\"", "$.pages[1].questions[0].id", "id_taken")]
    [InlineData("\"to\": \"end\"", "\"to\": \"one\"", "$.pages[0].jumps[0].to", "page_not_later")]
    [InlineData("{\"question\": \"score\", \"is\": \"at_most\", \"value\": 6}", "{\"question\": \"why\", \"is\": \"answered\"}", "$.pages[1].questions[0].showIf", "question_not_before")]
    [InlineData("\"value\": 6", "\"value\": \"six\"", "$.pages[1].questions[0].showIf.values", "number_expected")]
    [InlineData("{{answer:score|?}} neden?", "{{answer:later}} neden?", "$.pages[1].questions[0].title.tr", "question_not_before")]
    [InlineData("\"kind\": \"text\"", "\"kind\": \"essay\"", "$.pages[1].questions[0].kind", "word_unknown")]
    [InlineData("\"kind\": \"text\"", "\"kind\": \"single\"", "$.pages[1].questions[0].choices", "choices_too_few")]
    [InlineData("\"kind\": \"nps\"", "\"kind\": \"nps\", \"style\": \"stars\"", "$.pages[0].questions[0].style", "field_unknown")]
    [InlineData("\"pages\"", "\"theme\": {\"ink\": \"#eeeeee\"}, \"pages\"", "$.theme.ink", "contrast_low")]
    [InlineData("\"pages\"", "\"theme\": {\"accent\": \"red\"}, \"pages\"", "$.theme.accent", "colour_expected")]
    [InlineData("\"pages\"", "\"theme\": {\"brand\": \"B\", \"logo\": \"https://elsewhere.example/logo.png\"}, \"pages\"", "$.theme.logo", "picture_expected")]
    [InlineData("\"pages\"", "\"theme\": {\"brand\": \"B\", \"logo\": \"data:image/svg+xml;base64,PHN2Zz4=\"}, \"pages\"", "$.theme.logo", "picture_expected")]
    [InlineData("\"pages\"", "\"closesAt\": \"tomorrow\", \"pages\"", "$.closesAt", "instant_expected")]
    public void Check_Fault_IsToldAtItsField(string part, string instead, string field, string code)
    {
        Good.ShouldContain(part);
        var faults = SurveyKind.Instance.Check("delivery", Good.Replace(part, instead, StringComparison.Ordinal));
        faults.ShouldContain(f => f.Field == field && f.Code == code, string.Join('\n', faults));
    }

    [Theory]
    [InlineData("#000000", "#ffffff", 21)]
    [InlineData("#777777", "#ffffff", 4.48)]
    [InlineData("#3b4ba8", "#3b4ba8", 1)]
    public void Contrast_IsThatOfWcag(string a, string b, double contrast) => SurveyPictures.Contrast(a, b).ShouldBe(contrast, 0.01);

    [Fact]
    public void InkOn_AnyColour_CanBeRead()
    {
        for (var i = 0; i < 4096; i++)
        {
            var colour = FormattableString.Invariant($"#{i >> 8 & 15:x}0{i >> 4 & 15:x}0{i & 15:x}0");
            SurveyPictures.Contrast(colour, SurveyPictures.InkOn(colour)).ShouldBeGreaterThanOrEqualTo(SurveyPictures.LeastOfText);
        }
    }

    [Fact]
    public void Templates_AreWholeInBothLanguages()
    {
        SurveyTemplates.All.Count.ShouldBe(8);
        foreach (var (key, document) in SurveyTemplates.All) SurveyKind.Instance.Check(key, document).ShouldBeEmpty(key);
        SurveyKind.Instance.Check("blank", SurveyTemplates.Blank).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("en", "de-DE", "en-GB")]
    [InlineData("tr", "de", "fr")]
    [InlineData("tr", "tr-CY")]
    public void LanguageFor_TakesTheFirstThatTheSurveyHas(string expected, params string[] wanted) => SurveyKind.Instance.Read("delivery", Good).LanguageFor(wanted).ShouldBe(expected);
}
