using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Pages;

namespace Temas.Tests.Feedback.Surveys;

/// <summary>What the fields of the editor make of a document: ways through the survey, quotas, choices taken over.</summary>
public sealed class SurveyEditTests
{
    private const string Document = """
        {"languages": ["en"], "title": {"en": "T"}, "pages": [
          {"id": "one", "questions": [{"id": "score", "kind": "nps", "title": {"en": "S"}}, {"id": "part", "kind": "multiple", "title": {"en": "P"}, "choices": [{"id": "a", "text": {"en": "A"}}, {"id": "b", "text": {"en": "B"}}]}],
           "jumps": [{"when": {"question": "score", "is": "at_least", "values": [9]}, "to": "end"}]},
          {"id": "two", "questions": [{"id": "why", "kind": "text", "title": {"en": "W"}}, {"id": "worst", "kind": "single", "title": {"en": "X"}, "choices": [{"id": "c", "text": {"en": "C"}}, {"id": "d", "text": {"en": "D"}}]}]},
          {"id": "three", "questions": [{"id": "more", "kind": "text", "title": {"en": "M"}}]}]}
        """;

    [Fact]
    public void Settings_AMomentOfTheForm_IsByTheClockOfTheWorkspace()
    {
        var edit = SurveyEdit.Of("""{"languages": ["tr"], "title": "A", "pages": [{"id": "p", "questions": [{"id": "q", "kind": "text", "title": "Q"}]}]}""")!;
        edit.FillSettings(Form(("languages", "tr"), ("closesAt", "2027-01-31T20:00")), TimeZoneInfo.FindSystemTimeZoneById("Europe/Istanbul"));
        edit.Document["closesAt"]!.GetValue<string>().ShouldBe("2027-01-31T20:00:00+03:00");
        edit.FillSettings(Form(("languages", "tr"), ("closesAt", "tomorrow")), TimeZoneInfo.Utc);
        edit.Document["closesAt"]!.GetValue<string>().ShouldBe("tomorrow", "the reader says what is wrong with it");

        // What nobody touched stays as it is stored, and what the clock of the workspace does not know is not made up.
        var istanbul = TimeZoneInfo.FindSystemTimeZoneById("Europe/Istanbul");
        foreach (var stored in new[] { "2027-01-31T17:00:30Z", "2027-01-31T20:00:30.5+03:00" })
        {
            edit.Document["closesAt"] = stored;
            SurveyEdit.ShownMoment(stored, istanbul).ShouldBe("2027-01-31T20:00");
            edit.FillSettings(Form(("languages", "tr"), ("closesAt", "2027-01-31T20:00")), istanbul);
            edit.Document["closesAt"]!.GetValue<string>().ShouldBe(stored);
        }

        edit.FillSettings(Form(("languages", "tr"), ("closesAt", "0001-01-01T00:00")), istanbul);
        edit.Document["closesAt"]!.GetValue<string>().ShouldBe("0001-01-01T00:00");
        edit.FillSettings(Form(("languages", "tr"), ("closesAt", "9999-12-31T23:59")), TimeZoneInfo.FindSystemTimeZoneById("America/New_York"));
        edit.Document["closesAt"]!.GetValue<string>().ShouldBe("9999-12-31T23:59");
        SurveyEdit.ShownMoment("9999-12-31T23:59:00Z", istanbul).ShouldBeNull();
        SurveyEdit.ShownMoment("0001-01-01T00:00:00Z", TimeZoneInfo.FindSystemTimeZoneById("America/New_York")).ShouldBeNull();
    }

    [Fact]
    public void Choices_ManyAtOnce_AreALineEach_InEachLanguage()
    {
        var edit = SurveyEdit.Of("""{"languages": ["tr", "en"], "title": "A", "pages": [{"id": "p", "questions": [{"id": "q", "kind": "single", "title": "Q", "choices": [{"id": "ankara", "text": {"tr": "Ankara", "en": "Ankara"}}]}]}]}""")!;
        edit.FillQuestion("q", Form(("kind", "single"), ("has.choices", "1"), ("c0.id", "ankara"), ("c0.text.tr", "Ankara"), ("c0.text.en", "Ankara"), ("c.many", "İzmir\r\n\r\nAnkara\nDiğer | Other | x\n")));
        var choices = SurveyEdit.PartsOf(edit.Find("q") is { } at ? SurveyEdit.PartsOf(edit.Pages[at.Page], "questions")[at.Question] : null!, "choices");
        choices.Select(c => SurveyEdit.Text(c, "text", "en")).ShouldBe(["Ankara", "İzmir", "Ankara", "Other"]);
        choices.Select(c => SurveyEdit.String(c, "id")).Distinct().Count().ShouldBe(4);
    }

