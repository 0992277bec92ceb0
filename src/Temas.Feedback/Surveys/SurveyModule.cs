using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Temas.Customers.Contracts;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Entering;
using Temas.Feedback.Surveys.Pages;
using Temas.Feedback.Surveys.Respond;
using Temas.Feedback.Surveys.Responses;
using Temas.Feedback.Surveys.Widget;
using Temas.Kernel;
using Temas.Storage;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys;

/// <summary>Surveys, as a part of the module.</summary>
internal static class SurveyServices
{
    /// <summary>Adds surveys: what is asked, where it is answered, what was answered.</summary>
    public static IServiceCollection AddSurveys(this IServiceCollection services) => services
        .AddSingleton<WidgetEndpoints>().AddSingleton<IWorkspaceModule, SurveyModule>()
        .AddSingleton<TellAnswers>().AddHostedService(provider => provider.GetRequiredService<TellAnswers>())
        .AddSingleton<TellLeft>().AddHostedService(provider => provider.GetRequiredService<TellLeft>())
        .AddSingleton<TakePage>().AddSingleton<SendingLimit>().AddSingleton<KioskSteps>().AddSingleton<RespondEndpoints>().AddSingleton<PublishSurvey>().AddSingleton<EnterAnswers>()
        .ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, SurveyJson.Default));

    /// <summary>Maps the respondent's page, the API of surveys, and what their pages post.</summary>
    public static IEndpointRouteBuilder MapSurveys(this IEndpointRouteBuilder routes)
    {
        RespondEndpoints.Map(routes);
        WidgetEndpoints.Map(routes);
        SurveyEndpoints.Map(routes);
        EntryEndpoint.Map(routes);
        PhonePages.Map(routes);
        SurveyActions.Map(routes);
        SurveyPreview.Map(routes);
        return routes;
    }
}

/// <summary>What surveys add to each workspace.</summary>
internal sealed class SurveyModule : IWorkspaceModule
{
    /// <inheritdoc/>
    public IReadOnlyList<Migration> Migrations => [.. ResponseStore.Migrations, BotSigns.Migration, EntryKeys.Migration, TellLeft.Migration, Reported.LiveReported.Migration];

    /// <inheritdoc/>
    public IReadOnlyList<IDefinitionKind> DefinitionKinds { get; } = [SurveyKind.Instance, SurveyDraftKind.Instance];

    /// <inheritdoc/>
    public void Attach(Workspace workspace)
    {
        var book = new SurveyBook(workspace);
        workspace.Add(book);
        workspace.Add(new Reported.LiveReported(workspace));
        workspace.Part<ErasureListeners>().Add(async (her, cancel) =>
        {
            workspace.FindPart<Figures.LiveAnswers>()?.DropFiles();
            // What is being told of her is in the log when this goes on, where it is erased with the rest.
            await book.Telling.WaitAsync(cancel);
            try
            {
                // Whoever waits no more still has them taken out of the figures: they are gone.
                var taken = await book.Responses.ForgetAsync([.. her.Identifiers.Select(i => i.ToString())], cancel);
                workspace.FindPart<Figures.LiveAnswers>()?.Forget(taken);
                return null;
            }
            finally
            {
                book.Telling.Release();
            }
        });
    }
}
