using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Temas.Kernel;
using Temas.Server.Settings;

namespace Temas.Server.Oidc;

/// <summary>Who the provider says has signed in.</summary>
/// <param name="Issuer">The provider's own name for itself.</param>
/// <param name="Subject">The person's id there; with <see cref="Issuer"/> it never means anybody else.</param>
/// <param name="Email">E-mail address, or null.</param>
/// <param name="EmailVerified">Whether the provider has seen that the address is the person's.</param>
/// <param name="Name">Name to show, or null.</param>
internal sealed record OidcIdentity(string Issuer, string Subject, string? Email, bool EmailVerified, string? Name);

/// <summary>
/// The conversation with the provider of the settings: discovery, the exchange of the code, the validation of the ID token. Discovery and keys are read when first
/// needed and kept; keys that are not known are looked up anew, at most once in five minutes.
/// </summary>
internal sealed partial class OidcProvider : IDisposable
{
    // Signed by the provider's private key. Symmetric ones would let whoever knows the client secret make tokens; "none" would let everybody.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private const long LargestAnswer = 1024 * 1024;

    private readonly OidcSettings? settings;
    private readonly TimeProvider clock;
    private readonly ILogger<OidcProvider> log;
    private readonly HttpClient? http;
    private readonly HttpDocumentRetriever? documents;
    private readonly ConfigurationManager<OpenIdConnectConfiguration>? configuration;

    public OidcProvider(TemasSettings settings, TimeProvider clock, ILogger<OidcProvider> log)
    {
        (this.settings, this.clock, this.log) = (settings.Oidc, clock, log);
        if (this.settings is not { } oidc) return;
        // Endpoints are called where discovery names them and nowhere else: a redirect could carry the client secret away.
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Patience, MaxResponseContentBufferSize = LargestAnswer };
        documents = new HttpDocumentRetriever(http) { RequireHttps = oidc.Authority.StartsWith("https://", StringComparison.OrdinalIgnoreCase) };
        configuration = new ConfigurationManager<OpenIdConnectConfiguration>($"{oidc.Authority.TrimEnd('/')}/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(), documents);
    }

    /// <summary>Whether a provider is set.</summary>
    [MemberNotNullWhen(true, nameof(settings), nameof(http), nameof(configuration))]
    public bool IsSet => settings is not null && http is not null && configuration is not null;

    /// <summary>The label of the button on the sign-in page.</summary>
    public string Label => settings?.Label ?? "";

