using Dapper;
using Temas.Kernel;
using Temas.Kernel.Mail;
using Temas.Server.Hosting;
using Temas.Server.Mail;
using Temas.Server.Safety;
using Temas.Server.SignIn;
using Temas.Storage.Workspaces;

namespace Temas.Server.People;

/// <summary>A link with which a person chooses a new password.</summary>
/// <param name="Link">The link, to be shown once.</param>
/// <param name="Mail">Whether it was mailed, too.</param>
internal sealed record MadePasswordLink(string Link, MailFate Mail);

/// <summary>
/// Use cases: make a link with which a person chooses a new password, and use it. A link works once; a person has one at most; the present password
/// holds until the link is used.
/// </summary>
internal sealed class PasswordLinks(
    PersonStore people, ChangePassword change, FinishSignIn finish, SignInRates rates, Mailer mailer, PublicLinks links, IAuditTrail audit, TimeProvider clock)
{
    /// <summary>How long a link works that an owner makes, and one that the person asked for.</summary>
    public static readonly TimeSpan ByOwner = TimeSpan.FromHours(24), Asked = TimeSpan.FromHours(2);

    /// <summary>Within this time a person is not mailed a second link, however often somebody asks.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(2);

    private sealed class Row
    {
        public string Person { get; init; } = "";

        public long CreatedAt { get; init; }
    }

    /// <summary>The answer to a link that opens nothing (any more).</summary>
    public static Problem Gone { get; } = Problem.NotFound("password_link_gone", "This link was used or replaced, or its time is over.", wayOut: "Ask for another one.");

    /// <summary>Makes one as an owner of <paramref name="workspace"/>. Refused for somebody who belongs to other workspaces, too: its owners would gain those.</summary>
    public async Task<Result<MadePasswordLink>> ForAsync(string id, WorkspaceKey workspace, string language, Actor by, HttpContext http, CancellationToken cancel)
    {
        var person = await people.FindAsync(id, cancel);
        if (person is null || !person.Roles.ContainsKey(workspace.Value)) return PersonProblems.NotFound(id);
        if (person.Roles.Count > 1) return PersonProblems.Shared;
        return await MakeAsync((await people.FindRowAsync(id, cancel))!, language, ByOwner, by, workspace, http, cancel);
    }

    /// <summary>Makes one for whoever signs in with <paramref name="email"/>: the command line's way.</summary>
    public async Task<Result<MadePasswordLink>> ForAsync(string email, Actor by, CancellationToken cancel) =>
        await people.FindRowByEmailAsync(email, cancel) is { } row ? await MakeAsync(row, "en", ByOwner, by, null, null, cancel) : PersonProblems.NotFound(null);

    /// <summary>Mails one to the person with this address, if there is one, who may sign in and was not mailed one just now. Says to nobody which of it was so.</summary>
    public async Task MailAsync(string email, string language, CancellationToken cancel)
    {
        if (!mailer.IsSet || await people.FindRowByEmailAsync(email, cancel) is not { Disabled: 0 } row) return;
        await using (var db = await people.OpenAsync(cancel))
        {
            var last = await db.ExecuteScalarAsync<long?>("select created_at from password_link where person = @id", new { id = row.Id });
            if (clock.GetUtcNow().ToUnixTimeMilliseconds() - last < (long)Pause.TotalMilliseconds) return;
        }

        await MakeAsync(row, language, Asked, new Actor("user", row.Email), null, null, cancel);
    }

    /// <summary>The person whose link holds this secret, if it can still be used.</summary>
    public async Task<PersonStore.Row?> FindAsync(string? secret, CancellationToken cancel)
    {
        if (secret is not { Length: > 0 and <= 100 }) return null;
        Row? row;
        await using (var db = await people.OpenAsync(cancel))
        {
            row = await db.QuerySingleOrDefaultAsync<Row>(
                "select person, created_at as CreatedAt from password_link where digest = @digest and expires_at > @now", new { digest = Secrets.Digest(secret), now = clock.GetUtcNow().ToUnixTimeMilliseconds() });
        }

        return row is not null && await people.FindRowAsync(row.Person, cancel) is { Disabled: 0 } person ? person : null;
    }

    /// <summary>Sets the password, ends all sessions and signs in; false: a code is asked for next.</summary>
    public async Task<Result<bool>> UseAsync(HttpContext http, string? secret, string? password, string? again, CancellationToken cancel)
    {
        if (rates.Take(http.Connection.RemoteIpAddress, "password link") is { } tooMany) return tooMany;
        if (await FindAsync(secret, cancel) is not { } row) return Gone;
        if (password != again) return Problem.Invalid("passwords_differ", "The two new passwords are not the same.", "again");
        var set = await change.SetAsync(row, password ?? "", new Actor("user", row.Email), cancel, async (db, transaction) =>
            await db.ExecuteAsync("delete from password_link where person = @id and digest = @digest", new { id = row.Id, digest = Secrets.Digest(secret!) }, transaction) == 1 ? null : Gone);
        if (set.Problem is { } problem) return problem;
        return await finish.HandleAsync(http, (await people.FindRowAsync(row.Id, cancel))!, cancel);
    }

    private async Task<Result<MadePasswordLink>> MakeAsync(PersonStore.Row row, string language, TimeSpan life, Actor by, WorkspaceKey? workspace, HttpContext? http, CancellationToken cancel)
    {
        if (row.Disabled != 0) return new Problem(ProblemKind.Conflict, "person_locked_out", "This person may not sign in.") { WayOut = "Allow it again first." };
        var secret = Secrets.New(32);
        var now = clock.GetUtcNow();
        await using (var db = await people.OpenAsync(cancel))
        {
            await db.ExecuteAsync(
                """
                insert into password_link(person, digest, created_at, expires_at) values (@id, @digest, @now, @expires)
                on conflict (person) do update set digest = excluded.digest, created_at = excluded.created_at, expires_at = excluded.expires_at
                """,
                new { id = row.Id, digest = Secrets.Digest(secret), now = now.ToUnixTimeMilliseconds(), expires = (now + life).ToUnixTimeMilliseconds() });
        }

        await audit.RecordAsync(new AuditEntry(workspace, by, life == Asked ? "person.password_link_asked" : "person.password_link_made", $"person {row.Id}"), cancel);
        var link = links.To(Ui.TemasUrls.NewPassword(secret), http);
        var fate = await mailer.SendAsync(Letters.NewPassword(row.Email, row.Language is "" ? language : row.Language, life == Asked, link, (int)life.TotalHours), cancel);
        return new MadePasswordLink(link, fate);
    }
}
