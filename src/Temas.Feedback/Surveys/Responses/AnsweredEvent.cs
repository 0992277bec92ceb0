using System.Buffers;
using System.Text.Json;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Logic;

namespace Temas.Feedback.Surveys.Responses;

/// <summary>
/// The event <c>Survey Answered</c> of a finished response, as any other source would send it (docs/surveys.md). Its message id is made of the response's, so that the log takes it once, however often it is sent. What somebody wrote to be reached by is
/// no property; with consent it names the customer.
/// </summary>
internal static class AnsweredEvent
{
    /// <summary>Name of the event.</summary>
    public const string Name = "Survey Answered";

    private const string ConsentName = "Consent Given";

    /// <summary>What the identifier of a respondent begins with whom nobody knows; the id of her response follows.</summary>
    public const string OwnIdentifier = "anonymous_id:survey-";

    /// <summary>The message, as JSON.</summary>
    public static ReadOnlyMemory<byte> Write(Survey survey, SurveyResponse response)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("type", "track");
        json.WriteString("event", Name);
        json.WriteString("messageId", "survey-" + response.Id);
        json.WriteString("timestamp", response.CompletedAt!.Value);
        WriteWho(json, survey, response);
        json.WriteStartObject("properties");
        json.WriteString("survey_id", survey.Key);
        if (survey.ScoreQuestion is { } scored && response.Score is { } score)
        {
            json.WriteString("survey_type", TypeOf(scored));
            json.WriteNumber("score", score);
        }

        if (survey.CommentQuestion is { } comment && response.Answers.TryGetValue(comment.Id, out var text) && text.Value is { } words) json.WriteString("text", words);
        json.WriteNumber("survey_version", response.Version);
        json.WriteString("response_id", response.Id);
        json.WriteString("language", response.Language);
        json.WriteString("channel", response.Channel);
        if (survey.Touchpoint is { } touchpoint) json.WriteString("touchpoint", touchpoint);
        foreach (var (name, value) in response.About) json.WriteString(name, value);
        json.WriteStartObject("answers");
        foreach (var question in survey.Questions.Where(q => q.Kind != QuestionKind.Contact))
        {
            if (response.Answers.TryGetValue(question.Id, out var answer)) WriteAnswer(json, question, answer);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>
    /// The event <c>Consent Given</c> of a respondent who left how to reach her, agreed to it, and whose survey says under which purpose that is kept; null where she did not. For the channels alone of which she left an address, and by a message id of its own: once.
    /// </summary>
    public static ReadOnlyMemory<byte>? WriteConsent(Survey survey, SurveyResponse response)
    {
        var agreed = survey.Questions.FirstOrDefault(q => q.Kind == QuestionKind.Contact && q.Purpose is not null && response.Answers.GetValueOrDefault(q.Id)?.Parts.ContainsKey("consent") is true);
        if (agreed is null) return null;
        var parts = response.Answers[agreed.Id].Parts;
        string[] channels = [.. parts.ContainsKey("email") ? ["email"] : (string[])[], .. parts.ContainsKey("phone") ? (string[])["phone", "sms"] : []];
        if (channels.Length == 0) return null;
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("type", "track");
        json.WriteString("event", ConsentName);
        json.WriteString("messageId", "survey-consent-" + response.Id);
        json.WriteString("timestamp", response.CompletedAt!.Value);
        WriteWho(json, survey, response);
        json.WriteStartObject("properties");
        json.WriteString("purpose", agreed.Purpose);
        json.WriteStartArray("channels");
        foreach (var channel in channels) json.WriteStringValue(channel);
        json.WriteEndArray();
        json.WriteString("method", "survey");
        // What she agreed to, as it was written.
        if (agreed.Consent?.In(response.Language) is { Length: > 0 } text) json.WriteString("text", text);
        json.WriteString("survey_id", survey.Key);
        json.WriteNumber("survey_version", response.Version);
        json.WriteString("response_id", response.Id);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>What sort of survey it is, by the question of its score.</summary>
    public static string TypeOf(Question scored) => scored.Kind switch
    {
        QuestionKind.Nps => "nps",
        QuestionKind.Csat => "csat",
        _ => "ces",
    };

    private static void WriteWho(Utf8JsonWriter json, Survey survey, SurveyResponse response)
    {
        var contact = survey.Questions.Where(q => q.Kind == QuestionKind.Contact).Select(q => response.Answers.GetValueOrDefault(q.Id)).FirstOrDefault(a => a is not null);
        var email = contact?.Parts.GetValueOrDefault("email");
        var colon = response.Customer?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        var (kind, value) = colon > 0 ? (response.Customer![..colon], response.Customer[(colon + 1)..]) : ("anonymous_id", "survey-" + response.Id);
        if (kind == "user_id") json.WriteString("userId", value);
        else if (kind == "anonymous_id") json.WriteString("anonymousId", value);
        json.WriteStartObject("context");
        if (kind is not ("user_id" or "anonymous_id"))
        {
            json.WriteStartArray("externalIds");
            json.WriteStartObject();
            json.WriteString("id", value);
            json.WriteString("type", kind);
            json.WriteString("collection", "users");
            json.WriteString("encoding", "none");
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteString("locale", response.Language);
        if (contact is not null)
        {
            json.WriteStartObject("traits");
            if (email is not null) json.WriteString("email", email);
            if (contact.Parts.TryGetValue("phone", out var phone)) json.WriteString("phone", phone);
            if (contact.Parts.TryGetValue("name", out var name)) json.WriteString("name", name);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteAnswer(Utf8JsonWriter json, Question question, Answer answer)
    {
        if (question.Kind == QuestionKind.Matrix)
        {
            json.WriteStartObject(question.Id);
            foreach (var (row, value) in answer.Parts) json.WriteString(row, value);
            json.WriteEndObject();
        }
        else if (question.TakesSeveral || question.Kind == QuestionKind.Ranking)
        {
            json.WriteStartArray(question.Id);
            foreach (var value in answer.Values) json.WriteStringValue(value);
            json.WriteEndArray();
        }
        else if (question.Scale is not null || question.Kind is QuestionKind.Slider or QuestionKind.Number)
        {
            json.WritePropertyName(question.Id);
            json.WriteRawValue(answer.Value!);
        }
        else
        {
            json.WriteString(question.Id, answer.Value);
        }

        if (answer.Other is { } other) json.WriteString(question.Id + "_other", other);
    }
}
