using Temas.Engage.Contracts;
using Temas.Feedback.Asking.Invites;
using Temas.Feedback.Listening;
using Temas.Feedback.Scores;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys.Figures;

/// <summary>How many of those answered who were asked one by one: by an invitation, an asking rule or a personal link. Who came by a public link is in none of it.</summary>
/// <param name="Channel">Channel; null for all of them.</param>
/// <param name="Invited">So many were asked.</param>
/// <param name="Waiting">Of them so many messages are still to be sent.</param>
/// <param name="NotReached">So many messages were held back, given up or came back.</param>
/// <param name="Delivered">Of so many it was reported that they arrived; null where nothing reports that.</param>
/// <param name="Begun">So many began to answer; null where the survey is anonymous, and nothing tells who answered.</param>
/// <param name="Answered">So many finished; null as before.</param>
/// <param name="Rate">Answered of those who were reached, in per cent; null where there is none, or nobody knows.</param>
/// <param name="Low">The lower end of its interval (95 per cent, Wilson).</param>
/// <param name="High">The upper end.</param>
/// <param name="IsSmall">Whether there are so few that one more may change the picture.</param>
internal sealed record RateFigure(string? Channel, long Invited, long Waiting, long NotReached, long? Delivered, long? Begun, long? Answered, double? Rate, double? Low, double? High, bool IsSmall)
{
    /// <summary>With fewer who were reached the picture may change.</summary>
    private const int Few = 30;

    /// <summary>Of so many mails it is noticed when they are opened; null where that is noticed of nobody.</summary>
    public long? Watched { get; init; }

    /// <summary>Of them so many were opened, as far as one can tell.</summary>
    public long? Opened { get; init; }

    /// <summary>And of so many the picture was asked for by what may well be a program.</summary>
    public long? PerhapsOpened { get; init; }

    /// <summary>Whom the rate counts from: who was asked, without those whom it did not reach, or not yet, and those of whom there were enough.</summary>
    public long Reached { get; init; }

    /// <summary>The figure of some counts.</summary>
    public static RateFigure Of(string? channel, AskedCount asked, long waiting, long notReached, long? delivered)
    {
        // Who answered was reached, whatever a server said of her mail.
        var reached = Math.Max(asked.Answered, asked.Invited - waiting - notReached - asked.ScreenedOut);
        var isKnown = asked.Untold == 0;
        var score = isKnown && reached > 0 ? ScoreTally.Share(asked.Answered, reached) : null;
        return new RateFigure(
            channel, asked.Invited, waiting, notReached, delivered, isKnown ? asked.Begun : null, isKnown ? asked.Answered : null, ScoreFigure.Finite(score?.Value ?? double.NaN), ScoreFigure.Finite(score?.Low ?? double.NaN),
            ScoreFigure.Finite(score?.High ?? double.NaN), reached < Few)
        { Reached = reached };
    }
}

/// <summary>The response rate of a survey.</summary>
/// <param name="From">The first day on which those were asked who are counted.</param>
/// <param name="To">The last.</param>
/// <param name="All">All channels.</param>
/// <param name="Channels">Each channel, the most used first.</param>
internal sealed record SurveyRate(DateOnly From, DateOnly To, RateFigure All, IReadOnlyList<RateFigure> Channels);

/// <summary>Reckons how many of those answered who were asked.</summary>
internal static class ReadRate
{
    /// <summary>The rate of those who were asked in a period, over a channel or all; whenever they answered.</summary>
    public static async Task<Result<SurveyRate>> RunAsync(Workspace workspace, string key, FiguresFilter filter, CancellationToken cancel)
    {
        if (SurveyBook.Of(workspace).Published(key) is null) return Problem.NotFound("survey_unknown", "There is no published survey with this key.", "survey", null, "See GET /api/surveys.");
        var span = VoiceSpan.Of(filter.Period, filter.From, filter.To, WorkspaceSettings.Of(workspace).Zone(), workspace.Clock.GetUtcNow());
        if (span.Problem is { } problem) return problem;
        var asked = (await new InvitationStore(workspace.Database).CountAsync(key, span.Value.From, span.Value.To, cancel)).Where(c => string.IsNullOrEmpty(filter.Channel) || c.Channel == filter.Channel).ToList();
        var sent = asked.Count == 0 || workspace.FindPart<ICustomerChannels>() is not { } channels
            ? []
            : await channels.CountAsync(Invites.Kind, Invites.ReferenceOf(key), DateTimeOffset.FromUnixTimeMilliseconds(span.Value.From), DateTimeOffset.FromUnixTimeMilliseconds(span.Value.To), cancel);
        var messages = sent.Where(m => asked.Any(a => a.Channel == m.Channel)).ToList();
        return new SurveyRate(
            span.Value.Days[0], span.Value.Days[^1].AddDays(-1),
            Of(null, new AskedCount("", asked.Sum(a => a.Invited), asked.Sum(a => a.Untold), asked.Sum(a => a.Begun), asked.Sum(a => a.Answered), asked.Sum(a => a.ScreenedOut)), messages),
            [.. asked.OrderByDescending(a => a.Invited).ThenBy(a => a.Channel, StringComparer.Ordinal).Select(a => Of(a.Channel, a, [.. messages.Where(m => m.Channel == a.Channel)]))]);
    }

    private static RateFigure Of(string? channel, AskedCount asked, IReadOnlyList<MessageCount> messages)
    {
        var delivered = messages.Sum(m => m.Delivered);
        var figure = RateFigure.Of(channel, asked, messages.Sum(m => m.Waiting), messages.Sum(m => m.NotSent), delivered > 0 ? delivered : null);
        return messages.Sum(m => m.Watched) is > 0 and var watched ? figure with { Watched = watched, Opened = messages.Sum(m => m.Opened), PerhapsOpened = messages.Sum(m => m.PerhapsOpened) } : figure;
    }
}
