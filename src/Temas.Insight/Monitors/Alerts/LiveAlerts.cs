using System.Text.Json.Nodes;
using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Judging;
using Temas.Insight.Monitors.Watching;
using Temas.Kernel;
using Temas.Storage.ModuleEvents;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Insight.Monitors.Alerts;

/// <summary>The alerts of a workspace, in memory as they are kept. All that changes them goes through here, one after the other. A part of the workspace.</summary>
internal sealed class LiveAlerts : IAlerts
{
    /// <summary>What other modules, and webhooks, are told.</summary>
    public const string Opened = "alert.opened", Closed = "alert.closed", Acknowledged = "alert.acknowledged";

    private readonly Workspace workspace;
    private readonly SemaphoreSlim changing = new(1, 1);
    private volatile IReadOnlyDictionary<string, KeptAlert> all = new Dictionary<string, KeptAlert>(StringComparer.Ordinal);
    private volatile IReadOnlyDictionary<(string Monitor, string Subject), WatchedSubject> subjects = new Dictionary<(string, string), WatchedSubject>();
    private volatile bool isLoaded;
    private long version = 1;

    public LiveAlerts(Workspace workspace) => (this.workspace, Store, Pulse) = (workspace, new AlertStore(workspace.Database, workspace.Events), new Pulse(workspace));

    /// <summary>Where they are kept.</summary>
    public AlertStore Store { get; }

    /// <summary>What arrives, hour by hour.</summary>
    public Pulse Pulse { get; }

    /// <summary>All alerts, by id.</summary>
    public IReadOnlyDictionary<string, KeptAlert> All => all;

    /// <summary>How far it was looked, and what was learned.</summary>
    public IReadOnlyDictionary<(string Monitor, string Subject), WatchedSubject> Subjects => subjects;

    /// <inheritdoc/>
    public int Open => all.Values.Where(a => a.State == AlertState.Open && a.CausedBy is null).Select(a => a.Document.Group).Distinct(StringComparer.Ordinal).Count();

    /// <inheritdoc/>
    public string Version => Interlocked.Read(ref version).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public IReadOnlyList<StandingAlert> Standing => [.. InOrder(all.Values.Where(a => a.IsActive && a.CausedBy is null))
        .Select(a => new StandingAlert(a.Document.Id, a.Document.Group, a.Document.Name, (AlertSeverity)a.Severity, a.Document.Day, a.State == AlertState.Acknowledged, TemasUrls.Alert(workspace.Key.Value, a.Document.Id)))];

    /// <inheritdoc/>
    public IReadOnlySet<string> WatchedIndicators
    {
        get
        {
            var indicators = workspace.Part<IIndicators>().All;
            return MonitorDefinition.Of(workspace).Values.Where(m => m is { IsOn: true, IsOfIndicators: true }).SelectMany(m => m.IndicatorsOf(indicators)).Select(i => i.Key).ToHashSet(StringComparer.Ordinal);
        }
    }

    /// <summary>The alerts of a workspace.</summary>
    public static LiveAlerts Of(Workspace workspace) => workspace.Part<LiveAlerts>();

    /// <summary>In the order in which people see them: what goes on and is not acknowledged, what presses most, the newest.</summary>
    public static IOrderedEnumerable<KeptAlert> InOrder(IEnumerable<KeptAlert> some) => some.OrderBy(a => a.State).ThenByDescending(a => a.Severity).ThenByDescending(a => a.Document.LastDay).ThenByDescending(a => a.OpenedAt).ThenBy(a => a.Document.Id, StringComparer.Ordinal);

    /// <summary>What is kept of something that is watched.</summary>
    public WatchedSubject SubjectOf(string monitor, string subject) => subjects.GetValueOrDefault((monitor, subject)) ?? new WatchedSubject(monitor, subject, null, 1, null);

    /// <summary>The alerts of something that is watched.</summary>
    public IEnumerable<KeptAlert> OfSubject(string monitor, string subject) => all.Values.Where(a => a.Document.Monitor == monitor && a.Document.Subject == subject);

