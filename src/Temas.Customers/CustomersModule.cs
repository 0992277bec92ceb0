using Dapper;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Temas.Collect.Contracts;
using Temas.Collect.Editing;
using Temas.Customers.Api;
using Temas.Customers.Census;
using Temas.Customers.Facts;
using Temas.Customers.Identity;
using Temas.Customers.Lists;
using Temas.Customers.Overview;
using Temas.Customers.Pages;
using Temas.Customers.Privacy;
using Temas.Customers.Profiles;
using Temas.Customers.Promises;
using Temas.Kernel;
using Temas.Storage;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Customers;

/// <summary>The module's entry.</summary>
public static class CustomersServices
{
    /// <summary>Adds customers: identity, profiles, search, erasure.</summary>
    public static IServiceCollection AddCustomers(this IServiceCollection services) => services.AddSingleton<IWorkspaceModule, CustomersModule>().AddScoped<TouchWords>().AddScoped<ColumnWords>().AddSingleton<HandlePrivacyRequest>().AddHostedService<CensusWatch>();

    /// <summary>Maps the API of customers, and what their pages post.</summary>
    public static IEndpointRouteBuilder MapCustomers(this IEndpointRouteBuilder routes)
    {
        CustomerEndpoints.Map(routes);
        ListEndpoints.Map(routes);
        CustomerActions.Map(routes);
        OverviewEndpoints.Map(routes);
        PromiseEndpoints.Map(routes);
        EditorActions.Map(routes, PromiseForm.Editor);
        TraitEndpoints.Map(routes);
        EditorActions.Map(routes, TraitForm.Editor);
        PrivacyEndpoints.Map(routes);
        PrivacyActions.Map(routes);
        EditorActions.Map(routes, ConsentPurposeForm.Editor);
        return routes;
    }
}

/// <summary>What customers add to each workspace.</summary>
internal sealed class CustomersModule : IWorkspaceModule
{
    /// <inheritdoc/>
    public IReadOnlyList<Migration> Migrations { get; } =
    [
        new("customers", 1, """
            create table customer_key(id $key, bytes $blob not null);
            create table customer_erasure(
                id text primary key, at bigint not null, by_kind text not null, by_name text not null, reason text not null,
                events bigint not null, identifiers bigint not null, decisions bigint not null, digest text not null, complete integer not null)
            """),
        PrivacyRequestStore.Migration,
        new("customers", 3, "alter table customer_erasure add column uploads text"),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<IDefinitionKind> DefinitionKinds { get; } =
    [
        IdentityRulesKind.Instance,
        ProfileRulesKind.Instance,
        ComputedTraitKind.Instance,
        SavedViewKind.Instance,
        ConsentPurposeKind.Instance,
    ];

    /// <inheritdoc/>
    public void Attach(Workspace workspace)
    {
        var customers = new CustomersProjection(
            Path.Combine(workspace.Folder, "customers"), KeyOf(workspace.Database), () => RulesOf(workspace), positions => workspace.Log.Read(positions), workspace.Clock);
        workspace.Add(customers);
        workspace.Add<IAttribution>(new Attribution(customers));
        workspace.Add(new Contracts.ErasureListeners());
        workspace.Add<Contracts.ICustomerNodes>(new CustomerNodes(customers));
        workspace.Add(new LiveFoldRules(workspace.Definitions, workspace.FindPart<LiveCatalogue>() ?? new LiveCatalogue(workspace.Definitions), workspace.FindPart<Contracts.IFeltTexts>));
        workspace.Add(new CustomerCensus(workspace));
        workspace.Add<Contracts.IPromiseTally>(new TallyPromises(workspace));
        workspace.Add<Contracts.ICustomerFacts>(new ReadFacts(workspace));
        workspace.Add<Contracts.ICustomerPast>(new ReadPast(workspace));
        var logger = workspace.Loggers.CreateLogger("Temas.Customers");
        MoveTimeZone.Run(workspace, logger);
        workspace.Definitions.Changed += kind =>
        {
            if (kind == IdentityRulesKind.Name) _ = Rebuild(workspace, customers, logger);
        };
    }

    private static IdentityRules RulesOf(Workspace workspace) =>
        workspace.Definitions.Current(IdentityRulesKind.Instance).GetValueOrDefault(IdentityRulesKind.Key) ?? IdentityRules.Default;

    private static async Task Rebuild(Workspace workspace, CustomersProjection customers, ILogger logger)
    {
        try
        {
            logger.LogInformation("The identity rules of {Workspace} changed: customers are derived afresh.", workspace.Key);
            await workspace.Log.RebuildAsync(customers.Name, null, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The digest in the snapshot tells the next start that the rules are others.
            logger.LogError(e, "Deriving the customers of {Workspace} afresh failed; the next start does it.", workspace.Key);
        }
    }

    /// <summary>The workspace's own secret, so that public ids tell nothing; it lives in the database, as the ids must outlive every snapshot.</summary>
    private static SipKey KeyOf(Database database)
    {
        using var connection = database.Open();
        if (connection.QuerySingleOrDefault<byte[]>("select bytes from customer_key where id = 1") is { Length: 16 } bytes) return SipKey.From(bytes);
        var key = SipKey.Random();
        connection.Execute("insert into customer_key(id, bytes) values(1, @bytes)", new { bytes = key.ToBytes() });
        return key;
    }

    private sealed class Attribution(CustomersProjection customers) : IAttribution
    {
        public CustomerLink? Of(long position) => customers.Of(position);

        public IReadOnlyList<EventWarning> WarningsOf(StoredEvent stored) => EventWarnings.Of(customers, stored);
    }
}
