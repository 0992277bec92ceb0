using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Text;
using Microsoft.Extensions.Logging;
using Temas.Kernel;

namespace Temas.Server.Settings;

/// <summary>One setting: its three names, its default and how its text is read.</summary>
/// <param name="Name">Key in <c>temas.json</c>.</param>
/// <param name="Variable">Name in the environment.</param>
/// <param name="Flag">Name on the command line.</param>
/// <param name="Default">The text that holds when nobody sets it; empty for none.</param>
/// <param name="Meaning">One sentence, as <c>docs/settings.md</c> gives it.</param>
/// <param name="Read">Puts the text into the settings, or says what is wrong with it.</param>
internal sealed record Setting(string Name, string Variable, string Flag, string Default, string Meaning, Setting.Reader Read)
{
    /// <summary>Reads <paramref name="text"/>; relative paths begin at <paramref name="folder"/>. Gives what is wrong, or null.</summary>
    internal delegate string? Reader(string text, string folder, ref TemasSettings settings);

    /// <summary>True where the value may hold a secret, and so is never repeated in a message.</summary>
    public bool Secret { get; init; }
}

/// <summary>All settings, in the order in which the documentation lists them.</summary>
internal static class SettingTable
{
    /// <summary>A Unix socket's path has room for 108 bytes with its closing zero; "/temas.sock" is a part of it.</summary>
    private const int LongestFolder = 107 - 11;

    public static IReadOnlyList<Setting> All { get; } =
    [
        new("data", "TEMAS_DATA", "--data", "data", "Folder of all data.", ReadData),
        new("urls", "TEMAS_URLS", "--urls", "http://localhost:8420", "Addresses to listen on, separated by semicolons.", ReadUrls),
        new("store", "TEMAS_STORE", "--store", "sqlite", "`sqlite`, or `postgres://user:password@host:port/database` (PostgreSQL 15 or later).", ReadStore) { Secret = true },
        new("schemaPrefix", "TEMAS_SCHEMA_PREFIX", "--schema-prefix", "temas", "With PostgreSQL: what the names of its schemas begin with, so that installations can share a database.", ReadSchemaPrefix),
        new("publicUrl", "TEMAS_PUBLIC_URL", "--public-url", "", "Address that people and links use, if it is not the first of `urls`.", ReadPublicUrl),
        new("proxies", "TEMAS_PROXIES", "--proxies", "", "Reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed: addresses or networks, separated by commas.", ReadProxies),
        new("certificate", "TEMAS_CERTIFICATE", "--certificate", "", "PEM file with the certificate and its chain, for addresses with `https`.", ReadCertificate),
        new("certificateKey", "TEMAS_CERTIFICATE_KEY", "--certificate-key", "", "PEM file with the certificate's private key.", ReadCertificateKey),
        new("demo", "TEMAS_DEMO", "--demo", "on", "`on`: `./run` begins with the demo company, and demos go on in real time while the server runs; `off`: neither.", ReadDemo),
        new("smtpHost", "TEMAS_SMTP_HOST", "--smtp-host", "", "Mail server that takes invitations, links for new passwords, and mails to customers; without one nothing is mailed. Needs `smtpFrom` and `publicUrl`.", ReadSmtpHost),
        new("smtpPort", "TEMAS_SMTP_PORT", "--smtp-port", "587", "Its port. Port 465 (TLS from the first byte) is not spoken.", ReadSmtpPort),
        new("smtpUser", "TEMAS_SMTP_USER", "--smtp-user", "", "Name to sign in to it with, if it asks for one.", ReadSmtpUser),
        new("smtpPassword", "TEMAS_SMTP_PASSWORD", "--smtp-password", "", "Password that belongs to `smtpUser`.", ReadSmtpPassword) { Secret = true },
        new("smtpFrom", "TEMAS_SMTP_FROM", "--smtp-from", "", "Sender of what is mailed: `temas@example.com` or `Temas <temas@example.com>`.", ReadSmtpFrom),
        new("smtpTls", "TEMAS_SMTP_TLS", "--smtp-tls", "on", "`on`: STARTTLS before anything is said, with a certificate that this machine trusts; `off`: in clear, for a mail server on the same machine.", ReadSmtpTls),
        new("privateTargets", "TEMAS_PRIVATE_TARGETS", "--private-targets", "off", "`on`: gateways of channels and webhooks may be on this machine or in private networks; `off`: requests go to public addresses alone.", ReadPrivateTargets),
        new("importLimit", "TEMAS_IMPORT_LIMIT", "--import-limit", "2048", "Largest file that may be uploaded to be imported, in megabytes: 1 to 1048576. `./temas import` has no limit.", ReadImportLimit),
        new("otlp", "TEMAS_OTLP", "--otlp", "", "Address of an OpenTelemetry collector that takes OTLP over HTTP, such as `http://localhost:4318`: traces and metrics are sent there.", ReadOtlp),
        new("oidcAuthority", "TEMAS_OIDC_AUTHORITY", "--oidc-authority", "", "Address of the OpenID provider by which people sign in, too; discovery lies below it. `https`, or `http` on this machine.", ReadOidcAuthority),
        new("oidcClientId", "TEMAS_OIDC_CLIENT_ID", "--oidc-client-id", "", "What the provider calls Temas. The address to come back to, to be registered there, is `publicUrl` and `/sign-in/oidc/callback`.", ReadOidcClientId),
        new("oidcClientSecret", "TEMAS_OIDC_CLIENT_SECRET", "--oidc-client-secret", "", "The secret that belongs to `oidcClientId`; none for a public client.", ReadOidcClientSecret) { Secret = true },
        new("oidcLabel", "TEMAS_OIDC_LABEL", "--oidc-label", "", "Label of the button on the sign-in page.", ReadOidcLabel),
        new("oidcScopes", "TEMAS_OIDC_SCOPES", "--oidc-scopes", "openid email profile", "What the provider is asked for; `openid` must be among it.", ReadOidcScopes),
        new("oidcDomains", "TEMAS_OIDC_DOMAINS", "--oidc-domains", "", "Domains whose addresses may sign in by the provider, separated by commas; all if none is named.", ReadOidcDomains),
        new("oidcRole", "TEMAS_OIDC_ROLE", "--oidc-role", "invited", "`invited`: only people who were invited or are there already; or the role that others get: `viewer`, `agent`, `marketer`, `analyst`, `manager` or `owner`.", ReadOidcRole),
        new("oidcWorkspace", "TEMAS_OIDC_WORKSPACE", "--oidc-workspace", "main", "Key of the workspace in which they get it.", ReadOidcWorkspace),
        new("log", "TEMAS_LOG", "--log", "information", "Least severe log line that is written: `trace`, `debug`, `information`, `warning`, `error`, `critical` or `none`.", ReadLog),
    ];

