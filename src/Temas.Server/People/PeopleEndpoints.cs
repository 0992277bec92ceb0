using Microsoft.AspNetCore.Mvc;
using Temas.Kernel;
using Temas.Server.Hosting;
using Temas.Storage.Workspaces;

namespace Temas.Server.People;

/// <summary>A person to be added to the workspace.</summary>
/// <param name="Email">Address to sign in with.</param>
/// <param name="Role">viewer, agent, marketer, analyst, manager or owner.</param>
/// <param name="Name">Name to show; the first part of the address when left out.</param>
/// <param name="Password">The password; made up and given back when left out. Must be left out for somebody who signs in to another workspace already.</param>
/// <param name="Language">tr or en.</param>
internal sealed record PersonBody(string? Email, string? Role, string? Name = null, string? Password = null, string? Language = null);

/// <summary>What to change; what is left out stays.</summary>
/// <param name="Name">Name to show.</param>
/// <param name="Language">tr or en.</param>
/// <param name="Role">Role in this workspace.</param>
/// <param name="Disabled">True: may not sign in, and all sessions end now.</param>
internal sealed record PersonChangesBody(string? Name = null, string? Language = null, string? Role = null, bool? Disabled = null);

/// <summary>The people of a workspace.</summary>
internal sealed record PersonList(IReadOnlyList<PersonView> People);

/// <summary>A person, as the owners of one workspace see him or her.</summary>
/// <param name="Id">Opaque id.</param>
/// <param name="Email">Address to sign in with.</param>
/// <param name="Name">Name to show.</param>
/// <param name="Language">tr or en; null: as the browser asks, until the person chooses.</param>
/// <param name="Role">Role in this workspace.</param>
/// <param name="Disabled">True when the person may not sign in.</param>
/// <param name="CreatedAt">When the person was added.</param>
/// <param name="LastSignInAt">The last sign-in.</param>
/// <param name="SecondFactor">True when the person signs in with a second factor.</param>
internal sealed record PersonView(string Id, string Email, string Name, string? Language, Role Role, bool Disabled, DateTimeOffset CreatedAt, DateTimeOffset? LastSignInAt, bool SecondFactor)
{
    /// <summary>The view from <paramref name="workspace"/>: other workspaces of the person are none of its business.</summary>
    public static PersonView Of(Person p, WorkspaceKey workspace) => new(p.Id, p.Email, p.Name, p.Language, p.Roles[workspace.Value], p.Disabled, p.CreatedAt, p.LastSignInAt, p.SecondFactor);
}

/// <summary>A person who was added.</summary>
/// <param name="Person">The person.</param>
/// <param name="Password">The password that was made up; shown once.</param>
internal sealed record AddedPersonView(PersonView Person, string? Password);

/// <summary>A link with which a person chooses a new password.</summary>
/// <param name="Link">The link, given now and never again.</param>
/// <param name="Mail">sent, failed (the log has the reason), or notSet where no mail server is set.</param>
internal sealed record PasswordLinkView(string Link, string Mail);

/// <summary><c>/api/people</c>.</summary>
internal static class PeopleEndpoints
{
    public static void MapPeople(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/people", async (CurrentWorkspace current, PersonStore people, CancellationToken cancel) =>
                TypedResults.Ok(new PersonList([.. (await people.ListAsync(current.Value.Key.Value, cancel)).Select(p => PersonView.Of(p, current.Value.Key))])))
            .RequireAuthorization(Policies.Manage).WithTags("People").WithName("ListPeople").WithSummary("People of the workspace, by name.");
        var group = routes.MapGroup("/api/people").WithTags("People").RequireAuthorization(Policies.Own);
        group.MapPost("", AddAsync)
            .WithName("AddPerson").WithSummary("Adds a person to the workspace. A password that was made up is shown once.")
            .Produces<AddedPersonView>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPatch("{id}", ChangeAsync)
            .WithName("ChangePerson").WithSummary("Changes a person's role here, or name, language and whether the person may sign in.")
            .Produces<PersonView>().ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPost("{id}/password-link", async (string id, CurrentWorkspace current, PasswordLinks use, HttpContext http, CancellationToken cancel) =>
                Answers.Of(
                    await use.ForAsync(id, current.Value.Key, Ui.Preferences.Languages.Current.Code, current.Actor, http, cancel),
                    m => Results.Ok(new PasswordLinkView(m.Link, Invitations.InvitedView.FateName(m.Mail)))))
            .WithName("MakePasswordLink").WithSummary("Makes a link with which the person chooses a new password. Given once, works once and for a day; mailed where a mail server is set.")
            .Produces<PasswordLinkView>().ProducesProblem(StatusCodes.Status409Conflict);
        group.MapDelete("{id}", async (string id, CurrentWorkspace current, RemovePerson use, CancellationToken cancel) =>
                Answers.Of(await use.HandleAsync(id, current.Value.Key, current.Actor, cancel), _ => Results.NoContent()))
            .WithName("RemovePerson").WithSummary("Takes a person out of the workspace.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> AddAsync([FromBody] PersonBody body, CurrentWorkspace current, CreatePerson use, CancellationToken cancel)
    {
        var role = RoleNames.Parse(body.Role);
        if (role.Problem is { } problem) return Answers.Of(problem);
        var here = current.Value.Key;
        var added = await use.HandleAsync(new CreatePersonRequest(body.Email ?? "", body.Name, body.Password, body.Language, role.Value, here), current.Actor, cancel);
        return Answers.Of(added, a => Results.Created($"/api/people/{a.Person.Id}", new AddedPersonView(PersonView.Of(a.Person, here), a.Password)));
    }

    private static async Task<IResult> ChangeAsync(string id, [FromBody] PersonChangesBody body, CurrentWorkspace current, UpdatePerson use, CancellationToken cancel)
    {
        Role? to = null;
        if (body.Role is not null)
        {
            var role = RoleNames.Parse(body.Role);
            if (role.Problem is { } problem) return Answers.Of(problem);
            to = role.Value;
        }

        var changed = await use.HandleAsync(id, current.Value.Key, new PersonChanges(body.Name, body.Language, to, body.Disabled), current.Actor, cancel);
        return Answers.Of(changed, p => Results.Ok(PersonView.Of(p, current.Value.Key)));
    }
}
