using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.Hosting;
using Temas.Server.SignIn;
using Temas.Storage.Workspaces;

namespace Temas.Server.SecondFactor;

/// <summary>What turns a second factor on or off.</summary>
/// <param name="Password">The present password; not asked of who has none.</param>
/// <param name="Code">A code of the app, or a recovery code.</param>
internal sealed record SecondFactorBody(string? Password = null, string? Code = null);

/// <summary>How the caller stands with the second factor.</summary>
/// <param name="On">Whether it is on.</param>
/// <param name="Since">Since when.</param>
/// <param name="RecoveryCodes">How many recovery codes are left.</param>
internal sealed record SecondFactorView(bool On, DateTimeOffset? Since, int RecoveryCodes);

/// <summary>What a workspace asks of its people.</summary>
/// <param name="SecondFactor">True: who has no second factor is led to set one up first.</param>
internal sealed record AccessRules(bool SecondFactor);

/// <summary>What to change of it; what is left out stays.</summary>
/// <param name="SecondFactor">Whether people need a second factor.</param>
internal sealed record AccessRulesBody(bool? SecondFactor = null);

/// <summary>The second factor: the own one, the second step of signing in, and what a workspace asks for.</summary>
internal static class SecondFactorEndpoints
{
    public static void MapSecondFactor(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/session/code", ConfirmSignInAsync).RequireAuthorization(Policies.Open).ExcludeFromDescription();

        var own = routes.MapGroup("/api/session/second-factor").WithTags("Session").RequireAuthorization(Policies.SignedIn);
        own.MapGet("", async (HttpContext http, ChangeSecondFactor use, CancellationToken cancel) =>
            {
                if (Person(http) is not { } caller) return Answers.Of(SessionEndpoints.PersonNeeded);
                var state = await use.ReadAsync(caller.Id, cancel);
                return Results.Ok(new SecondFactorView(state.On, state.Since, state.RecoveryCodes));
            })
            .WithName("ReadSecondFactor").WithSummary("How the caller stands with the second factor.").Produces<SecondFactorView>().ProducesProblem(StatusCodes.Status403Forbidden);
        own.MapPost("begin", async ([FromBody] SecondFactorBody body, HttpContext http, ChangeSecondFactor use, CancellationToken cancel) =>
                Person(http) is { } caller ? Answers.Of(await use.BeginAsync(caller.Id, body.Password, cancel), Results.Ok) : Answers.Of(SessionEndpoints.PersonNeeded))
            .WithName("BeginSecondFactor").WithSummary("Makes a secret for an authenticator app. It is not on before it is confirmed, within 15 minutes.")
            .Produces<BegunSecondFactor>().ProducesProblem(StatusCodes.Status409Conflict);
        own.MapPost("confirm", async ([FromBody] SecondFactorBody body, HttpContext http, ChangeSecondFactor use, CancellationToken cancel) =>
                Person(http) is { } caller ? Answers.Of(await use.ConfirmAsync(caller.Id, body.Code, cancel), Results.Ok) : Answers.Of(SessionEndpoints.PersonNeeded))
            .WithName("ConfirmSecondFactor").WithSummary("Turns the second factor on by a code that the app shows; gives ten recovery codes, once.")
            .Produces<MadeRecoveryCodes>().ProducesProblem(StatusCodes.Status409Conflict);
        own.MapPost("recovery-codes", async ([FromBody] SecondFactorBody body, HttpContext http, ChangeSecondFactor use, CancellationToken cancel) =>
                Person(http) is { } caller ? Answers.Of(await use.RenewCodesAsync(caller.Id, body.Code, cancel), Results.Ok) : Answers.Of(SessionEndpoints.PersonNeeded))
            .WithName("RenewRecoveryCodes").WithSummary("Makes ten new recovery codes, given once; those before stop.")
            .Produces<MadeRecoveryCodes>().ProducesProblem(StatusCodes.Status409Conflict);
        own.MapPost("off", async ([FromBody] SecondFactorBody body, HttpContext http, ChangeSecondFactor use, CancellationToken cancel) =>
                Person(http) is { } caller ? Answers.Of(await use.TurnOffAsync(caller.Id, body.Password, body.Code, cancel), _ => Results.NoContent()) : Answers.Of(SessionEndpoints.PersonNeeded))
            .WithName("TurnOffSecondFactor").WithSummary("Turns the second factor off by password and code.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status409Conflict);

        routes.MapDelete("/api/people/{id}/second-factor", async (string id, CurrentWorkspace current, ChangeSecondFactor use, CancellationToken cancel) =>
                Answers.Of(await use.ResetAsync(id, current.Value.Key, current.Actor, cancel), _ => Results.NoContent()))
            .RequireAuthorization(Policies.Own).WithTags("People").WithName("ResetSecondFactor").WithSummary("Takes the second factor from a person who has lost the device.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status409Conflict);
        routes.MapGet("/api/access-rules", async (CurrentWorkspace current, SecondFactorRule rule, CancellationToken cancel) => TypedResults.Ok(new AccessRules(await rule.ReadAsync(current.Value.Key, cancel))))
            .RequireAuthorization(Policies.Manage).WithTags("People").WithName("ReadAccessRules").WithSummary("What the workspace asks of its people.");
        routes.MapPatch("/api/access-rules", async ([FromBody] AccessRulesBody body, CurrentWorkspace current, SecondFactorRule rule, CancellationToken cancel) =>
            {
                if (body.SecondFactor is { } required) await rule.ChangeAsync(current.Value.Key, required, current.Actor, cancel);
                return TypedResults.Ok(new AccessRules(await rule.ReadAsync(current.Value.Key, cancel)));
            })
            .RequireAuthorization(Policies.Own).WithTags("People").WithName("ChangeAccessRules").WithSummary("Changes what the workspace asks of its people. Who has no second factor is led to set one up first.");
    }

    private static Caller? Person(HttpContext http) => http.Features.Get<Caller>() is { IsPerson: true } caller ? caller : null;

    private static async Task<IResult> ConfirmSignInAsync(HttpContext http, ConfirmSignIn use, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var url = ReturnUrl.Local(form["returnUrl"]);
        var done = await use.HandleAsync(http, form["code"], cancel);
        if (done.Problem is not { } problem) return new SeeOther(url);
        if (Answers.IsForPrograms(http)) return Answers.Of(problem);
        // What is over begins with the password again.
        return new SeeOther(Ui.TemasUrls.With(problem.Code == ConfirmSignIn.Over.Code ? "/sign-in" : Ui.TemasUrls.SignInCode, ("problem", problem.Code), ("returnUrl", url == "/" ? null : url)));
    }
}
