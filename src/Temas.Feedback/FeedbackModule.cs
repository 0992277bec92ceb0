using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Temas.Customers.Contracts;
using Temas.Feedback.Api;
using Temas.Feedback.Asking;
using Temas.Feedback.Asking.Invites;
using Temas.Feedback.Contracts;
using Temas.Feedback.Drivers;
using Temas.Feedback.FollowUps;
using Temas.Feedback.Learning;
using Temas.Feedback.Listening;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Figures;
using Temas.Feedback.Tiles;
using Temas.Kernel;
using Temas.Storage;
using Temas.Storage.Workspaces;

namespace Temas.Feedback;

/// <summary>The module's entry.</summary>
public static class FeedbackServices
{
    /// <summary>Adds the voice of the customer: what customers say, and what is understood of it.</summary>
    public static IServiceCollection AddFeedback(this IServiceCollection services) =>
        services.AddSingleton<IWorkspaceModule, FeedbackModule>().AddSingleton<CorrectReading>().AddHostedService<VoiceWatch>().AddSingleton<IInvites, Invites>().AddSingleton<SendInvitation>().ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, InvitationJson.Default)).AddTiles().AddSurveys().AddFigures().AddAsking().AddFollowUps();

    /// <summary>Maps the API of feedback, and what its pages post.</summary>
    public static IEndpointRouteBuilder MapFeedback(this IEndpointRouteBuilder routes)
    {
        FeedbackEndpoints.Map(routes);
        LearningEndpoints.Map(routes);
        InvitationEndpoints.Map(routes);
        Pages.TopicActions.Map(routes);
        return routes.MapSurveys().MapFigures().MapAsking().MapFollowUps();
    }
}

/// <summary>What feedback adds to each workspace.</summary>
internal sealed class FeedbackModule : IWorkspaceModule
{
    /// <inheritdoc/>
    public IReadOnlyList<Migration> Migrations { get; } = [TextModelStore.Migration, ShortLinks.Migration];

    /// <inheritdoc/>
    public IReadOnlyList<IDefinitionKind> DefinitionKinds { get; } = [TopicsKind.Instance];

    /// <inheritdoc/>
    public void Attach(Workspace workspace)
    {
        var felt = new FeltTexts(() => WorkspaceSettings.Of(workspace).Language == "en" ? TextLanguage.English : TextLanguage.Turkish);
        workspace.Add<IFeltTexts>(felt);
        workspace.Add(new LiveVoices(workspace, felt));
        workspace.Add(new TextLearning(workspace, felt));
        workspace.Add(new KnownDrivers(workspace.Clock));
        workspace.Add<IPlaceVoices>(new ListenAtPlaces(workspace));
        workspace.Add<IDiscoveredTopics>(new DiscoveredTopics(workspace));
        workspace.Part<ErasureListeners>().Add(async (her, cancel) =>
        {
            await ShortLinks.ForgetAsync(workspace, ReachCustomer.IdsOf(workspace, her), cancel);
            return null;
        });
    }
}
