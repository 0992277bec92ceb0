using System.Globalization;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Temas.Server.Cli;
using Temas.Server.Tests.Mail;

namespace Temas.Server.Tests.CrashTests;

/// <summary>kill -9 between seeing and telling: each alert is told once, none is forgotten, and each letter goes out under one id.</summary>
public sealed class AlertKillTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly DateTime Today = TimeProvider.System.GetUtcNow().UtcDateTime.Date;

    [Fact]
    public async Task Server_KilledBetweenSeeingAndTelling_TellsEachAlertOnce()
    {
        await using var sink = await MailSink.StartAsync();
        var folder = Directory.CreateTempSubdirectory("temas-kill-").FullName;
        try
        {
            await CommandAsync(folder, "user", "create", "owner@example.com", "--role", "owner");
            await CommandAsync(folder, "apply", await DefinitionsAsync(folder));
            await CommandAsync(folder, "import", await HistoryAsync(folder));
            // As soon as something is seen; as soon as there is a letter; while letters go out; and once more in between.
            foreach (var until in new[] { "select count(*) from alert", "select count(*) from alert_letter", "select count(*) from alert_letter where attempts > 0" })
            {
                await using var server = Start(folder, sink);
                (await server.Ready).ShouldBeTrue(server.Output);
                await UntilAsync(server, folder, until);
                await server.KillAsync();
            }

            // What was on its way when the process ended is not sent before its minute is over.
            using (var database = Open(folder)) database.Execute("update alert_letter set due_at = 0 where state = 0");
            await using (var last = Start(folder, sink))
            {
                (await last.Ready).ShouldBeTrue(last.Output);
                await UntilAsync(last, folder, "select (select count(*) from alert_letter where state = 1) > 0 and (select count(*) from alert_letter where state = 0) = 0");
                last.Terminate();
                await last.WaitAsync();
                last.ExitCode.ShouldBe(0, last.Output);
            }

            Check(folder, sink);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Check(string folder, MailSink sink)
    {
        using var database = Open(folder);
        var told = database.Query<(string Kind, string Json)>("select kind, json from module_event where kind like 'alert.%'").Select(e => (e.Kind, Id: System.Text.Json.JsonDocument.Parse(e.Json).RootElement.GetProperty("id").GetString()!)).ToList();
        told.Distinct().Count().ShouldBe(told.Count, "nothing is told twice");
        var opened = database.Query<string>("select alert from alert_line where kind = 'opened'").ToList();
        opened.Distinct().Count().ShouldBe(opened.Count, "nothing is seen twice");
        // Of what lies before the last day nobody is told: it is history.
        var yesterday = Today.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var standing = database.Query<string>("select id from alert where state = 0 and caused_by is null and json like @day", new { day = $"%\"day\":\"{yesterday}\"%" }).ToList();
        standing.ShouldNotBeEmpty();
        foreach (var id in standing) told.ShouldContain(t => t.Kind == "alert.opened" && t.Id == id, "nothing that goes on is forgotten");
        var mails = new List<TakenMail>();
        while (!sink.IsEmpty) mails.Add(sink.Next());
        var letters = database.Query<(string Id, string Alerts)>("select id, alerts from alert_letter").ToList();
        foreach (var id in standing) letters.Count(l => l.Alerts.Split(' ').Skip(1).Contains(id)).ShouldBe(1, "each alert is in one letter");
        mails.Select(m => m.Id).Distinct().Count().ShouldBe(letters.Count, "each letter arrives, perhaps twice, under one id");
    }

    /// <summary>A limit holds on every day of the year, feasts too.</summary>
    private static async Task<string> DefinitionsAsync(string folder)
    {
        var file = Path.Combine(folder, "definitions.yaml");
        await File.WriteAllTextAsync(file, """
            indicator:
              bought:
                label: {tr: Alınan, en: Bought}
                unit: count
                figure: {measure: count, event: "track:Order Completed"}
            monitor:
              few:
                label: {tr: Az, en: Few}
                watch: threshold
                indicators: [bought]
                threshold: 10
                direction: below

            """);
        return file;
    }

    /// <summary>Two months of orders by day, of which the last day had next to none.</summary>
    private static async Task<string> HistoryAsync(string folder)
    {
        var (file, lines) = (Path.Combine(folder, "history.jsonl"), new StringBuilder());
        for (var day = 1; day <= 62; day++)
        {
            var count = day == 1 ? 2 : 60 + (day * 7 % 5);
            for (var i = 0; i < count; i++)
            {
                var at = Today.AddDays(-day).AddHours(9).AddMinutes(i);
                lines.Append(CultureInfo.InvariantCulture, $$$"""{"messageId":"m{{{day}}}-{{{i}}}","type":"track","event":"Order Completed","userId":"u{{{i}}}","timestamp":"{{{at:yyyy-MM-ddTHH:mm:ssZ}}}","properties":{"order_id":"o{{{day}}}-{{{i}}}","total":100,"currency":"TRY"}}""").Append('\n');
            }
        }

        await File.WriteAllTextAsync(file, lines.ToString());
        return file;
    }

    private static async Task UntilAsync(ServerProcess server, string folder, string question)
    {
        for (var begun = TimeProvider.System.GetTimestamp(); ; await Task.Delay(20))
        {
            server.HasExited.ShouldBeFalse(server.Output);
            using (var database = Open(folder))
            {
                if (database.ExecuteScalar<long>(question) > 0) return;
            }

            TimeProvider.System.GetElapsedTime(begun).ShouldBeLessThan(Patience, question);
        }
    }

    private static ServerProcess Start(string folder, MailSink sink) => ServerProcess.Start(
        folder, ServerProcess.FreePort(), "warning", "--public-url", "https://temas.example.com", "--smtp-host", "127.0.0.1", "--smtp-port", sink.Port.ToString(CultureInfo.InvariantCulture), "--smtp-from", "Temas <temas@example.com>", "--smtp-tls", "off");

    private static SqliteConnection Open(string folder)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "workspaces", "main", "workspace.db"), Pooling = false, DefaultTimeout = 10 }.ToString());
        connection.Open();
        return connection;
    }

    private static async Task CommandAsync(string folder, params string[] args)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        var io = new CliIo { Out = output, Error = error, In = TextReader.Null, Environment = new Dictionary<string, string> { ["TEMAS_DATA"] = folder }, WorkingFolder = folder };
        (await CommandLine.RunAsync(args, io)).ShouldBe(0, error.ToString());
    }
}
