using System.Globalization;
using Dapper;
using Temas.Feedback.Texts.Learning;
using Temas.Kernel;
using Temas.Storage;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Learning;

/// <summary>A training and what it brought.</summary>
/// <param name="At">When.</param>
/// <param name="Version">Version of the model that was trained: one more than that of the model in use then.</param>
/// <param name="IsTaken">Whether it was taken into use, being better than what was.</param>
/// <param name="Labelled">Texts of which was known how they are meant, duplicates among them.</param>
/// <param name="Texts">How many it learned from.</param>
/// <param name="Corrections">How many of these a person had corrected.</param>
/// <param name="Candidate">How it did on the texts held out.</param>
/// <param name="InUse">How what was in use did on the same texts.</param>
/// <param name="Lexicon">How the lexicon alone did on them.</param>
internal sealed record Training(DateTimeOffset At, int Version, bool IsTaken, int Labelled, int Texts, int Corrections, Evaluation Candidate, Evaluation InUse, Evaluation Lexicon);

/// <summary>What a person says how a text is meant. The text itself stands in the log alone.</summary>
internal sealed record Correction(long Position, SentimentLabel Label, DateTimeOffset At, string By);

/// <summary>Keeps trainings, the models that were taken into use, and corrections.</summary>
internal static class TextModelStore
{
    private const int Kept = 3;

    public static Migration Migration { get; } = new("texts", 1, """
        create table text_training(
            id $identity, at bigint not null, version bigint not null, taken integer not null, labelled bigint not null, texts bigint not null, corrections bigint not null,
            candidate text not null, in_use text not null, lexicon text not null, bytes $blob);
        create table text_correction(position $key, label integer not null, at bigint not null, by_name text not null)
        """);

    /// <summary>The model that was taken into use last; null where there is none.</summary>
    public static byte[]? InUse(Database database)
    {
        using var connection = database.Open();
        return connection.QueryFirstOrDefault<byte[]>("select bytes from text_training where taken = 1 and bytes is not null order by id desc limit 1");
    }

    /// <summary>The trainings, newest first.</summary>
    public static async Task<IReadOnlyList<Training>> ListAsync(Workspace workspace, int limit, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        var rows = await connection.QueryAsync<Row>(
            "select at, version, taken, labelled, texts, corrections, candidate, in_use as InUse, lexicon from text_training order by id desc limit @limit", new { limit });
        return [.. rows.Select(r => new Training(DateTimeOffset.FromUnixTimeMilliseconds(r.At), (int)r.Version, r.Taken == 1, (int)r.Labelled, (int)r.Texts, (int)r.Corrections, Counts(r.Candidate), Counts(r.InUse), Counts(r.Lexicon)))];
    }

    /// <summary>Keeps a training, with its model if that is taken into use; of those before, the last few.</summary>
    public static async Task AddAsync(Workspace workspace, Training training, byte[]? bytes)
    {
        await using var connection = await workspace.Database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            """
            insert into text_training(at, version, taken, labelled, texts, corrections, candidate, in_use, lexicon, bytes)
            values(@at, @version, @taken, @labelled, @texts, @corrections, @candidate, @inUse, @lexicon, @bytes)
            """,
            new
            {
                at = training.At.ToUnixTimeMilliseconds(),
                version = (long)training.Version,
                taken = training.IsTaken ? 1 : 0,
                labelled = (long)training.Labelled,
                texts = (long)training.Texts,
                corrections = (long)training.Corrections,
                candidate = Text(training.Candidate),
                inUse = Text(training.InUse),
                lexicon = Text(training.Lexicon),
                bytes,
            },
            transaction);
        await connection.ExecuteAsync(
            "update text_training set bytes = null where bytes is not null and id not in (select id from (select id from text_training where bytes is not null order by id desc limit @Kept) as newest)", new { Kept }, transaction);
        await transaction.CommitAsync();
    }

    /// <summary>All corrections.</summary>
    public static IReadOnlyList<Correction> Corrections(Database database)
    {
        using var connection = database.Open();
        return [.. connection.Query<CorrectionRow>("select position, label, at, by_name as ByName from text_correction order by position")
            .Select(r => new Correction(r.Position, (SentimentLabel)r.Label, DateTimeOffset.FromUnixTimeMilliseconds(r.At), r.ByName))];
    }

    /// <summary>Writes a correction, in the place of one that was there.</summary>
    public static async Task WriteAsync(Workspace workspace, Correction correction, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        await connection.ExecuteAsync(
            """
            insert into text_correction(position, label, at, by_name) values(@Position, @label, @at, @By)
            on conflict(position) do update set label = excluded.label, at = excluded.at, by_name = excluded.by_name
            """,
            new { correction.Position, label = (int)correction.Label, at = correction.At.ToUnixTimeMilliseconds(), correction.By });
    }

    /// <summary>Takes corrections away.</summary>
    public static async Task RemoveAsync(Workspace workspace, IReadOnlyList<long> positions, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        await connection.ExecuteAsync("delete from text_correction where position = @position", positions.Select(position => new { position }));
    }

    private static string Text(Evaluation evaluation) => string.Join(',', evaluation.Counts.ToArray());

    private static Evaluation Counts(string text) => new([.. text.Split(',').Select(n => long.Parse(n, CultureInfo.InvariantCulture))]);

    private sealed record Row
    {
        public long At { get; init; }

        public long Version { get; init; }

        public long Taken { get; init; }

        public long Labelled { get; init; }

        public long Texts { get; init; }

        public long Corrections { get; init; }

        public string Candidate { get; init; } = "";

        public string InUse { get; init; } = "";

        public string Lexicon { get; init; } = "";
    }

    private sealed record CorrectionRow
    {
        public long Position { get; init; }

        public long Label { get; init; }

        public long At { get; init; }

        public string ByName { get; init; } = "";
    }
}
