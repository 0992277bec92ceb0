using System.Globalization;
using Temas.Customers.Api;
using Temas.Customers.Erasure;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Privacy;

/// <summary>Use cases around requests of people who are customers: written down, answered, never forgotten.</summary>
public sealed class HandlePrivacyRequest(IAuditTrail audit)
{
    /// <summary>Days in which a request is to be answered, by KVKK art. 13 (30 days) and GDPR art. 12 (a month).</summary>
    public const int Days = 30;

    /// <summary>How long ago a request may have come in when it is written down.</summary>
    public const int OldestDays = 366;

    private static readonly string[] Kinds = ["export", "erase"], Outcomes = ["exported", "nothing_held", "refused"];

    /// <summary>The requests, open ones first by the day on which they are due. Who was erased in the meantime is in none of them.</summary>
    public static async Task<IReadOnlyList<PrivacyRequest>> ListAsync(Workspace workspace, int limit, CancellationToken cancel = default)
    {
        // An erasure that was cut short may have left a name; whoever cannot be found any more is erased.
        var customers = workspace.Part<CustomersProjection>();
        var gone = (await PrivacyRequestStore.NamingAsync(workspace, cancel)).Where(r => customers.Resolve(r.Customer) is null).Select(r => r.Id).ToList();
        if (gone.Count > 0) await PrivacyRequestStore.ForgetAsync(workspace, gone, null, Actor.System);
        return await PrivacyRequestStore.ListAsync(workspace, limit, cancel);
    }

    /// <summary>The day of today, by the clock of the workspace: what is due before it is overdue.</summary>
    public static DateOnly Today(Workspace workspace) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(workspace.Clock.GetUtcNow(), WorkspaceSettings.Of(workspace).Zone()).Date);

    /// <summary>Writes a request down. Without a customer: nothing is held about who asked, and it is answered with that.</summary>
    public async Task<Result<PrivacyRequest>> OpenAsync(Workspace workspace, string? kind, string? customer, string? received, Actor by, CancellationToken cancel = default)
    {
        if (!Kinds.Contains(kind)) return Problem.Invalid("request_kind_unknown", "A request is to export or to erase.", "kind", kind, "Use export or erase.");
        var now = workspace.Clock.GetUtcNow();
        var today = Today(workspace);
        var day = today;
        if (!string.IsNullOrWhiteSpace(received) && !DateOnly.TryParseExact(received, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day) || day > today || day < today.AddDays(-OldestDays))
            return Problem.Invalid("request_day_invalid", "A request came in on a day of the last year, and not later than today.", "received", received, "Write the day as 2026-03-14.");
        string? id = null;
        if (!string.IsNullOrEmpty(customer))
        {
            var found = ReadCustomer.Find(workspace, customer);
            if (found.Problem is { } unknown) return unknown;
            id = found.Value.Id;
        }

        var request = new PrivacyRequest(
            Guid.CreateVersion7(now).ToString("N", CultureInfo.InvariantCulture), kind!, id, day, day.AddDays(Days), id is not null, id is null ? "nothing_held" : null, null, now, by.Name, id is null ? now : null, id is null ? by.Name : null);
        await PrivacyRequestStore.AddAsync(workspace, request, cancel);
        await audit.RecordAsync(new AuditEntry(workspace.Key, by, "privacy_request.opened", $"privacy_request {request.Id}") { After = Facts(request) }, cancel);
        return request;
    }

    /// <summary>Answers a request: exported, nothing held, or refused. One to erase is answered by erasing.</summary>
    public async Task<Result<PrivacyRequest>> CloseAsync(Workspace workspace, string id, string? outcome, Actor by, CancellationToken cancel = default)
    {
        if (!Outcomes.Contains(outcome)) return Problem.Invalid("request_outcome_unknown", "A request is answered with exported, nothing_held or refused.", "outcome", outcome);
        if (await PrivacyRequestStore.FindAsync(workspace, id, cancel) is not { } before) return Unknown(id);
        if (!await PrivacyRequestStore.CloseAsync(workspace, id, outcome!, by, cancel)) return Closed(id);
        return await ClosedAsync(workspace, before, by, cancel);
    }

    /// <summary>Erases the customer whom a request to erase is about, which answers this and all other requests of hers.</summary>
    public async Task<Result<ErasureProof>> EraseAsync(Workspace workspace, string id, string? say, Actor by, CancellationToken cancel = default)
    {
        if (await PrivacyRequestStore.FindAsync(workspace, id, cancel) is not { } request) return Unknown(id);
        if (!request.IsOpen || request.Customer is null) return Closed(id);
        if (say?.Trim() != Word(request)) return Problem.Invalid("not_confirmed", "The word that confirms it is not the one asked for.", "say");
        var erased = await EraseCustomer.RunAsync(workspace, request.Customer, $"request {request.Id}", by, audit, cancel);
        if (erased.Problem is { } problem) return problem;
        await ClosedAsync(workspace, request, by, cancel);
        return erased;
    }

    /// <summary>What must be typed before the customer of a request is erased.</summary>
    public static string Word(PrivacyRequest request) => request.Customer![..4];

    private async Task<Result<PrivacyRequest>> ClosedAsync(Workspace workspace, PrivacyRequest before, Actor by, CancellationToken cancel)
    {
        var after = (await PrivacyRequestStore.FindAsync(workspace, before.Id, cancel))!;
        await audit.RecordAsync(new AuditEntry(workspace.Key, by, "privacy_request.closed", $"privacy_request {before.Id}") { Before = Facts(before), After = Facts(after) }, cancel);
        return after;
    }

    // Nothing that names a customer.
    private static string Facts(PrivacyRequest request) =>
        $$"""{"kind":"{{request.Kind}}","received":"{{request.Received.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}}","due":"{{request.Due.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}}","open":{{(request.IsOpen ? "true" : "false")}}{{(request.Outcome is null ? "" : $",\"outcome\":\"{request.Outcome}\"")}}{{(request.Proof is null ? "" : $",\"proof\":\"{request.Proof}\"")}}}""";

    private static Problem Unknown(string id) => Problem.NotFound("request_unknown", "There is no such request.", "id", id);

    private static Problem Closed(string id) => new(ProblemKind.Conflict, "request_closed", "This request has been answered already.") { Field = "id", Value = id };
}
