using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.People;

namespace Temas.Server.Verbs;

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
/// <param name="Email">Address to sign in with.</param>
/// <param name="Name">Name to show, or null.</param>
/// <param name="Role">Role in the workspace.</param>
/// <param name="Language"><c>tr</c>, <c>en</c> or null.</param>
/// <param name="Password">The password, or null for one that is made up.</param>
internal sealed record PersonCreateRequest(string? Workspace, string Email, string? Name, string Role, string? Language, string? Password);

/// <param name="Workspace">Key of the workspace; null for everybody.</param>
internal sealed record PersonListRequest(string? Workspace);

/// <param name="Email">Whose password.</param>
/// <param name="Password">The password, or null for one that is made up.</param>
internal sealed record PersonPasswordRequest(string Email, string? Password);

/// <param name="Email">Who.</param>
/// <param name="Disabled">True: may not sign in; false: may again.</param>
internal sealed record PersonDisableRequest(string Email, bool Disabled);

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
/// <param name="Email">Who.</param>
/// <param name="Role">The new role.</param>
internal sealed record PersonRoleRequest(string? Workspace, string Email, string Role);

/// <param name="Email">Who.</param>
internal sealed record PersonChoice(string Email);

/// <summary>A person, as the command line shows it. <see cref="Password"/> is there once, when it was made up.</summary>
internal sealed record PersonLine(
    string Id, string Email, string Name, string? Language, bool Disabled, IReadOnlyDictionary<string, string> Roles, DateTimeOffset CreatedAt, DateTimeOffset? LastSignInAt, bool SecondFactor, string? Password = null)
{
    public static PersonLine Of(Person p, string? password = null) =>
        new(p.Id, p.Email, p.Name, p.Language, p.Disabled, p.Roles.ToDictionary(r => r.Key, r => RoleNames.Of(r.Value), StringComparer.Ordinal), p.CreatedAt, p.LastSignInAt, p.SecondFactor, password);
}

internal sealed record PersonListAnswer(IReadOnlyList<PersonLine> People);

/// <summary>Who signs in.</summary>
internal static class PersonVerbs
{
    public static Verb<PersonCreateRequest, PersonLine> Create { get; } = new("user.create", VerbJson.Default.PersonCreateRequest, VerbJson.Default.PersonLine, async (context, request, cancel) =>
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        var role = RoleNames.Parse(request.Role);
        if (!role.IsOk) return role.Problem!;
        var made = await context.Services.GetRequiredService<CreatePerson>().HandleAsync(
            new CreatePersonRequest(request.Email, request.Name, request.Password, request.Language, role.Value, found.Value.Key), context.Actor, cancel);
        return made.IsOk ? PersonLine.Of(made.Value.Person, made.Value.Password) : made.Problem!;
    });

    public static Verb<PersonListRequest, PersonListAnswer> List { get; } = new("user.list", VerbJson.Default.PersonListRequest, VerbJson.Default.PersonListAnswer, async (context, request, cancel) =>
    {
        string? key = null;
        if (request.Workspace is not null)
        {
            var found = context.Workspace(request.Workspace);
            if (!found.IsOk) return found.Problem!;
            key = found.Value.Key.Value;
        }

        return new PersonListAnswer([.. (await context.Services.GetRequiredService<PersonStore>().ListAsync(key, cancel)).Select(p => PersonLine.Of(p))]);
    });

    public static Verb<PersonPasswordRequest, PersonLine> Password { get; } = new("user.password", VerbJson.Default.PersonPasswordRequest, VerbJson.Default.PersonLine, async (context, request, cancel) =>
    {
        var changed = await context.Services.GetRequiredService<ChangePassword>().ForAsync(request.Email, request.Password, context.Actor, cancel);
        if (!changed.IsOk) return changed.Problem!;
        var person = await FindAsync(context, request.Email, cancel);
        return person.IsOk ? PersonLine.Of(person.Value, changed.Value) : person.Problem!;
    });

    public static Verb<PersonDisableRequest, PersonLine> Disable { get; } = new("user.disable", VerbJson.Default.PersonDisableRequest, VerbJson.Default.PersonLine, async (context, request, cancel) =>
    {
        var person = await FindAsync(context, request.Email, cancel);
        if (!person.IsOk) return person.Problem!;
        var changed = await context.Services.GetRequiredService<UpdatePerson>().HandleAsync(person.Value.Id, null, new PersonChanges(Disabled: request.Disabled), context.Actor, cancel);
        return changed.IsOk ? PersonLine.Of(changed.Value) : changed.Problem!;
    });

    public static Verb<PersonRoleRequest, PersonLine> ChangeRole { get; } = new("user.role", VerbJson.Default.PersonRoleRequest, VerbJson.Default.PersonLine, async (context, request, cancel) =>
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        var role = RoleNames.Parse(request.Role);
        if (!role.IsOk) return role.Problem!;
        var person = await FindAsync(context, request.Email, cancel);
        if (!person.IsOk) return person.Problem!;
        var changed = await context.Services.GetRequiredService<UpdatePerson>().HandleAsync(person.Value.Id, found.Value.Key, new PersonChanges(Role: role.Value), context.Actor, cancel);
        return changed.IsOk ? PersonLine.Of(changed.Value) : changed.Problem!;
    });

    public static Verb<PersonChoice, PersonLine> ResetSecondFactor { get; } = new("user.reset-second-factor", VerbJson.Default.PersonChoice, VerbJson.Default.PersonLine, async (context, request, cancel) =>
    {
        var person = await FindAsync(context, request.Email, cancel);
        if (!person.IsOk) return person.Problem!;
        var reset = await context.Services.GetRequiredService<SecondFactor.ChangeSecondFactor>().ResetAsync(person.Value.Id, null, context.Actor, cancel);
        return reset.IsOk ? PersonLine.Of(person.Value with { SecondFactor = false }) : reset.Problem!;
    });

    private static async Task<Result<Person>> FindAsync(VerbContext context, string email, CancellationToken cancel)
    {
        var people = context.Services.GetRequiredService<PersonStore>();
        if (await people.FindRowByEmailAsync(email, cancel) is { } row && await people.FindAsync(row.Id, cancel) is { } person) return person;
        return Problem.NotFound("person_not_found", "Nobody signs in with this address.", "EMAIL", null, "List the people with temas user list.");
    }
}
