using System.Data.Common;
using System.Globalization;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Pages;
using Temas.Insight.Monitors.Watching;
using Temas.Kernel;
using Temas.Kernel.Mail;
using Temas.Storage.ModuleEvents;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;
using Temas.Ui.Reading;

namespace Temas.Insight.Monitors.Letters;

/// <summary>
/// Tells people of alerts by mail: it hears what was told with them, writes a row for each person and group in the transaction of what it heard, and sends rows until the mail server takes them, under one id each, for a day. So nothing is forgotten or told
/// twice; a crash between sending and noting sends again under the same id, by which mail programs see that it is one.
/// </summary>
internal sealed class SendAlerts(IServiceScopeFactory scopes, IMailRoute mail, IPublicLinks links)
{
    private const string Listener = "alert-letters";
    private const int AtOnce = 50;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1), FirstWait = TimeSpan.FromMinutes(1), GivenUpAfter = TimeSpan.FromDays(1), KeptFor = TimeSpan.FromDays(30);

    /// <summary>Hears and sends what there is now. How many letters were taken.</summary>
    public async Task<int> RunAsync(Workspace workspace, IReadOnlyList<Colleague> people, CancellationToken cancel)
    {
        // Where there is no mail server, the page and webhooks tell; a server that is set up later begins with what happens then.
        while (await workspace.Events.HearAsync(Listener, [LiveAlerts.Opened, LiveAlerts.Closed], 500, DateTimeOffset.UnixEpoch, (connection, transaction, heard) => mail.IsSet ? HearAsync(workspace, connection, transaction, heard, people) : Task.CompletedTask, cancel))
        {
            // There may be more.
        }

        return mail.IsSet ? await SendAsync(workspace, people, cancel) : 0;
    }

    private static async Task HearAsync(Workspace workspace, DbConnection connection, DbTransaction transaction, IReadOnlyList<ModuleEvent> heard, IReadOnlyList<Colleague> people)
    {
        var (live, now) = (LiveAlerts.Of(workspace), workspace.Clock.GetUtcNow());
        var alerts = heard.Select(h => (Told: h, Alert: live.All.GetValueOrDefault(In(h, "id")))).Where(h => h.Alert is not null)
            // That it is over is told of what pressed; the rest says the page. What nobody watches any more is not over.
            .Where(h => h.Told.Kind == LiveAlerts.Opened || (h.Alert!.Severity == Severity.Critical && In(h.Told, "reason") != CloseUnwatched.Reason)).ToList();
        foreach (var person in people)
        {
            foreach (var group in alerts.Where(a => IsFor(workspace, a.Alert!, person)).GroupBy(a => (a.Alert!.Document.Group, a.Told.Kind)))
            {
                var id = AlertDocument.IdOf(group.Key.Group, person.Id, string.Create(CultureInfo.InvariantCulture, $"{group.Key.Kind} {group.Max(g => g.Told.Id)}"));
                await connection.ExecuteAsync(
                    "insert into alert_letter(id, person, alerts, state, attempts, due_at, changed_at) values(@id, @person, @alerts, 0, 0, @now, @now) on conflict(id) do nothing",
                    new { id, person = person.Id, alerts = $"{group.Key.Kind} {string.Join(' ', group.Select(g => g.Alert!.Document.Id).Distinct())}", now = now.ToUnixTimeMilliseconds() }, transaction);
            }
        }
    }

    private static string In(ModuleEvent told, string name)
    {
        using var json = System.Text.Json.JsonDocument.Parse(told.Json);
        return json.RootElement.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
    }

    /// <summary>Whether somebody is to be told of an alert: those whom its monitor names. The managers stand in for an owner whom nobody knows.</summary>
    internal static bool IsFor(Workspace workspace, KeptAlert alert, Colleague person)
    {
        var to = MonitorDefinition.Of(workspace).GetValueOrDefault(alert.Document.Monitor)?.To ?? [];
        return to.Any(t => t switch
        {
            MonitorDefinition.ToOwner => person.Id == alert.Person,
            MonitorDefinition.ToManagers => person.Role >= Role.Manager && (alert.Person is null || alert.Severity == Severity.Critical || !to.Contains(MonitorDefinition.ToOwner)),
            _ => string.Equals(t, person.Email, StringComparison.OrdinalIgnoreCase),
        });
    }

    private async Task<int> SendAsync(Workspace workspace, IReadOnlyList<Colleague> people, CancellationToken cancel)
    {
        var (sent, now) = (0, workspace.Clock.GetUtcNow());
        await using var connection = await workspace.Database.OpenAsync(cancel);
        await connection.ExecuteAsync("delete from alert_letter where changed_at < @before", new { before = (now - KeptFor).ToUnixTimeMilliseconds() });
        foreach (var (id, personId, alerts, attempts) in (await connection.QueryAsync<(string Id, string Person, string Alerts, long Attempts)>(
            "select id, person, alerts, cast(attempts as bigint) from alert_letter where state = 0 and due_at <= @now order by due_at, id limit @AtOnce", new { now = now.ToUnixTimeMilliseconds(), AtOnce })).ToList())
        {
            // Whoever sends has it for a minute.
            var taken = await connection.ExecuteAsync(
                "update alert_letter set attempts = attempts + 1, due_at = @lease where id = @id and state = 0 and due_at <= @now", new { id, now = now.ToUnixTimeMilliseconds(), lease = (now + Lease).ToUnixTimeMilliseconds() });
            if (taken != 1) continue;
            var reply = MailReply.Taken;
            if (people.FirstOrDefault(p => p.Id == personId) is { } person && await WriteAsync(workspace, person, alerts, people) is { } letter)
            {
                reply = (await mail.HandOverAsync(letter, new MailMarks($"alert-{id}", new Dictionary<string, string>()), CancellationToken.None)).Reply;
                if (reply == MailReply.Taken) sent++;
            }

            var next = now + TimeSpan.FromTicks(FirstWait.Ticks * (long)Math.Pow(2, Math.Min(attempts, 8)));
            var isOver = reply is not MailReply.Later || FirstWait * Math.Pow(2, Math.Min(attempts, 12)) > GivenUpAfter;
            await connection.ExecuteAsync(
                "update alert_letter set state = @state, due_at = @next, changed_at = @now where id = @id", new { id, state = isOver ? 1 : 0, next = next.ToUnixTimeMilliseconds(), now = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds() });
        }

        return sent;
    }

    private async Task<Letter?> WriteAsync(Workspace workspace, Colleague person, string row, IReadOnlyList<Colleague> people)
    {
        var parts = row.Split(' ');
        var alerts = parts[1..].Select(LiveAlerts.Of(workspace).All.GetValueOrDefault).OfType<KeptAlert>().OrderByDescending(a => a.Severity).ThenBy(a => a.Document.Id, StringComparer.Ordinal).ToList();
        if (alerts.Count == 0) return null;
        var (before, beforeUi, settings) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture, WorkspaceSettings.Of(workspace));
        try
        {
            var language = person.Language ?? settings.Language;
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language == "tr" ? "tr-TR" : "en-GB");
            await using var scope = scopes.CreateAsyncScope();
            var services = scope.ServiceProvider;
            services.GetRequiredService<CurrentWorkspace>().Value = workspace;
            var reader = services.GetRequiredService<Reader>();
            (reader.Zone, reader.Currency) = (settings.Zone(), settings.Currency);
            var text = services.GetRequiredService<IStringLocalizer<MonitorText>>();
            var words = new AlertSentences(text, new IndicatorWords(reader, services.GetRequiredService<IStringLocalizer<IndicatorText>>()), reader);
            return AlertLetter.Write(person.Email, language, workspace.Name, parts[0] == LiveAlerts.Closed, alerts, words, text, id => links.To(TemasUrls.Alert(workspace.Key.Value, id)));
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, beforeUi);
        }
    }
}
