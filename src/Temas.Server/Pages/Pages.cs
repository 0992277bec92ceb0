using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http.Features;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.Hosting;
using Temas.Server.Workspaces;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Server.Pages;

/// <summary>The pages: which assemblies hold them, and where <c>/</c> leads.</summary>
internal static class Pages
{
    /// <summary>The modules that bring pages.</summary>
    public static Assembly[] Assemblies { get; } = [typeof(Collect.CollectSetup).Assembly, typeof(Customers.CustomersServices).Assembly, typeof(Insight.InsightServices).Assembly, typeof(Engage.EngageServices).Assembly, typeof(Feedback.FeedbackServices).Assembly];

    /// <summary>Maps all pages, the assets and the preferences.</summary>
    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        routes.MapUi();
        routes.MapGet("/", (HttpContext http, WorkspaceRegistry workspaces) => StartWorkspace.Of(http.Features.GetRequiredFeature<Caller>().Roles.Keys, workspaces) is { } first
                ? Results.LocalRedirect(TemasUrls.Workspace(first))
                : Answers.Of(WorkspaceProblems.None))
            .RequireAuthorization(Policies.SignedIn).ExcludeFromDescription();
        // Who cuts an address short gets where the workspace begins.
        routes.MapGet("/w/{workspace}", (CurrentWorkspace current) => Results.LocalRedirect(TemasUrls.Workspace(current.Value.Key.Value))).RequireAuthorization(Policies.Read).ExcludeFromDescription();
        routes.MapRazorComponents<App>().AddAdditionalAssemblies(Assemblies).Finally(Settle);
    }

    /// <summary>
    /// Pages are read; what they change they post to endpoints of their own. And what the framework maps beside them is given a policy, too:
    /// a page must bring its own, or the list of endpoints fails.
    /// </summary>
    private static void Settle(EndpointBuilder endpoint)
    {
        if (!endpoint.Metadata.OfType<ComponentTypeMetadata>().Any())
        {
            endpoint.Metadata.Add(new AuthorizeAttribute(Policies.SignedIn));
            return;
        }

        foreach (var methods in endpoint.Metadata.OfType<IHttpMethodMetadata>().ToList()) endpoint.Metadata.Remove(methods);
        endpoint.Metadata.Add(new HttpMethodMetadata([HttpMethods.Get]));
    }
}
