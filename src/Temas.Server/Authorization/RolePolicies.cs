using System.Collections.Frozen;
using Microsoft.AspNetCore.Authorization;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Server.Authorization;

/// <summary>The caller needs at least this role in the workspace of the request.</summary>
internal sealed record RoleRequirement(Role Least) : IAuthorizationRequirement;

/// <summary>The policies of <see cref="Policies"/>, as ASP.NET Core knows them. What names no policy is denied.</summary>
internal static class RolePolicies
{
    /// <summary>The least role for each policy that asks for one.</summary>
    public static FrozenDictionary<string, Role> Least { get; } = new Dictionary<string, Role>(StringComparer.Ordinal)
    {
        [Policies.Read] = Role.Viewer,
        [Policies.Resolve] = Role.Agent,
        [Policies.Engage] = Role.Marketer,
        [Policies.Analyse] = Role.Analyst,
        [Policies.Manage] = Role.Manager,
        [Policies.Own] = Role.Owner,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Adds them.</summary>
    public static void Add(AuthorizationOptions options)
    {
        foreach (var (name, role) in Least) options.AddPolicy(name, p => p.RequireAuthenticatedUser().AddRequirements(new RoleRequirement(role)));
        options.AddPolicy(Policies.SignedIn, p => p.RequireAuthenticatedUser());
        options.AddPolicy(Policies.Open, p => p.RequireAssertion(_ => true));
        // The endpoint itself checks the write key; the name is for the list of endpoints.
        options.AddPolicy(Policies.Write, p => p.RequireAssertion(_ => true));
        var nobody = new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build();
        options.FallbackPolicy = nobody;
        options.DefaultPolicy = nobody;
    }
}

/// <summary>Holds the role that <see cref="RequestWorkspace"/> found against the requirement.</summary>
internal sealed class RoleHandler : AuthorizationHandler<RoleRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleRequirement requirement)
    {
        if (context.Resource is HttpContext http && http.Features.Get<RoleHere>() is { } here && here.Role >= requirement.Least) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}

/// <summary>The caller's role in the workspace of the request.</summary>
internal sealed record RoleHere(Workspace Workspace, Role Role);

/// <summary>Reads which policy an endpoint carries.</summary>
internal static class EndpointPolicy
{
    /// <summary>The policy's name; null when there is none, or more than one.</summary>
    public static string? Of(Endpoint? endpoint) => endpoint is null ? null : Of(endpoint.Metadata);

    /// <summary>As the other, from the endpoint's metadata.</summary>
    public static string? Of(IEnumerable<object> metadata)
    {
        string? policy = null;
        foreach (var item in metadata)
        {
            var name = item switch { PolicyName own => own.Value, IAuthorizeData data => data.Policy ?? "", _ => null };
            if (name is null || name == policy) continue;
            if (policy is not null) return null;
            policy = name;
        }

        return policy is { Length: > 0 } ? policy : null;
    }
}
