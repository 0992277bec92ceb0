using Temas.Customers.Api;
using Temas.Feedback.Asking.Invites;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Feedback.Surveys.Links;

/// <summary>A personal link that is asked for.</summary>
/// <param name="Customer">Who is asked: public id, or <c>kind:value</c> of an identifier.</param>
/// <param name="Days">How many days it holds, 1 to 365; 30 where nothing is said.</param>
/// <param name="Channel">How it will reach her: <c>email</c>, <c>sms</c> …; <c>web</c> where nothing is said.</param>
/// <param name="About">What it is about: <c>order_id</c>, <c>ticket_id</c>, <c>store_id</c>, <c>product_id</c>, <c>receipt_id</c>.</param>
internal sealed record LinkRequest(string? Customer, int? Days, string? Channel, IReadOnlyDictionary<string, string>? About);

/// <summary>A personal link.</summary>
/// <param name="Path">Its address on this server.</param>
/// <param name="Until">When it ends.</param>
internal sealed record PersonalLink(string Path, DateTimeOffset Until);

/// <summary>Makes personal links: signed, for one customer and one response. Of a link is kept that she was asked, and nothing else before it is answered.</summary>
internal static class MakeLink
{
    private const int MostDays = 365, LongestAbout = 100;

    private const string Kiosk = "kiosk";

    /// <summary>The address of a survey for a kiosk: signed, with the store in which it stands.</summary>
    public static Result<string> ForKiosk(Workspace workspace, string key, string? place)
    {
        var book = SurveyBook.Of(workspace);
        if (book.Published(key) is null) return Problem.NotFound("survey_unknown", "No survey with this key was published.", "survey", key, "Publish it, or see GET /api/surveys.");
        var store = place?.Trim() ?? "";
        if (store.Length > LongestAbout || store.Any(char.IsControl)) return Problem.Invalid("subject_invalid", "What a link is about has 1 to 100 characters.", "place", store);
        return TemasUrls.With($"{TemasUrls.Survey(workspace.Key.Value, key)}/{Kiosk}", ("k", book.Tokens.Sign(Kiosk, key, "@" + store)));
    }

    /// <summary>Where a kiosk stands by its token, empty for nowhere in particular; null when there is no such kiosk.</summary>
    public static string? PlaceOf(SurveyTokens tokens, string key, string? token) => tokens.Open(Kiosk, key, token)?[1..];

    /// <summary>Makes one.</summary>
    public static async Task<Result<PersonalLink>> RunAsync(Workspace workspace, string key, LinkRequest request, CancellationToken cancel)
    {
        var book = SurveyBook.Of(workspace);
        if (book.Published(key) is not { } published) return Problem.NotFound("survey_unknown", "No survey with this key was published.", "survey", key, "Publish it, or see GET /api/surveys.");
        if (published.Survey.IsAnonymous) return new Problem(ProblemKind.Conflict, "survey_anonymous", "An anonymous survey has no personal links: they would tell who answers.") { Field = "survey", Value = key, WayOut = "Send its public link." };
        if (request.Days is < 1 or > MostDays) return Problem.Invalid("days_invalid", "A link holds for 1 to 365 days.", "days", $"{request.Days}", "Give a number of days, or nothing for 30.");
        if (request.Channel is { } channel && !Invitation.Channels.Contains(channel)) return Problem.Invalid("channel_unknown", "There is no such channel.", "channel", channel, $"It is one of {string.Join(", ", Invitation.Channels)}.");
        var about = request.About ?? new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in about)
        {
            if (!Invitation.Subjects.Contains(name)) return Problem.Invalid("subject_unknown", "A link is not about such a thing.", $"about.{name}", value, $"It is about {string.Join(", ", Invitation.Subjects)}.");
            if (value.Length is 0 or > LongestAbout) return Problem.Invalid("subject_invalid", "What a link is about has 1 to 100 characters.", $"about.{name}", value);
        }

        var found = ReadCustomer.Find(workspace, request.Customer ?? "");
        if (found.Problem is { } nobody) return nobody;
        // Whole minutes keep the link short.
        var now = workspace.Clock.GetUtcNow();
        var until = DateTimeOffset.FromUnixTimeSeconds(now.AddDays(request.Days ?? 30).ToUnixTimeSeconds() / 60 * 60);
        var invitation = Invitation.New(until, request.Channel ?? "web", found.Value.Id, about);
        var token = invitation.Sign(book.Tokens, key);
        await using (var connection = await workspace.Database.OpenAsync(cancel))
            await InvitationStore.AddAsync(connection, null, new Asked { Id = invitation.Response, Survey = key, Channel = invitation.Channel, Customer = found.Value.Id, Response = invitation.Response, At = now });
        return new PersonalLink(TemasUrls.With(TemasUrls.Survey(workspace.Key.Value, key), ("t", token)), until);
    }
}
