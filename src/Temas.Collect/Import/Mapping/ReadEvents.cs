using Temas.Collect.Import.Events;
using YamlDotNet.RepresentationModel;

namespace Temas.Collect.Import.Mapping;

/// <summary>
/// Reads the events of a mapping. Keys of an event that stand at the top hold for every event that does not give them itself; without <c>events</c> the top is the only event.
/// </summary>
internal sealed class ReadEvents(MappingFaults faults, ReadValues values)
{
    /// <summary>Most events of a row.</summary>
    public const int MaxEvents = 100;

    private sealed record Keys
    {
        public ValueSpec? Type { get; init; }
        public ValueSpec? Event { get; init; }
        public ValueSpec? Name { get; init; }
        public ValueSpec? Category { get; init; }
        public ValueSpec? UserId { get; init; }
        public ValueSpec? AnonymousId { get; init; }
        public ValueSpec? PreviousId { get; init; }
        public ValueSpec? GroupId { get; init; }
        public ValueSpec? Email { get; init; }
        public ValueSpec? Phone { get; init; }
        public List<KeyValuePair<string, ValueSpec>> ExternalIds { get; init; } = [];
        public TimeSpec? Time { get; init; }
        public ObjectNode? Properties { get; init; }
        public ObjectNode? Traits { get; init; }
        public ObjectNode? Context { get; init; }
        public Condition? When { get; init; }
        public List<Template> Id { get; init; } = [];
    }

    /// <summary>The events of <paramref name="top"/>.</summary>
    public List<EventSpec> Read(YamlMap top)
    {
        var node = top.Node("events");
        var shared = ReadKeys(top, condition: node is null);
        List<EventSpec> events = [];
        if (node is null)
        {
            Add(events, 0, shared, new Keys(), top, node);
            return events;
        }

        if (node is not YamlSequenceNode { Children.Count: > 0 and <= MaxEvents } list)
        {
            faults.Add("events", node, $"A list of 1 to {MaxEvents} events is expected here.");
            return events;
        }

        for (var i = 0; i < list.Children.Count; i++)
        {
            if (list.Children[i] is not YamlMappingNode inner)
            {
                faults.Add($"events[{i}]", list.Children[i], "An event has keys such as event, userId and time.");
                continue;
            }

            var map = new YamlMap(inner, $"events[{i}]", faults);
            Add(events, i, ReadKeys(map, condition: true), shared, map, inner);
            map.RefuseOthers();
        }

        return events;
    }

    private Keys ReadKeys(YamlMap map, bool condition) => new()
    {
        Type = values.Value(map, "type"),
        Event = values.Value(map, "event"),
        Name = values.Value(map, "name"),
        Category = values.Value(map, "category"),
        UserId = values.Value(map, "userId"),
        AnonymousId = values.Value(map, "anonymousId"),
        PreviousId = values.Value(map, "previousId"),
        GroupId = values.Value(map, "groupId"),
        Email = values.Value(map, "email"),
        Phone = values.Value(map, "phone"),
        ExternalIds = ReadExternalIds(map),
        Time = ReadTime(map),
        Properties = values.Object(map, "properties"),
        Traits = values.Object(map, "traits"),
        Context = ReadContext(map),
        When = condition ? values.Condition(map, "when") : null,
        Id = values.Templates(map, "id"),
    };

    private List<KeyValuePair<string, ValueSpec>> ReadExternalIds(YamlMap map)
    {
        List<KeyValuePair<string, ValueSpec>> ids = [];
        if (map.Map("externalIds") is not { } node) return ids;
        foreach (var (kind, _) in node.Entries.ToList())
        {
            if (kind.Length == 0) faults.Add(node.Path, null, "An external id needs a type, such as loyalty_card.");
            else if (values.Value(node, kind) is { } value) ids.Add(new(kind, value));
        }

        return ids;
    }

    private TimeSpec? ReadTime(YamlMap map)
    {
        if (map.Node("time") is YamlScalarNode { Value: "received" }) return new TimeSpec(true, null);
        return values.Value(map, "time", isTime: true) is { } value ? new TimeSpec(false, value) : null;
    }

    private ObjectNode? ReadContext(YamlMap map)
    {
        var context = values.Object(map, "context");
        foreach (var taken in new[] { "traits", "externalIds" })
        {
            if (context?.Find(taken) is not null) faults.Add($"{map.At("context")}.{taken}", map.Node("context"), $"context.{taken} has a key of its own: {taken}.");
        }

        return context;
    }

    private void Add(List<EventSpec> events, int index, Keys own, Keys shared, YamlMap map, YamlNode? node)
    {
        var name = own.Event ?? shared.Event;
        var type = own.Type ?? shared.Type ?? Constant(name is null ? "identify" : "track", map);
        var timeKnown = map.Has("time") || own.Time is not null || shared.Time is not null;
        if (!timeKnown) faults.Add(map.At("time"), node, "The event has no time.", "Name a column or a constant, or write time: received for the moment of the import.");
        var spec = new EventSpec
        {
            Index = index,
            Type = type,
            Event = name,
            Name = own.Name ?? shared.Name,
            Category = own.Category ?? shared.Category,
            UserId = own.UserId ?? shared.UserId,
            AnonymousId = own.AnonymousId ?? shared.AnonymousId,
            PreviousId = own.PreviousId ?? shared.PreviousId,
            GroupId = own.GroupId ?? shared.GroupId,
            Email = own.Email ?? shared.Email,
            Phone = own.Phone ?? shared.Phone,
            ExternalIds = own.ExternalIds.Count > 0 ? own.ExternalIds : shared.ExternalIds,
            Time = own.Time ?? shared.Time ?? new TimeSpec(true, null),
            Properties = own.Properties ?? shared.Properties,
            Traits = own.Traits ?? shared.Traits,
            Context = own.Context ?? shared.Context,
            When = own.When,
            Id = own.Id.Count > 0 ? own.Id : shared.Id,
        };
        Check(spec, own, map, node);
        events.Add(spec);
    }

    private void Check(EventSpec spec, Keys own, YamlMap map, YamlNode? node)
    {
        if (spec.UserId is null && spec.AnonymousId is null && spec.Email is null && spec.Phone is null && spec.ExternalIds.Count == 0)
            faults.Add(map.At("userId"), node, "The event has no identifier.", "Give userId, anonymousId, email, phone or externalIds.");
        if (!spec.Type.Template.IsConstant || spec.Type.Map is not null) return;
        var type = EventTypes.Find(spec.Type.Template.Constant);
        switch (type)
        {
            case null:
                faults.Add(map.At("type"), map.Node("type"), $"'{spec.Type.Template.Constant}' is none of {string.Join(", ", EventTypes.All)}.", "A column is written $column.");
                break;
            case "track" when spec.Event is null:
                faults.Add(map.At("event"), node, "A track event needs a name.", "Write event: Order Completed, or event: $column.");
                break;
            case "alias" when spec.PreviousId is null || spec.UserId is null:
                faults.Add(map.At("previousId"), node, "An alias needs previousId and userId.");
                break;
            case "group" when spec.GroupId is null:
                faults.Add(map.At("groupId"), node, "A group needs groupId.");
                break;
            case "identify" or "group" or "alias" when own.Properties is not null:
                faults.Add(map.At("properties"), node, $"Of {type} there are no properties.", "Use traits.");
                break;
        }
    }

    private ValueSpec Constant(string text, YamlMap map) => new() { Path = map.At("type"), Template = values.Literal(text) };
}
