using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Temas.Kernel;
using Temas.Server.Authorization;

namespace Temas.Server.Tests.Authorization;

public sealed class EndpointTests(TemasServer server) : IClassFixture<TemasServer>
{
    /// <summary>Every endpoint, its methods and its one policy. A change of this list is a change of who may do what: look at it, then accept it with TEMAS_ACCEPT=1.</summary>
    [Fact]
    public void Endpoints_AllOfThem_CarryOnePolicyAndAreListed()
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in Routes())
        {
            var policy = EndpointPolicy.Of(endpoint);
            policy.ShouldNotBeNull($"{endpoint.DisplayName} carries no policy, or more than one");
            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"];
            foreach (var method in methods) lines.Add($"{method,-7} {Pattern(endpoint),-55} {policy}");
        }

        Snapshot.Check("endpoints.txt", new StringBuilder().AppendJoin('\n', lines).Append('\n').ToString());
    }

    [Fact]
    public void Policies_Names_AreAllKnown()
    {
        var known = typeof(Policies).GetFields().Select(f => (string)f.GetValue(null)!).ToHashSet(StringComparer.Ordinal);
        Routes().Select(e => EndpointPolicy.Of(e)!).ShouldAllBe(p => known.Contains(p));
    }

    private IEnumerable<RouteEndpoint> Routes() => ((IEndpointRouteBuilder)server.App).DataSources.SelectMany(d => d.Endpoints).OfType<RouteEndpoint>();

    private static string Pattern(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.Trim('/');
}
