using System.Globalization;
using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Links;
using Temas.Feedback.Surveys.Logic;
using Temas.Kernel;
using Temas.Storage.EventLog;

namespace Temas.Feedback.Surveys.Reported;

/// <summary>That another system asked somebody, or was answered, as its event says (docs/surveys.md).</summary>
/// <param name="Position">Position of the event in the log.</param>
/// <param name="At">When it happened, in milliseconds since 1970 UTC.</param>
/// <param name="IsAnswer">Whether it is an answer; otherwise somebody was asked.</param>
/// <param name="Survey">What that system calls the survey.</param>
/// <param name="Properties">The properties of the event, as JSON.</param>
internal sealed record ReportedEvent(long Position, long At, bool IsAnswer, string Survey, byte[] Properties)
{
    private static readonly PropertyPath SurveyId = new("survey_id"), Response = new("response_id"), ChannelName = new("channel"), LanguageName = new("language"), Kind = new("survey_type"), Score = new("score"), Text = new("text"), Comment = new("comment");

    /// <summary>Reads an event of another system; null for any other.</summary>
    public static ReportedEvent? Read(in LogEvent e)
    {
        if (e.Kind != LogRecordKind.Event || e.Fields.Type != EventType.Track || (e.Flags & EventFlags.Bot) != 0 || !e.Fields.Name.Exists || !e.Fields.Properties.Exists) return null;
        var name = e.Fields.Name.Of(e.Json);
        var isAnswer = name.SequenceEqual("\"Survey Answered\""u8);
        if (!isAnswer && !name.SequenceEqual("\"Survey Sent\""u8)) return null;
        var properties = e.Fields.Properties.Of(e.Json);
        return Say(properties, SurveyId) is { Length: > 0 } survey ? new ReportedEvent(e.Position, e.Time, isAnswer, survey, properties.ToArray()) : null;
    }

    /// <summary>The id of what is kept of it for a survey, of which several may take it: of its place, so that it is kept once, and found when it is erased.</summary>
    public static string IdOf(long position, string survey) => FormattableString.Invariant($"e{position}-{survey}");

    /// <summary>The id that the answer has elsewhere; of answers that were given here that of the response.</summary>
    public string? ResponseId => Say(Properties, Response);

    /// <summary>By which channel she was asked: as the event says; otherwise by mail.</summary>
    public string Channel => Say(Properties, ChannelName) is { } told && Invitation.Channels.Contains(told) ? told : "email";

    /// <summary>In which language.</summary>
    public string? Language => Say(Properties, LanguageName);

    /// <summary>What it is about.</summary>
    public Dictionary<string, string> About()
    {
        var about = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var subject in Invitation.Subjects)
        {
            if (Say(Properties, new PropertyPath(subject)) is { Length: > 0 and <= 100 } value) about[subject] = value;
        }

        return about;
    }

    /// <summary>
    /// What was answered of a survey: the score to the question of the scale that the event names, the text to the first open question, and <c>answers</c> by their questions. What the survey does not ask, and what is no answer to what it asks, is left out.
    /// </summary>
    public Dictionary<string, Answer> AnswersTo(Survey survey)
    {
        var given = new Dictionary<string, Answer>(StringComparer.Ordinal);
        if (Say(Properties, Score) is { } score && ScoredBy(survey, Say(Properties, Kind)) is { } scored) Put(given, scored, Answer.Of(score));
        if ((Say(Properties, Text) ?? Say(Properties, Comment)) is { } text && survey.CommentQuestion is { } open) Put(given, open, Answer.Of(text));
        using var document = JsonDocument.Parse(Properties);
        if (!document.RootElement.TryGetProperty("answers", out var answers) || answers.ValueKind != JsonValueKind.Object) return given;
        foreach (var question in survey.Questions.Where(q => q.Kind is not (QuestionKind.Message or QuestionKind.Contact)))
        {
            if (answers.TryGetProperty(question.Id, out var value) && Of(value) is { } answer) Put(given, question, answers.TryGetProperty(question.Id + "_other", out var other) ? answer with { Other = Said(other) } : answer);
        }

        return given;
    }

    // A survey of several scales is told apart by the type of the answer.
    private static Question? ScoredBy(Survey survey, string? type) => type switch
    {
        "nps" => survey.Questions.FirstOrDefault(q => q.Kind == QuestionKind.Nps),
        "csat" => survey.Questions.FirstOrDefault(q => q.Kind == QuestionKind.Csat),
        "ces" => survey.Questions.FirstOrDefault(q => q.Kind == QuestionKind.Ces),
        _ => survey.ScoreQuestion,
    };

    private static void Put(Dictionary<string, Answer> given, Question question, Answer answer)
    {
        if (AnswerCheck.Of(question, answer) is { Fault: null, Answer: { } right }) given[question.Id] = right;
    }

    private static Answer? Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String or JsonValueKind.Number => Answer.Of(Said(value)!),
        JsonValueKind.Array => new Answer { Values = [.. value.EnumerateArray().Select(Said).OfType<string>()] },
        JsonValueKind.Object => new Answer { Parts = value.EnumerateObject().Where(p => Said(p.Value) is not null).GroupBy(p => p.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => Said(g.Last().Value)!, StringComparer.Ordinal) },
        _ => null,
    };

    private static string? Said(JsonElement value) => value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Number => value.GetRawText(), _ => null };

    private static string? Say(ReadOnlySpan<byte> properties, PropertyPath path)
    {
        var found = EventJson.Find(properties, path);
        return EventJson.Text(properties, found) ?? (EventJson.TryNumber(properties, found, out var number) ? number.ToString(CultureInfo.InvariantCulture) : null);
    }
}
