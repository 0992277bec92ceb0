using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Storage.Tests;

/// <summary>What every store must do with definitions and workspaces.</summary>
public abstract class DefinitionContract(StoreFixture store) : IAsyncLifetime
{
    private static readonly Actor Ayse = new("user", "owner");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => store.DisposeAsync();

    [SkippableFact]
    public async Task Save_MakesAVersion_AndTheSameDocumentMakesNone()
    {
        var definitions = (await OpenAsync()).All[0].Definitions;
        var changes = 0;
        definitions.Changed += _ => changes++;

        var second = (await definitions.SaveAsync("workspace", "settings", """{ "timeZone": "Europe/Berlin", "currency": "EUR", "language": "en" }""", Ayse)).Value;
        var same = (await definitions.SaveAsync("workspace", "settings", """{"timeZone":"Europe/Berlin","currency":"EUR","language":"en"}""", Ayse)).Value;

        (second.Version, same.Version, changes).ShouldBe((2, 2, 1));
        definitions.Current(WorkspaceSettings.Kind)["settings"].Currency.ShouldBe("EUR");
        (await definitions.HistoryAsync("workspace", "settings")).Select(d => (d.Version, d.By)).ShouldBe([(2, "owner"), (1, "temas")]);
    }

    [SkippableFact]
    public async Task Save_ADocumentWithSeveralFaults_NamesThemAllAndChangesNothing()
    {
        var definitions = (await OpenAsync()).All[0].Definitions;
        var problem = (await definitions.SaveAsync("workspace", "settings", """{"timeZone":"Mars/Olympus","currency":"lira","language":"fr"}""", Ayse)).Problem.ShouldNotBeNull();
        problem.Kind.ShouldBe(ProblemKind.Invalid);
        foreach (var path in (string[])["$.timeZone", "$.currency", "$.language"]) problem.ToString().ShouldContain(path);
        definitions.Current(WorkspaceSettings.Kind)["settings"].Currency.ShouldBe("TRY");
        (await definitions.SaveAsync("nonsense", "x", "{}", Ayse)).Problem!.Code.ShouldBe("definition_kind_unknown");
        (await definitions.SaveAsync("workspace", "Ünlü Key", "{}", Ayse)).Problem!.Code.ShouldBe("definition_key_invalid");
        (await definitions.SaveAsync("workspace", "settings", "{oops", Ayse)).Problem!.Code.ShouldBe("json_invalid");
    }

    [SkippableFact]
    public async Task Remove_TakesTheDefinitionAway_AndItsHistoryStays()
    {
        var registry = await OpenAsync();
        var definitions = registry.All[0].Definitions;
        (await definitions.RemoveAsync("workspace", "settings", Ayse)).Value.Removed.ShouldBeTrue();
        definitions.List("workspace").ShouldBeEmpty();
        (await definitions.RemoveAsync("workspace", "settings", Ayse)).Problem!.Code.ShouldBe("definition_unknown");
        await registry.CloseAsync();

        var again = (await OpenAsync()).All[0].Definitions;
        again.List("workspace").ShouldBeEmpty("defaults come once, not again after they were removed");
        (await again.HistoryAsync("workspace", "settings")).Count.ShouldBe(2);
    }

    [SkippableFact]
    public async Task Workspaces_AreApart()
    {
        var registry = await OpenAsync();
        var b = (await registry.CreateAsync(WorkspaceKey.Parse("brand-b").Value, "Brand B")).Value;
        await registry.All.Single(w => w.Key == WorkspaceKey.Default).Log.AppendAsync(Sample.Batch(1, Sample.Track("a")));
        b.Log.Head.ShouldBe(0);
        b.Log.Find(1, "a").ShouldBeNull();
        (await registry.CreateAsync(b.Key, "Again")).Problem!.Code.ShouldBe("workspace_exists");
        await registry.CloseAsync();
        (await OpenAsync()).All.Select(w => w.Name).ShouldBe(["Brand B", "Temas"]);
    }

    [SkippableFact]
    public async Task Open_AStoreOfANewerRelease_IsRefusedWithTheReason()
    {
        var registry = await OpenAsync(new Later([new Migration("later", 1, "create table later_thing(id $key)")]));
        await registry.CloseAsync();
        (await Should.ThrowAsync<StoreException>(() => OpenAsync())).Problem.Code.ShouldBe("schema_newer");
        var edited = new Later([new Migration("later", 1, "create table later_thing(id $key, name text)")]);
        (await Should.ThrowAsync<StoreException>(() => OpenAsync(edited))).Problem.Code.ShouldBe("schema_edited");
    }

    private async Task<WorkspaceRegistry> OpenAsync(params IWorkspaceModule[] modules)
    {
        await store.InitializeAsync();
        return await store.OpenAsync(modules);
    }

    private sealed class Later(IReadOnlyList<Migration> steps) : IWorkspaceModule
    {
        public IReadOnlyList<Migration> Migrations => steps;

        public IReadOnlyList<IDefinitionKind> DefinitionKinds => [];

        public void Attach(Workspace workspace)
        {
        }
    }
}

public sealed class SqliteDefinitionTests() : DefinitionContract(new SqliteStore());

public sealed class PostgresDefinitionTests() : DefinitionContract(new PostgresStore());
