using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Editing;
using Temas.Customers.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Contracts;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Dashboards.Live;
using Temas.Insight.Dashboards.Pages;
using Temas.Insight.Dashboards.Reports;
using Temas.Insight.Dashboards.Sharing;
using Temas.Insight.Dashboards.Tiles;
using Temas.Insight.Explorations;
using Temas.Insight.Explore;
using Temas.Insight.Findings;
using Temas.Insight.Framework;
using Temas.Insight.Indicators;
using Temas.Insight.Journeys;
using Temas.Insight.Lifetime;
using Temas.Insight.Lifetime.Forecasts;
using Temas.Insight.Lifetime.Subscriptions;
using Temas.Insight.Membership;
using Temas.Insight.Monitors;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Calendar;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Questions;
using Temas.Insight.Segments;
using Temas.Insight.Suggestions;
using Temas.Insight.Traits;
using Temas.Kernel;
using Temas.Storage;
using Temas.Storage.Workspaces;

namespace Temas.Insight;

/// <summary>The module's entry.</summary>
public static class InsightServices
{
    /// <summary>Adds questions over all timelines.</summary>
    public static IServiceCollection AddInsight(this IServiceCollection services) => services.AddSingleton<IWorkspaceModule, InsightModule>().AddHostedService<ColumnsWatch>().AddHostedService<WarmBoards>().AddHostedService<ForecastWatch>().AddSingleton(new CustomerCard(typeof(SegmentsCard))).AddSingleton(new CustomerCard(typeof(ForecastCard)))
        .ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ForecastJson.Default))
        .AddScoped<TileLoader>().AddSingleton<SendReports>().AddHostedService(provider => provider.GetRequiredService<SendReports>()).AddFindings().AddMonitors();

    /// <summary>Maps the API of questions.</summary>
    public static IEndpointRouteBuilder MapInsight(this IEndpointRouteBuilder routes)
    {
        QueryEndpoints.Map(routes);
        ExploreFile.Map(routes);
        ExplorationEndpoints.Map(routes);
        KeepExploration.Map(routes);
        MembershipEndpoints.Map(routes);
        SegmentEndpoints.Map(routes);
        SegmentActions.Map(routes);
        SuggestEndpoints.Map(routes);
        DashboardEndpoints.Map(routes);
        DashboardActions.Map(routes);
        ShareEndpoints.Map(routes);
        EditorActions.Map(routes, JourneyForm.Editor);
        IndicatorEndpoints.Map(routes);
        IndicatorActions.Map(routes);
        FrameworkEndpoints.Map(routes);
        ForecastEndpoints.Map(routes);
        FindingEndpoints.Map(routes);
        FindingActions.Map(routes);
        AlertEndpoints.Map(routes);
        return routes;
    }
}

/// <summary>What questions add to each workspace.</summary>
/// <param name="brought">The kinds of tile that modules bring to dashboards.</param>
internal sealed class InsightModule(IEnumerable<DashboardTile> brought) : IWorkspaceModule
{
    /// <summary>Without tiles of other modules.</summary>
    public InsightModule()
        : this([])
    {
    }

    /// <inheritdoc/>
    public IReadOnlyList<Migration> Migrations { get; } = [MemberStore.Migration, ForecastStore.Migration, .. FindingStore.Migrations, .. AlertStore.Migrations, ShareStore.Migration, ReportStore.Migration];

    /// <inheritdoc/>
    public IReadOnlyList<IDefinitionKind> DefinitionKinds { get; } = [SegmentKind.Instance, ExplorationKind.Instance, IndicatorKind.Instance, GoalKind.Instance, DashboardKind.Instance, JourneyKind.Instance, PersonaKind.Instance, MonitorKind.Instance, SpecialDayKind.Instance];

    /// <inheritdoc/>
    public void Attach(Workspace workspace)
    {
        workspace.Add(new LiveColumns(workspace));
        workspace.Add(new LiveMembership(workspace));
        workspace.Add<ITraitQuestions>(new AnswerTraits(workspace));
        workspace.Add<ICustomerSegments>(new TellSegments(workspace));
        workspace.Definitions.Guard(TraitQuestion.DefinitionKind, References.CheckTrait);
        workspace.Definitions.Guard(SegmentKind.Name, References.CheckSegment);
        workspace.Add<IExplorations>(new WorkspaceExplorations(workspace));
        workspace.Add(new TileAnswers(workspace));
        workspace.Add(new OrderBook(workspace));
        var measures = new MeasureSources();
        workspace.Add(measures);
        measures.Add(new OrderMeasures(workspace));
        measures.Add(new PromiseMeasures(workspace));
        var lifetime = new ReadLifetime(workspace);
        workspace.Add(lifetime);
        measures.Add(lifetime);
        var subscriptions = new ReadSubscriptions(workspace);
        workspace.Add(subscriptions);
        workspace.Add(new LiveForecasts(workspace));
        measures.Add(subscriptions);
        workspace.Add<IIndicators>(new WorkspaceIndicators(workspace));
        workspace.Definitions.Guard(IndicatorKind.Name, IndicatorReferences.Guard(workspace));
        workspace.Definitions.Guard(GoalKind.Name, GoalKind.Guard);
        workspace.Definitions.Guard(PersonaKind.Name, PersonaKind.Guard);
        workspace.Definitions.Guard(JourneyKind.Name, JourneyKind.GuardOf(workspace));
        workspace.Definitions.Guard(DashboardKind.Name, DashboardReferences.Guard(workspace, brought));
        FindingServices.Attach(workspace);
        MonitorServices.Attach(workspace);
    }
}
