using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Temas.Server.Settings;

namespace Temas.Server.Tests.Oidc;

/// <summary>
/// A small OpenID provider: discovery, authorize, token, keys and userinfo on a port of its own. It signs in whom <see cref="Claims"/> describes without asking, checks client, redirect
/// address and PKCE as a real one does, and lies as a test tells it to.
/// </summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    public const string ClientId = "temas client", ClientSecret = "s3cret: ü&=";

    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, (string Challenge, string Nonce, string Redirect)> codes = new();

    private FakeProvider(WebApplication app) => this.app = app;

    public string Authority { get; private set; } = "";

    /// <summary>Who signs in there.</summary>
    public Dictionary<string, object> Claims { get; set; } = new() { ["sub"] = "subject-1", ["email"] = "oidc@example.com", ["email_verified"] = true, ["name"] = "Ödül Şahin" };

    /// <summary>What the address that asks for the person tells; null: no such address.</summary>
    public Dictionary<string, object>? UserInfo { get; set; }

    /// <summary>The failure with which the browser is sent back, instead of a code.</summary>
    public string? Error { get; set; }

    /// <summary>Changes what an ID token is made of before it is signed.</summary>
    public Action<SecurityTokenDescriptor>? Twist { get; set; }

    /// <summary>Takes the place of the ID token.</summary>
    public Func<string, string>? Forge { get; set; }

    /// <summary>Whether the token endpoint fails.</summary>
    public bool Broken { get; set; }

    public SecurityKey Key { get; set; } = NewKey();

    public int Discoveries;

    public static async Task<FakeProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var provider = new FakeProvider(app);
        provider.Map();
        await app.StartAsync();
        provider.Authority = app.Urls.First();
        return provider;
    }

    public static SecurityKey NewKey() => new RsaSecurityKey(RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString("N") };

    public OidcSettings Settings => new(Authority, ClientId, ClientSecret, "Company sign-in", "openid email profile", [], null, "main");

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private void Map()
    {
        app.MapGet("/.well-known/openid-configuration", () =>
        {
            Interlocked.Increment(ref Discoveries);
            var document = new Dictionary<string, object>
            {
                ["issuer"] = Authority,
                ["authorization_endpoint"] = Authority + "/authorize?tenant=1",
                ["token_endpoint"] = Authority + "/token",
                ["jwks_uri"] = Authority + "/keys",
            };
            if (UserInfo is not null) document["userinfo_endpoint"] = Authority + "/userinfo";
            return Results.Json(document);
        });
        app.MapGet("/keys", () =>
        {
            var parameters = ((RsaSecurityKey)Key).Rsa.ExportParameters(false);
            return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", kid = Key.KeyId, n = Base64UrlEncoder.Encode(parameters.Modulus), e = Base64UrlEncoder.Encode(parameters.Exponent) } } });
        });
        app.MapGet("/authorize", (HttpRequest request) =>
        {
            var query = request.Query;
            if (query["client_id"] != ClientId || query["response_type"] != "code" || query["code_challenge_method"] != "S256" || !query["scope"].ToString().Split(' ').Contains("openid")) return Results.BadRequest();
            var back = query["redirect_uri"].ToString();
            if (Error is not null) return Results.Redirect($"{back}?error={Error}&state={query["state"]}");
            var code = Guid.NewGuid().ToString("N");
            codes[code] = (query["code_challenge"]!, query["nonce"]!, back);
            return Results.Redirect($"{back}?code={code}&state={query["state"]}&iss={Uri.EscapeDataString(Authority)}");
        });
        app.MapPost("/token", async (HttpRequest request) =>
        {
            if (Broken) return Results.StatusCode(503);
            var form = await request.ReadFormAsync();
            var basic = Encoding.UTF8.GetString(Convert.FromBase64String(request.Headers.Authorization.ToString()["Basic ".Length..])).Split(':');
            if (Uri.UnescapeDataString(basic[0]) != ClientId || Uri.UnescapeDataString(basic[1]) != ClientSecret) return Results.Json(new { error = "invalid_client" }, statusCode: 401);
            if (!codes.TryRemove(form["code"].ToString(), out var begun) || form["redirect_uri"] != begun.Redirect || form["grant_type"] != "authorization_code") return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
            var challenge = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
            if (challenge != begun.Challenge) return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
            var descriptor = new SecurityTokenDescriptor
            {
                Issuer = Authority,
                Audience = ClientId,
                Claims = new Dictionary<string, object>(Claims) { ["nonce"] = begun.Nonce },
                IssuedAt = DateTime.UnixEpoch.AddSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()),
                NotBefore = TimeProvider.System.GetUtcNow().UtcDateTime,
                Expires = TimeProvider.System.GetUtcNow().AddMinutes(5).UtcDateTime,
                SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
            };
            Twist?.Invoke(descriptor);
            var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
            return Results.Json(new { access_token = "access", token_type = "Bearer", id_token = Forge?.Invoke(token) ?? token });
        });
        app.MapGet("/userinfo", (HttpRequest request) => request.Headers.Authorization == "Bearer access" && UserInfo is not null ? Results.Json(UserInfo) : Results.Unauthorized());
    }
}
