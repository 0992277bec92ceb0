using System.Text.RegularExpressions;
using Temas.Kernel;
using Temas.Server.People;
using Temas.Server.Tokens;

namespace Temas.Server.Audit;

/// <summary>Puts names in the place of ids where the audit trail is shown. Who or what is gone has none any more.</summary>
internal sealed partial class AuditNames(ListTokens tokens)
{
    /// <summary>Knows nobody.</summary>
    public static Known Nobody { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>The names of a workspace.</summary>
    public async Task<Known> OfAsync(WorkspaceKey workspace, IReadOnlyList<Person> people, CancellationToken cancel) => new(
        people.ToDictionary(p => p.Id, p => p.Name, StringComparer.Ordinal),
        (await tokens.HandleAsync(workspace, cancel)).ToDictionary(t => t.Id, t => t.Name, StringComparer.Ordinal));

    [GeneratedRegex("^(person|token) ([0-9a-f]{32})", RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    /// <summary>Names by id.</summary>
    internal sealed class Known(IReadOnlyDictionary<string, string> people, IReadOnlyDictionary<string, string> tokens)
    {
        /// <summary>The name of a person who is still here, or null.</summary>
        public string? Person(string id) => people.GetValueOrDefault(id);

        /// <summary>A target with the name of the person or token that it begins with; as it is where there is none.</summary>
        public string Of(string target)
        {
            var match = Id().Match(target);
            if (!match.Success) return target;
            var id = match.Groups[2].Value;
            return (people.GetValueOrDefault(id) ?? tokens.GetValueOrDefault(id)) is { } name ? name + target[match.Length..] : target;
        }
    }
}
