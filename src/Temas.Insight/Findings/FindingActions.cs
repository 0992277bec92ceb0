using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Temas.Customers.Contracts;
using Temas.Insight.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Insight.Findings;

/// <summary>Findings, as a part of the module.</summary>
internal static class FindingServices
{
    /// <summary>Adds what looks for them and what people do with them.</summary>
    public static IServiceCollection AddFindings(this IServiceCollection services) => services
        .AddSingleton<WorkOnFinding>().AddSingleton<FollowFinding>().AddHostedService<FindingsWatch>()
        .ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, FindingJson.Default));

    /// <summary>Adds them to a workspace.</summary>
    public static void Attach(Workspace workspace)
    {
        var live = new LiveFindings(workspace);
        workspace.Add(live);
        workspace.Add<IFindings>(live);
        workspace.Part<ErasureListeners>().Add(async (her, cancel) =>
        {
            await live.ForgetAsync(her, cancel);
            return null;
        });
    }
}

/// <summary>What the pages of findings post: the same use cases as the API, answered with the page to show next.</summary>
internal static class FindingActions
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/findings").RequireAuthorization(Policies.Engage).ExcludeFromDescription();
        group.MapPost("look", (HttpContext http, CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel) => LookAsync(http, current, audit, stops: false, cancel));
        group.MapPost("stop", (HttpContext http, CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel) => LookAsync(http, current, audit, stops: true, cancel));
        group.MapPost("of/{id}/state", async (string id, [FromForm] string? state, [FromForm] string? person, [FromForm] string? note, HttpContext http, CurrentWorkspace current, WorkOnFinding work, CancellationToken cancel) =>
        {
            var changed = await work.RunAsync(current.Value, id, new FindingChange(state, person ?? "", note), current.Actor, cancel);
            return FormAnswer.After(http, TemasUrls.Finding(current.Value.Key.Value, id), "changed", changed.Problem);
        });
        group.MapPost("of/{id}/follow-ups", async (string id, [FromForm] string? who, [FromForm] int? days, [FromForm] string? person, [FromForm] int? due, [FromForm] int? most, HttpContext http, CurrentWorkspace current, FollowFinding follow, CancellationToken cancel) =>
        {
            var opened = await follow.OpenAsync(current.Value, id, new FollowAsk(who, days, person, due, most), current.Actor, cancel);
            var workspace = current.Value.Key.Value;
            return opened.Problem is { } problem
                ? FormAnswer.Refused(TemasUrls.FindingFollowUps(workspace, id), problem)
                : FormAnswer.Done(http, TemasUrls.Finding(workspace, id), "followed", $"{opened.Value.Opens.ToString(System.Globalization.CultureInfo.InvariantCulture)} {opened.Value.Round}".TrimEnd());
        });
        group.MapPost("of/{id}/withdraw", async (string id, [FromForm] string? round, HttpContext http, CurrentWorkspace current, FollowFinding follow, CancellationToken cancel) =>
        {
            var withdrawn = await follow.WithdrawAsync(current.Value, id, round, current.Actor, cancel);
            var page = TemasUrls.Finding(current.Value.Key.Value, id);
            return withdrawn.Problem is { } problem ? FormAnswer.Refused(page, problem) : FormAnswer.Done(http, page, "withdrawn", withdrawn.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        });
    }

    private static async Task<IResult> LookAsync(HttpContext http, CurrentWorkspace current, IAuditTrail audit, bool stops, CancellationToken cancel)
    {
        var live = LiveFindings.Of(current.Value);
        if (stops ? live.Cancel() : live.Want()) await audit.RecordAsync(new AuditEntry(current.Value.Key, current.Actor, stops ? "findings.look_stopped" : "findings.look_wanted", ""), cancel);
        return FormAnswer.Done(http, TemasUrls.Findings(current.Value.Key.Value), stops ? "stopped" : "looking");
    }
}
