using Temas.Customers.Api;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Links;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Responses;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys.Respond;

/// <summary>Where somebody stands who was sent to a survey.</summary>
internal enum Standing
{
    /// <summary>There is no such survey, or the link was changed, ended or belongs to somebody who is gone.</summary>
    Unknown,

    /// <summary>She can answer.</summary>
    Open,

    /// <summary>No answers are taken any more.</summary>
    Closed,

    /// <summary>Enough have answered.</summary>
    Full,

    /// <summary>She has answered.</summary>
    Done,
}

/// <summary>Somebody who is asked, with what she answered so far and the version of the survey that she answers.</summary>
internal sealed record Respondent
{
    /// <summary>Where she stands.</summary>
    public required Standing Standing { get; init; }

    /// <summary>The survey, if it is known.</summary>
    public Survey? Survey { get; init; }

    /// <summary>What she brought along.</summary>
    public Invitation? Invitation { get; init; }

    /// <summary>Her token or personal link.</summary>
    public Brought Brought { get; init; } = new(Brought.Response, null);

    /// <summary>Where a kiosk stands before which she answers, one question a page; null when she does not.</summary>
    public string? Kiosk { get; init; }

    /// <summary>What she answered so far; nothing of it is stored before she answers something.</summary>
    public SurveyResponse? Response { get; init; }

    /// <summary>Something of her answers was kept before.</summary>
    public bool IsBegun { get; init; }

    /// <summary>What is known of her that the survey looks at.</summary>
    public IReadOnlyDictionary<string, string> Traits { get; init => field = value ?? Nothing; } = Nothing;

    /// <summary>Her way through the survey.</summary>
    public SurveyRoute Route => SurveyRun.Walk(Survey!, Response!.Answers, Traits, Invitation.SeedOf(Response.Id)) is var route && Kiosk is null ? route : route.OneByOne();

    private static IReadOnlyDictionary<string, string> Nothing { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How long the token of a public link holds.</summary>
    public static readonly TimeSpan TokenLife = TimeSpan.FromDays(30);

    private static readonly Respondent NotKnown = new() { Standing = Standing.Unknown };

    /// <summary>Finds who asks. Reads, and changes nothing.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="key">Key of the survey.</param>
    /// <param name="brought">Her token.</param>
    /// <param name="channel">How a public link reached her.</param>
    /// <param name="languages">The languages that she wants, best first; between them null, where what is known of her has its say.</param>
    /// <param name="kiosk">Where the kiosk stands before which she is; null for none.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<Respondent> FindAsync(Workspace workspace, string key, Brought brought, string? channel, IReadOnlyList<string?> languages, string? kiosk, CancellationToken cancel)
    {
        var book = SurveyBook.Of(workspace);
        var now = workspace.Clock.GetUtcNow();
        if (book.Published(key) is not { } published) return NotKnown;
        var unknown = NotKnown with { Survey = published.Survey, Kiosk = kiosk };
        Invitation? invitation;
        var isNew = brought.Token is null;
        if (brought.Token is not null)
        {
            invitation = Invitation.Open(book.Tokens, key, brought);
            if (invitation is null || invitation.Until < now) return unknown;
        }
        else
        {
            var until = Hour(published.Survey, now) + TokenLife;
            invitation = kiosk is not null ? Invitation.AtKiosk(until, kiosk) : Invitation.New(until, channel is not null && Invitation.Channels.Contains(channel) ? channel : "web");
            brought = new Brought(Brought.Response, invitation.Sign(book.Tokens, key));
        }

        // Nothing is kept of a response whose id was made just now.
        var stored = isNew ? null : await book.Responses.FindAsync(invitation.Response, cancel);
        var survey = stored is null ? published.Survey : await book.VersionAsync(key, stored.Version, cancel);
        if (survey is null) return unknown;
        // A visitor is who her browser says: her own anonymous id, which is joined with a customer by evidence alone. Nothing that is known of that customer is shown to her.
        var identifier = stored?.Customer ?? (invitation.Visitor is { } visitor && !survey.IsAnonymous ? "anonymous_id:" + visitor : null);
        IReadOnlyDictionary<string, string> traits = Nothing;
        if (invitation.Customer is { } customer)
        {
            if (survey.IsAnonymous || await ReadCustomer.RunAsync(workspace, customer, patience: TimeSpan.FromMilliseconds(500), cancel: cancel) is not { IsOk: true } read) return unknown;
            identifier ??= read.Value.Customer.Canonical.ToString();
            traits = read.Value.Profile.Traits.GroupBy(t => t.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Value.Display, StringComparer.Ordinal);
        }

        // What she chose, then what is known of her, then what her browser says.
        var language = survey.LanguageFor([languages[0], stored?.Language, traits.GetValueOrDefault("language") ?? traits.GetValueOrDefault("locale"), .. languages.Skip(1)]);
        var found = new Respondent
        {
            Standing = Standing.Open,
            Survey = survey,
            Invitation = invitation,
            Brought = brought,
            Kiosk = kiosk,
            IsBegun = stored is not null,
            Traits = traits,
            Response = (stored ?? new SurveyResponse { Id = invitation.Response, Survey = key, Version = published.Version, Customer = identifier, Channel = invitation.Channel, About = invitation.About, StartedAt = Hour(survey, now), Language = language }) with { Language = language },
        };
        if (stored is { State: ResponseState.Complete }) return found with { Standing = Standing.Done };
        if (stored is { State: ResponseState.ScreenedOut }) return found with { Standing = Standing.Full };
        // Whether it is closed is said by the newest version, whichever she began with.
        if (published.Survey.IsClosed || published.Survey.ClosesAt <= now) return found with { Standing = Standing.Closed };
        if (published.Survey.Limit is { } limit && (await book.Responses.TakenAsync(key, cancel)).GetValueOrDefault(ResponseStore.Everybody) >= limit) return found with { Standing = Standing.Full };
        return found;
    }

    /// <summary>A moment as a survey keeps it: of an anonymous one the hour alone.</summary>
    public static DateTimeOffset Hour(Survey survey, DateTimeOffset at) => survey.IsAnonymous ? DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds() / 3600 * 3600) : DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
