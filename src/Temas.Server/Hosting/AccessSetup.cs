using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Temas.Kernel;
using Temas.Kernel.Mail;
using Temas.Server.Audit;
using Temas.Server.Authorization;
using Temas.Server.Invitations;
using Temas.Server.Mail;
using Temas.Server.Oidc;
using Temas.Server.People;
using Temas.Server.Safety;
using Temas.Server.SecondFactor;
using Temas.Server.Settings;
using Temas.Server.SignIn;
using Temas.Server.Tokens;
using Temas.Server.Workspaces;
using Temas.Ui.Http;

namespace Temas.Server.Hosting;

/// <summary>Who may do what: people, sessions, tokens, policies, the audit trail, and what keeps requests honest.</summary>
internal static class AccessSetup
{
    public static IServiceCollection AddAccess(this IServiceCollection services, TemasSettings settings)
    {
        services.AddHttpContextAccessor();
        services.AddScoped<Storage.Workspaces.CurrentWorkspace>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<AuditNames>();
        services.AddSingleton<IAuditTrail>(p => p.GetRequiredService<AuditTrail>());
        services.AddSingleton<IAuditReader>(p => p.GetRequiredService<AuditTrail>());
        services.AddSingleton<CallerStore>();

        services.AddSingleton<PersonStore>().AddSingleton<IColleagues, Colleagues>();
        services.AddSingleton<Passwords>();
        services.Configure<PasswordHasherOptions>(o => o.IterationCount = Passwords.Rounds);
        services.AddSingleton<CreatePerson>();
        services.AddSingleton<ChangePassword>();
        services.AddSingleton<UpdatePerson>();
        services.AddSingleton<Ui.Preferences.IOwnLanguage, OwnLanguage>();
        services.AddSingleton<RemovePerson>();
        services.AddSingleton<SetUpCode>();
        services.AddSingleton<SignInFailures>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<ShownOnce>();
        services.AddSingleton<FinishSignIn>();
        services.AddSingleton<SignInPerson>();
        services.AddSingleton<SecondFactorStore>();
        services.AddSingleton<CheckSecondFactor>();
        services.AddSingleton<ChangeSecondFactor>();
        services.AddSingleton<SecondFactorRule>();
        services.AddSingleton<PendingSignIns>();
        services.AddSingleton<ConfirmSignIn>();
        services.AddSingleton<OidcProvider>();
        services.AddSingleton<OidcStates>();
        services.AddSingleton<OidcPeople>();
        services.AddSingleton<OidcSignIn>();
        services.AddSingleton<PasswordLinks>();
        services.AddSingleton<ForgottenPasswords>();
        services.AddHostedService(p => p.GetRequiredService<ForgottenPasswords>());
        services.AddSingleton<InvitationStore>();
        services.AddSingleton<InvitePerson>();
        services.AddSingleton<AcceptInvitation>();
        services.AddSingleton<Mailer>().AddSingleton<IMailer>(p => p.GetRequiredService<Mailer>()).AddSingleton<IMailRoute>(p => p.GetRequiredService<Mailer>());
        services.AddSingleton<PublicLinks>().AddSingleton<IPublicLinks>(p => p.GetRequiredService<PublicLinks>());
        services.AddSingleton<SetUpInstallation>();
        services.AddSingleton<CreateToken>();
        services.AddSingleton<ListTokens>();
        services.AddSingleton<RevokeToken>();
        services.AddSingleton<AddWorkspace>();
        services.AddSingleton<ChangeWorkspace>();
        services.AddSingleton<Customers.Identity.ChangeBlocked>();
        services.AddOptions<RequestLocalizationOptions>().PostConfigure<Storage.Workspaces.WorkspaceRegistry>(WorkspaceLanguage.Add);
        services.AddSingleton<OpenDemo>();
        services.AddSingleton<LeaveDemo>();
        services.AddSingleton<RemoveDemo>();

        services.AddAuthentication(TemasAuthentication.Name).AddScheme<AuthenticationSchemeOptions, TemasAuthentication>(TemasAuthentication.Name, null);
        services.AddAuthorization(RolePolicies.Add);
        services.AddSingleton<IAuthorizationHandler, RoleHandler>();

        services.AddOptions<RateOptions>();
        services.AddSingleton<SignInRates>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<Microsoft.AspNetCore.RateLimiting.RateLimiterOptions>()
            .Configure<Microsoft.Extensions.Options.IOptions<RateOptions>>((limiter, rates) => Rates.Configure(limiter, rates.Value));

        // The keys protect the antiforgery token, the state of a sign-in by OpenID Connect and the secrets of second factors. They lie in the data folder, apart from the database where that is PostgreSQL.
        services.AddDataProtection().SetApplicationName("temas").PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(settings.Data, "keys")));
        services.AddAntiforgery(o =>
        {
            o.Cookie.Name = "temas-antiforgery";
            o.Cookie.HttpOnly = true;
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            o.SuppressXFrameOptionsHeader = true;
        });
        return services;
    }
}
