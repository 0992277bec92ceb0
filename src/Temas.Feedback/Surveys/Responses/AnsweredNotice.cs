using System.Buffers;
using System.Text;
using System.Text.Json;
using Temas.Customers.Api;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Logic;
using Temas.Storage.ModuleEvents;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys.Responses;

/// <summary>
/// The module event <c>survey.answered</c>: what other modules and webhooks hear of a finished response, after it is on the timeline. One transaction with the note that it was told, so each is told once. Nothing is told of anonymous surveys.
/// </summary>
internal static class AnsweredNotice
{
    /// <summary>Its kind.</summary>
    public const string Kind = "survey.answered";

    /// <summary>Tells some responses and notes that they were told.</summary>
    public static Task CommitAsync(Workspace workspace, IReadOnlyList<(SurveyResponse Response, Survey Survey)> told, CancellationToken cancel) =>
        told.Count == 0 ? Task.CompletedTask : workspace.Events.CommitAsync(
            [.. told.Select(t => new NewModuleEvent(Kind, SubjectOf(workspace, t.Response), Write(t.Response, t.Survey)))],
            (connection, transaction, _) => ResponseStore.ToldAsync(connection, transaction, told.Select(t => t.Response.Id)),
            cancel);

    /// <summary>The public id of who answers; empty where nobody knows.</summary>
    public static string SubjectOf(Workspace workspace, SurveyResponse response) =>
        ReadCustomer.Find(workspace, response.Customer ?? AnsweredEvent.OwnIdentifier + response.Id) is { IsOk: true } found ? found.Value.Id : "";

    /// <summary>What is told of a response.</summary>
    public static string Write(SurveyResponse response, Survey survey)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("survey", survey.Key);
        json.WriteNumber("version", response.Version);
        json.WriteString("response", response.Id);
        if (survey.ScoreQuestion is { } scored && response.Score is { } score)
        {
            json.WriteString("type", AnsweredEvent.TypeOf(scored));
            json.WriteNumber("score", score);
        }

        // Where somebody stopped who has not finished.
        if (response is { State: ResponseState.Partial, Page: { } page }) json.WriteString("page", page);
        json.WriteString("language", response.Language);
        json.WriteString("channel", response.Channel);
        json.WriteStartObject("about");
        foreach (var (name, value) in response.About) json.WriteString(name, value);
        json.WriteEndObject();
        // How she can be reached belongs to her profile, and goes to nobody else.
        var contacts = survey.Questions.Where(q => q.Kind == QuestionKind.Contact).Select(q => q.Id).ToHashSet(StringComparer.Ordinal);
        json.WritePropertyName("answers");
        json.WriteRawValue(Answers.Write(response.Answers.Where(a => !contacts.Contains(a.Key)).ToDictionary(a => a.Key, a => a.Value, StringComparer.Ordinal)));
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
