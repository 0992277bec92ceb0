using System.Text.Json.Serialization;
using Temas.Kernel;

namespace Temas.Collect.Import;

/// <summary>What to import, and how.</summary>
public sealed record ImportRequest
{
    /// <summary>The files, in the order in which they are read. All have the same mapping; each is plain or gzip, told apart by its first bytes.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Path of the mapping (YAML; docs/importing.md). Null: the files are JSON Lines of Segment messages and go in as they are.</summary>
    public string? Mapping { get; init; }

    /// <summary>
    /// Name of this import, from which message ids are made: under one key the same row is always the same event.
    /// Null: the mapping's <c>key</c>, or the name of the mapping's file; <c>segment</c> without a mapping.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>Where it goes, such as <c>main/shop</c> (workspace and source). A checkpoint of one target is never used for another.</summary>
    public string Target { get; init; } = "";

    /// <summary>Folder for checkpoints, made when it is missing. Also takes the reject files when the folder of the input cannot be written.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Folder for reject files. Null: beside each input.</summary>
    public string? RejectFolder { get; init; }

    /// <summary>Paths for the lookup files of the mapping, by the name of the join, where the mapping's own path is not right.</summary>
    public IReadOnlyDictionary<string, string> Joins { get; init; } = new Dictionary<string, string>();

    /// <summary>True: the mapping comes from somebody who may not read the files of this machine, so one with lookup files is refused.</summary>
    public bool WithoutJoins { get; init; }

    /// <summary>True: read and map everything, write nothing, send nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>How many of the first mapped events a dry run gives. Default 5.</summary>
    public int Preview { get; init; } = 5;

    /// <summary>Stop when more rows than this were rejected. Null (default): never.</summary>
    public long? MaxRejects { get; init; }
}

/// <summary>How far an import is. Counts include what an interrupted run before it had done.</summary>
/// <param name="Rows">Rows read.</param>
/// <param name="Events">Events that were mapped from them.</param>
/// <param name="Bytes">Bytes read of the files, as they lie on disk.</param>
/// <param name="TotalBytes">Bytes of all files.</param>
/// <param name="Accepted">Events that are stored now.</param>
/// <param name="Duplicates">Events that were stored before.</param>
/// <param name="Rejected">Rows and events in the reject files.</param>
/// <param name="Skipped">Rows from which the mapping's conditions made no event.</param>
public sealed record ImportProgress(long Rows, long Events, long Bytes, long TotalBytes, long Accepted, long Duplicates, long Rejected, long Skipped);

/// <summary>A row or event that was not taken.</summary>
/// <param name="File">The input.</param>
/// <param name="Line">Line at which the row begins, from 1.</param>
/// <param name="Reason">Reason in snake_case: of the importer (docs/importing.md), or Collect's reason of the drop.</param>
/// <param name="Field">Key of the mapping or of the message that is concerned, if it is one.</param>
/// <param name="Detail">One sentence: which value, why, what to do.</param>
/// <param name="Row">The row as it stands in the file; at most 2,000 characters.</param>
public sealed record ImportReject(string File, long Line, string Reason, string? Field, string Detail, string Row)
{
    /// <summary>Which sentence of its reason it is, and what stands in its places: for a page that tells it in its own language.</summary>
    [JsonIgnore]
    public (string Sentence, IReadOnlyList<string> Values) Told { get; init; } = (Reason, []);
}

/// <summary>What an import did.</summary>
/// <param name="Progress">The counts at the end.</param>
/// <param name="Problems">Why it did not get to the end; empty when it did. What was acknowledged until then is stored, and the next run continues there.</param>
/// <param name="Cancelled">True when it was cancelled. The next run continues where it stopped.</param>
/// <param name="Resumed">True when it continued an interrupted run.</param>
/// <param name="Preview">The first mapped events, one JSON object each (dry run only).</param>
/// <param name="Rejects">The first 100 rejects.</param>
/// <param name="RejectFiles">The reject files that were written.</param>
public sealed record ImportReport(
    ImportProgress Progress,
    IReadOnlyList<Problem> Problems,
    bool Cancelled,
    bool Resumed,
    IReadOnlyList<string> Preview,
    IReadOnlyList<ImportReject> Rejects,
    IReadOnlyList<string> RejectFiles)
{
    /// <summary>True when every row was read and every event was answered for.</summary>
    public bool Completed => Problems.Count == 0 && !Cancelled;
}

/// <summary>Where an import sends its events: the log in this process, or a server that holds it.</summary>
public interface IImportSink
{
    /// <summary>
    /// Takes Segment messages, one JSON object a line, at most 2,500 and 500 KB (more only when one row makes more), and answers when they are durable. Called again before the answer
    /// to the last call is there, but never from two threads at once: who queues in the order of the calls keeps the order of the file.
    /// A problem of the kind <see cref="ProblemKind.Unavailable"/> or <see cref="ProblemKind.TooMany"/> makes the import try again.
    /// </summary>
    Task<Result<ImportAnswer>> SendAsync(ReadOnlyMemory<byte> jsonLines, CancellationToken cancel);
}

/// <summary>What became of the messages of one call.</summary>
/// <param name="Accepted">Stored now.</param>
/// <param name="Duplicates">Stored before.</param>
/// <param name="Rejected">Refused, with the reason.</param>
public sealed record ImportAnswer(int Accepted, int Duplicates, IReadOnlyList<RejectedMessage> Rejected);

/// <summary>A message that was refused.</summary>
/// <param name="Index">Its place in the call, from 0.</param>
/// <param name="Reason">Reason in snake_case.</param>
/// <param name="Detail">One sentence that names the reason and the way out.</param>
/// <param name="Field">The field that is wrong, if it is one.</param>
public sealed record RejectedMessage(int Index, string Reason, string Detail, string? Field);
