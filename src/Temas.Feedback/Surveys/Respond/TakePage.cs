using System.Globalization;
using Microsoft.Extensions.Primitives;
using Temas.Feedback.Quality;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Responses;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys.Respond;

/// <summary>What became of a page that was sent.</summary>
/// <param name="Respondent">Where she stands now, with what is kept of her answers.</param>
/// <param name="Page">Id of the page to show.</param>
/// <param name="Filled">The page as she filled it in, where something is wrong with it.</param>
internal sealed record TakenPage(Respondent Respondent, string? Page, FilledPage? Filled);

/// <summary>Takes a page that a respondent sends: keeps what can be kept, and finishes the response when nothing more is to be asked.</summary>
internal sealed class TakePage(TellAnswers telling)
{
    /// <summary>Takes it; <paramref name="respondent"/> is open.</summary>
    public async Task<TakenPage> RunAsync(Workspace workspace, Respondent respondent, string? page, bool isBack, Func<string, StringValues> field, CancellationToken cancel)
    {
        var (book, survey, route) = (SurveyBook.Of(workspace), respondent.Survey!, respondent.Route);
        var at = route.IndexOf(page);
        // A page that is none for her, or no more: she is shown where she stands.
        if (at < 0) return new TakenPage(respondent, respondent.Response!.Page, null);
        var filled = ReadPage.Of(route.Pages[at], field, isBack);
        var now = workspace.Clock.GetUtcNow();
        var response = respondent.Response! with { Answers = respondent.Response.Answers.With(filled.Answers), ChangedAt = Respondent.Hour(survey, now) };
        // She began when she was shown her first page. Where nobody knows that, it is the moment at which she sent it, and says nothing of how quick she was.
        var shown = respondent.IsBegun ? null : BotSigns.ShownAt(book.Tokens, respondent, field(BotSigns.Shown), now);
        if (!respondent.IsBegun) response = response with { StartedAt = shown is { } since ? Respondent.Hour(survey, since) : response.ChangedAt };
        if (!string.IsNullOrWhiteSpace(field(BotSigns.Trap))) await BotSigns.NoteAsync(workspace.Database, survey.Key, response.Id, BotSign.HiddenField, cancel);
        respondent = respondent with { Response = response };
        route = respondent.Route;
        at = route.IndexOf(page);
        var next = filled.Faults.Count > 0 ? page : isBack ? route.Pages[Math.Max(0, at - 1)].Page.Id : at + 1 < route.Pages.Count ? route.Pages[at + 1].Page.Id : route.FirstIncomplete?.Page.Id;
        respondent = respondent with { Response = response with { Page = next ?? page } };
        var limits = survey.Quotas.Where(q => SurveyRun.Holds(q.When, route.Counted, respondent.Traits)).Select(q => (q.Key, q.Limit)).ToList();
        // What ends the survey is written once, as what is finished.
        if (filled.Faults.Count == 0 && !isBack && next is null)
        {
            // The moments that an anonymous survey keeps are those of the hour: that it was too fast is all that is noted.
            if (survey.IsAnonymous && shown is { } begun && now - begun < ResponseQuality.Least) await BotSigns.NoteAsync(workspace.Database, survey.Key, response.Id, BotSign.TooFast, cancel);
            return await FinishAsync(workspace, book, respondent, route, limits, cancel);
        }

        if (!await book.Responses.SaveAsync(respondent.Response)) return await AgainAsync(book, respondent, cancel);
        if (filled.Faults.Count > 0) return new TakenPage(respondent, page, filled);
        if (isBack) return new TakenPage(respondent, next, null);
        if (limits.Count == 0) return new TakenPage(respondent, next, null);
        // As soon as it is known that she belongs to a group that is full, she is asked no further.
        var taken = await book.Responses.TakenAsync(survey.Key, cancel);
        if (limits.All(l => taken.GetValueOrDefault(l.Key) < l.Limit)) return new TakenPage(respondent, next, null);
        await book.Responses.ScreenOutAsync(respondent.Response);
        return new TakenPage(respondent with { Standing = Standing.Full }, null, null);
    }

    /// <summary>Keeps what is filled in on a page and shows it again, as in another language. Of somebody who has filled in nothing, nothing is kept.</summary>
    public async Task<TakenPage> StayAsync(Workspace workspace, Respondent respondent, string? page, Func<string, StringValues> field, CancellationToken cancel)
    {
        var at = respondent.Route.IndexOf(page);
        if (at < 0) return new TakenPage(respondent, respondent.Response!.Page, null);
        var filled = ReadPage.Of(respondent.Route.Pages[at], field, lenient: true);
        if (!respondent.IsBegun && filled.Answers.All(a => a.Value is null)) return new TakenPage(respondent, page, null);
        var now = workspace.Clock.GetUtcNow();
        var response = respondent.Response! with { Answers = respondent.Response.Answers.With(filled.Answers), ChangedAt = Respondent.Hour(respondent.Survey!, now), Page = page };
        var book = SurveyBook.Of(workspace);
        if (!respondent.IsBegun) response = response with { StartedAt = Respondent.Hour(respondent.Survey!, BotSigns.ShownAt(book.Tokens, respondent, field(BotSigns.Shown), now) ?? now) };
        respondent = respondent with { Response = response };
        return await book.Responses.SaveAsync(response) ? new TakenPage(respondent, page, null) : await AgainAsync(book, respondent, cancel);
    }

    private async Task<TakenPage> FinishAsync(Workspace workspace, SurveyBook book, Respondent respondent, SurveyRoute route, List<(string Key, int Limit)> limits, CancellationToken cancel)
    {
        var survey = respondent.Survey!;
        if (book.Published(survey.Key)?.Survey.Limit is { } most) limits.Add((ResponseStore.Everybody, most));
        var done = respondent.Response! with
        {
            // Only what counts is kept of a finished response.
            Answers = route.Counted,
            Score = survey.ScoreQuestion is { } scored && route.Counted.TryGetValue(scored.Id, out var score) ? double.Parse(score.Value!, CultureInfo.InvariantCulture) : null,
            CompletedAt = respondent.Response.ChangedAt,
        };
        var finished = await book.Responses.FinishAsync(done, limits, isTold: !survey.IsAnonymous);
        if (finished == Finished.Before) return await AgainAsync(book, respondent, cancel);
        respondent = respondent with { Response = done, Standing = finished == Finished.Full ? Standing.Full : Standing.Done };
        // What is committed is told, whether or not she waits for it; what cannot be told now is told later.
        if (finished == Finished.Now && !survey.IsAnonymous) await telling.TellAsync(workspace, survey, done);
        return new TakenPage(respondent, null, null);
    }

    // Somebody else finished the same response meanwhile: the same link in two places.
    private static async Task<TakenPage> AgainAsync(SurveyBook book, Respondent respondent, CancellationToken cancel)
    {
        var stored = await book.Responses.FindAsync(respondent.Response!.Id, cancel);
        return new TakenPage(respondent with { Standing = stored?.State == ResponseState.ScreenedOut ? Standing.Full : Standing.Done, Response = stored ?? respondent.Response }, null, null);
    }
}
