using System.Text.Json;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Segments;

/// <summary>All that is wrong with the rows of a builder, each fault with the place of its field: what the reader of conditions says of each row, for it tells of one condition the first fault alone.</summary>
internal static class SegmentFaults
{
    /// <summary>The faults of rows; none when they can be asked.</summary>
    public static IReadOnlyList<Problem> Of(Workspace workspace, string? key, SegmentRows rows)
    {
        List<Problem> faults = [];
        foreach (var (row, path) in rows.Leaves())
        {
            using var condition = JsonDocument.Parse(row.ToJson(blanks: false).ToJsonString());
            if (QueryReader.For(workspace).ReadCondition(condition.RootElement).Problem is { } fault) faults.Add(Named(row, fault) with { Field = path + (fault.Field ?? "where")["where".Length..] });
        }

        if (faults.Count > 0) return faults;
        // What only the whole can be held against: how large it is, and whether it leads back to itself.
        var document = $$"""{"label": {"tr": "-", "en": "-"}, "where": {{rows.ToCondition()}}}""";
        return [.. workspace.Definitions.Check(SegmentKind.Name, key is { Length: > 0 } ? key : "new", document).Where(f => f.Field?.StartsWith("$.where", StringComparison.Ordinal) is true).Select(f => f with { Field = f.Field![2..] })];
    }

    /// <summary>What is wrong with the names under which it would be saved.</summary>
    public static IReadOnlyList<Problem> OfNames(Workspace workspace, Definition? old, SegmentForm form)
    {
        var key = old?.Key ?? form.Key;
        if (form.Texts["labelTr"].Length + form.Texts["labelEn"].Length == 0) return [Problem.Invalid("label_missing", "A segment has a name.", "$.label")];
        if (old is null && ChangeDefinition.InForce(workspace, SegmentKind.Name, key) is not null) return [Problem.Invalid("key_taken", "There is a segment with this key.", "key", key)];
        return [.. workspace.Definitions.Check(SegmentKind.Name, key, form.ToJson()).Where(f => f.Field?.StartsWith("$.where", StringComparison.Ordinal) is not true)];
    }

    // What was simply not chosen yet is told as that.
    private static Problem Named(SegmentRow row, Problem fault) => fault switch
    {
        { Code: "text_expected" } when fault.Field!.EndsWith(".property", StringComparison.Ordinal) => fault with { Code = "property_blank", Value = null },
        _ when row is { Kind: "segment" or "nosegment", Segment.Length: 0 } => fault with { Code = "segment_blank", Value = null },
        _ when row is { Kind: "profile", Property.Length: 0 } => fault with { Code = "fact_blank", Value = null },
        { Value: "\"\"" } => fault with { Value = null },
        _ => fault,
    };
}
