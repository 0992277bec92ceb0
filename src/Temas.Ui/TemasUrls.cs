using System.Globalization;
using System.Text;

namespace Temas.Ui;

/// <summary>Every address that a page links to. A page's state is its query string, so links are made here and nowhere else.</summary>
public static partial class TemasUrls
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

    /// <summary>A file of the browser SDK, in the version that this server has.</summary>
    public static string SdkFile(string name) => Assets.SdkFiles.Url(name);

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
