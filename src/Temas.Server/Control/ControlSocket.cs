using System.Net.Sockets;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Mvc;
using Temas.Kernel;
using Temas.Server.Verbs;

namespace Temas.Server.Control;

/// <summary>The server's side of the control socket.</summary>
internal static class ControlSocket
{
    /// <summary>Adds the policy <see cref="Policies.Control"/>: it lets in what came through the Unix socket, and nothing that came by network, whoever sends it.</summary>
    public static IServiceCollection AddControl(this IServiceCollection services)
    {
        services.AddAuthorizationBuilder().AddPolicy(Policies.Control, policy => policy.RequireAssertion(context =>
            context.Resource is HttpContext http && IsLocal(http)));
        return services;
    }

    /// <summary>Maps <c>POST /control/{verb}</c> for every verb of <see cref="VerbTable"/>. To everybody but the socket's owner these addresses do not exist.</summary>
    public static void MapControl(this IEndpointRouteBuilder routes)
    {
        foreach (var verb in VerbTable.All)
        {
            routes.MapPost($"/control/{verb.Name}", (HttpContext http) => ServeAsync(verb, http))
                .RequireAuthorization(Policies.Control)
                .DisableAntiforgery()
                .WithMetadata(new DisableRequestSizeLimitAttribute())
                .ExcludeFromDescription();
        }
    }

    /// <summary>True when the request came through the control socket.</summary>
    public static bool IsLocal(HttpContext http) =>
        http.Features.Get<IConnectionSocketFeature>()?.Socket.AddressFamily == AddressFamily.Unix;

    private static async Task ServeAsync(Verb verb, HttpContext http)
    {
        if (!IsLocal(http))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.ContentType = "application/jsonl";
        using var frames = new FrameWriter(http.Response.BodyWriter);
        var actor = new Actor("command", verb.Name);
        try
        {
            await verb.ServeAsync(new VerbContext(http.RequestServices, frames, actor), http.Request.Body, frames, http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The person pressed Ctrl-C; nobody is left to tell.
        }
#pragma warning disable CA1031 // The command line is told of a defect as such instead of losing its connection.
        catch (Exception e)
#pragma warning restore CA1031
        {
            http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ControlSocket)).LogError(e, "The verb {Verb} failed", verb.Name);
            await frames.CloseAsync(new Problem(ProblemKind.Unavailable, VerbRunner.DefectCode, $"The verb {verb.Name} failed by a defect: {e.GetType().Name}. The server's log has the details."), http.RequestAborted);
        }
    }
}