    /// <summary>The address to which the browser is sent for signing in.</summary>
    public async Task<Result<string>> AuthorizeUrlAsync(string redirectUri, string state, string nonce, string challenge, CancellationToken cancel)
    {
        if (!IsSet) return OidcProblems.NotSet;
        if (await DiscoverAsync(cancel) is not { AuthorizationEndpoint: { Length: > 0 } endpoint }) return OidcProblems.Unreachable;
        var url = new StringBuilder(endpoint).Append(endpoint.Contains('?', StringComparison.Ordinal) ? '&' : '?').Append("response_type=code");
        foreach (var (name, value) in ((string, string)[])
        [
            ("client_id", settings.ClientId), ("redirect_uri", redirectUri), ("scope", settings.Scopes), ("state", state), ("nonce", nonce), ("code_challenge", challenge), ("code_challenge_method", "S256"),
        ])
        {
            url.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return url.ToString();
    }

    /// <summary>Exchanges the code and validates what comes back.</summary>
    public async Task<Result<OidcIdentity>> RedeemAsync(string code, string? issuer, string redirectUri, string verifier, string nonce, CancellationToken cancel)
    {
        if (!IsSet) return OidcProblems.NotSet;
        if (await DiscoverAsync(cancel) is not { TokenEndpoint.Length: > 0 } provider) return OidcProblems.Unreachable;
        // RFC 9207: an answer of another provider is not ours, whatever it holds.
        if (issuer is not null && issuer != provider.Issuer) return Refuse("the answer names another issuer");
        var answer = await ExchangeAsync(provider, code, redirectUri, verifier, cancel);
        if (!answer.IsOk) return answer.Problem!;
        if (Text(answer.Value, "id_token") is not { } idToken) return Refuse("the answer holds no ID token");
        var token = await ValidateAsync(provider, idToken, cancel);
        if (!token.IsOk) return token.Problem!;
        if (!token.Value.TryGetPayloadValue<string>("nonce", out var told) || told != nonce) return Refuse("the nonce is another one");
        if (token.Value.Audiences.Count() > 1 && token.Value.Azp != settings.ClientId) return Refuse("the token was made for another client");
        if (string.IsNullOrEmpty(token.Value.Subject) || token.Value.Subject.Length > 255) return Refuse("the token names no subject");
        return await DescribeAsync(provider, token.Value, Text(answer.Value, "access_token"), cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => http?.Dispose();

    private async Task<OpenIdConnectConfiguration?> DiscoverAsync(CancellationToken cancel, bool isAfresh = false)
    {
        try
        {
            // Asked to renew what it keeps, the manager goes on giving that until the answer has come.
            if (isAfresh) configuration!.RequestRefresh();
            if (isAfresh) return await OpenIdConnectConfigurationRetriever.GetAsync(configuration!.MetadataAddress, documents!, cancel).WaitAsync(Patience, clock, cancel);
            return await configuration!.GetConfigurationAsync(cancel).WaitAsync(Patience, clock, cancel);
        }
        catch (Exception e) when (IsTheirs(e, cancel))
        {
            LogRefused($"discovery failed ({Root(e)})");
            return null;
        }
    }

    private async Task<Result<JsonElement>> ExchangeAsync(OpenIdConnectConfiguration provider, string code, string redirectUri, string verifier, CancellationToken cancel)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = redirectUri, ["code_verifier"] = verifier };
        using var request = new HttpRequestMessage(HttpMethod.Post, provider.TokenEndpoint);
        var ways = provider.TokenEndpointAuthMethodsSupported;
        if (settings!.ClientSecret is not { } secret)
        {
            form["client_id"] = settings.ClientId;
        }
        else if (ways.Count == 0 || ways.Contains("client_secret_basic"))
        {
            // RFC 6749, section 2.3.1: both are written as a form writes them before they are joined.
            var pair = $"{Uri.EscapeDataString(settings.ClientId)}:{Uri.EscapeDataString(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
        else
        {
            (form["client_id"], form["client_secret"]) = (settings.ClientId, secret);
        }

        request.Content = new FormUrlEncodedContent(form);
        return await AskAsync(request, "the exchange of the code", cancel);
    }

    private async Task<Result<JsonWebToken>> ValidateAsync(OpenIdConnectConfiguration provider, string idToken, CancellationToken cancel)
    {
        for (var again = false; ; again = true)
        {
            var validated = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(idToken, new TokenValidationParameters
            {
                ValidIssuer = provider.Issuer,
                ValidAudience = settings!.ClientId,
                IssuerSigningKeys = provider.SigningKeys,
                ValidAlgorithms = Algorithms,
                RequireSignedTokens = true,
                RequireExpirationTime = true,
                ValidateLifetime = true,
                TryAllIssuerSigningKeys = true,
                LifetimeValidator = IsAlive,
            });
            if (validated.IsValid) return (JsonWebToken)validated.SecurityToken;
            // Providers change their keys now and then; those that were kept may be the old ones.
            if (again || validated.Exception is not (SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidSignatureException)) return Refuse(validated.Exception.GetType().Name);
            if (await DiscoverAsync(cancel, isAfresh: true) is not { } renewed) return OidcProblems.Unreachable;
            provider = renewed;
        }
    }

    // Two minutes for clocks that differ; by the server's own clock, which the library does not ask.
    private bool IsAlive(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return expires is { } end && now < end.AddMinutes(2) && (notBefore is not { } begin || now > begin.AddMinutes(-2));
    }

    private async Task<Result<OidcIdentity>> DescribeAsync(OpenIdConnectConfiguration provider, JsonWebToken token, string? accessToken, CancellationToken cancel)
    {
        var claims = JsonElement.Parse(Base64UrlEncoder.Decode(token.EncodedPayload));
        // Some tell the address only where it is asked for.
        if (Text(claims, "email") is null && accessToken is not null && provider.UserInfoEndpoint is { Length: > 0 } endpoint)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, endpoint);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
            var told = await AskAsync(request, "the question for the address", cancel);
            if (!told.IsOk) return told.Problem!;
            if (Text(told.Value, "sub") != token.Subject) return Refuse("the answer about the person is about another one");
            claims = told.Value;
        }

        // Some write it as text.
        var verified = claims.TryGetProperty("email_verified", out var flag) && (flag.ValueKind == JsonValueKind.True || (flag.ValueKind == JsonValueKind.String && flag.GetString() == "true"));
        return new OidcIdentity(provider.Issuer, token.Subject, Text(claims, "email"), verified, Text(claims, "name"));
    }

    private async Task<Result<JsonElement>> AskAsync(HttpRequestMessage request, string what, CancellationToken cancel)
    {
        try
        {
            using var answer = await http!.SendAsync(request, cancel);
            if ((int)answer.StatusCode >= 500) return OidcProblems.Unreachable;
            if (!answer.IsSuccessStatusCode) return Refuse($"{what} was answered {(int)answer.StatusCode}");
            var json = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancel));
            return json.ValueKind == JsonValueKind.Object ? json : Refuse($"{what} was not answered with an object");
        }
        catch (JsonException)
        {
            return Refuse($"{what} was not answered with JSON");
        }
        catch (Exception e) when (IsTheirs(e, cancel))
        {
            LogRefused($"{what} failed ({Root(e)})");
            return OidcProblems.Unreachable;
        }
    }

    // The reason is for whoever runs the server; tokens, codes and addresses are not written down.
    private Problem Refuse(string reason)
    {
        LogRefused(reason);
        return OidcProblems.Refused;
    }

    private static string Root(Exception e) => e.GetBaseException().GetType().Name;

    private static bool IsTheirs(Exception e, CancellationToken cancel) =>
        e is HttpRequestException or IOException or InvalidOperationException or ArgumentException or TimeoutException or SecurityTokenException || (e is OperationCanceledException && !cancel.IsCancellationRequested);

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sign-in by OpenID Connect was refused: {Reason}")]
    private partial void LogRefused(string reason);
}
