using System.Text.Json;
using System.Text.Json.Serialization;

namespace Temas.Collect.Import.Uploads;

/// <summary>Where an uploaded import stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UploadState>))]
public enum UploadState
{
    /// <summary>The file is here; how it is to be read is not settled.</summary>
    Draft,

    /// <summary>It is being imported.</summary>
    Running,

    /// <summary>It was cancelled or interrupted, and can go on where it stopped.</summary>
    Stopped,

    /// <summary>It could not go on; when what stood in the way is mended it can.</summary>
    Failed,

    /// <summary>Every row was read, every event answered for. The file is removed.</summary>
    Done,
}

/// <summary>A file that was uploaded to be imported. Kept as JSON in its folder; holds nothing of its rows.</summary>
public sealed record UploadedImport
{
    /// <summary>Its number.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the file, as it was uploaded.</summary>
    public required string File { get; init; }

    /// <summary>Its bytes, as they were uploaded.</summary>
    public required long Bytes { get; init; }

    /// <summary>Name of the source that its events are filed under.</summary>
    public string Source { get; init; } = "import";

    /// <summary>When it was uploaded.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>By whom.</summary>
    public required string By { get; init; }

    /// <summary>Where it stands.</summary>
    public UploadState State { get; init; }

    /// <summary>What the form of the mapping holds, by name of its fields.</summary>
    public IReadOnlyDictionary<string, string> Form { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the mapping was written by hand: then the form does not change it.</summary>
    public bool OwnMapping { get; init; }

    /// <summary>How far it is.</summary>
    public ImportProgress? Progress { get; init; }

    /// <summary>Why it did not get to the end, as codes and English sentences.</summary>
    public IReadOnlyList<UploadProblem> Problems { get; init; } = [];

    /// <summary>When it ended, or stopped.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether there is a file of rejected rows.</summary>
    public bool HasRejects { get; init; }
}

/// <summary>A problem, as it is kept.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Detail">What is wrong, and the way out.</param>
/// <param name="Field">Key of the mapping, or part of the file, that is concerned.</param>
/// <param name="Value">The value that is wrong.</param>
public sealed record UploadProblem(string Code, string Detail, string? Field, string? Value = null);

/// <summary>All uploads of a workspace, newest first.</summary>
public sealed record UploadedImportList(IReadOnlyList<UploadedImport> Imports);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UploadedImport))]
[JsonSerializable(typeof(UploadedImportList))]
[JsonSerializable(typeof(UploadPreview))]
internal sealed partial class UploadJson : JsonSerializerContext;
