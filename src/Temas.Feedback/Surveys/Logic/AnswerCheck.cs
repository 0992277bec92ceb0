using System.Globalization;
using System.Text;
using Temas.Feedback.Surveys.Definitions;

namespace Temas.Feedback.Surveys.Logic;

/// <summary>An answer after it was held against its question: as it counts, null for none; or what is wrong with it, as the name of a text (<see cref="SurveyWords"/>), with its number.</summary>
internal readonly record struct CheckedAnswer(Answer? Answer, string? Fault, double Number = 0)
{
    /// <summary>Nothing was answered.</summary>
    public static CheckedAnswer None => default;
}

/// <summary>Holds an answer against its question as the respondent sees it. Whether it had to be answered is another matter (<see cref="SurveyRoute.FirstIncomplete"/>).</summary>
internal static class AnswerCheck
{
    /// <summary>Longest text that is taken where a question says nothing.</summary>
    public const int LongestText = 5_000;

    private const int LongestOther = 500, LongestField = 200;

    /// <summary>Checks one.</summary>
    public static CheckedAnswer Of(Question question, Answer answer) => question.Kind switch
    {
        QuestionKind.Nps or QuestionKind.Csat or QuestionKind.Ces => OfScale(question, answer),
        QuestionKind.Single or QuestionKind.Multiple or QuestionKind.Image => OfChoices(question, answer),
        QuestionKind.Matrix => OfMatrix(question, answer),
        QuestionKind.Ranking => OfRanking(question, answer),
        QuestionKind.Slider or QuestionKind.Number => OfNumber(question, answer),
        QuestionKind.Text => OfText(question, answer),
        QuestionKind.Date => OfDate(answer),
        QuestionKind.Contact => OfContact(question, answer),
        _ => CheckedAnswer.None,
    };

