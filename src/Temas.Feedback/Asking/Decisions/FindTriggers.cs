using System.Text;
using System.Text.RegularExpressions;
using Temas.Collect.Contracts;
using Temas.Feedback.Asking.Definitions;
using Temas.Feedback.Surveys.Links;
using Temas.Kernel;
using Temas.Storage.EventLog;

namespace Temas.Feedback.Asking.Decisions;

/// <summary>Finds which rules an event triggers. Pure: the same event, rules and catalogue give the same asks, under the same ids.</summary>
internal static class FindTriggers
{
    /// <summary>The asks that an event triggers by some rules; of robots none.</summary>
    public static IEnumerable<Ask> Of(StoredEvent stored, IReadOnlyList<AskingRule> rules, TouchpointCatalogue catalogue)
    {
        if (stored.Kind != LogRecordKind.Event || (stored.Flags & EventFlags.Bot) != 0) yield break;
        foreach (var rule in rules)
        {
            if (CauseOf(stored, rule, catalogue) is { } cause) yield return AskOf(stored, rule, cause);
        }
    }

    /// <summary>The id of an ask: made of its rule and what triggered it.</summary>
    public static string IdOf(string rule, string trigger)
    {
        var utf8 = Encoding.UTF8.GetBytes($"{rule}\n{trigger}");
        return FormattableString.Invariant($"ask-{Hash64.Of(utf8):x16}{Hash64.Of(utf8, 0xA5C):x16}");
    }

    /// <summary>Whether the path of a page is one of those of a rule.</summary>
    public static bool IsOn(AskOnPage page, string address)
    {
        if (page.Paths.Count == 0) return true;
        var path = PathOf(address);
        return page.Paths.Any(p => Regex.IsMatch(path, $"^{Regex.Escape(p).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking));
    }

    /// <summary>The path of an address, without what follows it.</summary>
    public static string PathOf(string address)
    {
        var path = Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri!.AbsolutePath : address;
        var end = path.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? path : path[..end];
    }

    private static string? CauseOf(StoredEvent stored, AskingRule rule, TouchpointCatalogue catalogue)
    {
        var e = stored.AsLogEvent();
        switch (rule.Trigger.Kind)
        {
            case AskTriggerKind.Event:
                foreach (var pattern in rule.Trigger.Events)
                {
                    if (pattern.Type != e.Fields.Type) continue;
                    var name = e.Fields.Name.ToText(e.Json);
                    if ((pattern.Names.Count == 0 || (name is not null && pattern.Names.Contains(name))) && pattern.Holds(PropertiesOf(e))) return name ?? EventTypeWord(pattern.Type);
                }

                return null;
            case AskTriggerKind.Touchpoint:
                return catalogue.Match(e.Fields.Type, Encoding.UTF8.GetBytes(e.Fields.Name.ToText(e.Json) ?? ""), PropertiesOf(e)) is { } touchpoint && rule.Trigger.Touchpoints.Contains(touchpoint.Key) ? touchpoint.Key : null;
            case AskTriggerKind.Page when e.Fields.Type is EventType.Page or EventType.Screen:
                return Text(e, "path") is { } path && IsOn(rule.Trigger.Page!, path) ? PathOf(path) : Text(e, "url") is { } url && IsOn(rule.Trigger.Page!, url) ? PathOf(url) : null;
            default:
                return null;
        }
    }

    private static Ask AskOf(StoredEvent stored, AskingRule rule, string cause)
    {
        var e = stored.AsLogEvent();
        var at = DateTimeOffset.FromUnixTimeMilliseconds(stored.Time);
        var about = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var subject in Invitation.Subjects)
        {
            var path = rule.About is null ? new PropertyPath(subject) : rule.About.GetValueOrDefault(subject);
            if (path is null) continue;
            var properties = PropertiesOf(e);
            if (EventJson.Find(properties, path) is { Exists: true } slice && slice.ToText(properties) is { Length: > 0 and <= 200 } value && value[0] is not ('{' or '[')) about[subject] = value;
        }

        return new Ask
        {
            Id = IdOf(rule.Key, FormattableString.Invariant($"{stored.Source}\n{e.Fields.MessageId.ToText(e.Json)}")),
            Rule = rule.Key,
            Survey = rule.Survey,
            Cause = Short(cause),
            Position = stored.Position,
            TriggeredAt = at,
            DueAt = at + rule.Delay,
            NextAt = at + rule.Delay,
            DecidedAt = at,
            About = about,
        };
    }

    /// <summary>A cause as it is kept.</summary>
    public static string Short(string cause) => cause.Length <= 200 ? cause : cause[..200];

    private static ReadOnlySpan<byte> PropertiesOf(in LogEvent e) => e.Fields.Properties.Exists ? e.Fields.Properties.Of(e.Json) : default;

    private static string? Text(in LogEvent e, string property)
    {
        var properties = PropertiesOf(e);
        return EventJson.Find(properties, Encoding.UTF8.GetBytes(property)) is { Exists: true } slice && slice.IsString(properties) ? slice.ToText(properties) : null;
    }

    private static string EventTypeWord(EventType type) => type switch
    {
        EventType.Page => "page",
        EventType.Screen => "screen",
        EventType.Identify => "identify",
        EventType.Group => "group",
        EventType.Alias => "alias",
        _ => "track",
    };
}
