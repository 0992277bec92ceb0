using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Editing;
using Temas.Customers.Contracts;
using Temas.Feedback.FollowUps.Pages;
using Temas.Feedback.Listening;
using Temas.Kernel;
using Temas.Storage;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.FollowUps;

/// <summary>Follow-ups, as a part of the module.</summary>
internal static class FollowUpServices
{
    /// <summary>Adds follow-ups: what opens them, who works on them, how they went.</summary>
    public static IServiceCollection AddFollowUps(this IServiceCollection services) => services
        .AddSingleton<IWorkspaceModule, FollowUpModule>()
        .AddSingleton<RemindOwners>().AddSingleton<TellFollowUps>().AddSingleton<WorkOnFollowUp>().AddSingleton<IFollowUps, OpenFollowUps>()
        .AddSingleton<FollowUpWatch>().AddHostedService(provider => provider.GetRequiredService<FollowUpWatch>())
        .AddSingleton(new CustomerCard(typeof(FollowUpsCard)))
        .ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, FollowUpJson.Default));

    /// <summary>Maps their API, and what their pages post.</summary>
    public static IEndpointRouteBuilder MapFollowUps(this IEndpointRouteBuilder routes)
    {
        FollowUpEndpoints.Map(routes);
        FollowUpActions.Map(routes);
        EditorActions.Map(routes, FollowUpRuleForm.Editor);
        return routes;
    }
}

/// <summary>What follow-ups add to each workspace.</summary>
internal sealed class FollowUpModule : IWorkspaceModule
{
    /// <inheritdoc/>
    public IReadOnlyList<Migration> Migrations => FollowUpStore.Migrations;

    /// <inheritdoc/>
    public IReadOnlyList<IDefinitionKind> DefinitionKinds { get; } = [FollowUpRuleKind.Instance, FollowUpDeskKind.Instance];

    /// <inheritdoc/>
    public void Attach(Workspace workspace)
    {
        var live = new LiveFollowUps(workspace, (FeltTexts)workspace.Part<IFeltTexts>());
        workspace.Add(live);
        workspace.Definitions.Guard(FollowUpRuleKind.Name, FollowUpRuleKind.CheckAmong);
        workspace.Part<ErasureListeners>().Add(async (her, cancel) =>
        {
            await live.ForgetAsync(her, cancel);
            return null;
        });
    }
}
