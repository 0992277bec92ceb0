using Temas.Collect.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Sources;

/// <summary>What holds for every source, however it is changed.</summary>
internal static class SourceRules
{
    /// <summary>The highest rate limit: so many events a second do not occur.</summary>
    public const int HighestRate = 10_000_000;

    private const int MostSites = 20;

    /// <summary>The name without space around it, or what is wrong with it.</summary>
    public static Result<string> Name(string? name, IEnumerable<Source> others)
    {
        var trimmed = name?.Trim() ?? "";
        if (trimmed.Length is 0 or > 100 || trimmed.Any(char.IsControl))
        {
            return Problem.Invalid("source_name_invalid", "The name of a source has 1 to 100 characters.", "name", trimmed, "Name it after what sends, such as Web shop.");
        }

        return others.Any(other => other.RevokedAt is null && string.Equals(other.Name, trimmed, StringComparison.OrdinalIgnoreCase))
            ? new Problem(ProblemKind.Conflict, "source_name_taken", "There is a source with this name already.") { Field = "name", Value = trimmed, WayOut = "Choose another name, or revoke the old one." }
            : trimmed;
    }

    /// <summary>The owner without space around it, or what is wrong with it.</summary>
    public static Result<string> Owner(string owner)
    {
        var trimmed = owner.Trim();
        return trimmed.Length > 100 || trimmed.Any(char.IsControl)
            ? Problem.Invalid("source_owner_invalid", "The owner of a source is written in at most 100 characters.", "owner", null, "Name the person or the team that answers for what it sends.")
            : trimmed;
    }

    /// <summary>What is wrong with a rate limit, or null.</summary>
    public static Problem? Rate(int rate) => rate is >= 0 and <= HighestRate
        ? null
        : Problem.Invalid(
            "source_rate_invalid",
            FormattableString.Invariant($"A rate limit is 0 to {HighestRate} events a second; 0 sets none."),
            "rateLimit",
            rate.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "Choose a number in that range.");

    /// <summary>Origins as they are kept (in lower case, without a slash behind, a space between), or what is wrong with one.</summary>
    public static Result<string> Sites(IEnumerable<string> sites)
    {
        var kept = new List<string>();
        foreach (var site in sites.Select(s => s.Trim()).Where(s => s.Length > 0))
        {
            if (site.Length > 200 || !Uri.TryCreate(site, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.PathAndQuery != "/" || address.Fragment.Length > 0 || address.UserInfo.Length > 0)
                return Problem.Invalid("source_site_invalid", "A website is written as its origin: scheme, host, and a port where it has one.", "sites", site, "Write it as https://www.example.com, without a path.");
            var origin = address.GetLeftPart(UriPartial.Authority);
            if (!kept.Contains(origin)) kept.Add(origin);
        }

        return kept.Count > MostSites ? Problem.Invalid("source_sites_too_many", "A source has at most 20 websites.", "sites", wayOut: "Make another source for the others.") : string.Join(' ', kept);
    }

    /// <summary>The source with this number that may still write, or the problem.</summary>
    public static async Task<Result<Source>> FindAsync(Workspace workspace, int id, CancellationToken cancel)
    {
        var found = (await SourceStore.ReadAsync(workspace.Database, cancel)).FirstOrDefault(source => source.Id == id);
        return found switch
        {
            null => Problem.NotFound("source_unknown", "There is no source with this number.", "id", id.ToString(System.Globalization.CultureInfo.InvariantCulture), "List the sources to see their numbers."),
            { RevokedAt: not null } => new Problem(ProblemKind.Conflict, "source_revoked", "This source was revoked and stays so.") { Field = "id", WayOut = "Create a new source." },
            _ => found,
        };
    }
}
