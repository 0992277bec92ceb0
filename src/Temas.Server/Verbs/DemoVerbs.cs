using Temas.Demo.Contracts;
using Temas.Demo.Loading;
using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.Workspaces;

namespace Temas.Server.Verbs;

/// <param name="Workspace">Key of the workspace; made when there is none.</param>
/// <param name="Demo">Which world.</param>
internal sealed record DemoLoadRequest(string Workspace, DemoRequest Demo);

/// <param name="Workspace">Key of the workspace.</param>
/// <param name="Loaded">What was done.</param>
/// <param name="Truth">What is planted in the world, as JSON.</param>
internal sealed record DemoLoadAnswer(string Workspace, DemoLoaded Loaded, string Truth);

/// <param name="Workspace">Key of the workspace.</param>
internal sealed record DemoChoice(string Workspace);

/// <param name="Workspace">Key of the workspace in which to go on.</param>
internal sealed record DemoLeftAnswer(string Workspace);

/// <summary>The demo company.</summary>
internal static class DemoVerbs
{
    public static Verb<DemoLoadRequest, DemoLoadAnswer> Load { get; } = new("demo.load", VerbJson.Default.DemoLoadRequest, VerbJson.Default.DemoLoadAnswer, async (context, request, cancel) =>
    {
        var key = WorkspaceKey.Parse(request.Workspace);
        if (!key.IsOk) return key.Problem!;
        var opened = await context.Services.GetRequiredService<OpenDemo>().HandleAsync(key.Value, context.Actor, cancel);
        if (!opened.IsOk) return opened.Problem!;
        var loaded = await context.Services.GetRequiredService<LoadDemo>().HandleAsync(opened.Value, request.Demo, context.Actor, new Steps(context.Output), cancel);
        if (!loaded.IsOk) return loaded.Problem!;
        return new DemoLoadAnswer(key.Value.Value, loaded.Value, await DemoState.Of(opened.Value).ReadTruthAsync(cancel) ?? "");
    });

    public static Verb<DemoChoice, DemoLeftAnswer> Leave { get; } = new("demo.leave", VerbJson.Default.DemoChoice, VerbJson.Default.DemoLeftAnswer, async (context, request, cancel) =>
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        var own = await context.Services.GetRequiredService<LeaveDemo>().HandleAsync(found.Value, roles: null, person: null, context.Actor, cancel);
        return own.IsOk ? new DemoLeftAnswer(own.Value.Key.Value) : own.Problem!;
    });

    public static Verb<DemoChoice, WorkspaceLine> Remove { get; } = new("demo.remove", VerbJson.Default.DemoChoice, VerbJson.Default.WorkspaceLine, async (context, request, cancel) =>
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        var removed = await context.Services.GetRequiredService<RemoveDemo>().HandleAsync(found.Value, context.Actor, cancel);
        return removed.IsOk ? new WorkspaceLine(found.Value.Key.Value, removed.Value) : removed.Problem!;
    });

    /// <summary>Progress in days of the world, with what people want to know beside it.</summary>
    internal sealed class Steps(IVerbOutput output) : IProgress<DemoProgress>
    {
        public void Report(DemoProgress value) =>
            output.Report(new VerbProgress(FormattableString.Invariant($"Veranda to {value.Reached:yyyy-MM-dd}: {value.Events:N0} events, {value.PerSecond:N0} a second"), value.Days, value.TotalDays));
    }
}
