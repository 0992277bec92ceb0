using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Temas.Collect.Editing;
using Temas.Customers.Contracts;
using Temas.Feedback.Asking.Decisions;
using Temas.Feedback.Asking.Definitions;
using Temas.Feedback.Asking.Invites;
using Temas.Feedback.Asking.Pages;
using Temas.Feedback.Asking.Simulation;
using Temas.Kernel;
using Temas.Storage;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Asking;

/// <summary>Asking rules, as a part of the module.</summary>
internal static class AskingServices
{
    /// <summary>Adds them: who is asked what when, and why not.</summary>
    public static IServiceCollection AddAsking(this IServiceCollection services)
    {
        services.TryAddSingleton<IInvites, NoInvites>();
        return services
            .AddSingleton<IWorkspaceModule, AskingModule>()
            .AddSingleton<AskEngine>().AddSingleton<IAskHere, AskHere>().AddSingleton<SimulateRule>().AddScoped<AskingWords>().AddHostedService<AskingWatch>()
            .AddSingleton(new CustomerCard(typeof(AsksCard)))
            .ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, AskingJson.Default));
    }

    /// <summary>Maps their API, and what their pages post.</summary>
    public static IEndpointRouteBuilder MapAsking(this IEndpointRouteBuilder routes)
    {
        AskingEndpoints.Map(routes);
        EditorActions.Map(routes, AskingRuleForm.Editor);
        EditorActions.Map(routes, AskingPolicyForm.Editor);
        return routes;
    }
}

/// <summary>What asking rules add to each workspace.</summary>
internal sealed class AskingModule : IWorkspaceModule
{
    /// <inheritdoc/>
    public IReadOnlyList<Migration> Migrations => [.. AskStore.Migrations, .. InvitationStore.Migrations];

    /// <inheritdoc/>
    public IReadOnlyList<IDefinitionKind> DefinitionKinds { get; } = [AskingRuleKind.Instance, AskingPolicyKind.Instance];

    /// <inheritdoc/>
    public void Attach(Workspace workspace)
    {
        var desk = new AskingDesk(workspace);
        workspace.Add(desk);
        workspace.Definitions.Guard(AskingRuleKind.Name, AskingRuleKind.CheckAmong);
        workspace.Part<ErasureListeners>().Add(async (her, cancel) =>
        {
            // What is being decided about her is kept when this goes on.
            await desk.Deciding.WaitAsync(cancel);
            try
            {
                var visitors = her.Identifiers.Where(i => i.Kind == "anonymous_id").Select(i => i.Value).ToList();
                var person = new AskedPerson([.. workspace.Part<ICustomerPast>().IdsOf(her).Concat(ReachCustomer.IdsOf(workspace, her)).Distinct(StringComparer.Ordinal)], visitors);
                await desk.Store.ForgetAsync(person, cancel);
                await new InvitationStore(workspace.Database).ForgetAsync(person.Ids, person.Visitors, cancel);
                return null;
            }
            finally
            {
                desk.Deciding.Release();
            }
        });
    }
}
