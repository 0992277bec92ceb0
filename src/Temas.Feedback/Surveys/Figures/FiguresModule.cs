using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Customers.Contracts;
using Temas.Kernel;
using Temas.Storage;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys.Figures;

/// <summary>Figures of surveys, and marks of responses, as a part of the module.</summary>
internal static class FiguresServices
{
    /// <summary>Adds them; behind the surveys, whose responses they read.</summary>
    public static IServiceCollection AddFigures(this IServiceCollection services) => services
        .AddSingleton<IWorkspaceModule, FiguresModule>().AddHostedService<AnswersWatch>()
        .ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, FiguresJson.Default));

    /// <summary>Maps their API, and what their pages post.</summary>
    public static IEndpointRouteBuilder MapFigures(this IEndpointRouteBuilder routes)
    {
        FiguresEndpoints.Map(routes);
        return routes;
    }
}

/// <summary>What figures add to each workspace.</summary>
internal sealed class FiguresModule : IWorkspaceModule
{
    /// <inheritdoc/>
    public IReadOnlyList<Migration> Migrations => ResponseMarks.Migrations;

    /// <inheritdoc/>
    public IReadOnlyList<IDefinitionKind> DefinitionKinds { get; } = [SurveyTargetKind.Instance];

    /// <inheritdoc/>
    public void Attach(Workspace workspace)
    {
        var live = new LiveAnswers(workspace);
        workspace.Add(live);
        // Behind the listener that takes her responses away.
        workspace.Part<ErasureListeners>().Add(async (_, cancel) =>
        {
            await live.Marks.TidyAsync(cancel);
            return null;
        });
    }
}

/// <summary>Every two seconds: has responses follow what other systems report, the figures of published surveys follow their responses, and doubts be noted.</summary>
internal sealed partial class AnswersWatch(WorkspaceRegistry workspaces, TimeProvider clock, ILogger<AnswersWatch> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2), clock);
        try
        {
            do
            {
                foreach (var workspace in workspaces.All) await TryAsync(workspace, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task TryAsync(Workspace workspace, CancellationToken cancel)
    {
        try
        {
            if (workspace.FindPart<Reported.LiveReported>() is { } reported) await reported.FollowAsync(cancel);
            if (workspace.FindPart<LiveAnswers>() is { } answers) await answers.FollowAsync(cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Failed(log, e, workspace.Key.Value);
        }
    }

    [LoggerMessage(LogLevel.Error, "The responses to surveys of {Workspace} could not be counted; it is tried again.")]
    private static partial void Failed(ILogger log, Exception e, string workspace);
}
