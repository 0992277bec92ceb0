using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.FollowUps;

/// <summary>Use case: opens follow-ups at a person's word, with customers whom another module names (<see cref="IFollowUps"/>); and takes back those with which nobody has begun.</summary>
internal sealed class OpenFollowUps(IColleagues colleagues, IAuditTrail audit) : IFollowUps
{
    /// <summary>Code of the reason.</summary>
    public const string Code = "finding";

    private const int Most = 2_000, MostDays = 60, AtOnce = 200;

    // As with rules: of whom it was closed lately is not asked again.
    private static readonly TimeSpan Again = TimeSpan.FromDays(30);

    /// <inheritdoc/>
    public async Task<Result<FollowUpsWished>> WouldAsync(Workspace workspace, FollowUpWish wish, CancellationToken cancel)
    {
        if (await CheckAsync(workspace, wish, cancel) is { } problem) return problem;
        var (now, live) = (workspace.Clock.GetUtcNow(), LiveFollowUps.Of(workspace));
        var customers = Known(workspace, wish, out var unknown);
        var sum = new FollowUpsWished(0, 0, unknown, DueAt(workspace, wish, now));
        foreach (var some in customers.Chunk(AtOnce))
        {
            var open = Plan(workspace, wish, some, await live.Store.OfCustomersAsync(some, cancel), null, "", now).Count;
            sum = sum with { Opened = sum.Opened + open, Had = sum.Had + some.Length - open };
        }

        return sum;
    }

    /// <inheritdoc/>
    public async Task<Result<FollowUpsWished>> OpenAsync(Workspace workspace, FollowUpWish wish, Actor by, CancellationToken cancel)
    {
        if (await CheckAsync(workspace, wish, cancel) is { } problem) return problem;
        var people = await colleagues.OfAsync(workspace.Key, cancel);
        var (now, live, who) = (workspace.Clock.GetUtcNow(), LiveFollowUps.Of(workspace), WorkOnFollowUp.NameOf(by, people));
        var customers = Known(workspace, wish, out var unknown);
        var sum = new FollowUpsWished(0, 0, unknown, DueAt(workspace, wish, now)) { Round = FollowUpStore.RoundOf(now) };
        foreach (var some in customers.Chunk(AtOnce))
        {
            // What is not named by an identifier any more when it is written is left out.
            var named = some.ToDictionary(c => c, c => WhoOf(workspace, c), StringComparer.Ordinal);
            var open = await live.OpenAsync(some, known => Plan(workspace, wish, [.. some.Where(c => named[c] is not null)], known, named, who, now), cancel);
            var gone = named.Count(n => n.Value is null);
            sum = sum with { Opened = sum.Opened + open, Had = sum.Had + some.Length - open - gone, Unknown = sum.Unknown + gone };
        }

        await audit.RecordAsync(new AuditEntry(workspace.Key, by, "follow_ups.opened", FormattableString.Invariant($"{wish.Source}: {sum.Opened}")), cancel);
        return sum;
    }

    /// <inheritdoc/>
    public async Task<int> WithdrawAsync(Workspace workspace, string source, string? round, Actor by, CancellationToken cancel)
    {
        var people = await colleagues.OfAsync(workspace.Key, cancel);
        var (now, live, who, withdrawn) = (workspace.Clock.GetUtcNow(), LiveFollowUps.Of(workspace), WorkOnFollowUp.NameOf(by, people), 0);
        foreach (var one in await live.Store.ListAsync(new FollowUpFilter { Rule = source, Round = round, Status = FollowUpStatus.Open }, Most * 10, cancel: cancel))
        {
            var taken = false;
            await live.ChangeAsync(one.Id, f =>
            {
                if (f.FirstAt is not null || f.Status != FollowUpStatus.Open) return new FollowUpChange(f, []);
                taken = true;
                return new FollowUpChange(f with { Status = FollowUpStatus.GivenUp, ClosedAt = now, Took = live.Hours.Between(f.OpenedAt, now), ChangedAt = now }, [new FollowUpLine(now, who, "status", FollowUpWords.Of(FollowUpStatus.GivenUp))])
                {
                    Events = ["followup.given_up"],
                };
            }, cancel);
            if (taken) withdrawn++;
        }

        await audit.RecordAsync(new AuditEntry(workspace.Key, by, "follow_ups.withdrawn", FormattableString.Invariant($"{source}: {withdrawn}")), cancel);
        return withdrawn;
    }

    /// <inheritdoc/>
    public Task<FollowUpTally> TallyAsync(Workspace workspace, string source, CancellationToken cancel) => LiveFollowUps.Of(workspace).Store.TallyAsync(source, cancel);

