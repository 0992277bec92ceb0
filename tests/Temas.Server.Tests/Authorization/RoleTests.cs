using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Temas.Kernel;
using Temas.Server.Authorization;

namespace Temas.Server.Tests.Authorization;

/// <summary>Tries what the policies promise: every role at every endpoint, and every door of one workspace with the key of another.</summary>
public sealed class RoleTests : IAsyncLifetime
{
    private TemasServer server = null!;

    public async Task InitializeAsync() =>
        // A host of its own, with probes: one endpoint for each policy that does nothing but say that it was reached.
        server = await TemasServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    public static TheoryData<Role> Roles => new(Enum.GetValues<Role>());

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Token_OfEachRole_PassesExactlyThePoliciesOfItsRung(Role role)
    {
        using var client = await server.TokenClientAsync(role);
        foreach (var endpoint in Routes())
        {
            var policy = EndpointPolicy.Of(endpoint)!;
            if (!RolePolicies.Least.TryGetValue(policy, out var least)) continue;
            // The own account is a person's: a token has none, whatever its role.
            if (endpoint.RoutePattern.RawText!.StartsWith("/w/{workspace}/settings/account/", StringComparison.Ordinal)) continue;
            foreach (var method in Methods(endpoint))
            {
                // An owner's request with nothing in it changes nothing: what is not found is not removed, an empty body is refused.
                using var answer = await SendAsync(client, method, endpoint, "main");
                var allowed = answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
                allowed.ShouldBe(role >= least, $"{role} at {method} {endpoint.RoutePattern.RawText} ({policy}) was answered {(int)answer.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task Anonymous_AtEveryEndpointThatIsNotOpen_IsRefused()
    {
        using var client = server.Anonymous();
        foreach (var endpoint in Routes())
        {
            if (EndpointPolicy.Of(endpoint) is Policies.Open or Policies.Write) continue;
            foreach (var method in Methods(endpoint))
            {
                using var answer = await SendAsync(client, method, endpoint, "main");
                var refused = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound
                    || (answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location!.OriginalString.StartsWith("/sign-in", StringComparison.Ordinal));
                refused.ShouldBeTrue($"{method} {endpoint.RoutePattern.RawText} was answered {(int)answer.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task WriteKey_AtEveryEndpointThatIsNotForWriting_IsRefused()
    {
        using var owner = await server.TokenClientAsync();
        using var made = await owner.PostAsJsonAsync("/api/sources", new { name = "shop" });
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        var key = FindKey(await made.Content.ReadFromJsonAsync<JsonElement>());
        foreach (var header in new AuthenticationHeaderValue[] { new("Bearer", key), new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(key + ":"))) })
        {
            using var client = server.Anonymous();
            client.DefaultRequestHeaders.Authorization = header;
            using (var taken = await client.PostAsJsonAsync("/v1/track", new { type = "track", @event = "Product Viewed", userId = "u1", messageId = Guid.NewGuid().ToString() }))
                taken.StatusCode.ShouldBe(HttpStatusCode.OK, await taken.Content.ReadAsStringAsync());
            foreach (var endpoint in Routes().Where(e => EndpointPolicy.Of(e) is not (Policies.Open or Policies.Write)))
            {
                foreach (var method in Methods(endpoint))
                {
                    using var answer = await SendAsync(client, method, endpoint, "main");
                    ((int)answer.StatusCode).ShouldBeInRange(302, 404, $"{method} {endpoint.RoutePattern.RawText}");
                }
            }
        }
    }

    [Fact]
    public async Task TokenOfOneWorkspace_ReadsNothingOfAnother()
    {
        const string secret = "canary-7f3a9c";
        await server.CreateWorkspaceAsync("theirs");
        using (var theirs = await server.TokenClientAsync(Role.Owner, "theirs"))
        {
            using var made = await theirs.PostAsJsonAsync("/api/sources", new { name = secret });
            made.EnsureSuccessStatusCode();
            using var writer = server.Anonymous();
            writer.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", FindKey(await made.Content.ReadFromJsonAsync<JsonElement>()));
            using var sent = await writer.PostAsJsonAsync("/v1/identify", new { type = "identify", userId = secret, messageId = secret, traits = new { name = secret, email = secret + "@example.com" } });
            sent.EnsureSuccessStatusCode();
            using var token = await theirs.PostAsJsonAsync("/api/tokens", new { name = secret, role = "viewer" });
            token.EnsureSuccessStatusCode();
            (await theirs.GetStringAsync("/api/events")).ShouldContain(secret);
            (await theirs.GetStringAsync($"/api/customers/user_id:{secret}")).ShouldContain(secret);
        }

        await server.CreatePersonAsync("member@example.com", Role.Owner, password: "only of this house");
        using var byToken = await server.TokenClientAsync(Role.Owner);
        using var byCookie = await server.SignInAsync("member@example.com", "only of this house");
        foreach (var client in new[] { byToken, byCookie })
        {
            foreach (var endpoint in Routes())
            {
                if (!Methods(endpoint).Contains("GET") || endpoint.RoutePattern.RawText!.Contains("stream", StringComparison.Ordinal)) continue;
                foreach (var (workspace, header) in new[] { ("theirs", true), ("theirs", false), ("main", false) })
                {
                    using var request = Request("GET", endpoint, workspace, secret);
                    if (header) request.Headers.Add("Temas-Workspace", "theirs");
                    using var answer = await client.SendAsync(request);
                    var body = await answer.Content.ReadAsStringAsync();
                    // A refusal may repeat what the asker itself sent.
                    if (answer.IsSuccessStatusCode) body.ShouldNotContain(secret, customMessage: $"GET {endpoint.RoutePattern.RawText} in {workspace}");
                    if (workspace == "theirs" && RolePolicies.Least.ContainsKey(EndpointPolicy.Of(endpoint)!))
                        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, $"GET {endpoint.RoutePattern.RawText} in {workspace}");
                }
            }
        }
    }

    [Fact]
    public async Task PersonOfTwoWorkspaces_MustNameOne()
    {
        await server.CreateWorkspaceAsync("second");
        await server.CreatePersonAsync("both@example.com", Role.Owner, password: "a foot in each camp");
        await server.CreatePersonAsync("both@example.com", Role.Viewer, "second");
        using var client = await server.SignInAsync("both@example.com", "a foot in each camp");
        (await client.GetAsync("/api/tokens")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await client.GetAsync("/api/tokens?workspace=main")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetAsync("/api/tokens?workspace=second")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await client.GetAsync("/api/tokens?workspace=nowhere")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetAsync("/api/workspaces")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static string FindKey(JsonElement made)
    {
        foreach (var property in made.EnumerateObject())
        {
            if (property.Name == "writeKey") return property.Value.GetString()!;
            if (property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty("writeKey", out var inner)) return inner.GetString()!;
        }

        throw new InvalidOperationException("The answer holds no write key.");
    }

    private IEnumerable<RouteEndpoint> Routes() =>
        ((IEndpointRouteBuilder)server.App).DataSources.SelectMany(d => d.Endpoints).OfType<RouteEndpoint>().Where(e => EndpointPolicy.Of(e) != Policies.Control);

    private static IEnumerable<string> Methods(RouteEndpoint endpoint) => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Where(m => m is not ("HEAD" or "OPTIONS"));

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, RouteEndpoint endpoint, string workspace)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await client.SendAsync(Request(method, endpoint, workspace, "0"), HttpCompletionOption.ResponseHeadersRead, patience.Token);
    }

    /// <summary>A request to an endpoint with <paramref name="value"/> for all that its address leaves open.</summary>
    private static HttpRequestMessage Request(string method, RouteEndpoint endpoint, string workspace, string value)
    {
        var path = new StringBuilder();
        foreach (var segment in endpoint.RoutePattern.PathSegments)
        {
            path.Append('/');
            foreach (var part in segment.Parts)
            {
                path.Append(part switch
                {
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "workspace" } => workspace,
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "kind" } when endpoint.RoutePattern.RawText!.Contains("definitions", StringComparison.Ordinal) => "touchpoint",
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "customer" } => "user_id:" + value,
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => endpoint.RoutePattern.ParameterPolicies.ContainsKey(parameter.Name) ? "0" : value,
                    _ => "",
                });
            }
        }

        if (path.Length == 0) path.Append('/');
        var inPath = endpoint.RoutePattern.Parameters.Any(p => p.Name == "workspace");
        return new HttpRequestMessage(new HttpMethod(method), inPath ? path.ToString() : $"{path}?workspace={workspace}");
    }
}
