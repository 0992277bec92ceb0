using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Temas.Kernel;

namespace Temas.Server.Control;

/// <summary>
/// What goes over the control socket as the answer to a verb: lines of JSON, each an object with one member. <c>progress</c> and <c>line</c> may come any number of times,
/// <c>answer</c> or <c>problem</c> closes. A stream that ends without either was cut off.
/// </summary>
internal sealed class FrameWriter(PipeWriter pipe) : IVerbOutput, IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim turn = new(1, 1);
    private long lastReport;

    /// <inheritdoc/>
    public void Report(VerbProgress progress)
    {
        // A report is worth nothing when the next is under way: no waiting, at most ten a second.
        var now = Environment.TickCount64;
        if (now - lastReport < Pace.TotalMilliseconds || !turn.Wait(0)) return;
        lastReport = now;
        var send = SendAsync(writer =>
        {
            writer.WriteStartObject("progress");
            writer.WriteString("step", progress.Step);
            writer.WriteNumber("done", progress.Done);
            if (progress.Total is { } total) writer.WriteNumber("total", total);
            writer.WriteEndObject();
        }, CancellationToken.None);
        _ = ReleaseAfterAsync(send);
    }

    /// <inheritdoc/>
    public async ValueTask WriteLineAsync(ReadOnlyMemory<byte> json, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            pipe.Write("{\"line\":"u8);
            pipe.Write(json.Span);
            pipe.Write("}\n"u8);
            if (pipe.UnflushedBytes > 64 * 1024) await pipe.FlushAsync(cancel);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Closes with an answer.</summary>
    public Task CloseAsync<T>(T answer, JsonTypeInfo<T> type, CancellationToken cancel) =>
        CloseAsync(writer =>
        {
            writer.WritePropertyName("answer");
            JsonSerializer.Serialize(writer, answer, type);
        }, cancel);

    /// <summary>Closes with a problem.</summary>
    public Task CloseAsync(Problem problem, CancellationToken cancel) =>
        CloseAsync(writer =>
        {
            writer.WriteStartObject("problem");
            writer.WriteString("kind", problem.Kind.ToString());
            writer.WriteString("code", problem.Code);
            writer.WriteString("detail", problem.Detail);
            if (problem.Field is not null) writer.WriteString("field", problem.Field);
            if (problem.Value is not null) writer.WriteString("value", problem.Value);
            if (problem.WayOut is not null) writer.WriteString("wayOut", problem.WayOut);
            writer.WriteEndObject();
        }, cancel);

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async Task CloseAsync(Action<Utf8JsonWriter> content, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            await SendAsync(content, cancel);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task SendAsync(Action<Utf8JsonWriter> content, CancellationToken cancel)
    {
        using (var writer = new Utf8JsonWriter(pipe))
        {
            writer.WriteStartObject();
            content(writer);
            writer.WriteEndObject();
        }

        pipe.Write("\n"u8);
        await pipe.FlushAsync(cancel);
    }

    private async Task ReleaseAfterAsync(Task send)
    {
        try
        {
            await send;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The reader has gone; the verb itself notices by its cancellation.
        }
        finally
        {
            turn.Release();
        }
    }
}

/// <summary>Reads what <see cref="FrameWriter"/> wrote.</summary>
internal static class FrameReader
{
    private static readonly Problem CutOff = new(ProblemKind.Unavailable, "server_gone", "The server ended before it had answered.") { WayOut = "Start it again and repeat the command." };

    /// <summary>Reads to the closing frame, giving progress and lines to <paramref name="output"/>.</summary>
    public static async Task<Result<T>> ReadAsync<T>(Stream stream, JsonTypeInfo<T> type, IVerbOutput output, CancellationToken cancel)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        while (true)
        {
            ReadResult read;
            try
            {
                read = await pipe.ReadAsync(cancel);
            }
            catch (IOException)
            {
                return CutOff;
            }

            var buffer = read.Buffer;
            while (TryLine(ref buffer, out var line))
            {
                var bytes = line.IsSingleSegment ? line.First : line.ToArray();
                if (bytes.Span.StartsWith("{\"line\":"u8))
                {
                    await output.WriteLineAsync(bytes[8..^1], cancel);
                }
                else if (Take(bytes, type, output) is { } result)
                {
                    return result;
                }
            }

            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) return CutOff;
        }
    }

    private static Result<T>? Take<T>(ReadOnlyMemory<byte> line, JsonTypeInfo<T> type, IVerbOutput output)
    {
        using var document = JsonDocument.Parse(line);
        var frame = document.RootElement.EnumerateObject().First();
        var value = frame.Value;
        switch (frame.Name)
        {
            case "answer":
                return value.Deserialize(type)!;
            case "problem":
                var kind = Enum.TryParse<ProblemKind>(value.GetProperty("kind").GetString(), out var k) ? k : ProblemKind.Unavailable;
                return new Problem(kind, value.GetProperty("code").GetString()!, value.GetProperty("detail").GetString()!)
                {
                    Field = Text(value, "field"),
                    Value = Text(value, "value"),
                    WayOut = Text(value, "wayOut"),
                };
            case "progress":
                output.Report(new VerbProgress(value.GetProperty("step").GetString()!, value.GetProperty("done").GetInt64(), value.TryGetProperty("total", out var total) ? total.GetInt64() : null));
                return null;
            default:
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"The server sent a frame of unknown kind {frame.Name}."));
        }
    }

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static bool TryLine(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is not { } end)
        {
            line = default;
            return false;
        }

        line = buffer.Slice(0, end);
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return true;
    }
}