    [Fact]
    public void Page_JumpsAndCondition_AreWhatWasTyped_AndWhatWasNotTouchedStays()
    {
        var edit = SurveyEdit.Of(Document)!;
        edit.FillPage("page:one", Form(("has.jumps", "1"), ("j0.when", "score >= 9"), ("j0.to", "end"), ("j1.when", "score <= 6 and not part = a"), ("j1.to", "three"), ("j2.when", ""), ("j2.to", "")));
        var jumps = edit.Pages[0]["jumps"]!.AsArray();
        jumps.Count.ShouldBe(2);
        // A number stays a number.
        jumps[0]!.ToJsonString().ShouldBe("""{"when":{"question":"score","is":"at_least","values":[9]},"to":"end"}""");
        jumps[1]!["to"]!.ToString().ShouldBe("three");
        edit.FillPage("page:two", Form(("title.en", "Why"), ("showIf", "part = a or score <= 3"), ("has.shuffle", "1"), ("shuffle", "on")));
        Check(edit).ShouldBeEmpty();
        edit.FillPage("page:two", Form(("showIf", "")));
        edit.Pages[1].ContainsKey("showIf").ShouldBeFalse();
        edit.FillPage("page:one", Form(("has.jumps", "1"), ("j0.to", "")));
        edit.Pages[0].ContainsKey("jumps").ShouldBeFalse();
        edit.FillPage("page:none", Form(("showIf", "x = y")));
        Check(edit).ShouldBeEmpty();
    }

    [Fact]
    public void Words_ThatAreNoCondition_StayInTheirField_WithTheFaultBeside()
    {
        var edit = SurveyEdit.Of(Document)!;
        edit.FillPage("page:one", Form(("has.jumps", "1"), ("j0.when", "score is good"), ("j0.to", "one")));
        ConditionWords.Write(edit.Pages[0]["jumps"]![0]!["when"]).ShouldBe("score is good");
        edit.FillPage("page:two", Form(("showIf", "more = x")));
        edit.FillSettings(Form(("languages", "en"), ("has.quotas", "1"), ("u0.key", "Young ones"), ("u0.when", "(("), ("u0.limit", "many"), ("u1.key", ""), ("u1.when", ""), ("u1.limit", "")), TimeZoneInfo.Utc);
        Check(edit).ShouldBe(
            [("$.pages[0].jumps[0].when", "condition_unreadable"), ("$.pages[0].jumps[0].to", "page_not_later"), ("$.pages[1].showIf", "question_not_before"), ("$.quotas[0].when", "condition_unreadable"), ("$.quotas[0].limit", "number_expected")], ignoreOrder: true);
        edit.Document["quotas"]![0]!["key"]!.ToString().ShouldBe("young-ones");
    }

    [Fact]
    public void QuotasAndCarry_AreFilledIn_AndTakenOut()
    {
        var edit = SurveyEdit.Of(Document)!;
        edit.FillSettings(Form(("languages", "en"), ("has.quotas", "1"), ("u0.key", ""), ("u0.when", "score <= 6"), ("u0.limit", "50")), TimeZoneInfo.Utc);
        edit.FillQuestion("worst", Form(("kind", "single"), ("carry.question", "part"), ("carry.take", "chosen"), ("show.question", ""), ("show.words", "part answered and score <= 6")));
        Check(edit).ShouldBeEmpty();
        var survey = SurveyKind.Instance.Read("t", edit.Document.ToJsonString());
        (survey.Quotas[0].Limit, survey.Find("worst")!.Carry!.Question, survey.Find("worst")!.ShowIf is SurveyCondition.All).ShouldBe((50, "part", true));
        edit.FillQuestion("worst", Form(("kind", "single"), ("carry.question", ""), ("show.words", "")));
        edit.FillSettings(Form(("languages", "en"), ("has.quotas", "1"), ("u0.key", ""), ("u0.when", ""), ("u0.limit", "")), TimeZoneInfo.Utc);
        edit.Document.ContainsKey("quotas").ShouldBeFalse();
        edit.Document.ToJsonString().ShouldNotContain("carry");
        edit.Document.ToJsonString().ShouldNotContain("showIf");
    }

    private static IReadOnlyList<(string?, string)> Check(SurveyEdit edit) => [.. SurveyKind.Instance.Check("t", edit.Document.ToJsonString()).Select(p => (p.Field, p.Code))];

    private static FormCollection Form(params (string Name, string Value)[] fields) => new(fields.ToDictionary(f => f.Name, f => new StringValues(f.Value)));
}
