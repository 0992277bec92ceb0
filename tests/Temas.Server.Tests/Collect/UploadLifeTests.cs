using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Import.Uploads;
using Temas.Kernel;

namespace Temas.Server.Tests.Collect;

/// <summary>What is uploaded to be imported does not lie about for ever, and brings nobody back who was erased.</summary>
public sealed class UploadLifeTests
{
    [Fact]
    public async Task ExpireAsync_AfterThirtyDays_RemovesFilesThatWaitAndRejectedRowsAndNothingBefore()
    {
        var clock = new SteppedClock();
        await using var server = await TemasServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        using var manager = await server.TokenClientAsync(Role.Manager);
        var waiting = await AddAsync(manager, "id\nu-1\n");
        var done = await AddAsync(manager, "id,time\nu-2,2024-01-01T00:00:00Z\nu-3,never\n");
        await MapAsync(manager, done);
        await manager.PostAsync($"/api/imports/{done}/start", null);
        (await EndedAsync(manager, done)).GetProperty("hasRejects").GetBoolean().ShouldBeTrue();
        var uploads = server.Services.GetRequiredService<ImportUploads>();

        clock.Step(TimeSpan.FromDays(ImportUploads.WaitDays) - TimeSpan.FromHours(1));
        await uploads.ExpireAsync(server.Main);
        uploads.Find(server.Main, waiting).ShouldNotBeNull();
        uploads.Find(server.Main, done)!.HasRejects.ShouldBeTrue();

        clock.Step(TimeSpan.FromHours(2));
        await uploads.ExpireAsync(server.Main);
        uploads.Find(server.Main, waiting).ShouldBeNull();
        Directory.Exists(Path.Combine(server.Main.Folder, "imports", waiting)).ShouldBeFalse();
        uploads.Find(server.Main, done)!.HasRejects.ShouldBeFalse("the import is kept, its rejected rows are not");
        Directory.EnumerateFiles(Path.Combine(server.Main.Folder, "imports", done), "*", SearchOption.AllDirectories).ShouldAllBe(f => !File.ReadAllText(f).Contains("u-3"));
    }

    [Fact]
    public async Task Erasure_WhileHerFileIsImported_EndsTheImportFirstAndLeavesNothingOfHer()
    {
        await using var server = await TemasServer.StartAsync();
        using var manager = await server.TokenClientAsync(Role.Manager);
        var csv = new StringBuilder("id,time\n");
        for (var i = 0; i < 400_000; i++) csv.Append(System.Globalization.CultureInfo.InvariantCulture, $"run-{i % 1000},2024-01-01T00:{i / 60 % 60:00}:{i % 60:00}.{i / 3600 % 1000:000}Z\n");
        var id = await AddAsync(manager, csv.ToString());
        await MapAsync(manager, id);
        await manager.PostAsync($"/api/imports/{id}/start", null);
        while ((await manager.GetAsync("/api/customers/user_id:run-7")).StatusCode == HttpStatusCode.NotFound) await Task.Delay(20);
        (await manager.GetFromJsonAsync<JsonElement>($"/api/imports/{id}")).GetProperty("state").GetString().ShouldBe("Running", "else this test says nothing");

        using var erased = await manager.DeleteAsync("/api/customers/user_id:run-7?reason=asked");
        erased.StatusCode.ShouldBe(HttpStatusCode.OK, await erased.Content.ReadAsStringAsync());

        (await manager.GetAsync("/api/customers/user_id:run-7")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var import = await manager.GetFromJsonAsync<JsonElement>($"/api/imports/{id}");
        import.GetProperty("state").GetString().ShouldBe("Failed");
        import.GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe(ForgetUploads.Code);
        (await manager.PostAsync($"/api/imports/{id}/start", null)).IsSuccessStatusCode.ShouldBeFalse("there is no file any more");
        // Another import can begin: nothing is left running.
        var next = await AddAsync(manager, "id,time\nnext-1,2024-01-01T00:00:00Z\n");
        await MapAsync(manager, next);
        (await manager.PostAsync($"/api/imports/{next}/start", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await EndedAsync(manager, next)).GetProperty("state").GetString().ShouldBe("Done");
    }

    private static async Task<string> AddAsync(HttpClient client, string csv)
    {
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(csv));
        using var added = await client.PostAsync("/api/imports?name=some.csv", body);
        return (await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private static async Task MapAsync(HttpClient client, string id)
    {
        using var mapping = new StringContent($"key: {id}\nuserId: $id\nevent: Thing\ntime: $time\n");
        (await client.PutAsync($"/api/imports/{id}/mapping", mapping)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<JsonElement> EndedAsync(HttpClient client, string id)
    {
        for (var waits = 0; waits < 600; waits++)
        {
            var import = await client.GetFromJsonAsync<JsonElement>($"/api/imports/{id}");
            if (import.GetProperty("state").GetString() != "Running") return import;
            await Task.Delay(50);
        }

        throw new TimeoutException("The import does not end.");
    }
}
