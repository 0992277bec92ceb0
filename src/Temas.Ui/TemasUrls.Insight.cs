namespace Temas.Ui;

/// <content>What is found out: dashboards, journeys, questions, findings, indicators, segments.</content>
public static partial class TemasUrls
{
    /// <summary>The first dashboard.</summary>
    public static string Dashboards(string workspace) => $"/w/{Path(workspace)}/dashboards";

    /// <summary>The list of dashboards.</summary>
    public static string DashboardList(string workspace, string? problem = null) => With($"{Dashboards(workspace)}/all", ("problem", problem));

    /// <summary>A dashboard.</summary>
    public static string Dashboard(string workspace, string key) => $"{Dashboards(workspace)}/of/{Path(key)}";

    /// <summary>A dashboard for a wall.</summary>
    public static string DashboardWall(string workspace, string key) => $"{Dashboard(workspace, key)}/wall";

    /// <summary>The editor of a dashboard; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string DashboardEdit(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{Dashboards(workspace)}/new" : $"{Dashboard(workspace, key)}/edit", [.. draft]);

    /// <summary>The editor of a tile; without an id for a new one.</summary>
    public static string DashboardTile(string workspace, string key, string? tile = null, params ReadOnlySpan<(string Name, string? Value)> draft) => With(With($"{Dashboard(workspace, key)}/tile", ("id", tile)), draft);

    /// <summary>What a tile shows, as a file (CSV).</summary>
    public static string DashboardTileFile(string workspace, string key, string tile) => $"{Dashboard(workspace, key)}/file/{Path(tile)}";

    /// <summary>Where the page of a dashboard fetches tiles that changed.</summary>
    public static string DashboardTiles(string workspace, string key) => $"{Dashboard(workspace, key)}/tiles";

    /// <summary>Tells which tiles of a dashboard changed.</summary>
    public static string DashboardStream(string workspace, string key) => $"{Dashboard(workspace, key)}/stream";

    /// <summary>The links by which a dashboard is shared.</summary>
    public static string DashboardShare(string workspace, string key) => $"{Dashboard(workspace, key)}/share";

    /// <summary>Where the pages of dashboards post to, in the way of <paramref name="action"/>: save, remove, restore, pin, tile, share, revoke.</summary>
    public static string DashboardAction(string workspace, string action) => $"{Dashboards(workspace)}/{action}";

    /// <summary>A dashboard for whoever has its link.</summary>
    public static string SharedDashboard(string workspace, string secret) => $"/b/{Path(workspace)}/{Path(secret)}";

    /// <summary>The journeys.</summary>
    public static string Journeys(string workspace) => $"/w/{Path(workspace)}/journeys";

    /// <summary>The map of a journey. <c>view</c>: beside, lived.</summary>
    public static string Journey(string workspace, string key, params ReadOnlySpan<(string Name, string? Value)> query) => With($"{Journeys(workspace)}/of/{Path(key)}", query);

    /// <summary>The editor of a journey; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string JourneyEdit(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{Journeys(workspace)}/new" : $"{Journeys(workspace)}/of/{Path(key)}/edit", [.. draft]);

    /// <summary>Where the editor of journeys posts to, in the way of <paramref name="action"/>: save, remove, restore.</summary>
    public static string JourneyAction(string workspace, string action) => $"{Journeys(workspace)}/{action}";

    /// <summary>The explorer, with what is asked.</summary>
    public static string Explore(string workspace, params ReadOnlySpan<(string Name, string? Value)> query) => With($"/w/{Path(workspace)}/explore", query);

    /// <summary>What the explorer answers to the question that a query string holds, as a file.</summary>
    public static string ExploreFile(string workspace) => $"/w/{Path(workspace)}/explore/file";

    /// <summary>The customers for whom a condition in JSON holds (docs/formats/query.md).</summary>
    public static string ExploreCustomers(string workspace, string where, string? page = null) => With($"/w/{Path(workspace)}/explore/customers", ("where", where), ("page", page));

