using System.Globalization;
using Temas.Collect.Contracts;
using Temas.Insight.Columns;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Explore;

/// <summary>The types of event that a workspace has, in the reader's words: by the catalogue where a touchpoint is all events of the name, else by their own name.</summary>
public sealed class EventNames
{
    private readonly Dictionary<string, string> words;

    public EventNames(Workspace workspace)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        var language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        foreach (var touchpoint in workspace.FindPart<LiveCatalogue>()?.Current.Touchpoints.Values ?? [])
        {
            foreach (var pattern in touchpoint.Events.Where(p => p.Where.Count == 0))
            {
                foreach (var name in pattern.Names) known.TryAdd($"{CallOf(pattern.Type)}:{name}", touchpoint.Label.In(language));
            }
        }

        var counts = workspace.Part<LiveColumns>().Store.CountTypes();
        // Several names may be one touchpoint: then the name itself tells them apart.
        var labels = counts.Keys.Select(type => known.GetValueOrDefault(type)).OfType<string>().GroupBy(l => l, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        words = counts.Keys.ToDictionary(type => type, type => known.GetValueOrDefault(type) is not { } label ? Plain(type) : labels[label] > 1 ? $"{label} ({Plain(type)})" : label, StringComparer.Ordinal);
        All = [.. counts.OrderByDescending(c => c.Value).Take(Most).Select(c => c.Key).OrderBy(type => words[type], StringComparer.Create(CultureInfo.CurrentCulture, ignoreCase: true))];
    }

    /// <summary>The most that are offered.</summary>
    public const int Most = 500;

    /// <summary>The types with the most events, in the reader's order.</summary>
    public IReadOnlyList<string> All { get; }

    /// <summary>Whether an event of a type has come.</summary>
    public bool Has(string type) => words.ContainsKey(type);

    /// <summary>A type in the reader's words.</summary>
    public string Of(string type) => words.GetValueOrDefault(type) ?? Plain(type);

    /// <summary>Several types that are taken as one; the first of many.</summary>
    public string Of(IReadOnlyList<string> types) => string.Join(" / ", types.Take(MostTold).Select(Of)) + (types.Count > MostTold ? " / …" : "");

    private const int MostTold = 3;

    private static string Plain(string type) => type.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? type[(colon + 1)..] : type;

    private static string CallOf(EventType type)
    {
        Span<byte> call = stackalloc byte[16];
        return System.Text.Encoding.UTF8.GetString(call[..EventTypeName.WriteCall(type, call)]);
    }
}
