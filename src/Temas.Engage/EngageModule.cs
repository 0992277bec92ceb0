using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Editing;
using Temas.Customers.Contracts;
using Temas.Engage.Api;
using Temas.Engage.Channels;
using Temas.Engage.Contracts;
using Temas.Engage.Opens;
using Temas.Engage.Outbound;
using Temas.Engage.Outbox;
using Temas.Engage.Pages;
using Temas.Engage.Unsubscribing;
using Temas.Engage.Webhooks;
using Temas.Kernel;
using Temas.Kernel.Mail;
using Temas.Storage;
using Temas.Storage.Workspaces;

namespace Temas.Engage;

/// <summary>The module's entry.</summary>
public static class EngageServices
{
    /// <summary>Adds the channels by which customers are written to.</summary>
    public static IServiceCollection AddEngage(this IServiceCollection services) => services
        .AddSingleton<IWorkspaceModule, EngageModule>()
        .AddSingleton<OutboxPulse>().AddSingleton<SecretBox>().AddSingleton<TellMessages>().AddSingleton<UnsubscribeEndpoints>().AddSingleton<OpenPixel>()
        .AddSingleton<OutboundClient>().AddSingleton<ISendMessages, SendMail>().AddSingleton<ISendMessages, SendByGateway>().AddSingleton<ISendMessages, KeepForTrial>().AddSingleton<TestChannel>().AddSingleton<DeliveryReports>()
        .AddSingleton<WebhookSecrets>().AddSingleton<OnceShown>().AddSingleton<SendWebhooks>().AddHostedService(provider => provider.GetRequiredService<SendWebhooks>())
        .AddSingleton(new CustomerCard(typeof(MessagesCard)))
        .ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, EngageJson.Default))
        .AddSingleton<SendOutbox>().AddHostedService(provider => provider.GetRequiredService<SendOutbox>());

    /// <summary>Maps the API of channels, and what their pages post.</summary>
    public static IEndpointRouteBuilder MapEngage(this IEndpointRouteBuilder routes)
    {
        UnsubscribeEndpoints.Map(routes);
        OpenPixel.Map(routes);
        DeliveryReports.Map(routes);
        ChannelEndpoints.Map(routes);
        WebhookEndpoints.Map(routes);
        EditorActions.Map(routes, ChannelForm.Editor);
        EditorActions.Map(routes, WebhookForm.Editor);
        EngageActions.Map(routes);
        return routes;
    }
}

/// <summary>What channels add to each workspace.</summary>
internal sealed class EngageModule(IMailRoute mail, OutboxPulse pulse) : IWorkspaceModule
{
    /// <inheritdoc/>
    public IReadOnlyList<Migration> Migrations { get; } = [.. OutboxStore.Migrations, .. WebhookStore.Migrations];

    /// <inheritdoc/>
    public IReadOnlyList<IDefinitionKind> DefinitionKinds { get; } = [ChannelKind.Instance, WebhookKind.Instance];

    /// <inheritdoc/>
    public void Attach(Workspace workspace)
    {
        var book = new EngageBook(workspace);
        workspace.Add(book);
        workspace.Add(new WebhookStore(workspace.Database, workspace.Clock));
        workspace.Add<ICustomerChannels>(new CustomerChannels(workspace, mail, pulse));
        workspace.Part<ErasureListeners>().Add(async (her, cancel) =>
        {
            // What is being told of her is in the log when this goes on, where it is erased with the rest.
            await book.Telling.WaitAsync(cancel);
            try
            {
                var ids = ReachCustomer.IdsOf(workspace, her);
                await book.Outbox.ForgetAsync(ids, [.. her.Identifiers.Select(i => book.DigestOf(i.Value))], cancel);
                await workspace.Part<WebhookStore>().ForgetAsync(ids, cancel);
                return null;
            }
            finally
            {
                book.Telling.Release();
            }
        });
    }
}
