using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Temas.Collect;
using Temas.Collect.Sources;
using Temas.Collect.Tracking;
using Temas.Customers;
using Temas.Customers.Contracts;
using Temas.Customers.Erasure;
using Temas.Customers.Identity;
using Temas.Demo;
using Temas.Demo.Contracts;
using Temas.Demo.Loading;
using Temas.Feedback;
using Temas.Feedback.FollowUps;
using Temas.Insight;
using Temas.Insight.Contracts;
using Temas.Insight.Findings;
using Temas.Insight.Lifetime;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Tests.Insight.Findings;

/// <summary>The demo company's planted causes, found from the catalogue and the timelines alone. Twenty seeds stand in bench/README.md; these are two.</summary>
public sealed class DemoFindingsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Until = DateTimeOffset.Parse("2026-11-01T00:00:00Z", CultureInfo.InvariantCulture);

    private readonly string folder = Directory.CreateTempSubdirectory("temas-findings-").FullName;
    private WorkspaceRegistry registry = null!;
    private SourceRegistry sources = null!;
    private LoadDemo load = null!;

    public async Task InitializeAsync()
    {
        var clock = TimeProvider.System;
        registry = new WorkspaceRegistry(new StoreOptions { Data = folder }, [new CollectModule(), new CustomersModule(), new FeedbackModule(), new DemoModule(), new InsightModule(), new FollowUpModule()], clock, NullLoggerFactory.Instance);
        await registry.OpenAsync([]);
        sources = new SourceRegistry(registry, clock, NullLogger<SourceRegistry>.Instance);
        load = new LoadDemo(new TellWorld(new CollectPipeline(new IntakePool(clock)), new CreateSource(sources, new AuditProbe()), clock), clock);
    }

    public async Task DisposeAsync()
    {
        sources.Dispose();
        await registry.CloseAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Trait("Length", "Long")]
    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    public async Task Look_AtADemo_FindsWhatIsPlantedAndLittleElse(int seed)
    {
        var workspace = registry.All[0];
        (await load.HandleAsync(workspace, new DemoRequest(seed, 5000, 365, Until), Actor.System, null, default)).Value.Dropped.ShouldBe(0);
        var looked = await LookForFindings.RunAsync(workspace, Until, _ => { }, default);
        var world = DemoState.Of(workspace).Row!.World;
        var causes = looked.Believed.Select(b => PlantedFindings.CauseOf(b.Candidate, world)).ToList();
        causes.ShouldContain("late-repurchase");
        causes.ShouldContain("checkout-step-phone");
        causes.Count(c => c is null).ShouldBeLessThanOrEqualTo(1);

        // What the detectors take for a promise that was not kept in time is what profiles say.
        var table = looked.Study.Tables.Single(t => t is { Kind: "promise", Place: "delivery" });
        var late = 0L;
        var nodes = Enumerable.Range(0, table.Count).Select(i => table.Units[i].Customer).Distinct().ToList();
        var facts = workspace.Part<ICustomerFacts>();
        facts.Read(nodes, f => late += (f.Facts ?? []).Where(p => p.Key is "promises.late" or "promises.broken").Sum(p => (long)p.Value.Number), default);
        var met = Enumerable.Range(0, table.Count).Count(i => table.Units[i].Met);
        met.ShouldBeInRange((int)(late * 0.7), (int)late);
    }

    [Fact]
    public async Task FollowUps_OfAFinding_AreOneACustomerAndTakenBackUntouched()
    {
        var workspace = registry.All[0];
        (await load.HandleAsync(workspace, new DemoRequest(2, 2500, 365, Until), Actor.System, null, default)).Value.Dropped.ShouldBe(0);
        var live = LiveFindings.Of(workspace);
        await live.LookAsync(default);

        // What was looked for is kept with the look: who reads it after a restart is told the same.
        var again = new LiveFindings(workspace);
        await again.LoadAsync(default);
        again.Look!.Detectors.ShouldBe(live.Look!.Detectors);
        again.Look.Detectors.Select(d => d.Kind).ShouldBe(DetectorNote.Kinds);
        again.Look.Detectors.Sum(d => d.Tested).ShouldBe(again.Look.Tried);
        again.Look.Detectors.Sum(d => d.Told).ShouldBe(live.All.Count);
        again.Look.Detectors.Single(d => d.Kind == "promise").ShouldSatisfyAllConditions(d => d.Times.ShouldBeGreaterThan(1000), d => d.Told.ShouldBeGreaterThan(0), d => d.Why.ShouldBeNull());
        again.Look.Detectors.Where(d => d.Told == 0).ShouldAllBe(d => d.Why != null);
        new DetectorNote("mended", 1000, 0, 0).Why.ShouldBe("unmended", "many met the places of promises and steps, and no trouble there has ended");
        var found = workspace.Part<IFindings>().Standing(wins: false)[0];
        var (people, audit) = (new OnePerson(), new AuditProbe());
        var desk = new OpenFollowUps(people, audit);
        var follow = new FollowFinding([desk], people);
        var all = new FollowAsk("all", 365, OnePerson.Email, 2, 50);
        var would = (await follow.WouldAsync(workspace, found.Id, all, default)).Value;
        (would.Opens, would.Have, would.Standing.Open).ShouldBe((50, 0, 0));
        would.Met.ShouldBeGreaterThan(50);
        var still = (await follow.WouldAsync(workspace, found.Id, all with { Who = null, Most = 2000 }, default)).Value;
        still.Affected.ShouldBeLessThan(would.Affected);
        still.Affected.ShouldBeGreaterThan(0);

        var opened = (await follow.OpenAsync(workspace, found.Id, all, Actor.System, default)).Value;
        (opened.Opens, opened.Standing.Open, opened.Standing.Untouched).ShouldBe((50, 50, 50));
        (live.All[found.Id].State, live.All[found.Id].Person).ShouldBe((FindingState.InWork, "p1"));
        (await live.Store.LinesAsync(found.Id)).Select(l => l.Kind).ShouldBe(["found", "followed", "state", "person"]);

        // Asked again, none of these is opened twice.
        (await follow.OpenAsync(workspace, found.Id, all, Actor.System, default)).Value.Opens.ShouldBe(0);
        var store = LiveFollowUps.Of(workspace).Store;
        var some = await store.ListAsync(new FollowUpFilter { Rule = FollowFinding.SourceOf(found.Id) }, 100);
        some.Select(f => f.Customer).Distinct().Count().ShouldBe(50);
        some[0].Owner.ShouldBe("p1");
        some[0].Reason.Title.ShouldBe(found.Title);
        (await store.UntoldAsync(100)).Count.ShouldBe(50);

        // What somebody has begun stays.
        (await new WorkOnFollowUp(people, audit).NoteAsync(workspace, some[0].Id, "called", Actor.System, default)).IsOk.ShouldBeTrue();
        (await follow.WithdrawAsync(workspace, found.Id, opened.Round, Actor.System, default)).Value.ShouldBe(49);
        var after = await follow.TallyAsync(workspace, found.Id, default);
        (after.Open, after.Untouched, after.GivenUp).ShouldBe((1, 0, 49));
        (await follow.WouldAsync(workspace, "none", all, default)).Problem!.Code.ShouldBe("finding_unknown");
        (await follow.WouldAsync(workspace, found.Id, all with { Days = 0 }, default)).Problem!.Code.ShouldBe("days_invalid");
        (await follow.WouldAsync(workspace, found.Id, all with { Person = "nobody@temas.local" }, default)).Problem!.Code.ShouldBe("person_unknown");
        (await follow.WouldAsync(workspace, found.Id, all with { Who = "some" }, default)).Problem!.Code.ShouldBe("who_unknown");
        (await follow.WouldAsync(workspace, found.Id, all with { DueDays = 100 }, default)).Problem!.Code.ShouldBe("due_days_invalid");
    }

    private sealed class OnePerson : IColleagues
    {
        public const string Email = "ada@temas.local";

        public Task<IReadOnlyList<Colleague>> OfAsync(WorkspaceKey workspace, CancellationToken cancel) => Task.FromResult<IReadOnlyList<Colleague>>([new Colleague("p1", Email, "Ada", "en", Role.Agent)]);
    }

    [Fact]
    public async Task Look_KeptAndForgotten_AnswersAtOnceAndNamesNobody()
    {
        var workspace = registry.All[0];
        (await load.HandleAsync(workspace, new DemoRequest(2, 2500, 365, Until), Actor.System, null, default)).Value.Dropped.ShouldBe(0);
        var live = LiveFindings.Of(workspace);
        live.LookedAt.ShouldBeNull();
        await live.LookAsync(default);
        var standing = workspace.Part<IFindings>().Standing(wins: false);
        standing.ShouldNotBeEmpty();
        standing[0].Worth.ShouldBeGreaterThan(0);
        live.Notes.PassedAll.ShouldBeTrue();
        await live.LookAsync(default);
        (live.Notes.PassedAll, live.Notes.Bytes > 0).ShouldBe((false, true));
        var looked = workspace.Part<IFindings>().Standing(wins: false);
        looked.Select(f => f.Id).ShouldBe(standing.Select(f => f.Id));
        standing = looked;
        var again = new LiveFindings(workspace);
        await again.LoadAsync(default);
        again.Standing(wins: false).Select(f => f.Id).ShouldBe(standing.Select(f => f.Id));
        var (kept, customers) = await again.CustomersAsync(standing[0].Id, 0, 5, default);
        kept.ShouldBe(standing[0].Customers);
        customers.Count.ShouldBe(5);
        (await live.ChangeAsync(standing[0].Id, FindingState.InWork, null, false, "we look at it", "system", default)).Value.State.ShouldBe(FindingState.InWork);
        (await live.Store.LinesAsync(standing[0].Id)).Select(l => l.Kind).ShouldBe(["found", "state", "note"]);
        (await live.ChangeAsync("none", null, null, false, null, "system", default)).Problem!.Code.ShouldBe("finding_unknown");
        await live.Store.ForgetAsync(new HashSet<ulong> { (await live.Store.CustomersAsync(standing[0].Id))[0].Customer });
        (await live.CustomersAsync(standing[0].Id, 0, 5, default)).Kept.ShouldBe(kept - 1);
    }

    [Fact]
    public async Task Forget_WhileALookIsUnderWay_IsNotUndoneByIt()
    {
        var workspace = registry.All[0];
        (await load.HandleAsync(workspace, new DemoRequest(2, 2500, 365, Until), Actor.System, null, default)).Value.Dropped.ShouldBe(0);
        var live = LiveFindings.Of(workspace);
        await live.LookAsync(default);
        var id = workspace.Part<IFindings>().Standing(wins: false)[0].Id;
        var nodes = workspace.Part<ICustomerNodes>();
        var gone = (await live.Store.CustomersAsync(id))[0].Customer;
        var her = workspace.Part<CustomersProjection>().Resolve(nodes.FormatId(gone))!;

        // Her events are still there when it reads: what a look that began before knows of her is what is to be left out.
        var look = live.LookAsync(default);
        while (!live.IsLooking) await Task.Yield();
        await live.ForgetAsync(her, default);
        await look;
        live.Fault.ShouldBeNull();
        (await live.Store.CustomersAsync(id)).ShouldNotContain(m => m.Customer == gone);

        // What was noted of anybody for the next look goes with her.
        await live.ForgetAsync(her, default);
        live.Notes.Bytes.ShouldBe(0);
    }

    [Fact]
    public async Task StudyMemory_ReadWhileSomebodyIsErased_IsReadAgainAndNotKeptAsItWas()
    {
        var workspace = registry.All[0];
        (await load.HandleAsync(workspace, new DemoRequest(2, 200, 90, Until), Actor.System, null, default)).Value.Dropped.ShouldBe(0);
        var (memory, reads) = (new StudyMemory<object>(workspace), 0);
        var customers = workspace.Part<CustomersProjection>();
        var nodes = workspace.Part<ICustomerNodes>();
        var link = nodes.LinksOf([.. Enumerable.Range(1, 50)]).First(l => l is not null)!;
        async Task<Result<object>> Read()
        {
            if (++reads == 1) (await EraseCustomer.RunAsync(workspace, link.Id, "asked", new Actor("user", "t"), new AuditProbe())).IsOk.ShouldBeTrue();
            return new object();
        }

        var first = (await memory.AskAsync(null, Read, default)).Value;
        reads.ShouldBe(2);
        (await memory.AskAsync(null, Read, default)).Value.ShouldBeSameAs(first);
        memory.Find(null).ShouldBeSameAs(first);
        reads.ShouldBe(2);
        workspace.Log.Head.ShouldBeGreaterThan(0);

        // While they go on changing nothing is answered that may name others.
        var problem = (await memory.AskAsync(System.Text.Json.JsonDocument.Parse("{}").RootElement, async () =>
        {
            var one = nodes.LinksOf([.. Enumerable.Range(1, 150)]).First(l => l is not null)!;
            await EraseCustomer.RunAsync(workspace, one.Id, "asked", new Actor("user", "t"), new AuditProbe());
            return new object();
        }, default)).Problem;
        problem!.Code.ShouldBe("customers_changing");
        memory.Find(null).ShouldBeNull();
    }
}
