using System.Globalization;
using System.Text;

namespace Temas.Ui;

/// <summary>Every address that a page links to. A page's state is its query string, so links are made here and nowhere else.</summary>
public static class TemasUrls
{
    /// <summary>Sign-in, coming back to <paramref name="returnUrl"/> afterwards.</summary>
    public static string SignIn(string? returnUrl = null) => With("/sign-in", ("returnUrl", returnUrl));

    /// <summary>Signing in by the OpenID provider, coming back to <paramref name="returnUrl"/> afterwards.</summary>
    public static string SignInByProvider(string? returnUrl = null) => With("/sign-in/oidc", ("returnUrl", returnUrl));

    /// <summary>The second step of signing in.</summary>
    public const string SignInCode = "/sign-in/code";

    /// <summary>Where the sign-out form posts to.</summary>
    public const string SignOut = "/sign-out";

    /// <summary>First-run set-up.</summary>
    public const string Setup = "/setup";

    /// <summary>The page of an invitation, by the secret of its link; <paramref name="problem"/>: code of what went wrong with accepting it.</summary>
    public static string Invitation(string? secret, string? problem = null) => With("/invitation", ("token", secret), ("problem", problem));

    /// <summary>The page on which a new password is chosen, by the secret of a link.</summary>
    public static string NewPassword(string? secret, string? problem = null) => With("/new-password", ("token", secret), ("problem", problem));

    /// <summary>Where whoever forgot the password asks for a link.</summary>
    public const string Forgotten = "/forgotten";

    /// <summary>The API, explained.</summary>
    public const string ApiDocs = "/docs/api";

    /// <summary>The guides, or what a search finds in them.</summary>
    public static string Docs(string? q = null, string? language = null) => With("/docs", ("q", q), ("lang", language));

    /// <summary>A guide, such as <c>setup</c>, or a section of it. Without a <paramref name="language"/> it is shown in the reader's own.</summary>
    public static string Guide(string guide, string? section = null, string? language = null) =>
        With($"/docs/{guide}", ("lang", language)) + (section is null ? "" : $"#{Uri.EscapeDataString(section)}");

    /// <summary>Where the language form posts to.</summary>
    public const string Language = "/language";

    /// <summary>Where the theme form posts to.</summary>
    public const string Theme = "/theme";

    /// <summary>A step of the tour: finds its page, and goes there.</summary>
    public static string Tour(string workspace, int step) => $"/w/{Path(workspace)}/tour/{step.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Where the form posts to that ends the tour.</summary>
    public const string EndTour = "/tour/end";

    /// <summary>A workspace's first page.</summary>
    public static string Workspace(string workspace) => Overview(workspace);

    /// <summary>The state of the workspace. <paramref name="period"/>: 24h, 7d, 30d (default), 90d or 365d.</summary>
    public static string Overview(string workspace, string? period = null) => With($"/w/{Path(workspace)}/overview", ("period", period == "30d" ? null : period));

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

    /// <summary>The measurement framework.</summary>
    public static string Framework(string workspace) => $"/w/{Path(workspace)}/framework";

    /// <summary>The editor of a business goal; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string Goal(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{Framework(workspace)}/goals/new" : $"{Framework(workspace)}/goals/of/{Path(key)}", [.. draft]);

    /// <summary>Where the pages of the framework post to, in the way of <paramref name="action"/>: apply, goals/save, goals/remove, goals/restore.</summary>
    public static string FrameworkAction(string workspace, string action) => $"{Framework(workspace)}/{action}";

    /// <summary>What customers are worth and whether they are still there.</summary>
    public static string Lifetime(string workspace, params ReadOnlySpan<(string Name, string? Value)> query) => With($"{Indicators(workspace)}/lifetime", query);

    /// <summary>What customers wrote. <paramref name="part"/>: texts (default), scores, customers, model.</summary>
    public static string Feedback(string workspace, string? part = null, params ReadOnlySpan<(string Name, string? Value)> query) =>
        With(part is null or "texts" ? $"/w/{Path(workspace)}/feedback" : $"/w/{Path(workspace)}/feedback/{part}", query);

