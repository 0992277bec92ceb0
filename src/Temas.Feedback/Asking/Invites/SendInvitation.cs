using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Customers.Api;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Links;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;

namespace Temas.Feedback.Asking.Invites;

/// <summary>An invitation that somebody sends by hand.</summary>
/// <param name="Customer">Who is asked: public id, or <c>kind:value</c> of an identifier.</param>
/// <param name="Channel">By which channel; where nothing is said, the open one that she prefers.</param>
/// <param name="Days">How many days its link holds, 1 to 365; 30 where nothing is said.</param>
/// <param name="About">What it is about: <c>order_id</c>, <c>ticket_id</c>, <c>store_id</c>, <c>product_id</c>, <c>receipt_id</c>.</param>
internal sealed record InvitationRequest(string? Customer, string? Channel, int? Days, IReadOnlyDictionary<string, string>? About);

/// <summary>An invitation that is on its way.</summary>
/// <param name="Id">Its id; the outbox calls its message <c>invite:</c> and this.</param>
/// <param name="Channel">By which channel it goes.</param>
/// <param name="Until">When its link ends.</param>
internal sealed record InvitationBody(string Id, string Channel, DateTimeOffset Until);

/// <summary>Sends one invitation because a person or a program wants it. What the channels say holds for it, too.</summary>
internal sealed class SendInvitation(IInvites invites, IAuditTrail audit)
{
    private const int MostDays = 365, LongestAbout = 100;

    /// <summary>Sends it.</summary>
    public async Task<Result<InvitationBody>> RunAsync(Workspace workspace, string key, InvitationRequest request, Actor by, CancellationToken cancel)
    {
        if (SurveyBook.Of(workspace).Published(key) is not { } published) return Problem.NotFound("survey_unknown", "No survey with this key was published.", "survey", null, "Publish it, or see GET /api/surveys.");
        if (published.Survey.IsClosed || published.Survey.ClosesAt <= workspace.Clock.GetUtcNow()) return new Problem(ProblemKind.Conflict, "survey_closed", "The survey takes no answers any more.") { Field = "survey", Value = key, WayOut = "Open it again, or ask another survey." };
        if (request.Days is < 1 or > MostDays) return Problem.Invalid("days_invalid", "A link holds for 1 to 365 days.", "days", $"{request.Days}", "Give a number of days, or nothing for 30.");
        foreach (var (name, value) in request.About ?? new Dictionary<string, string>())
        {
            if (!Invitation.Subjects.Contains(name)) return Problem.Invalid("subject_unknown", "A link is not about such a thing.", $"about.{name}", value, $"It is about {string.Join(", ", Invitation.Subjects)}.");
            if (value.Length is 0 or > LongestAbout) return Problem.Invalid("subject_invalid", "What a link is about has 1 to 100 characters.", $"about.{name}", value);
        }

        var found = ReadCustomer.Find(workspace, request.Customer ?? "");
        if (found.Problem is { } nobody) return nobody;
        var reach = invites.ReachOf(workspace, found.Value.Id);
        var wanted = string.IsNullOrEmpty(request.Channel) ? reach.FirstOrDefault(r => r.IsOpen) ?? (reach.Count > 0 ? reach[0] : null) : reach.FirstOrDefault(r => r.Channel == request.Channel);
        if (wanted is null) return Problem.Invalid("channel_unknown", "There is no such channel.", "channel", request.Channel, "See GET /api/channels.");
        if (wanted.Why is { } why) return Closed(wanted.Channel, why);
        var invite = new Invite
        {
            Id = "hand-" + Guid.CreateVersion7(workspace.Clock.GetUtcNow()).ToString("N"),
            Rule = "",
            Survey = key,
            Customer = found.Value.Id,
            Channel = wanted.Channel,
            Until = workspace.Clock.GetUtcNow().AddDays(request.Days ?? 30),
            About = request.About ?? new Dictionary<string, string>(StringComparer.Ordinal),
        };
        await using (var connection = await workspace.Database.OpenAsync(cancel))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await invites.QueueAsync(workspace, connection, transaction, invite);
            await transaction.CommitAsync(cancel);
        }

        await audit.RecordAsync(new AuditEntry(workspace.Key, by, "survey.invited", $"customer {found.Value.Id}") { After = $$"""{"survey": "{{key}}", "channel": "{{wanted.Channel}}"}""" }, cancel);
        invites.Wake(workspace);
        return new InvitationBody(invite.Id, wanted.Channel, invite.Until);
    }

    private static Problem Closed(string channel, string why)
    {
        var (detail, wayOut) = why switch
        {
            "channel_off" => ("The channel is off, or no mail server is set.", "Turn it on, or choose another channel."),
            "no_address" => ("No address of the customer is known for this channel.", "Choose another channel."),
            "no_consent" => ("The customer did not agree to be asked on this channel.", "Ask for consent first, or choose another channel."),
            "unsubscribed" => ("The customer wants no more surveys on this channel.", "Respect it."),
            "bounced" => ("Messages to the customer's address came back.", "Find out the right address first."),
            _ => ("The channel is closed to the customer.", "Choose another channel."),
        };
        return new Problem(ProblemKind.Conflict, $"reach_{why}", detail) { Field = "channel", Value = channel, WayOut = wayOut };
    }
}

/// <summary>Invitations over HTTP, and what their form posts.</summary>
internal static class InvitationEndpoints
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        ShortLinks.Map(routes);
        routes.MapPost("/api/surveys/{key}/invitations", async Task<Results<JsonHttpResult<InvitationBody>, ProblemResult>> (string key, InvitationRequest request, CurrentWorkspace current, SendInvitation send, CancellationToken cancel) =>
            {
                var sent = await send.RunAsync(current.Value, key, request, current.Actor, cancel);
                return sent.Problem is { } problem ? problem.ToResult() : TypedResults.Json(sent.Value, InvitationJson.Default.InvitationBody);
            })
            .WithTags("Surveys").RequireAuthorization(Policies.Engage).Produces<InvitationBody>().WithSummary("Sends one customer an invitation to a survey, by a channel that is open to her");
        routes.MapPost("/w/{workspace}/surveys/do/invite", async ([FromForm] string? of, [FromForm] string? customer, [FromForm] int? days, [FromForm] string? channel, HttpContext http, CurrentWorkspace current, SendInvitation send, CancellationToken cancel) =>
        {
            var sent = await send.RunAsync(current.Value, of ?? "", new InvitationRequest(customer?.Trim(), channel, days, null), current.Actor, cancel);
            var page = TemasUrls.SurveyPage(current.Value.Key.Value, of ?? "-", "links");
            return sent.Problem is { } problem ? Results.LocalRedirect(TemasUrls.With(page, ("inviteProblem", problem.Code)) + "#invite") : FormAnswer.Done(http, page, "invited");
        }).RequireAuthorization(Policies.Engage).ExcludeFromDescription();
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(InvitationRequest))]
[JsonSerializable(typeof(InvitationBody))]
internal sealed partial class InvitationJson : JsonSerializerContext;
