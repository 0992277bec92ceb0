using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Server.Control;

/// <summary>How far a long verb is.</summary>
/// <param name="Step">What it does just now, in words for a person.</param>
/// <param name="Done">How much of it is done.</param>
/// <param name="Total">How much there is, or null where nobody knows.</param>
internal sealed record VerbProgress(string Step, long Done, long? Total);

/// <summary>What a verb says before it has its answer. Called from one thread at a time.</summary>
internal interface IVerbOutput
{
    /// <summary>Says how far it is. May be dropped when the reader is slow.</summary>
    void Report(VerbProgress progress);

    /// <summary>Gives one line of a long answer: a JSON value in UTF-8 without line breaks.</summary>
    ValueTask WriteLineAsync(ReadOnlyMemory<byte> json, CancellationToken cancel);
}

/// <summary>What a verb works with.</summary>
/// <param name="Services">The services of the host that holds the data folder.</param>
/// <param name="Output">Where progress and lines go.</param>
/// <param name="Actor">Who asks, for the audit trail.</param>
internal sealed record VerbContext(IServiceProvider Services, IVerbOutput Output, Actor Actor)
{
    /// <summary>The workspaces.</summary>
    public WorkspaceRegistry Registry => Services.GetRequiredService<WorkspaceRegistry>();

    /// <summary>The workspace called <paramref name="key"/>; without a key the only one, or <c>main</c>.</summary>
    public Result<Workspace> Workspace(string? key)
    {
        if (key is null)
        {
            var all = Registry.All;
            if (all.Count == 1) return all[0];
            key = WorkspaceKey.Default.Value;
        }

        var parsed = WorkspaceKey.Parse(key);
        if (!parsed.IsOk) return parsed.Problem!;
        return Registry.Find(parsed.Value) is { } workspace
            ? workspace
            : Problem.NotFound("workspace_unknown", "There is no such workspace.", "workspace", key, $"The workspaces are {string.Join(", ", Registry.All.Select(w => w.Key.Value))}.");
    }
}

/// <summary>
/// Something that can be asked of an installation from its own machine. The command line runs it in its own process when no server has the data folder,
/// and through the server's control socket when one has: it is the same handler either way.
/// </summary>
internal abstract class Verb(string name)
{
    /// <summary>Name in the socket's address: <c>source.create</c>.</summary>
    public string Name { get; } = name;

    /// <summary>Reads a request from <paramref name="body"/>, runs it, and writes the closing frame to <paramref name="frames"/>.</summary>
    public abstract Task ServeAsync(VerbContext context, Stream body, FrameWriter frames, CancellationToken cancel);
}

/// <summary>A verb that takes <typeparamref name="TRequest"/> and gives <typeparamref name="TAnswer"/>.</summary>
internal sealed class Verb<TRequest, TAnswer>(
    string name, JsonTypeInfo<TRequest> request, JsonTypeInfo<TAnswer> answer, Func<VerbContext, TRequest, CancellationToken, Task<Result<TAnswer>>> run)
    : Verb(name)
    where TRequest : class
    where TAnswer : class
{
    /// <summary>How requests are written.</summary>
    public JsonTypeInfo<TRequest> Request { get; } = request;

    /// <summary>How answers are written.</summary>
    public JsonTypeInfo<TAnswer> Answer { get; } = answer;

    /// <summary>Runs it in this process.</summary>
    public Task<Result<TAnswer>> RunAsync(VerbContext context, TRequest what, CancellationToken cancel) => run(context, what, cancel);

    /// <inheritdoc/>
    public override async Task ServeAsync(VerbContext context, Stream body, FrameWriter frames, CancellationToken cancel)
    {
        TRequest? what;
        try
        {
            what = await JsonSerializer.DeserializeAsync(body, Request, cancel);
        }
        catch (JsonException)
        {
            what = null;
        }

        if (what is null)
        {
            await frames.CloseAsync(Problem.Invalid("request_invalid", $"The request is no {typeof(TRequest).Name}.", wayOut: "Use the command line of the same release as the server."), cancel);
            return;
        }

        var result = await run(context, what, cancel);
        if (result.IsOk) await frames.CloseAsync(result.Value, Answer, cancel);
        else await frames.CloseAsync(result.Problem!, cancel);
    }
}