    private async Task<Problem?> CheckAsync(Workspace workspace, FollowUpWish wish, CancellationToken cancel)
    {
        if (wish.DueDays is < 1 or > MostDays) return Problem.Invalid("due_days_invalid", $"They are due in 1 to {MostDays} days.", "dueDays", wish.DueDays.ToString(CultureInfo.InvariantCulture));
        if (wish.Customers.Count > Most) return Problem.Invalid("follow_ups_too_many", $"At most {Most} are opened at once.", "most", null, "Ask for fewer; the rest can be opened after these.");
        if (wish.Owner is null) return null;
        if ((await colleagues.OfAsync(workspace.Key, cancel)).FirstOrDefault(p => p.Id == wish.Owner) is not { } owner) return Problem.Invalid("owner_unknown", "Nobody who works in this workspace has this e-mail address.", "owner", null, "Name one of its people, or nobody.");
        return owner.Role < Role.Agent ? Problem.Invalid("owner_may_not", "This person may look at follow-ups only.", "owner", null, "Name somebody who is at least an agent.") : null;
    }

    /// <summary>Customers by the ids that they have now, each once.</summary>
    private static List<string> Known(Workspace workspace, FollowUpWish wish, out int unknown)
    {
        var nodes = workspace.Part<ICustomerNodes>();
        var numbers = wish.Customers.Select(nodes.Find).OfType<int>().Distinct().ToList();
        List<string> ids = [.. nodes.LinksOf(numbers).OfType<CustomerLink>().Select(l => l.Id).Distinct(StringComparer.Ordinal)];
        unknown = wish.Customers.Count - wish.Customers.Select(nodes.Find).OfType<int>().Count();
        return ids;
    }

    private static List<FollowUpChange> Plan(Workspace workspace, FollowUpWish wish, IReadOnlyList<string> customers, ILookup<string, FollowUp> known, Dictionary<string, string?>? named, string by, DateTimeOffset now)
    {
        var (changes, due) = (new List<FollowUpChange>(), DueAt(workspace, wish, now));
        foreach (var customer in customers)
        {
            var before = known[customer].Where(f => f.Matter == wish.Source).ToList();
            // What was taken back before anybody had begun was never had.
            if (before.Any(f => !f.IsClosed || (!f.IsWithdrawn && now - f.ClosedAt!.Value < Again))) continue;
            var reason = new FollowUpReason(wish.Source, 1, Code, 0, now, "") { Title = wish.Title, Page = wish.Page };
            var opened = new FollowUp
            {
                Id = Hash64.Of(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{customer} {wish.Source} {before.Count}"))).ToString("x16", CultureInfo.InvariantCulture),
                Customer = customer,
                Matter = wish.Source,
                Kind = wish.IsRecovery ? FollowUpKind.Recover : FollowUpKind.Thank,
                Rule = wish.Source,
                Reason = reason,
                Who = named?.GetValueOrDefault(customer) ?? "{}",
                Owner = wish.Owner,
                OpenedAt = now,
                DueAt = due,
                ChangedAt = now,
            };
            changes.Add(new FollowUpChange(opened, [new FollowUpLine(now, by, "opened", wish.Owner ?? "") { Reason = reason }]) { Events = ["followup.opened"], Telling = [FollowUpMessage.Of(opened, "Opened", now)] });
        }

        return changes;
    }

    /// <summary>The end of the desk's time on the last of so many of its days.</summary>
    private static DateTimeOffset DueAt(Workspace workspace, FollowUpWish wish, DateTimeOffset now)
    {
        var desk = FollowUpDeskKind.Of(workspace.Definitions);
        var hours = desk.Hours.OfType<DeskHours>().Average(h => (h.To - h.From) / 60.0);
        return LiveFollowUps.Of(workspace).Hours.After(now, TimeSpan.FromHours(hours * wish.DueDays));
    }

    /// <summary>Who she is, as events say it: by what is to be told of it later on her timeline.</summary>
    private static string? WhoOf(Workspace workspace, string customer)
    {
        if (ReachCustomer.Find(workspace, customer) is not { Customer.Identifiers: [{ } first, ..] all }) return null;
        if (all.FirstOrDefault(i => i.Kind == "user_id") is { } user) return new JsonObject { ["userId"] = user.Value }.ToJsonString();
        if (first.Kind == "anonymous_id") return new JsonObject { ["anonymousId"] = first.Value }.ToJsonString();
        return new JsonObject { ["context"] = new JsonObject { ["externalIds"] = new JsonArray(new JsonObject { ["id"] = first.Value, ["type"] = first.Kind, ["collection"] = "users", ["encoding"] = "none" }) } }.ToJsonString();
    }
}