    /// <summary>A text as it is kept: trimmed, without characters that are none (NUL, controls, halves of surrogate pairs).</summary>
    public static string Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return "";
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (rune.Value is '\n' or '\t' || !Rune.IsControl(rune)) clean.Append(rune.ToString());
        }

        return clean.ToString().Trim();
    }

    private static CheckedAnswer OfScale(Question question, Answer answer)
    {
        if (string.IsNullOrWhiteSpace(answer.Value)) return CheckedAnswer.None;
        var (from, to) = question.Scale!.Value;
        return int.TryParse(answer.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var score) && score >= from && score <= to
            ? new CheckedAnswer(Answer.Of(score.ToString(CultureInfo.InvariantCulture)), null)
            : new CheckedAnswer(null, "fault_choices");
    }

    private static CheckedAnswer OfChoices(Question question, Answer answer)
    {
        var other = Clean(answer.Other);
        var chosen = answer.Values.Distinct(StringComparer.Ordinal).Where(v => question.Choices.Any(c => c.Id == v) || (question.HasOther && v == Choice.Other)).ToList();
        if (chosen.Count == 0) return CheckedAnswer.None;
        if (chosen.Count > 1 && !question.TakesSeveral) return new CheckedAnswer(null, "fault_choices");
        if (chosen.Count > 1 && question.Choices.Any(c => c.IsExclusive && chosen.Contains(c.Id))) return new CheckedAnswer(null, "fault_choices");
        if (question.TakesSeveral && (chosen.Count < question.Min || chosen.Count > question.Max)) return new CheckedAnswer(null, "fault_choices", (chosen.Count < question.Min ? question.Min : question.Max)!.Value);
        if (!chosen.Contains(Choice.Other) || !question.HasOther) return new CheckedAnswer(new Answer { Values = chosen }, null);
        if (other.Length == 0) return new CheckedAnswer(null, "fault_other");
        return other.Length > LongestOther ? new CheckedAnswer(null, "fault_length", LongestOther) : new CheckedAnswer(new Answer { Values = chosen, Other = other }, null);
    }

    private static CheckedAnswer OfMatrix(Question question, Answer answer)
    {
        var parts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in question.Rows)
        {
            if (answer.Parts.TryGetValue(row.Id, out var value) && question.Choices.Any(c => c.Id == value)) parts[row.Id] = value;
        }

        if (parts.Count == 0) return CheckedAnswer.None;
        return question.IsRequired && parts.Count < question.Rows.Count ? new CheckedAnswer(null, "fault_rows") : new CheckedAnswer(new Answer { Parts = parts }, null);
    }

    private static CheckedAnswer OfRanking(Question question, Answer answer)
    {
        var ranked = answer.Values.Where(v => question.Choices.Any(c => c.Id == v)).ToList();
        if (ranked.Count == 0) return CheckedAnswer.None;
        return ranked.Count == question.Choices.Count && ranked.Distinct(StringComparer.Ordinal).Count() == ranked.Count ? new CheckedAnswer(new Answer { Values = ranked }, null) : new CheckedAnswer(null, "fault_rank");
    }

    private static CheckedAnswer OfNumber(Question question, Answer answer)
    {
        var text = (answer.Value ?? "").Trim();
        if (text.Length == 0) return CheckedAnswer.None;
        // A comma is the decimal point of many; both at once would be a guess.
        if (text.Contains(',', StringComparison.Ordinal) && !text.Contains('.', StringComparison.Ordinal)) text = text.Replace(',', '.');
        if (text.Length > 40 || !double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number)) return new CheckedAnswer(null, "fault_number");
        var isSlider = question.Kind == QuestionKind.Slider;
        var (least, most) = (question.Min ?? (isSlider ? 0 : -1e12), question.Max ?? (isSlider ? 100 : 1e12));
        if (number < least || number > most) return new CheckedAnswer(null, "fault_number", number < least ? least : most);
        if ((question.Step ?? (isSlider ? 1 : 0)) is > 0 and var step)
        {
            var steps = (number - (question.Min ?? 0)) / step;
            if (Math.Abs(steps - Math.Round(steps)) > 1e-6) return new CheckedAnswer(null, "fault_number");
        }

        return new CheckedAnswer(Answer.Of(number.ToString(CultureInfo.InvariantCulture)), null);
    }

    private static CheckedAnswer OfText(Question question, Answer answer)
    {
        var text = Clean(answer.Value);
        if (text.Length == 0) return CheckedAnswer.None;
        var most = question.Max ?? LongestText;
        if (text.Length > most) return new CheckedAnswer(null, "fault_length", most);
        return text.Length < question.Min ? new CheckedAnswer(null, "fault_length", question.Min.Value) : new CheckedAnswer(Answer.Of(text), null);
    }

    private static CheckedAnswer OfDate(Answer answer)
    {
        var text = (answer.Value ?? "").Trim();
        if (text.Length == 0) return CheckedAnswer.None;
        return DateOnly.TryParseExact(text, ["yyyy-MM-dd", "d.M.yyyy", "d/M/yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year >= 1800
            ? new CheckedAnswer(Answer.Of(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), null)
            : new CheckedAnswer(null, "fault_date");
    }

    private static CheckedAnswer OfContact(Question question, Answer answer)
    {
        var parts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in question.Fields)
        {
            var text = Clean(answer.Parts.GetValueOrDefault(field)).Replace("\n", " ", StringComparison.Ordinal);
            if (text.Length > LongestField) return new CheckedAnswer(null, "fault_length", LongestField);
            if (text.Length > 0) parts[field] = text;
        }

        var agrees = answer.Parts.GetValueOrDefault("consent") is "yes" or "on";
        if (parts.Count == 0) return CheckedAnswer.None;
        if (!agrees) return new CheckedAnswer(null, "fault_consent");
        if (parts.TryGetValue("email", out var email) && !IsEmail(email)) return new CheckedAnswer(null, "fault_email");
        if (parts.TryGetValue("phone", out var phone) && (phone.Count(char.IsAsciiDigit) is < 7 or > 15 || phone.Any(c => !char.IsAsciiDigit(c) && c is not ('+' or ' ' or '-' or '(' or ')' or '.' or '/')))) return new CheckedAnswer(null, "fault_phone");
        parts["consent"] = "yes";
        return new CheckedAnswer(new Answer { Parts = parts }, null);
    }

    private static bool IsEmail(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at == text.LastIndexOf('@') && text.IndexOf('.', at) > at + 1 && !text.EndsWith('.') && !text.Any(char.IsWhiteSpace);
    }
}