    /// <inheritdoc/>
    public async Task LoadAsync(CancellationToken cancel)
    {
        if (isLoaded) return;
        await changing.WaitAsync(cancel);
        try
        {
            if (isLoaded) return;
            all = (await Store.AllAsync(cancel)).ToDictionary(a => a.Document.Id, StringComparer.Ordinal);
            subjects = (await Store.SubjectsAsync(cancel)).ToDictionary(s => (s.Monitor, s.Subject));
            isLoaded = true;
            Interlocked.Increment(ref version);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Forgets what it has in memory, as a restart does.</summary>
    internal void BeginAgain()
    {
        isLoaded = false;
        (all, subjects) = (new Dictionary<string, KeptAlert>(StringComparer.Ordinal), new Dictionary<(string, string), WatchedSubject>());
    }

    /// <summary>Changes alerts as they are at this moment; nobody else does meanwhile.</summary>
    public async Task<T> ChangeAsync<T>(Func<AlertChanges, Task<T>> change, CancellationToken cancel)
    {
        await LoadAsync(cancel);
        await changing.WaitAsync(cancel);
        try
        {
            var changes = new AlertChanges();
            var result = await change(changes);
            if (changes.IsEmpty) return result;
            await Store.SaveAsync(changes, cancel);
            Take(changes);
            return result;
        }
        catch
        {
            // Only what is written counts; and whether it was is not known.
            isLoaded = false;
            throw;
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Takes away what is over for long, and what was learned of nothing: on disk and in memory.</summary>
    public async Task TidyAsync(CancellationToken cancel)
    {
        await LoadAsync(cancel);
        await changing.WaitAsync(cancel);
        try
        {
            var now = workspace.Clock.GetUtcNow();
            await Store.TidyAsync(now, cancel);
            all = all.Where(a => !AlertStore.IsOld(a.Value, now)).ToDictionary(StringComparer.Ordinal);
            subjects = subjects.Where(s => !AlertStore.IsOld(s.Value, now)).ToDictionary();
            Interlocked.Increment(ref version);
        }
        catch
        {
            isLoaded = false;
            throw;
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Tells what became of an alert, without anything of a customer; and why, where that is not plain.</summary>
    public NewModuleEvent Tell(string kind, KeptAlert alert, string? reason = null)
    {
        var d = alert.Document;
        var json = new JsonObject
        {
            ["id"] = d.Id,
            ["group"] = d.Group,
            ["monitor"] = d.Monitor,
            ["watch"] = MonitorKind.WatchWords.First(w => w.Value == d.Kind).Word,
            ["subject"] = d.Subject,
            ["name"] = new JsonObject { ["tr"] = d.Name.Tr, ["en"] = d.Name.En },
            ["severity"] = MonitorKind.SeverityWords.First(w => w.Value == alert.Severity).Word,
            ["day"] = Indicators.FigureJson.Day(d.Day),
            ["page"] = TemasUrls.Alert(workspace.Key.Value, d.Id),
        };
        foreach (var (name, value) in new[] { ("value", d.Value), ("expected", d.Expected), ("low", d.Low), ("high", d.High), ("score", d.Score) })
        {
            if (value is { } v && double.IsFinite(v)) json[name] = v;
        }

        if (reason is not null) json["reason"] = reason;
        if (d.Since is { } since) json["since"] = since.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        return new NewModuleEvent(kind, "", json.ToJsonString());
    }

    private void Take(AlertChanges changes)
    {
        if (changes.Alerts.Count > 0)
        {
            var next = new Dictionary<string, KeptAlert>(all, StringComparer.Ordinal);
            foreach (var alert in changes.Alerts) next[alert.Document.Id] = alert;
            all = next;
        }

        if (changes.Subjects.Count > 0)
        {
            var next = new Dictionary<(string, string), WatchedSubject>(subjects);
            foreach (var subject in changes.Subjects) next[(subject.Monitor, subject.Subject)] = subject;
            subjects = next;
        }

        Interlocked.Increment(ref version);
    }
}
