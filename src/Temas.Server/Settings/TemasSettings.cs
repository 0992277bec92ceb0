using Microsoft.Extensions.Logging;
using Temas.Kernel;

namespace Temas.Server.Settings;

/// <summary>
/// What an installation is told about itself: by <c>temas.json</c>, by the environment and by flags, each stronger than the one before.
/// The table of <c>docs/settings.md</c> is held against <see cref="SettingTable"/> by a test.
/// </summary>
public sealed record TemasSettings
{
    /// <summary>Folder of all data: databases, snapshots, lock and control socket. An absolute path.</summary>
    public required string Data { get; init; }

    /// <summary>The addresses on which the server listens, such as <c>http://localhost:8420</c>. Port 0 takes any free port.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary><c>sqlite</c>, or <c>postgres://user:password@host:port/database</c>. May hold a secret: never log it, log <see cref="StoreName"/>.</summary>
    public required string Store { get; init; }

    /// <summary>With PostgreSQL: what the names of its schemas begin with; 1 to 20 of a-z, 0-9 and underscore. Default: <c>temas</c>.</summary>
    public string SchemaPrefix { get; init; } = "temas";

    /// <summary>The address that people and links use, without a slash at its end, or null where it is the first of <see cref="Urls"/>.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Addresses or networks (<c>10.0.0.0/8</c>) of reverse proxies whose <c>X-Forwarded-*</c> headers are believed. Default: none.</summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    /// <summary>PEM file of the certificate and its chain for addresses with <c>https</c>, or null.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file of the certificate's private key, or null.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>Whether <c>./run</c> begins with the demo company, and demos go on in real time.</summary>
    public bool Demo { get; init; } = true;

    /// <summary>The server that takes mail for delivery, or null where Temas sends none.</summary>
    public SmtpSettings? Smtp { get; init; }

    /// <summary>Whether gateways and webhooks may be on this machine or in private networks.</summary>
    public bool PrivateTargets { get; init; }

    /// <summary>Largest file that may be uploaded to be imported, in megabytes.</summary>
    public int ImportLimitMegabytes { get; init; } = Collect.Import.Uploads.ImportOptions.UsualMegabytes;

    /// <summary>Where traces and metrics go: a collector that takes OTLP over HTTP (protobuf). Null: nowhere.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>The OpenID provider by which people sign in, too, or null.</summary>
    public OidcSettings? Oidc { get; init; }

    /// <summary>The least severe log line that is written.</summary>
    public LogLevel Log { get; init; } = LogLevel.Information;

    /// <summary>The store in words that hold no secret: <c>sqlite</c>, or <c>postgres at host:port/database</c>.</summary>
    public string StoreName =>
        StoreKind == "sqlite" ? "sqlite"
        : Uri.TryCreate(Store, UriKind.Absolute, out var uri) ? $"postgres at {uri.Authority}{uri.AbsolutePath}" : "postgres";

    /// <summary><c>sqlite</c> or <c>postgres</c>.</summary>
    public string StoreKind => Store.StartsWith("postgres", StringComparison.Ordinal) ? "postgres" : "sqlite";

    /// <summary>The address under which a person opens Temas.</summary>
    public string Address => PublicUrl ?? Urls[0];
}

/// <summary>The mail server.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">Its port; 587 unless told otherwise.</param>
/// <param name="User">Name to sign in with, or null for none.</param>
/// <param name="Password">The password that belongs to it. A secret: never logged.</param>
/// <param name="From">The sender, as an address or <c>Name &lt;address&gt;</c>; empty until it is set.</param>
/// <param name="Tls">Whether the connection is turned to TLS (STARTTLS) before anything is said on it.</param>
public sealed record SmtpSettings(string Host, int Port = 587, string? User = null, string? Password = null, string From = "", bool Tls = true)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => Host;
}

/// <summary>The OpenID provider.</summary>
/// <param name="Authority">Its address; discovery lies below it.</param>
/// <param name="ClientId">What it calls Temas; empty until it is set.</param>
/// <param name="ClientSecret">The secret that belongs to it; null for a public client. Never logged.</param>
/// <param name="Label">Label of the button; empty for the usual one.</param>
/// <param name="Scopes">What is asked for, separated by spaces; <c>openid</c> among them.</param>
/// <param name="Domains">Domains whose addresses may sign in, in lower case; empty for all.</param>
/// <param name="Role">Role that somebody new gets; null: only people who were invited.</param>
/// <param name="Workspace">Key of the workspace in which.</param>
public sealed record OidcSettings(
    string Authority, string ClientId = "", string? ClientSecret = null, string Label = "", string Scopes = "openid email profile", IReadOnlyList<string>? Domains = null, Role? Role = null, string Workspace = "main")
{
    /// <summary>Domains whose addresses may sign in, in lower case; empty for all.</summary>
    public IReadOnlyList<string> Domains { get; init; } = Domains ?? [];

    /// <summary>Without what is secret.</summary>
    public override string ToString() => Authority;
}
