using Microsoft.AspNetCore.Http.Features;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.Hosting;
using Temas.Server.SignIn;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Preferences;

namespace Temas.Server.Tour;

/// <summary>The links of the tour, which find the page of a step when they are followed, and the form that ends it.</summary>
internal static class TourEndpoints
{
    public static void MapTour(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/w/{workspace}/tour/{step:int:range(1,3)}", async (int step, CurrentWorkspace current, TourStops stops, HttpContext http, CancellationToken cancel) =>
                new SeeOther(await stops.FindAsync(step, current.Value, http.Features.GetRequiredFeature<Caller>(), cancel)))
            .RequireAuthorization(Policies.Read).ExcludeFromDescription();
        routes.MapPost(TemasUrls.EndTour, async (EndTour use, HttpContext http, CancellationToken cancel) =>
            {
                if (http.Features.Get<Caller>() is not { IsPerson: true } caller) return Answers.Of(SessionEndpoints.PersonNeeded);
                await use.HandleAsync(caller.Id, caller.Actor, cancel);
                var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(cancel) : null;
                return new SeeOther(LocalUrl.Or(form?["returnUrl"], "/"));
            })
            .RequireAuthorization(Policies.SignedIn).ExcludeFromDescription();
    }
}
