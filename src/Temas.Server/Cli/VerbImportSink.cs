using Temas.Collect.Import;
using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.Verbs;

namespace Temas.Server.Cli;

/// <summary>Sends the batches of an import by a verb, one after the other: calls that overtake each other would change the order of the file.</summary>
internal sealed class VerbImportSink(VerbRunner runner, ImportTarget target) : IImportSink
{
    private Task last = Task.CompletedTask;

    /// <inheritdoc/>
    public Task<Result<ImportAnswer>> SendAsync(ReadOnlyMemory<byte> jsonLines, CancellationToken cancel)
    {
        var sent = SendAfterAsync(last, jsonLines, cancel);
        last = sent;
        return sent;
    }

    private async Task<Result<ImportAnswer>> SendAfterAsync(Task before, ReadOnlyMemory<byte> jsonLines, CancellationToken cancel)
    {
        // How the one before ended is told to whoever waits for it.
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await runner.RunAsync(ImportVerbs.Send, new ImportSendRequest(target, jsonLines.ToArray()), NoOutput.Instance, cancel);
    }

    private sealed class NoOutput : IVerbOutput
    {
        public static NoOutput Instance { get; } = new();

        public void Report(VerbProgress progress)
        {
        }

        public ValueTask WriteLineAsync(ReadOnlyMemory<byte> json, CancellationToken cancel) => ValueTask.CompletedTask;
    }
}
