using System.Collections.Immutable;

namespace Temas.Server.Guides;

/// <summary>Guides that stand together in the list of all.</summary>
/// <param name="Name">Name of its text.</param>
/// <param name="Keys">The guides in the order of reading.</param>
internal sealed record GuideGroup(string Name, IReadOnlyList<string> Keys);

/// <summary>Which guides there are, in the order in which a newcomer reads them. A test holds it against the files.</summary>
internal static class GuideShelf
{
    public static IReadOnlyList<GuideGroup> Groups { get; } =
    [
        new("GroupBegin", ["setup", "sending", "sdk", "importing", "demo"]),
        new("GroupUnderstand", ["customers", "perception", "feedback", "surveys", "follow-ups", "asking", "channels", "webhooks", "segments", "explore", "dashboards", "journeys", "findings", "indicators", "monitors", "framework", "catalogue"]),
        new("GroupRun", ["production", "settings", "cli", "security", "privacy"]),
        new("GroupFormats", ["formats/tracking", "formats/query", "formats/clickhouse", "formats/log", "formats/snapshot", "formats/backup", "formats/text-model", "formats/demo-truth"]),
    ];

    public static ImmutableArray<string> Keys { get; } = [.. Groups.SelectMany(g => g.Keys)];
}