    /// <summary>Where suggestions come from as one types: <paramref name="of"/> is event, property or value; what was typed is added as <c>q</c>.</summary>
    public static string Suggest(string workspace, string of, string? property = null, params ReadOnlySpan<string> events)
    {
        var url = With("/api/suggest", ("of", of), ("workspace", workspace), ("property", property));
        foreach (var type in events) url = With(url, ("event", type));
        return url;
    }

    /// <summary>The findings: frictions, or with <paramref name="show"/> <c>wins</c> what went well.</summary>
    public static string Findings(string workspace, string? show = null, params ReadOnlySpan<(string Name, string? Value)> query) => With(With($"/w/{Path(workspace)}/findings", ("show", show is "wins" ? show : null)), query);

    /// <summary>One finding; <paramref name="page"/>: of the customers who met it.</summary>
    public static string Finding(string workspace, string id, string? page = null) => With($"{Findings(workspace)}/of/{Path(id)}", ("page", page));

    /// <summary>Where the forms of a finding post to.</summary>
    public static string FindingAction(string workspace, string id, string action) => $"{Finding(workspace, id)}/{action}";

    /// <summary>Where follow-ups with the customers of a finding are opened.</summary>
    public static string FindingFollowUps(string workspace, string id) => $"{Finding(workspace, id)}/follow-ups";

    /// <summary>Where the forms post to that have findings looked for, or stop it.</summary>
    public static string FindingsLook(string workspace, bool stop = false) => $"{Findings(workspace)}/{(stop ? "stop" : "look")}";

    /// <summary>Tells when findings are other than they were.</summary>
    public static string FindingsStream(string workspace) => With("/api/findings/stream", ("workspace", workspace));

    /// <summary>The saved explorations, or those that a search finds.</summary>
    public static string Explorations(string workspace, string? q = null, string? page = null) => With($"/w/{Path(workspace)}/explore/saved", ("q", q), ("page", page));

