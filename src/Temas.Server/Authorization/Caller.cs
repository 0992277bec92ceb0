using System.Collections.Frozen;
using System.Security.Claims;
using Temas.Kernel;

namespace Temas.Server.Authorization;

/// <summary>Who is asking: a person by session, or an API token.</summary>
/// <param name="Kind"><c>user</c> or <c>token</c>.</param>
/// <param name="Id">Id of the person or the token.</param>
/// <param name="Name">Name to show.</param>
/// <param name="Email">E-mail of a person; empty for a token.</param>
/// <param name="Language">Language that the person chose; empty when none was, and for a token.</param>
/// <param name="Roles">The workspaces that are open to the caller, by key, with the role in each.</param>
internal sealed record Caller(string Kind, string Id, string Name, string Email, string Language, IReadOnlyDictionary<string, Role> Roles)
{
    /// <summary>Claim with <see cref="Kind"/>.</summary>
    public const string KindClaim = "temas:kind";

    /// <summary>Claim with <see cref="Language"/>.</summary>
    public const string LanguageClaim = "temas:language";

    /// <summary>The workspaces among them that ask for a second factor, while the person has none; empty for a token.</summary>
    public IReadOnlySet<string> Closed { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Whether the person has ended the tour of the pages.</summary>
    public bool TourEnded { get; init; }

    /// <summary>True for a person.</summary>
    public bool IsPerson => Kind == "user";

    /// <summary>As the audit trail writes it.</summary>
    public Actor Actor => new(Kind, IsPerson ? Email : Name);

    /// <summary>The caller as claims, for pages.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        var identity = new ClaimsIdentity(scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, Id));
        identity.AddClaim(new Claim(ClaimTypes.Name, Name));
        identity.AddClaim(new Claim(KindClaim, Kind));
        if (IsPerson)
        {
            identity.AddClaim(new Claim(ClaimTypes.Email, Email));
            identity.AddClaim(new Claim(LanguageClaim, Language));
        }

        return new ClaimsPrincipal(identity);
    }
}
