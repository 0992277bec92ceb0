using System.Globalization;
using System.Text;
using Temas.Server.Control;

namespace Temas.Server.Cli;

/// <summary>Draws progress on standard error when a person looks at it, and passes lines on to standard output.</summary>
internal sealed class ConsoleOutput(CliIo io, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>? lines = null) : IVerbOutput, IAsyncDisposable
{
    private const int BarWidth = 24;

    private long last;
    private int drawn;

    /// <inheritdoc/>
    public void Report(VerbProgress progress)
    {
        if (!io.Interactive) return;
        var now = Environment.TickCount64;
        if (now - last < 100 && progress.Done != progress.Total) return;
        last = now;
        var line = new StringBuilder(progress.Step).Append("  ");
        if (progress.Total is > 0 and var total)
        {
            var filled = (int)Math.Clamp(progress.Done * BarWidth / total, 0, BarWidth);
            line.Append('[').Append('#', filled).Append('.', BarWidth - filled).Append(CultureInfo.InvariantCulture, $"] {progress.Done:N0} of {total:N0}");
        }
        else
        {
            line.Append(CultureInfo.InvariantCulture, $"{progress.Done:N0}");
        }

        io.Error.Write("\r" + line.ToString().PadRight(drawn));
        drawn = line.Length;
    }

    /// <inheritdoc/>
    public async ValueTask WriteLineAsync(ReadOnlyMemory<byte> json, CancellationToken cancel)
    {
        if (lines is not null) await lines(json, cancel);
        else await io.Out.WriteLineAsync(Encoding.UTF8.GetString(json.Span).AsMemory(), cancel);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (drawn > 0) io.Error.Write("\r" + new string(' ', drawn) + "\r");
        return ValueTask.CompletedTask;
    }
}
