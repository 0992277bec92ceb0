using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Feedback.FollowUps.Pages;

/// <summary>What the pages of follow-ups post: the same use cases as the API, answered with the page to show next.</summary>
internal static class FollowUpActions
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/follow-ups/of/{id}").RequireAuthorization(Policies.Resolve).ExcludeFromDescription();
        group.MapPost("assign", async (string id, [FromForm] string? owner, HttpContext http, CurrentWorkspace current, WorkOnFollowUp work, CancellationToken cancel) =>
            After(http, current, id, "assigned", await work.AssignAsync(current.Value, id, owner, current.Actor, cancel)));
        group.MapPost("note", async (string id, [FromForm] string? text, HttpContext http, CurrentWorkspace current, WorkOnFollowUp work, CancellationToken cancel) =>
            After(http, current, id, "noted", await work.NoteAsync(current.Value, id, text, current.Actor, cancel)));
        group.MapPost("status", async (string id, [FromForm] string? status, HttpContext http, CurrentWorkspace current, WorkOnFollowUp work, CancellationToken cancel) =>
            After(http, current, id, "moved", await work.MoveAsync(current.Value, id, status, current.Actor, cancel)));
        group.MapPost("done", async (string id, [FromForm] string? done, [FromForm] string? cause, [FromForm] string? result, [FromForm] string? givenUp, HttpContext http, CurrentWorkspace current, WorkOnFollowUp work, CancellationToken cancel) =>
            After(http, current, id, "closed", await work.CloseAsync(current.Value, id, new ClosingRequest(done, cause, result, givenUp == "true"), current.Actor, cancel)));
        var desk = routes.MapGroup("/w/{workspace}/follow-ups/rules").RequireAuthorization(Policies.Manage).ExcludeFromDescription();
        desk.MapPost("desk", async (HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) =>
        {
            var form = await http.Request.ReadFormAsync(cancel);
            var saved = await change.SaveAsync(current.Value, FollowUpDeskKind.Name, FollowUpDeskKind.Key, DeskJson(form), current.Actor, cancel);
            return FormAnswer.After(http, TemasUrls.FollowUpRules(current.Value.Key.Value), "desk", saved.Problem);
        });
        desk.MapPost("desk-restore", async ([FromForm] int? version, HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) =>
        {
            var restored = await change.RestoreAsync(current.Value, FollowUpDeskKind.Name, FollowUpDeskKind.Key, version, current.Actor, cancel);
            return FormAnswer.After(http, TemasUrls.FollowUpRules(current.Value.Key.Value), "desk", restored.Problem);
        });
    }

    private static IResult After(HttpContext http, CurrentWorkspace current, string id, string code, Result<FollowUp> changed) => FormAnswer.After(http, TemasUrls.FollowUp(current.Value.Key.Value, id), code, changed.Problem);

    /// <summary>The desk as it is typed: hours by day, days off a line each, root causes as "key: Turkish / English".</summary>
    private static string DeskJson(IFormCollection form)
    {
        var hours = new JsonObject();
        foreach (var day in FollowUpDeskKind.Days)
        {
            if (form[day].ToString().Trim() is { Length: > 0 } typed) hours[day] = typed;
        }

        var causes = new JsonArray();
        foreach (var line in DocumentParts.Lines(form["causes"].ToString()))
        {
            var (key, label) = Cut(line, ':');
            var (tr, en) = Cut(label, '/');
            causes.Add((JsonNode)new JsonObject { ["key"] = key, ["label"] = new JsonObject { ["tr"] = tr, ["en"] = en.Length > 0 ? en : tr } });
        }

        return new JsonObject { ["hours"] = hours, ["closed"] = DocumentParts.List(DocumentParts.Lines(form["closed"].ToString())), ["causes"] = causes }.ToJsonString();
    }

    private static (string Before, string Behind) Cut(string text, char at) => text.IndexOf(at, StringComparison.Ordinal) is > 0 and var i ? (text[..i].Trim(), text[(i + 1)..].Trim()) : (text.Trim(), "");
}
