using Temas.Demo.Loading;
using Temas.Insight.Contracts;
using Temas.Server.Authorization;
using Temas.Server.Tour;
using Temas.Storage.Workspaces;
using Temas.Ui.Layout;
using Temas.Ui.Reading;

namespace Temas.Server.Pages;

/// <summary>Tells the pages of a request who looks at them, in which workspace, and in which time zone.</summary>
internal sealed class PageFrame(RequestDelegate next, WorkspaceRegistry workspaces)
{
    public async Task InvokeAsync(HttpContext http, PageContext page, Reader reader)
    {
        var caller = http.Features.Get<Caller>() is { IsPerson: true } person ? person : null;
        if (caller is not null)
        {
            page.PersonName = caller.Name.Length > 0 ? caller.Name : caller.Email;
            page.PersonEmail = caller.Email;
            page.Workspaces = [.. workspaces.All.Where(x => caller.Roles.ContainsKey(x.Key.Value)).Select(x => new WorkspaceChoice(x.Key.Value, x.Name))];
        }

        if (http.Features.Get<RoleHere>() is { } here)
        {
            page.Workspace = here.Workspace.Key.Value;
            page.WorkspaceName = here.Workspace.Name;
            page.Role = here.Role;
            if (here.Workspace.FindPart<IAlerts>() is { } alerts)
            {
                await alerts.LoadAsync(http.RequestAborted);
                page.OpenAlerts = alerts.Open;
            }

            if (DemoState.Of(here.Workspace).Status is { } demo)
                page.Demo = new DemoNotice(demo.Living, demo.Progress is { } loading ? Math.Min(99, loading.Days * 100 / Math.Max(1, loading.TotalDays)) : null);
            if (caller is not null && TourStops.StepOf(http.Request, page.Workspace, caller.TourEnded) is { } step) page.Tour = new TourNotice(step, here.Workspace.Log.Head == 0);
            var settings = WorkspaceSettings.Of(here.Workspace);
            (reader.Zone, reader.Currency) = (settings.Zone(), settings.Currency);
        }

        await next(http);
    }
}
