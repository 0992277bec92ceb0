using System.Text.Json.Serialization;

namespace Temas.Collect.Import.Uploads;

/// <summary>A row of the beginning of a file that would be rejected.</summary>
/// <param name="Line">Its line.</param>
/// <param name="Reason">Reason in snake_case.</param>
/// <param name="Field">Key of the mapping that is concerned.</param>
/// <param name="Detail">One sentence: which value, why, what to do.</param>
public sealed record PreviewedReject(long Line, string Reason, string? Field, string Detail)
{
    /// <summary>Which sentence of its reason it is, and what stands in its places: for a page that tells it in its own language.</summary>
    [JsonIgnore]
    public (string Sentence, IReadOnlyList<string> Values) Told { get; init; } = (Reason, []);
}

/// <summary>What an import would make of the beginning of its file: the dry run of the importer.</summary>
/// <param name="Mapping">The mapping, as <c>./temas import --mapping</c> takes it; null for Segment messages, which need none.</param>
/// <param name="Problems">Why it cannot begin.</param>
/// <param name="Events">The first events.</param>
/// <param name="Rows">Rows that were looked at.</param>
/// <param name="Rejected">How many of them were rejected.</param>
/// <param name="Rejects">The first of those.</param>
public sealed record UploadPreview(string? Mapping, IReadOnlyList<UploadProblem> Problems, IReadOnlyList<string> Events, long Rows, long Rejected, IReadOnlyList<PreviewedReject> Rejects);
