using Temas.Collect.Contracts;
using Temas.Kernel;

namespace Temas.Collect.Catalogue;

/// <summary>The kind of definition <c>promise</c>.</summary>
internal sealed class PromiseKind : IDefinitionKind<PromiseRule>
{
    public static PromiseKind Instance { get; } = new();

    public string Kind => "promise";

    public IEnumerable<KeyValuePair<string, string>> Defaults => DefaultDefinitions.Of("promises.json");

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public PromiseRule Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    private static PromiseRule Build(string key, DefinitionNode node)
    {
        node.Only("label", "made", "kept", "cancelled", "match", "grace", "owner", "system", "perception");
        var common = node.Paths("match");
        var made = node.List("made", n =>
        {
            var pattern = n.Pattern("match", "due", "after");
            NamesNeeded(n, pattern);
            var due = n.Paths("due");
            var after = n.Duration("after");
            if (due.Count == 0 && after is null) n.Fault("due", "field_missing", "Say when it is due: the property that holds the time, or a length of time after the event.", wayOut: "Add due or after.");
            return new PromiseMade(pattern, Match(n, common), due, after);
        });
        var kept = node.List("kept", Ending);
        if (made.Count == 0) node.Fault("made", "field_missing", "A promise needs at least one event that makes it.");
        if (kept.Count == 0) node.Fault("kept", "field_missing", "A promise needs at least one event that keeps it.");
        var rule = new PromiseRule
        {
            Key = key,
            Label = node.Label(),
            Made = made,
            Kept = kept,
            Cancelled = node.List("cancelled", Ending),
            Grace = node.Duration("grace") ?? 0,
            Owner = node.Name("owner"),
            System = node.Name("system"),
        };
        return node.Object("perception", n => Perception(n, rule)) ?? rule;

        PromiseEvent Ending(DefinitionNode n)
        {
            var pattern = n.Pattern("match");
            NamesNeeded(n, pattern);
            return new PromiseEvent(pattern, Match(n, common));
        }
    }

    private static IReadOnlyList<PropertyPath> Match(DefinitionNode node, IReadOnlyList<PropertyPath> common) => node.Has("match") ? node.Paths("match") : common;

    private static void NamesNeeded(DefinitionNode node, EventPattern pattern)
    {
        if (pattern.Names.Count == 0 && node.Has("type")) node.Fault("names", "field_missing", "Promises are made, kept and cancelled by events with names.");
    }

    private static PromiseRule Perception(DefinitionNode node, PromiseRule rule)
    {
        node.Only("kept", "broken", "late", "worstDelay");
        var worst = node.Duration("worstDelay") ?? rule.WorstDelay;
        if (worst <= 0) node.Fault("worstDelay", "duration_expected", "The worst delay is longer than nothing.");
        return rule with
        {
            KeptValue = node.Number("kept", rule.KeptValue, -1, 1),
            BrokenValue = node.Number("broken", rule.BrokenValue, -1, 1),
            LateValue = node.Number("late", rule.LateValue, -1, 1),
            WorstDelay = worst,
        };
    }
}
