using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Temas.Customers.Api;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Links;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Respond;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys.Entering;

/// <summary>Answers that somebody enters for a customer: an agent who has her on the phone, or a program.</summary>
/// <param name="Id">Id of the response; the same again is the same response.</param>
/// <param name="Customer">Who answered: public id, or <c>kind:value</c> of an identifier; null for somebody unknown.</param>
/// <param name="Language">In which language; null for that of the customer or the first of the survey.</param>
/// <param name="Channel">How she was asked.</param>
/// <param name="About">What it is about.</param>
/// <param name="Answers">What she said, as it was given.</param>
internal sealed record Entry(string Id, string? Customer, string? Language, string Channel, IReadOnlyDictionary<string, string> About, IReadOnlyDictionary<string, Answer> Answers);

/// <summary>What is wrong with an answer.</summary>
/// <param name="Question">Id of the question.</param>
/// <param name="Fault">Name of the text that says it.</param>
/// <param name="Number">Its number.</param>
internal sealed record EntryFault(string Question, string Fault, double Number = 0);

/// <summary>What became of an entry: a response, or what is wrong with its answers.</summary>
internal sealed record Entered(SurveyResponse Response, IReadOnlyList<EntryFault> Faults);

/// <summary>
/// Takes a whole response that somebody enters for another. The way through the survey and what counts of the answers are those of the respondent's page; who entered it stands with it and in the audit trail.
/// </summary>
internal sealed class EnterAnswers(TellAnswers telling, IAuditTrail audit)
{
    /// <summary>An id by chance.</summary>
    public static string NewId() => "h" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(15));

    /// <summary>The id that belongs to what a program calls the same: its key of idempotency, for this survey and this caller.</summary>
    public static string IdOf(string survey, Actor by, string key) => "a" + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{survey}\0{by.Kind}\0{by.Name}\0{key}")).AsSpan(0, 15));

    /// <summary>Reads who and what it is about, without storing anything; <paramref name="stored"/> is what was kept of it before.</summary>
    public static async Task<Result<Respondent>> FindAsync(Workspace workspace, string key, Entry entry, SurveyResponse? stored, Actor by, CancellationToken cancel)
    {
        var book = SurveyBook.Of(workspace);
        if (book.Published(key) is not var (newest, version)) return Problem.NotFound("survey_unknown", "No survey with this key was published.", "survey", key, "Publish it, or see GET /api/surveys.");
        var survey = stored is null ? newest : await book.VersionAsync(key, stored.Version, cancel);
        if (survey is null) return Problem.NotFound("survey_unknown", "This version of the survey cannot be read any more.", "survey", key);
        var now = Respondent.Hour(survey, workspace.Clock.GetUtcNow());
        if (newest.IsClosed || newest.ClosesAt <= now) return new Problem(ProblemKind.Conflict, "survey_closed", "The survey takes no answers any more.") { Field = "survey", Value = key };
        if (!Invitation.Channels.Contains(entry.Channel)) return Problem.Invalid("channel_unknown", "There is no such channel.", "channel", entry.Channel, $"It is one of {string.Join(", ", Invitation.Channels)}.");
        foreach (var (name, value) in entry.About)
        {
            if (!Invitation.Subjects.Contains(name) || value.Length is 0 or > 100) return Problem.Invalid("subject_unknown", "A response is not about such a thing, or it has more than 100 characters.", $"about.{name}", value, $"It is about {string.Join(", ", Invitation.Subjects)}.");
        }

        string? identifier = null;
        IReadOnlyDictionary<string, string> traits = new Dictionary<string, string>(StringComparer.Ordinal);
        if (entry.Customer is { Length: > 0 } customer)
        {
            if (survey.IsAnonymous) return new Problem(ProblemKind.Conflict, "survey_anonymous", "An anonymous survey does not say who answered.") { Field = "customer", WayOut = "Leave the customer out." };
            var read = await ReadCustomer.RunAsync(workspace, customer, patience: TimeSpan.FromSeconds(1), cancel: cancel);
            if (read.Problem is { } nobody) return nobody;
            identifier = read.Value.Customer.Canonical.ToString();
            traits = read.Value.Profile.Traits.GroupBy(t => t.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Value.Display, StringComparer.Ordinal);
        }

        if (entry.Language is not null && survey.Languages.All(l => l != entry.Language)) return Problem.Invalid("language_unknown", "The survey is not asked in this language.", "language", entry.Language, $"It is asked in {string.Join(", ", survey.Languages)}.");
        var language = survey.LanguageFor([entry.Language, stored?.Language, traits.GetValueOrDefault("language") ?? traits.GetValueOrDefault("locale")]);
        var begun = stored ?? new SurveyResponse { Id = entry.Id, Survey = key, Version = version, Customer = identifier, Channel = entry.Channel, About = entry.About, StartedAt = now, Language = language, EnteredBy = survey.IsAnonymous ? null : by.Name };
        var response = begun with { Language = language, Answers = entry.Answers, ChangedAt = now };
        return new Respondent { Standing = Standing.Open, Survey = survey, Traits = traits, Response = response };
    }

    /// <summary>What is wrong with the answers of somebody, question by question in the order in which they are asked.</summary>
    /// <param name="respondent">Who answers.</param>
    /// <param name="strict">Whether an answer to what is not asked is wrong, too.</param>
    public static IReadOnlyList<EntryFault> Check(Respondent respondent, bool strict)
    {
        var (given, route, faults) = (respondent.Response!.Answers, respondent.Route, new List<EntryFault>());
        foreach (var question in route.Pages.SelectMany(p => p.Questions).Where(q => q.Kind != QuestionKind.Message))
        {
            var result = given.TryGetValue(question.Id, out var answer) ? AnswerCheck.Of(question, answer) : CheckedAnswer.None;
            if (result.Fault is { } fault) faults.Add(new EntryFault(question.Id, fault, result.Number));
            else if (result.Answer is null && question.IsRequired) faults.Add(new EntryFault(question.Id, "fault_required"));
            // The page of a respondent leaves out what is no choice of hers; who writes a program wants to know.
            else if (strict && answer is not null && (result.Answer is null || result.Answer.Values.Count < answer.Values.Count || result.Answer.Parts.Count < answer.Parts.Count)) faults.Add(new EntryFault(question.Id, "fault_choices"));
        }

        if (strict) faults.AddRange(given.Keys.Where(id => !route.Pages.Any(p => p.Questions.Any(q => q.Id == id))).Order(StringComparer.Ordinal).Select(id => new EntryFault(id, "not_asked")));
        return faults;
    }

    /// <summary>Keeps what was entered so far.</summary>
    public static Task<bool> KeepAsync(Workspace workspace, Respondent respondent) => SurveyBook.Of(workspace).Responses.SaveAsync(respondent.Response!);

    /// <summary>Finishes a response with nothing wrong; a problem where there is no place any more.</summary>
    public async Task<Result<SurveyResponse>> FinishAsync(Workspace workspace, Respondent respondent, Actor by, CancellationToken cancel)
    {
        var (book, survey, route) = (SurveyBook.Of(workspace), respondent.Survey!, respondent.Route);
        var limits = survey.Quotas.Where(q => SurveyRun.Holds(q.When, route.Counted, respondent.Traits)).Select(q => (q.Key, q.Limit)).ToList();
        if (book.Published(survey.Key)?.Survey.Limit is { } most) limits.Add((ResponseStore.Everybody, most));
        var done = respondent.Response! with
        {
            Answers = route.Counted,
            Score = survey.ScoreQuestion is { } scored && route.Counted.TryGetValue(scored.Id, out var score) ? double.Parse(score.Value!, CultureInfo.InvariantCulture) : null,
            CompletedAt = respondent.Response.ChangedAt,
            State = ResponseState.Complete,
        };
        var finished = await book.Responses.FinishAsync(done, limits, isTold: !survey.IsAnonymous);
        if (finished == Finished.Full) return new Problem(ProblemKind.Conflict, "survey_full", "Enough people have answered, or enough of her group.") { Field = "survey", Value = survey.Key };
        if (finished == Finished.Before) return await book.Responses.FindAsync(done.Id, cancel) is { } before ? before : Problem.NotFound("response_unknown", "There is no such response.");
        // Of an anonymous survey the moment would tell which response it is, and so who was spoken with.
        if (!survey.IsAnonymous) await audit.RecordAsync(new AuditEntry(workspace.Key, by, "survey.response_entered", $"response {done.Id}"), cancel);
        if (!survey.IsAnonymous) await telling.TellAsync(workspace, survey, done);
        return done;
    }
}
