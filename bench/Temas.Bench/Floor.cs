using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Temas.Bench;

/// <summary>
/// The least that durable ingest can cost on this machine: a bare endpoint that reads each token of the body with <see cref="Utf8JsonReader"/> and appends
/// the bytes of each event to SQLite (WAL, synchronous=FULL) in transactions of up to 1,000 rows, answering after the commit. No identities, no duplicates, no checks.
/// </summary>
internal static class Floor
{
    public static async Task<int> RunAsync(string url, string folder)
    {
        SQLitePCL.Batteries_V2.Init();
        Directory.CreateDirectory(folder);
        var queue = Channel.CreateUnbounded<(byte[] Body, int Length, List<(int, int)> Events, TaskCompletionSource Done)>();
        var writer = new Thread(() => Write(Path.Combine(folder, "floor.db"), queue.Reader));
        writer.Start();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url).ConfigureKestrel(k => k.AddServerHeader = false);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost("/v1/{call}", async context =>
        {
            var length = (int)context.Request.ContentLength!.Value;
            var body = ArrayPool<byte>.Shared.Rent(length);
            await context.Request.Body.ReadExactlyAsync(body.AsMemory(0, length));
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await queue.Writer.WriteAsync((body, length, Parse(body.AsSpan(0, length)), done));
            await done.Task;
            ArrayPool<byte>.Shared.Return(body);
            context.Response.ContentLength = 16;
            await context.Response.Body.WriteAsync("{\"success\":true}"u8.ToArray());
        });
        await app.RunAsync();
        queue.Writer.Complete();
        return 0;
    }

    private static List<(int Start, int Length)> Parse(ReadOnlySpan<byte> body)
    {
        var events = new List<(int, int)>();
        var reader = new Utf8JsonReader(body);
        var (start, depth) = (0, body.StartsWith("{\"batch\""u8) ? 2 : 0);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject && reader.CurrentDepth == depth) start = (int)reader.TokenStartIndex;
            if (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == depth) events.Add((start, (int)reader.BytesConsumed - start));
        }

        return events;
    }

    private static void Write(string file, ChannelReader<(byte[] Body, int Length, List<(int Start, int Length)> Events, TaskCompletionSource Done)> queue)
    {
        using var connection = new SqliteConnection($"Data Source={file}");
        connection.Open();
        using (var setup = connection.CreateCommand())
        {
            setup.CommandText = "pragma journal_mode=wal; pragma synchronous=full; create table if not exists event(id integer primary key, bytes blob not null)";
            setup.ExecuteNonQuery();
        }

        SQLitePCL.raw.sqlite3_prepare_v2(connection.Handle!, "insert into event(bytes) values(?1)", out var insert);
        var group = new List<TaskCompletionSource>();
        while (queue.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            using var transaction = connection.BeginTransaction();
            var rows = 0;
            while (rows < 1000 && queue.TryRead(out var work))
            {
                foreach (var (start, length) in work.Events)
                {
                    SQLitePCL.raw.sqlite3_bind_blob(insert, 1, work.Body.AsSpan(start, length));
                    SQLitePCL.raw.sqlite3_step(insert);
                    SQLitePCL.raw.sqlite3_reset(insert);
                }

                rows += work.Events.Count;
                group.Add(work.Done);
            }

            transaction.Commit();
            foreach (var done in group) done.SetResult();
            group.Clear();
        }
    }
}