    private static string? ReadData(string text, string folder, ref TemasSettings settings)
    {
        if (text.Contains('\0', StringComparison.Ordinal)) return "is not a path";
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(text, folder));
        var bytes = Encoding.UTF8.GetByteCount(path);
        if (bytes > LongestFolder) return $"is {bytes} bytes long as an absolute path, and the control socket in it leaves room for {LongestFolder}; choose a shorter path";
        if (File.Exists(path)) return "is a file; name a folder";
        settings = settings with { Data = path };
        return null;
    }

    private static string? ReadUrls(string text, string folder, ref TemasSettings settings)
    {
        var urls = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (urls.Length == 0) return "holds no address";
        foreach (var url in urls)
        {
            // Kestrel's own forms http://*:80 and http://+:80 are no URIs.
            var shape = url.Replace("://*", "://any", StringComparison.Ordinal).Replace("://+", "://any", StringComparison.Ordinal);
            if (!Uri.TryCreate(shape, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)) return $"\"{url}\" is not an address such as http://localhost:8420";
            if (uri.AbsolutePath != "/" || uri.Query.Length > 0) return $"\"{url}\" has a path; an address to listen on has none";
        }

        settings = settings with { Urls = [.. urls.Select(u => u.TrimEnd('/'))] };
        return null;
    }

    private static string? ReadStore(string text, string folder, ref TemasSettings settings)
    {
        if (text != "sqlite")
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql")) return "is neither sqlite nor postgres://user:password@host:port/database";
            if (uri.Host.Length == 0 || uri.AbsolutePath.Trim('/').Length == 0) return "names no host or no database; write postgres://user:password@host:port/database";
        }

        settings = settings with { Store = text };
        return null;
    }

    private static string? ReadSchemaPrefix(string text, string folder, ref TemasSettings settings)
    {
        if (text.Length is 0 or > 20 || !char.IsAsciiLetterLower(text[0]) || text.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_'))
            return "is not 1 to 20 of a-z, 0-9 and underscore, beginning with a letter";
        settings = settings with { SchemaPrefix = text };
        return null;
    }

    private static string? ReadPublicUrl(string text, string folder, ref TemasSettings settings)
    {
        if (text.Length == 0) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)) return "is not an address such as https://temas.example.com";
        if (uri.AbsolutePath != "/" || uri.Query.Length > 0) return "has a path; Temas is served from the root of its address";
        settings = settings with { PublicUrl = text.TrimEnd('/') };
        return null;
    }

    private static string? ReadProxies(string text, string folder, ref TemasSettings settings)
    {
        var proxies = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var proxy in proxies)
        {
            if (!IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _)) return $"\"{proxy}\" is neither an address nor a network such as 10.0.0.0/8";
        }

        settings = settings with { Proxies = proxies };
        return null;
    }

    private static string? ReadCertificate(string text, string folder, ref TemasSettings settings)
    {
        if (text.Length == 0) return null;
        var path = Path.GetFullPath(text, folder);
        if (!File.Exists(path)) return "does not exist";
        settings = settings with { Certificate = path };
        return null;
    }

    private static string? ReadCertificateKey(string text, string folder, ref TemasSettings settings)
    {
        if (text.Length == 0) return null;
        var path = Path.GetFullPath(text, folder);
        if (!File.Exists(path)) return "does not exist";
        settings = settings with { CertificateKey = path };
        return null;
    }

    private static string? ReadOtlp(string text, string folder, ref TemasSettings settings)
    {
        if (text.Length == 0) return null;
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)) return "is not an address such as http://localhost:4318";
        settings = settings with { Otlp = uri };
        return null;
    }

    private static string? ReadDemo(string text, string folder, ref TemasSettings settings)
    {
        if (text is not ("on" or "off")) return "is neither on nor off";
        settings = settings with { Demo = text == "on" };
        return null;
    }

    private static string? ReadSmtpHost(string text, string folder, ref TemasSettings settings)
    {
        if (text.Length == 0) return null;
        if (Uri.CheckHostName(text) == UriHostNameType.Unknown) return "is neither a name nor an address of a server; the port is a setting of its own";
        settings = settings with { Smtp = new SmtpSettings(text) };
        return null;
    }

    // The settings of the mail server are read after its host, and say nothing where there is none.
    private static string? ReadSmtpPort(string text, string folder, ref TemasSettings settings)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65_535) return "is not a port from 1 to 65535";
        if (port == 465) return "is for TLS from the first byte, which Temas does not speak; take 587, where the connection is turned to TLS";
        settings = settings with { Smtp = settings.Smtp is { } smtp ? smtp with { Port = port } : null };
        return null;
    }

    private static string? ReadSmtpUser(string text, string folder, ref TemasSettings settings)
    {
        settings = settings with { Smtp = settings.Smtp is { } smtp ? smtp with { User = text.Length == 0 ? null : text } : null };
        return null;
    }

    private static string? ReadSmtpPassword(string text, string folder, ref TemasSettings settings)
    {
        settings = settings with { Smtp = settings.Smtp is { } smtp ? smtp with { Password = text.Length == 0 ? null : text } : null };
        return null;
    }

    private static string? ReadSmtpFrom(string text, string folder, ref TemasSettings settings)
    {
        if (text.Length == 0) return null;
        if (!MailAddress.TryCreate(text, out _)) return "is not a sender such as temas@example.com or Temas <temas@example.com>";
        settings = settings with { Smtp = settings.Smtp is { } smtp ? smtp with { From = text } : null };
        return null;
    }

    private static string? ReadSmtpTls(string text, string folder, ref TemasSettings settings)
    {
        if (text is not ("on" or "off")) return "is neither on nor off";
        settings = settings with { Smtp = settings.Smtp is { } smtp ? smtp with { Tls = text == "on" } : null };
        return null;
    }

    private static string? ReadPrivateTargets(string text, string folder, ref TemasSettings settings)
    {
        if (text is not ("on" or "off")) return "is neither on nor off";
        settings = settings with { PrivateTargets = text == "on" };
        return null;
    }

    private static string? ReadImportLimit(string text, string folder, ref TemasSettings settings)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes) || megabytes is < 1 or > 1024 * 1024) return "is not a whole number of megabytes from 1 to 1048576";
        settings = settings with { ImportLimitMegabytes = megabytes };
        return null;
    }

    private static string? ReadOidcAuthority(string text, string folder, ref TemasSettings settings)
    {
        if (text.Length == 0) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp) || uri.Query.Length > 0 || uri.Fragment.Length > 0) return "is not an address such as https://login.example.com";
        if (uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback) return "is not https; what decides who signs in must not be read or changed on the way";
        settings = settings with { Oidc = new OidcSettings(text.TrimEnd('/')) };
        return null;
    }

    // The settings of the provider are read after its address, and say nothing where there is none.
    private static string? ReadOidcClientId(string text, string folder, ref TemasSettings settings)
    {
        settings = settings with { Oidc = settings.Oidc is { } oidc ? oidc with { ClientId = text } : null };
        return null;
    }

    private static string? ReadOidcClientSecret(string text, string folder, ref TemasSettings settings)
    {
        settings = settings with { Oidc = settings.Oidc is { } oidc ? oidc with { ClientSecret = text.Length == 0 ? null : text } : null };
        return null;
    }

    private static string? ReadOidcLabel(string text, string folder, ref TemasSettings settings)
    {
        if (text.Length > 60) return "has more than 60 characters";
        settings = settings with { Oidc = settings.Oidc is { } oidc ? oidc with { Label = text } : null };
        return null;
    }

    private static string? ReadOidcScopes(string text, string folder, ref TemasSettings settings)
    {
        var scopes = text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        if (!scopes.Contains("openid", StringComparer.Ordinal)) return "does not hold openid";
        settings = settings with { Oidc = settings.Oidc is { } oidc ? oidc with { Scopes = string.Join(' ', scopes) } : null };
        return null;
    }

    private static string? ReadOidcDomains(string text, string folder, ref TemasSettings settings)
    {
        var domains = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var domain in domains)
        {
            if (Uri.CheckHostName(domain) != UriHostNameType.Dns) return $"\"{domain}\" is not a domain such as example.com";
        }

        settings = settings with { Oidc = settings.Oidc is { } oidc ? oidc with { Domains = [.. domains.Select(d => d.ToLowerInvariant())] } : null };
        return null;
    }

    private static string? ReadOidcRole(string text, string folder, ref TemasSettings settings)
    {
        Role? role = null;
        if (text != "invited")
        {
            var parsed = People.RoleNames.Parse(text);
            if (!parsed.IsOk) return $"is neither invited nor a role; the roles are {People.RoleNames.All}";
            role = parsed.Value;
        }

        settings = settings with { Oidc = settings.Oidc is { } oidc ? oidc with { Role = role } : null };
        return null;
    }

    private static string? ReadOidcWorkspace(string text, string folder, ref TemasSettings settings)
    {
        if (WorkspaceKey.Parse(text) is { IsOk: false }) return "is not the key of a workspace";
        settings = settings with { Oidc = settings.Oidc is { } oidc ? oidc with { Workspace = text } : null };
        return null;
    }

    private static string? ReadLog(string text, string folder, ref TemasSettings settings)
    {
        if (text.Length == 0 || char.IsAsciiDigit(text[0]) || !Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level))
        {
            return string.Create(CultureInfo.InvariantCulture, $"is none of {string.Join(", ", Enum.GetNames<LogLevel>()).ToLowerInvariant()}");
        }

        settings = settings with { Log = level };
        return null;
    }
}