    /// <summary>The texts that a filter leaves, as a file (CSV).</summary>
    public static string FeedbackFile(string workspace, params ReadOnlySpan<(string Name, string? Value)> query) => With(With("/api/feedback/texts.csv", query), ("workspace", workspace));

    /// <summary>The segments, or those that a search finds.</summary>
    public static string Segments(string workspace, string? q = null, string? page = null) => With($"/w/{Path(workspace)}/segments", ("q", q), ("page", page));

    /// <summary>The builder of a segment; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string Segment(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{Segments(workspace)}/new" : $"{Segments(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Where the builder posts to, in the way of <paramref name="action"/>: edit, save, remove, restore.</summary>
    public static string SegmentAction(string workspace, string action) => $"{Segments(workspace)}/{action}";

    /// <summary>Where customers answer a survey.</summary>
    public static string Survey(string workspace, string survey) => $"/s/{Path(workspace)}/{Path(survey)}";

    /// <summary>A file of the browser SDK, in the version that this server has.</summary>
    public static string SdkFile(string name) => Assets.SdkFiles.Url(name);

    /// <summary>The list of surveys.</summary>
    public static string Surveys(string workspace) => $"/w/{Path(workspace)}/surveys";

    /// <summary>The page of a survey: <paramref name="part"/> is empty for the editor, or links, responses, preview.</summary>
    public static string SurveyPage(string workspace, string survey, string part = "", params (string Name, string? Value)[] state) =>
        With($"{Surveys(workspace)}/of/{Path(survey)}{(part.Length > 0 ? "/" + part : "")}", state);

    /// <summary>Where an agent chooses the survey to read to a customer on the phone.</summary>
    public static string SurveyByPhone(string workspace, string customer) => With($"{Surveys(workspace)}/enter", ("customer", customer));

    /// <summary>Where the pages of surveys post to.</summary>
    public static string SurveyAction(string workspace, string action) => $"{Surveys(workspace)}/do/{action}";

    /// <summary>The asking rules.</summary>
    public static string AskingRules(string workspace) => $"{Surveys(workspace)}/asking";

    /// <summary>The editor of an asking rule; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string AskingRule(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{AskingRules(workspace)}/new" : $"{AskingRules(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Tries an asking rule on the past.</summary>
    public static string AskingTry(string workspace, string key, params ReadOnlySpan<(string Name, string? Value)> query) => With($"{AskingRules(workspace)}/{Path(key)}/try", query);

    /// <summary>What asking rules decided: of all, or what a filter leaves.</summary>
    public static string AskingLog(string workspace, params ReadOnlySpan<(string Name, string? Value)> query) => With($"{AskingRules(workspace)}/decisions", query);

    /// <summary>What holds for all asking.</summary>
    public static string AskingPolicy(string workspace, params (string Name, string? Value)[] draft) => With($"{AskingRules(workspace)}/policy", [.. draft]);

    /// <summary>Where the editor of asking rules posts to, in the way of <paramref name="action"/>: save, remove, restore.</summary>
    public static string AskingRuleAction(string workspace, string action) => $"{AskingRules(workspace)}/{action}";

    /// <summary>Where the editor of what holds for all asking posts to.</summary>
    public static string AskingPolicyAction(string workspace, string action) => $"{AskingPolicy(workspace)}/{action}";

    /// <summary>The channels by which customers are written to, with what was sent in a <paramref name="state"/>.</summary>
    public static string Channels(string workspace, string? state = null, string? before = null) => With($"/w/{Path(workspace)}/channels", ("state", state), ("before", before));

    /// <summary>The editor of a channel; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string Channel(string workspace, string? key = null, params (string Name, string? Value)[] draft) => With(key is null ? $"{Channels(workspace)}/new" : $"{Channels(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Where the pages of channels post to, in the way of <paramref name="action"/>: save, remove, restore, secret, test, send.</summary>
    public static string ChannelAction(string workspace, string action) => $"{Channels(workspace)}/{action}";