    /// <summary>The page of a saved exploration, which <paramref name="draft"/> fills in.</summary>
    public static string Exploration(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        key is null ? Explorations(workspace) : With($"{Explorations(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Where the pages of explorations post to, in the way of <paramref name="action"/>: keep, save, remove, restore.</summary>
    public static string ExplorationAction(string workspace, string action) => $"{Explorations(workspace)}/{action}";

    /// <summary>The indicators, over a period.</summary>
    public static string Indicators(string workspace, params ReadOnlySpan<(string Name, string? Value)> query) => With($"/w/{Path(workspace)}/indicators", query);

    /// <summary>One indicator, over a period.</summary>
    public static string Indicator(string workspace, string key, params ReadOnlySpan<(string Name, string? Value)> query) => With($"{Indicators(workspace)}/of/{Path(key)}", query);

    /// <summary>The editor of an indicator; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string IndicatorEditor(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{Indicators(workspace)}/new" : $"{Indicators(workspace)}/edit/{Path(key)}", [.. draft]);

    /// <summary>The library of indicators, or what a search finds in it.</summary>
    public static string IndicatorLibrary(string workspace, string? q = null, string? show = null) => With($"{Indicators(workspace)}/library", ("q", q), ("show", show));

    /// <summary>Where the pages of indicators post to, in the way of <paramref name="action"/>: save, preview, remove, restore, add.</summary>
    public static string IndicatorAction(string workspace, string action) => $"{Indicators(workspace)}/{action}";

    /// <summary>The alerts; <c>state</c> and <c>monitor</c> filter them.</summary>
    public static string Alerts(string workspace, params ReadOnlySpan<(string Name, string? Value)> query) => With($"/w/{Path(workspace)}/alerts", query);

    /// <summary>One alert.</summary>
    public static string Alert(string workspace, string id) => $"{Alerts(workspace)}/of/{Path(id)}";

    /// <summary>Where the forms of an alert post to.</summary>
    public static string AlertAction(string workspace, string id, string action) => $"{Alert(workspace, id)}/{action}";

    /// <summary>Tells when alerts are other than they were.</summary>
    public static string AlertsStream(string workspace) => With("/api/alerts/stream", ("workspace", workspace));

    /// <summary>The monitors.</summary>
    public static string Monitors(string workspace) => $"/w/{Path(workspace)}/monitors";

    /// <summary>The editor of a monitor; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string MonitorEditor(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{Monitors(workspace)}/new" : $"{Monitors(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Where the pages of monitors post to, in the way of <paramref name="action"/>: save, preview, remove, restore, forget.</summary>
    public static string MonitorAction(string workspace, string action) => $"{Monitors(workspace)}/{action}";

    /// <summary>The special days: feasts, holidays, days of sales.</summary>
    public static string SpecialDays(string workspace) => $"/w/{Path(workspace)}/special-days";

    /// <summary>The editor of a special day; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string SpecialDay(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{SpecialDays(workspace)}/new" : $"{SpecialDays(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Where the pages of special days post to, in the way of <paramref name="action"/>: save, remove, restore.</summary>
    public static string SpecialDayAction(string workspace, string action) => $"{SpecialDays(workspace)}/{action}";

    /// <summary>The measurement framework.</summary>
    public static string Framework(string workspace) => $"/w/{Path(workspace)}/framework";

    /// <summary>The editor of a business goal; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string Goal(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{Framework(workspace)}/goals/new" : $"{Framework(workspace)}/goals/of/{Path(key)}", [.. draft]);

    /// <summary>One of the six steps of the framework, as a guide.</summary>
    public static string FrameworkStep(string workspace, int step) => With(Framework(workspace), ("step", step.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>The editor of a persona; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string Persona(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{Framework(workspace)}/personas/new" : $"{Framework(workspace)}/personas/of/{Path(key)}", [.. draft]);

    /// <summary>Where the pages of the framework post to, in the way of <paramref name="action"/>: apply, goals/save, goals/remove, goals/restore.</summary>
    public static string FrameworkAction(string workspace, string action) => $"{Framework(workspace)}/{action}";

    /// <summary>What customers are worth and whether they are still there.</summary>
    public static string Lifetime(string workspace, params ReadOnlySpan<(string Name, string? Value)> query) => With($"{Indicators(workspace)}/lifetime", query);

    /// <summary>Where the form posts to that has the models of forecasts fitted.</summary>
    public static string ForecastsFit(string workspace) => $"{Indicators(workspace)}/lifetime/fit";

    /// <summary>Tells when the values of indicators may be other than they were.</summary>
    public static string IndicatorsStream(string workspace) => With("/api/indicators/stream", ("workspace", workspace));

    /// <summary>How long subscriptions last, and which are likely to end.</summary>
    public static string Subscriptions(string workspace, params ReadOnlySpan<(string Name, string? Value)> query) => With($"{Indicators(workspace)}/lifetime/subscriptions", query);

    /// <summary>The segments, or those that a search finds.</summary>
    public static string Segments(string workspace, string? q = null, string? page = null) => With($"/w/{Path(workspace)}/segments", ("q", q), ("page", page));

    /// <summary>The builder of a segment; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string Segment(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{Segments(workspace)}/new" : $"{Segments(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Where the builder posts to, in the way of <paramref name="action"/>: edit, save, remove, restore.</summary>
    public static string SegmentAction(string workspace, string action) => $"{Segments(workspace)}/{action}";

    /// <summary>The computed traits.</summary>
    public static string ComputedTraits(string workspace) => $"/w/{Path(workspace)}/computed-traits";

    /// <summary>The editor of a computed trait; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string ComputedTrait(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{ComputedTraits(workspace)}/new" : $"{ComputedTraits(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Where the editor of computed traits posts to, in the way of <paramref name="action"/>: save, preview, remove, restore.</summary>
    public static string ComputedTraitAction(string workspace, string action) => $"{ComputedTraits(workspace)}/{action}";
}
