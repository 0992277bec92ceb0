using Temas.Kernel;

namespace Temas.Server.Oidc;

/// <summary>What can go wrong with signing in by OpenID Connect, each with words of its own on the sign-in page.</summary>
internal static class OidcProblems
{
    public static Problem NotSet { get; } = Problem.NotFound("oidc_not_set", "Signing in by OpenID Connect is not set up.", wayOut: "Sign in with e-mail and password.");

    public static Problem Unreachable { get; } =
        new(ProblemKind.Unavailable, "oidc_unreachable", "The provider does not answer.") { WayOut = "Try again in a moment, or sign in with e-mail and password." };

    public static Problem Denied { get; } = new(ProblemKind.Unauthenticated, "oidc_denied", "The sign-in was cancelled or denied by the provider.") { WayOut = "Try again, or ask whoever runs the provider." };

    public static Problem StateExpired { get; } =
        new(ProblemKind.Unauthenticated, "oidc_state_expired", "The sign-in took too long, or was begun in another browser or tab.") { WayOut = "Begin again." };

    public static Problem Refused { get; } =
        new(ProblemKind.Unauthenticated, "oidc_refused", "The provider's answer does not hold what it must.") { WayOut = "Begin again; if it goes on, whoever runs the server finds the reason in the log." };

    public static Problem EmailMissing { get; } =
        new(ProblemKind.Unauthenticated, "oidc_email_missing", "The provider tells no e-mail address.") { WayOut = "Whoever runs the server asks for it with the scope email." };

    public static Problem EmailUnverified { get; } =
        new(ProblemKind.Unauthenticated, "oidc_email_unverified", "The provider has not verified your e-mail address.") { WayOut = "Verify it there, then sign in again." };

    public static Problem DomainNotAllowed { get; } =
        new(ProblemKind.Forbidden, "oidc_domain_not_allowed", "Addresses of this domain may not sign in here.") { WayOut = "Sign in there with the address of your company." };

    public static Problem UnknownPerson { get; } = new(ProblemKind.Forbidden, "oidc_unknown_person", "Nobody has invited you yet.") { WayOut = "Ask an owner of the workspace for an invitation." };
}
