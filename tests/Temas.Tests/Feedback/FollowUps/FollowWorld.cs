using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Temas.Collect;
using Temas.Collect.Contracts;
using Temas.Customers;
using Temas.Customers.Contracts;
using Temas.Feedback;
using Temas.Feedback.FollowUps;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Tests.Feedback.Asking;

namespace Temas.Tests.Feedback.FollowUps;

/// <summary>A workspace with follow-ups whose clock stands where the test sets it, and in which nothing follows by itself.</summary>
internal sealed class FollowWorld : IColleagues, IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("temas-follow-").FullName;
    private readonly WorkspaceRegistry registry;
    private int message;

    private FollowWorld() =>
        registry = new WorkspaceRegistry(new StoreOptions { Data = folder }, [new CollectModule(), new CustomersModule(), new FeedbackModule(), new FollowUpModule()], Clock, NullLoggerFactory.Instance);

    // A Monday, while the desk works.
    public StoppedClock Clock { get; } = new(new DateTimeOffset(2026, 11, 2, 9, 0, 0, TimeSpan.Zero));

    public Workspace Workspace => registry.All[0];

    public FollowUpStore Store => LiveFollowUps.Of(Workspace).Store;

    public OpenFollowUps Desk => new(this, new AuditProbe());

    public WorkOnFollowUp Work => new(this, new AuditProbe());

    public static async Task<FollowWorld> OpenAsync()
    {
        var world = new FollowWorld();
        await world.registry.OpenAsync([]);
        return world;
    }

    public Task<IReadOnlyList<Colleague>> OfAsync(WorkspaceKey workspace, CancellationToken cancel) => Task.FromResult<IReadOnlyList<Colleague>>([new Colleague("p1", "ada@temas.local", "Ada", "en", Role.Agent)]);

    /// <summary>Has something happen now, and waits until customers know of it.</summary>
    public async Task HappenAsync(string user, string name, string properties = "{}")
    {
        var json = Encoding.UTF8.GetBytes($$"""{"type":"track","messageId":"{{(++message).ToString(CultureInfo.InvariantCulture)}}","userId":"{{user}}","event":"{{name}}","properties":{{properties}}}""");
        EventScanner.TryScan(json, out var fields, out var fault).ShouldBeTrue(fault);
        var batch = new EventBatch(1, Clock.Now.ToUnixTimeMilliseconds());
        batch.Add(json, in fields, EventBatch.HashOf(1, Encoding.UTF8.GetBytes(fields.MessageId.ToText(json)!)), Clock.Now.ToUnixTimeMilliseconds(), EventFlags.None);
        (await Workspace.Log.AppendAsync(batch)).IsOk.ShouldBeTrue();
        while (Workspace.Part<ICustomerNodes>().Position < Workspace.Log.Head) await Task.Delay(1);
    }

    /// <summary>The public id of whoever has a user id.</summary>
    public string CustomerOf(string user) => ReachCustomer.Find(Workspace, $"user_id:{user}")!.Customer.Id;

    public FollowUpWish Wish(string source, params string[] users) =>
        new(source, new LocalText("Teslimat gecikiyor", "Deliveries are late"), "/w/main/findings/of/x", true, [.. users.Select(CustomerOf)], null, 3);

    public async ValueTask DisposeAsync()
    {
        await registry.CloseAsync();
        Directory.Delete(folder, recursive: true);
    }
}
