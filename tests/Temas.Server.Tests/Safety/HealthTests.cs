using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Temas.Kernel;
using Temas.Server.Tests.Collect;

namespace Temas.Server.Tests.Safety;

public sealed class HealthTests
{
    [Fact]
    public async Task Ready_ASnapshotCannotBeWritten_IsLoggedOnceAndToldToManagersOnly()
    {
        var clock = new SteppedClock();
        await using var server = await TemasServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(clock));
        var source = await server.CreateSourceAsync();
        // A folder where the file would be made: nobody can write it, root included.
        var inTheWay = Directory.CreateDirectory(Path.Combine(server.Main.Folder, "customers", "customers.snapshot.new")).FullName;
        await UntilAsync(faulty: true);

        server.Log.Lines.Count(l => l.StartsWith("Warning", StringComparison.Ordinal) && l.Contains("customers could not be written", StringComparison.Ordinal)).ShouldBe(1);
        using var manager = await server.TokenClientAsync(Role.Manager);
        var told = await manager.GetFromJsonAsync<JsonElement>("/readyz");
        told.GetProperty("status").GetString().ShouldBe("ready");
        var fault = told.GetProperty("faults").EnumerateArray().ShouldHaveSingleItem();
        (fault.GetProperty("workspace").GetString(), fault.GetProperty("projection").GetString()).ShouldBe(("main", "customers"));
        fault.GetProperty("reason").GetString().ShouldNotBeNullOrEmpty();
        using var analyst = await server.TokenClientAsync(Role.Analyst);
        using var anonymous = server.Anonymous();
        foreach (var client in new[] { analyst, anonymous })
        {
            using var answer = await client.GetAsync("/readyz");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await answer.Content.ReadAsStringAsync()).ShouldBe("""{"status":"ready"}""");
        }

        Directory.Delete(inTheWay);
        await UntilAsync(faulty: false);
        (await manager.GetStringAsync("/readyz")).ShouldBe("""{"status":"ready"}""");
        server.Log.Lines.ShouldContain(l => l.Contains("customers is written to disk again", StringComparison.Ordinal));

        async Task UntilAsync(bool faulty)
        {
            for (var i = 0; i < 200; i++)
            {
                clock.Step(TimeSpan.FromMinutes(6));
                // The second event finds what became of the snapshot that the first began, and the third tells it.
                for (var n = 0; n < 3; n++) await SendAsync();
                if (server.Main.Log.Faults.Count > 0 != faulty || i < 3)
                {
                    await Task.Delay(10);
                    continue;
                }

                await SendAsync();
                return;
            }

            throw new TimeoutException($"The log never became {(faulty ? "faulty" : "sound")}.");
        }

        async Task SendAsync() => (await server.SendAsync("/v1/track", source.WriteKey, """{"userId":"u1","event":"Order Completed"}""")).Status.ShouldBe(HttpStatusCode.OK);
    }
}
