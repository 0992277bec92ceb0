using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Temas.Engage;

/// <summary>The module's entry.</summary>
public static class EngageServices
{
    /// <summary>Adds the channels by which customers are written to.</summary>
    public static IServiceCollection AddEngage(this IServiceCollection services) => services;

    /// <summary>Maps the API of channels, and what their pages post.</summary>
    public static IEndpointRouteBuilder MapEngage(this IEndpointRouteBuilder routes) => routes;
}
