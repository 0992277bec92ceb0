using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Editing;
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

    /// <summary>Whoever may change something on its page may do so over the API, and nobody else.</summary>
    [Fact]
    public void Definitions_ThatAPageEdits_TakeTheSamePolicyOverTheApi()
    {
        var routes = Routes().ToList();
        var edited = routes.Select(e => (e.Metadata.GetMetadata<DefinitionEditor>()?.Kind, Policy: EndpointPolicy.Of(e))).Where(e => e.Kind is not null).Distinct().ToList();
        edited.Select(e => e.Kind).ShouldBeUnique("all actions of a page take one policy");
        edited.Select(e => e.Kind).ShouldContain("monitor");
        edited.Select(e => e.Kind).ShouldContain("special-day");
        foreach (var (kind, policy) in edited)
        {
            foreach (var (method, behind) in new[] { ("PUT", ""), ("DELETE", ""), ("POST", "/versions/{version:int}/restore") })
                EndpointPolicy.Of(Over(method, $"/api/definitions/{kind}/{{key}}{behind}") ?? Over(method, $"/api/definitions/{{kind}}/{{key}}{behind}")!).ShouldBe(policy, $"{method} {kind}");
        }

        RouteEndpoint? Over(string method, string pattern) => routes.Find(e => Pattern(e) == pattern && e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(method) == true);
    }

    private IEnumerable<RouteEndpoint> Routes() => ((IEndpointRouteBuilder)server.App).DataSources.SelectMany(d => d.Endpoints).OfType<RouteEndpoint>();

    private static string Pattern(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.Trim('/');
}
