using System.Text.Json;
using System.Text.Json.Serialization;

namespace Temas.Collect.Import;

/// <summary>
/// How far an import got: everything before it was answered for. Written after each answer; a run that finds one of its own digest continues behind it,
/// a run that ends removes it. Losing one costs time only: what is sent again is a duplicate.
/// </summary>
internal sealed record Checkpoint
{
    /// <summary>Layout of this file.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Rows of all files that are done.</summary>
    public long Rows { get; init; }

    public long Events { get; init; }

    public long Accepted { get; init; }

    public long Duplicates { get; init; }

    public long Rejected { get; init; }

    public long Skipped { get; init; }

    /// <summary>Length of each reject file, by path of the input.</summary>
    public IReadOnlyDictionary<string, long> RejectLengths { get; init; } = new Dictionary<string, long>();

    /// <summary>Where the checkpoint of a digest lies.</summary>
    public static string PathOf(string folder, string digest) => Path.Combine(folder, $"import-{digest}.json");

    /// <summary>The checkpoint at <paramref name="path"/>; null when there is none that can be used.</summary>
    public static Checkpoint? Load(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var found = JsonSerializer.Deserialize(file, CheckpointJson.Default.Checkpoint);
            return found is { Version: 1, Rows: > 0 } ? found : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it, whole or not at all.</summary>
    public void Save(string path)
    {
        var next = path + ".next";
        File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(this, CheckpointJson.Default.Checkpoint));
        File.Move(next, path, overwrite: true);
    }
}

[JsonSerializable(typeof(Checkpoint))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class CheckpointJson : JsonSerializerContext;
