using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Contracts;
using Temas.Collect.Editing;
using Temas.Insight.Monitors.Calendar;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Pages;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;

namespace Temas.Insight.Monitors.Alerts;

/// <summary>An alert as the API gives it.</summary>
/// <param name="State"><c>open</c>, <c>acknowledged</c>, <c>closed</c> or <c>noise</c>.</param>
/// <param name="Severity"><c>info</c>, <c>warning</c> or <c>critical</c>.</param>
/// <param name="Owner">E-mail address of the person whose it is; absent for nobody.</param>
/// <param name="CausedBy">Id of the alert of which it comes; absent for none.</param>
/// <param name="OpenedAt">When it was seen.</param>
/// <param name="ClosedAt">When it was over; absent while it goes on.</param>
/// <param name="Widening">By how much the limit of what it is about is wider because of noise; 1 for not at all.</param>
/// <param name="Alert">What it is about.</param>
internal sealed record AlertBody(string State, string Severity, string? Owner, string? CausedBy, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, double Widening, AlertDocument Alert)
{
    /// <summary>What happened to it, the oldest first; only of one that is read by itself.</summary>
    public IReadOnlyList<AlertLine>? Story { get; init; }
}

/// <summary>Alerts, what goes on first.</summary>
/// <param name="Open">How many groups go on that nobody has acknowledged.</param>
/// <param name="Alerts">The alerts.</param>
internal sealed record AlertList(int Open, IReadOnlyList<AlertBody> Alerts);

/// <summary>The words for states.</summary>
internal static class AlertWords
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> States { get; } = ["open", "acknowledged", "closed", "noise"];

    /// <summary>The word for a state.</summary>
    public static string Of(AlertState state) => States[(int)state];
}

/// <summary>The HTTP API of alerts; monitors are written under <c>/api/definitions/monitor</c>.</summary>
internal static class AlertEndpoints
{
    private const int Most = 500;

    /// <summary>Maps it, and what the pages post.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/alerts").WithTags("Alerts");
        group.MapGet("", async Task<Results<JsonHttpResult<AlertList>, ProblemResult>> (string? state, string? monitor, string? subject, CurrentWorkspace current, IColleagues colleagues, CancellationToken cancel) =>
            {
                if (!string.IsNullOrEmpty(state) && !AlertWords.States.Contains(state)) return Problem.Invalid("state_unknown", "There is no such state.", "state", state, $"It is one of {string.Join(", ", AlertWords.States)}.").ToResult();
                var live = LiveAlerts.Of(current.Value);
                await live.LoadAsync(cancel);
                var people = await colleagues.OfAsync(current.Value.Key, cancel);
                var some = live.All.Values.Where(a => (string.IsNullOrEmpty(state) || AlertWords.Of(a.State) == state) && (string.IsNullOrEmpty(monitor) || a.Document.Monitor == monitor) && (string.IsNullOrEmpty(subject) || a.Document.Subject == subject));
                return TypedResults.Json(new AlertList(live.Open, [.. LiveAlerts.InOrder(some).Take(Most).Select(a => BodyOf(live, a, people))]), AlertJson.Default.AlertList);
            })
            .RequireAuthorization(Policies.Read).Produces<AlertList>().WithSummary("Alerts, at most 500: what goes on first, then what presses most; state, monitor and subject filter them");
        group.MapGet("stream", (HttpContext http, CurrentWorkspace current) => EventStream.TellVersionAsync(http, TimeSpan.FromSeconds(1), () => LiveAlerts.Of(current.Value).Version))
            .RequireAuthorization(Policies.Read).ExcludeFromDescription();
        group.MapGet("{id}", async Task<Results<JsonHttpResult<AlertBody>, ProblemResult>> (string id, CurrentWorkspace current, IColleagues colleagues, CancellationToken cancel) =>
            {
                var live = LiveAlerts.Of(current.Value);
                await live.LoadAsync(cancel);
                if (!live.All.TryGetValue(id, out var alert)) return WorkOnAlert.Unknown().ToResult();
                return TypedResults.Json(BodyOf(live, alert, await colleagues.OfAsync(current.Value.Key, cancel)) with { Story = await live.Store.LinesAsync(id, cancel) }, AlertJson.Default.AlertBody);
            })
            .RequireAuthorization(Policies.Read).Produces<AlertBody>().WithSummary("One alert with how it was judged and its story");
        foreach (var (action, summary) in new[]
        {
            ("acknowledge", "Says that somebody knows, with a note"), ("noise", "Says that it was none: the limit of what it is about becomes wider, within bounds"), ("reopen", "Takes back that it was noise"),
            ("owner", "Gives it to a person, or to nobody"), ("note", "Adds a note"), ("silence", "Has nobody told of what it is about, for some days, or until somebody says otherwise"), ("unlearn", "Takes back what noise taught the limit"),
        })
        {
            group.MapPost("{id}/" + action, async Task<Results<JsonHttpResult<AlertBody>, ProblemResult>> (string id, AlertChange body, CurrentWorkspace current, WorkOnAlert work, IColleagues colleagues, CancellationToken cancel) =>
                {
                    var done = await work.RunAsync(current.Value, id, action, body, current.Actor, cancel);
                    return done.Problem is { } problem ? problem.ToResult() : TypedResults.Json(BodyOf(LiveAlerts.Of(current.Value), done.Value, await colleagues.OfAsync(current.Value.Key, cancel)), AlertJson.Default.AlertBody);
                })
                .RequireAuthorization(Policies.Engage).Produces<AlertBody>().WithSummary(summary);
        }

        EditorActions.Map(routes, MonitorForm.Editor);
        EditorActions.Map(routes, SpecialDayForm.Editor);
        var pages = routes.MapGroup("/w/{workspace}").ExcludeFromDescription();
        pages.MapPost("alerts/of/{id}/{action}", async (string id, string action, [FromForm] string? note, [FromForm] string? person, [FromForm] int? days, HttpContext http, CurrentWorkspace current, WorkOnAlert work, CancellationToken cancel) =>
        {
            var done = await work.RunAsync(current.Value, id, action, new AlertChange(note, person, days), current.Actor, cancel);
            return FormAnswer.After(http, TemasUrls.Alert(current.Value.Key.Value, id), "changed", done.Problem);
        }).RequireAuthorization(Policies.Engage);
        pages.MapPost("monitors/forget", async ([FromForm] string? monitor, [FromForm] string? subject, HttpContext http, CurrentWorkspace current, WorkOnAlert work, CancellationToken cancel) =>
        {
            await work.ForgetAsync(current.Value, monitor ?? "", subject ?? "", current.Actor, cancel);
            return FormAnswer.Done(http, TemasUrls.Monitors(current.Value.Key.Value), "forgotten");
        }).RequireAuthorization(Policies.Engage);
    }

    private static AlertBody BodyOf(LiveAlerts live, KeptAlert alert, IReadOnlyList<Colleague> people) => new(
        AlertWords.Of(alert.State), MonitorKind.SeverityWords[(int)alert.Severity].Word, people.FirstOrDefault(p => p.Id == alert.Person)?.Email, alert.CausedBy, alert.OpenedAt, alert.ClosedAt, live.SubjectOf(alert.Document.Monitor, alert.Document.Subject).Widening, alert.Document);
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AlertList))]
[JsonSerializable(typeof(AlertBody))]
[JsonSerializable(typeof(AlertDocument))]
[JsonSerializable(typeof(AlertChange))]
[JsonSerializable(typeof(LocalText))]
internal sealed partial class AlertJson : JsonSerializerContext;
