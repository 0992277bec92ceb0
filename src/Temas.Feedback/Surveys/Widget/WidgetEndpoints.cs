using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Tracking;
using Temas.Customers.Api;
using Temas.Feedback.Asking;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Links;
using Temas.Feedback.Surveys.Respond;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Feedback.Surveys.Widget;

/// <summary>
/// <c>/v1/surveys</c>: what the survey part of temas.js asks. Is there a survey for this visitor on this page; it is shown now; it is opened. As a page can say anything, a claimed user is not asked for: the visitor is her anonymous id, and so are her
/// answers; whose that id is, identity resolution knows by evidence. Nothing of what is known of a customer is told here, but that there is something to ask.
/// </summary>
internal sealed class WidgetEndpoints(SiteCalls sites, IAskHere asking, SendingLimit limit)
{
    private const int LongestBody = 16 * 1024, LongestPage = 2_000, LongestId = 200;

    private static readonly string[] Forms = ["popover", "slide_in", "tab", "inline"];

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromDays(1);

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var here = routes.ServiceProvider.GetRequiredService<WidgetEndpoints>();
        SiteCalls.Map(routes, "/v1/surveys/offer", here.OfferAsync);
        SiteCalls.Map(routes, "/v1/surveys/shown", here.ShownAsync);
        SiteCalls.Map(routes, "/v1/surveys/open", here.OpenAsync);
    }

    /// <summary>The address of a page as rules may look at it: without its fragment, who signed in, and what in its query could be a secret or tell of a person. Null when it is none.</summary>
    public static string? Page(string? address)
    {
        if (address is not { Length: > 0 and <= LongestPage } || !Uri.TryCreate(address, UriKind.Absolute, out var page) || page.Scheme is not ("https" or "http")) return null;
        var kept = page.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Where(part => !IsSecret(part));
        var query = string.Join('&', kept);
        return page.GetLeftPart(UriPartial.Path).Replace(page.UserInfo.Length > 0 ? page.UserInfo + "@" : "\0", "", StringComparison.Ordinal) + (query.Length > 0 ? "?" + query : "");
    }

    private static bool IsSecret(string part)
    {
        var (name, value) = part.Split('=', 2) is [var n, var v] ? (n, Uri.UnescapeDataString(v)) : (part, "");
        return value.Contains('@', StringComparison.Ordinal) || (value.Length >= 10 && value.TrimStart('+').All(char.IsAsciiDigit))
            || ((string[])["pass", "token", "secret", "auth", "mail", "phone", "key", "code", "otp", "session"]).Any(s => name.Contains(s, StringComparison.OrdinalIgnoreCase));
    }

    private async Task OfferAsync(HttpContext http)
    {
        if (await ReadAsync(http, WidgetJson.Default.OfferRequest) is not { } asked || await OpenAsync(http, asked.WriteKey) is not { } call) return;
        if (asked.AnonymousId is not { Length: > 0 and <= LongestId } visitor || visitor.Any(char.IsControl))
        {
            await SiteCalls.FailedAsync(http, Problem.Invalid("visitor_invalid", "A visitor is named by the anonymous id of her browser, of 1 to 200 characters.", "anonymousId"));
            return;
        }

        if (Page(asked.Page) is not { } page)
        {
            await SiteCalls.FailedAsync(http, Problem.Invalid("page_invalid", "A page is named by its whole address, of up to 2,000 characters.", "page"));
            return;
        }

        var workspace = call.Workspace;
        var customer = ReadCustomer.Find(workspace, "anonymous_id:" + visitor);
        var place = new AskPlace("web", page, customer.IsOk ? customer.Value.Id : null, visitor, Language(asked.Language));
        var offer = await asking.DecideAsync(workspace, place, http.RequestAborted);
        var book = SurveyBook.Of(workspace);
        // A rule may be older than its survey.
        if (offer is null || book.Published(offer.Survey)?.Survey is not { } survey || !Forms.Contains(offer.Form) || survey.IsClosed)
        {
            await WriteAsync(http, new OfferReply(null), WidgetJson.Default.OfferReply);
            return;
        }

        var language = survey.LanguageFor([place.Language, http.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(l => l.Quality ?? 1).FirstOrDefault()?.Value.ToString()]);
        var ticket = new WidgetTicket(offer.Decision, place, call.Site, workspace.Clock.GetUtcNow().Add(WidgetTicket.Life).ToUnixTimeSeconds()).Seal(book.Tokens, offer.Survey);
        // A title may repeat traits, which are for nobody but who they belong to.
        var title = Logic.Piping.Fill(survey.Title.In(language), survey, language, Logic.Answers.None, new Dictionary<string, string>(StringComparer.Ordinal));
        await WriteAsync(http, new OfferReply(new WidgetOffer(offer.Survey, title, language, offer.Form, Math.Clamp(offer.AfterSeconds, 0, 3_600), offer.Target, ticket, survey.Theme.Accent, SurveyPictures.InkOn(survey.Theme.Accent))), WidgetJson.Default.OfferReply);
    }

    private async Task ShownAsync(HttpContext http)
    {
        if (await TicketAsync(http) is not var (call, ticket, _)) return;
        await WriteAsync(http, new ShownReply(await asking.ShownAsync(call.Workspace, ticket.Place, ticket.Decision, http.RequestAborted)), WidgetJson.Default.ShownReply);
    }

    private async Task OpenAsync(HttpContext http)
    {
        if (await TicketAsync(http) is not var (call, ticket, asked)) return;
        var (book, key) = (SurveyBook.Of(call.Workspace), asked.Survey!);
        var isAnonymous = book.Published(key)?.Survey.IsAnonymous is true;
        var now = call.Workspace.Clock.GetUtcNow();
        var until = (isAnonymous ? DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() / 3600 * 3600) : now) + AnswerWithin;
        var token = Invitation.New(until, ticket.Place.Channel, ticket.Site, isAnonymous ? null : ticket.Place.Visitor, ticket.Decision).Sign(book.Tokens, key);
        var path = TemasUrls.With($"{TemasUrls.Survey(call.Workspace.Key.Value, key)}/{RespondWay.Embedded.Path}", (Brought.Embedded, token), ("lang", Language(asked.Language)));
        await WriteAsync(http, new OpenReply(path), WidgetJson.Default.OpenReply);
    }

    private async Task<(SiteCall Call, WidgetTicket Ticket, TicketRequest Asked)?> TicketAsync(HttpContext http)
    {
        if (await ReadAsync(http, WidgetJson.Default.TicketRequest) is not { } asked || await OpenAsync(http, asked.WriteKey) is not { } call) return null;
        var ticket = WidgetTicket.Open(SurveyBook.Of(call.Workspace).Tokens, asked.Survey ?? "", asked.Ticket, call.Workspace.Clock.GetUtcNow());
        // A ticket goes to the website that it was made for, and back from there.
        if (ticket is not null && ticket.Site == call.Site) return (call, ticket, asked);
        await SiteCalls.FailedAsync(http, new Problem(ProblemKind.Forbidden, "offer_unknown", "This was offered to nobody, or it has ended.") { Field = "ticket", WayOut = "Ask for an offer." });
        return null;
    }

    private async Task<SiteCall?> OpenAsync(HttpContext http, string? writeKey)
    {
        var call = await sites.OpenAsync(http, writeKey);
        if (call.Problem is not { } problem) return call.Value;
        await SiteCalls.FailedAsync(http, problem);
        return null;
    }

    private async Task<T?> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
        where T : class
    {
        if (!limit.Takes(http))
        {
            await SiteCalls.FailedAsync(http, new Problem(ProblemKind.TooMany, "rate_limited", "Too much was asked from here.") { RetryAfter = TimeSpan.FromMinutes(1), WayOut = "Ask again after Retry-After." });
            return null;
        }

        if (http.Request.ContentLength is > LongestBody)
        {
            await SiteCalls.FailedAsync(http, Problem.Invalid("body_too_large", "A question has at most 16 KB."));
            return null;
        }

        try
        {
            // Browsers send it as text, which needs no asking beforehand; what it is is JSON. One byte more than there may be says that there is more.
            var body = new byte[LongestBody + 1];
            var length = await http.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, http.RequestAborted);
            if (length <= LongestBody && JsonSerializer.Deserialize(body.AsSpan(0, length), type) is { } read) return read;
        }
        catch (JsonException)
        {
            // Said below.
        }

        await SiteCalls.FailedAsync(http, Problem.Invalid("body_invalid", "The body is one JSON object of at most 16 KB."));
        return null;
    }

    private static string? Language(string? said) => said is { Length: <= 20 } && SurveyText.LanguageForm().IsMatch(said) ? said : said is { Length: >= 2 and <= 20 } && SurveyText.LanguageForm().IsMatch(said[..2]) ? said[..2] : null;

    private static Task WriteAsync<T>(HttpContext http, T body, JsonTypeInfo<T> type) => http.Response.WriteAsJsonAsync(body, type, cancellationToken: http.RequestAborted);
}
