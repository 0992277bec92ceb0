using System.Collections.Concurrent;
using System.Security.Cryptography;
using Dapper;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Links;
using Temas.Feedback.Surveys.Responses;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys;

/// <summary>The surveys of a workspace with all their versions, their responses, and the key of their links. A part of each workspace.</summary>
internal sealed class SurveyBook
{
    private readonly Workspace workspace;
    private readonly ConcurrentDictionary<(string Key, int Version), Survey> versions = new();
    private readonly ConcurrentDictionary<string, (Survey Read, Survey Survey, int Version)> published = new(StringComparer.Ordinal);

    public SurveyBook(Workspace workspace)
    {
        this.workspace = workspace;
        Responses = new ResponseStore(workspace.Database);
        Tokens = new SurveyTokens(Secret());
    }

    /// <summary>The book of a workspace.</summary>
    public static SurveyBook Of(Workspace workspace) => workspace.Part<SurveyBook>();

    /// <summary>Its responses.</summary>
    public ResponseStore Responses { get; }

    /// <summary>Signs and opens links.</summary>
    public SurveyTokens Tokens { get; }

    /// <summary>Held while a response is told and while a customer is erased: what is being told of her is in the log before it is looked for there, or not told at all.</summary>
    public SemaphoreSlim Telling { get; } = new(1, 1);

    /// <summary>The published version of a survey, with its number; null when there is none.</summary>
    public (Survey Survey, int Version)? Published(string key)
    {
        if (!workspace.Definitions.Current(SurveyKind.Instance).TryGetValue(key, out var survey)) return null;
        // The same object as at the last look is the same version; respondents come by the thousand.
        if (published.TryGetValue(key, out var last) && ReferenceEquals(last.Read, survey)) return (last.Survey, last.Version);
        // Number and document of one moment, whatever is published meanwhile.
        if (workspace.Definitions.List(SurveyKind.Name).FirstOrDefault(d => d.Key == key) is not { } newest) return null;
        var kept = versions.GetOrAdd((key, newest.Version), static (_, d) => SurveyKind.Instance.Read(d.Key, d.Json), newest);
        published[key] = (survey, kept, newest.Version);
        return (kept, newest.Version);
    }

    /// <summary>A version of a survey; null when it never was, or when this release cannot read it any more.</summary>
    public async Task<Survey?> VersionAsync(string key, int version, CancellationToken cancel = default)
    {
        if (versions.TryGetValue((key, version), out var known)) return known;
        var found = (await workspace.Definitions.HistoryAsync(SurveyKind.Name, key, cancel)).FirstOrDefault(d => d.Version == version);
        if (found is null || SurveyKind.Instance.Check(key, found.Json).Count > 0) return null;
        return versions.GetOrAdd((key, version), _ => SurveyKind.Instance.Read(key, found.Json));
    }

    /// <summary>The workspace's own key; it lives in the database, as links must outlive the process.</summary>
    private byte[] Secret()
    {
        using var connection = workspace.Database.Open();
        if (connection.QuerySingleOrDefault<byte[]>("select bytes from survey_key where id = 1") is { Length: SurveyTokens.KeySize } known) return known;
        connection.Execute("insert into survey_key(id, bytes) values(1, @bytes) on conflict(id) do nothing", new { bytes = RandomNumberGenerator.GetBytes(SurveyTokens.KeySize) });
        return connection.QuerySingle<byte[]>("select bytes from survey_key where id = 1");
    }
}