    /// <summary>The webhooks.</summary>
    public static string Webhooks(string workspace) => $"/w/{Path(workspace)}/webhooks";

    /// <summary>The page of a webhook; without a key the editor of a new one, which <paramref name="draft"/> fills in.</summary>
    public static string Webhook(string workspace, string? key = null, params (string Name, string? Value)[] draft) => With(key is null ? $"{Webhooks(workspace)}/new" : $"{Webhooks(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Where the pages of webhooks post to, in the way of <paramref name="action"/>: save, remove, restore, new-secret, resume, send.</summary>
    public static string WebhookAction(string workspace, string action) => $"{Webhooks(workspace)}/{action}";

    /// <summary>The scores of a survey, with what is asked about them.</summary>
    public static string SurveyScores(string workspace, string survey, params ReadOnlySpan<(string Name, string? Value)> query) => With($"{Surveys(workspace)}/of/{Path(survey)}/scores", query);

    /// <summary>The topics that customers speak of.</summary>
    public static string Topics(string workspace, params ReadOnlySpan<(string Name, string? Value)> query) => With($"{Feedback(workspace)}/topics", query);

    /// <summary>Where the page of topics posts to.</summary>
    public static string TopicsAction(string workspace, string action) => $"{Feedback(workspace)}/topics/do/{action}";

    /// <summary>The follow-ups that a filter leaves. <paramref name="view"/>: mine, unassigned, overdue, all (default).</summary>
    public static string FollowUps(string workspace, string? view = null, params ReadOnlySpan<(string Name, string? Value)> query) => With(With($"/w/{Path(workspace)}/follow-ups", ("view", view == "all" ? null : view)), query);

    /// <summary>One follow-up.</summary>
    public static string FollowUp(string workspace, string id) => $"{FollowUps(workspace)}/of/{Path(id)}";

    /// <summary>What its page posts to, in the way of <paramref name="action"/>: assign, note, status, done.</summary>
    public static string FollowUpAction(string workspace, string id, string action) => $"{FollowUp(workspace, id)}/{action}";

    /// <summary>Tells when a follow-up changed.</summary>
    public static string FollowUpStream(string workspace) => With("/api/follow-ups/stream", ("workspace", workspace));

    /// <summary>Service levels of follow-ups.</summary>
    public static string FollowUpLevels(string workspace, string? days = null) => With($"{FollowUps(workspace)}/levels", ("days", days));

    /// <summary>The rules by which follow-ups are opened.</summary>
    public static string FollowUpRules(string workspace) => $"{FollowUps(workspace)}/rules";

    /// <summary>The editor of a rule; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string FollowUpRule(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{FollowUpRules(workspace)}/new" : $"{FollowUpRules(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Where the pages of rules post to, in the way of <paramref name="action"/>: save, remove, restore; desk and desk-restore for the desk.</summary>
    public static string FollowUpRuleAction(string workspace, string action) => $"{FollowUpRules(workspace)}/{action}";

    /// <summary>The stream behind the overview.</summary>
    public static string OverviewStream(string workspace) => With("/api/overview/stream", ("workspace", workspace));

    /// <summary>The customers, or those that a search finds.</summary>
    public static string Customers(string workspace, string? q = null) => With($"/w/{Path(workspace)}/customers", ("q", q));

    /// <summary>The customers that a filter leaves; its parameters are those of the page.</summary>
    public static string CustomersWhere(string workspace, params ReadOnlySpan<(string Name, string? Value)> filter) => With($"/w/{Path(workspace)}/customers", filter);

    /// <summary>The same as a file (CSV).</summary>
    public static string CustomersFile(string workspace, params ReadOnlySpan<(string Name, string? Value)> filter) => With(With("/api/customers/list.csv", filter), ("workspace", workspace));

    /// <summary>What the saved views of the list post to, in the way of <paramref name="action"/>: save, remove, restore.</summary>
    public static string CustomerViews(string workspace, string action) => $"/w/{Path(workspace)}/customers/views/{action}";

    /// <summary>The links between identifiers that were held back.</summary>
    public static string Held(string workspace) => $"/w/{Path(workspace)}/customers/held";

    /// <summary>Where decisions about them are posted.</summary>
    public static string DecideHeld(string workspace) => $"{Held(workspace)}/decide";

    /// <summary>One customer. <paramref name="tab"/>: timeline (default), identity, traits, promises or consent.</summary>
    public static string Customer(string workspace, string id, string? tab = null, params (string Name, string? Value)[] query) =>
        With($"/w/{Path(workspace)}/customers/{Path(id)}", [("tab", tab == "timeline" ? null : tab), .. query]);

    /// <summary>What one page posts to, in the way of <paramref name="action"/>: decide, erase.</summary>
    public static string CustomerAction(string workspace, string id, string action) => $"/w/{Path(workspace)}/customers/{Path(id)}/{action}";

    /// <summary>Everything about one customer, as a file.</summary>
    public static string CustomerExport(string workspace, string id) => $"/w/{Path(workspace)}/customers/{Path(id)}/export";

    /// <summary>Data protection. <paramref name="tab"/>: requests (default), consents, erasures, exports or kept.</summary>
    public static string Privacy(string workspace, string? tab = null, params ReadOnlySpan<(string Name, string? Value)> query) =>
        With($"/w/{Path(workspace)}/privacy", [("tab", tab == "requests" ? null : tab), .. query]);

    /// <summary>Where its forms post to: requests, requests/ID/close, requests/ID/erase; and where a proof lies: erasures/ID.</summary>
    public static string PrivacyAction(string workspace, string action) => $"/w/{Path(workspace)}/privacy/{action}";

    /// <summary>The purposes of consent.</summary>
    public static string ConsentPurposes(string workspace) => $"{Privacy(workspace)}/purposes";

    /// <summary>The editor of a purpose; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string ConsentPurpose(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{ConsentPurposes(workspace)}/new" : $"{ConsentPurposes(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Where the editor of purposes posts to, in the way of <paramref name="action"/>: save, remove, restore.</summary>
    public static string ConsentPurposeAction(string workspace, string action) => $"{ConsentPurposes(workspace)}/{action}";

    /// <summary>The live feed. <paramref name="show"/>: all (default) or dropped.</summary>
    public static string Events(string workspace, string? show = null, string? source = null, string? before = null) =>
        With($"/w/{Path(workspace)}/events", ("show", show == "all" ? null : show), ("source", source), ("before", before));

    /// <summary>The stream behind the live feed.</summary>
    public static string EventStream(string workspace) => With("/api/events/stream", ("workspace", workspace));

    /// <summary>The web shop of the demo company.</summary>
    public static string Shop(string workspace) => $"/w/{Path(workspace)}/shop";

    /// <summary>The sources.</summary>
    public static string Sources(string workspace) => $"/w/{Path(workspace)}/sources";

    /// <summary>The person's own account, as seen from a workspace.</summary>
    public static string Account(string workspace) => $"{Settings(workspace)}/account";

    /// <summary>What holds for the whole workspace.</summary>
    public static string WorkspaceSettings(string workspace, params ReadOnlySpan<(string Name, string? Value)> draft) => With($"{Settings(workspace)}/workspace", draft);

    /// <summary>Where its list of identifiers that identify nobody is changed, in the way of <paramref name="action"/>: block, unblock.</summary>
    public static string BlockedIdentifiers(string workspace, string action) => $"{Settings(workspace)}/workspace/{action}";

    /// <summary>The own second factor; with <paramref name="action"/> what its forms post to: begin, confirm, codes, off.</summary>
    public static string SecondFactor(string workspace, string? action = null) => $"{Account(workspace)}/second-factor{(action is null ? "" : "/" + action)}";

    /// <summary>The people of a workspace.</summary>
    public static string People(string workspace) => $"{Settings(workspace)}/people";

    /// <summary>One of them.</summary>
    public static string Person(string workspace, string id) => $"{People(workspace)}/{Path(id)}";

    /// <summary>What the page of people posts about an invitation, in the way of <paramref name="action"/>: renew, withdraw; without an id to make one.</summary>
    public static string InvitationAction(string workspace, string? id = null, string? action = null) =>
        id is null ? $"{People(workspace)}/invite" : $"{People(workspace)}/invitations/{Path(id)}/{action}";

    /// <summary>The API tokens.</summary>
    public static string Tokens(string workspace) => $"{Settings(workspace)}/tokens";

    /// <summary>How the installation is doing.</summary>
    public static string Operations(string workspace) => $"{Settings(workspace)}/operations";

    /// <summary>Tells when the operations page has something new.</summary>
    public static string OperationsStream(string workspace) => With("/api/operations/stream", ("workspace", workspace));

    /// <summary>The audit trail, or the part of it that is asked for; days are written as <c>2026-03-14</c>.</summary>
    public static string Audit(string workspace, string? person = null, string? action = null, string? from = null, string? to = null, string? before = null) =>
        With($"{Settings(workspace)}/audit", ("person", person), ("action", action), ("from", from), ("to", to), ("before", before));

    /// <summary>What the button that leaves a demo posts to.</summary>
    public static string LeaveDemo(string workspace) => $"/w/{Path(workspace)}/demo/leave";

    /// <summary>One source.</summary>
    public static string Source(string workspace, long id) => $"{Sources(workspace)}/{id.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The touchpoints of the catalogue, or those of one stage.</summary>
    public static string Touchpoints(string workspace, string? stage = null) => With($"/w/{Path(workspace)}/touchpoints", ("stage", stage));

    /// <summary>The editor of a touchpoint; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string Touchpoint(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{Touchpoints(workspace)}/new" : $"{Touchpoints(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Where the editor of touchpoints posts to, in the way of <paramref name="action"/>: save, remove.</summary>
    public static string TouchpointAction(string workspace, string action) => $"{Touchpoints(workspace)}/{action}";

    /// <summary>The promises.</summary>
    public static string Promises(string workspace) => $"/w/{Path(workspace)}/promises";

    /// <summary>The editor of a promise; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string Promise(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{Promises(workspace)}/new" : $"{Promises(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Where the editor of promises posts to, in the way of <paramref name="action"/>: save, preview, remove, restore.</summary>
    public static string PromiseAction(string workspace, string action) => $"{Promises(workspace)}/{action}";

    /// <summary>The computed traits.</summary>
    public static string ComputedTraits(string workspace) => $"/w/{Path(workspace)}/computed-traits";

    /// <summary>The editor of a computed trait; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string ComputedTrait(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{ComputedTraits(workspace)}/new" : $"{ComputedTraits(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Where the editor of computed traits posts to, in the way of <paramref name="action"/>: save, preview, remove, restore.</summary>
    public static string ComputedTraitAction(string workspace, string action) => $"{ComputedTraits(workspace)}/{action}";

    /// <summary>The imports of files that were uploaded; also where a file is posted to.</summary>
    public static string Imports(string workspace) => $"/w/{Path(workspace)}/imports";

    /// <summary>One of them.</summary>
    public static string Import(string workspace, string id) => $"{Imports(workspace)}/{Path(id)}";

    /// <summary>Tells when an import got further.</summary>
    public static string ImportStream(string workspace, string id) => With($"/api/imports/{Path(id)}/stream", ("workspace", workspace));

    /// <summary>What its page posts to, in the way of <paramref name="action"/>: mapping, own-mapping, start, cancel, remove; and its files: rejects, mapping.yaml.</summary>
    public static string ImportAction(string workspace, string id, string action) => $"{Import(workspace, id)}/{action}";

    /// <summary>Adds the query parameters that have a value to an address.</summary>
    public static string With(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var url = new StringBuilder(path);
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in query)
        {
            if (string.IsNullOrEmpty(value)) continue;
            url.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        return url.ToString();
    }

    private static string Settings(string workspace) => $"/w/{Path(workspace)}/settings";

    private static string Path(string segment) => Uri.EscapeDataString(segment);
}
