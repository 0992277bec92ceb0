using System.Globalization;
using Temas.Collect.Sources;
using Temas.Customers.Lists;
using Temas.Demo.Loading;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Server.Tour;

/// <summary>Where the three steps of the tour are: the overview, one customer, the first event of one's own. And which of them a page is about.</summary>
internal sealed class TourStops(ListSources sources, WorkspaceRegistry workspaces)
{
    /// <summary>Parameter of an address that shows a step, whatever was decided.</summary>
    public const string Parameter = "tour";

    public const int Steps = 3;

    /// <summary>
    /// The step that a page shows. One that is asked for is shown; to whoever has not decided yet the tour goes along on the pages that it is about, so that it is not lost by a click on them.
    /// </summary>
    public static int? StepOf(HttpRequest request, string workspace, bool ended)
    {
        if (int.TryParse(request.Query[Parameter], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked is >= 1 and <= Steps) return asked;
        if (ended) return null;
        var path = request.Path.Value ?? "";
        return path == TemasUrls.Overview(workspace) ? 1
            : path.StartsWith(TemasUrls.Customers(workspace) + "/", StringComparison.Ordinal) && path != TemasUrls.Held(workspace) ? 2
            : path == TemasUrls.Events(workspace) || path == TemasUrls.Sources(workspace) || path.StartsWith(TemasUrls.Sources(workspace) + "/", StringComparison.Ordinal) ? Steps
            : null;
    }

    /// <summary>The page of a step.</summary>
    public async Task<string> FindAsync(int step, Workspace here, Caller caller, CancellationToken cancel)
    {
        var page = step switch
        {
            1 => TemasUrls.Overview(WithSomething(here, caller).Key.Value),
            2 => CustomerIn(WithSomething(here, caller)),
            _ => await OwnAsync(here, caller, cancel),
        };
        return TemasUrls.With(page, (Parameter, step.ToString(CultureInfo.InvariantCulture)));
    }

    // An empty workspace has nothing to show; where a demo stands beside it, that has.
    private Workspace WithSomething(Workspace here, Caller caller) =>
        here.Log.Head > 0 ? here : Open(caller).FirstOrDefault(w => DemoState.Of(w).IsDemo && w.Log.Head > 0) ?? here;

    private static string CustomerIn(Workspace workspace) =>
        FindTelling.Run(workspace) is { } customer ? TemasUrls.Customer(workspace.Key.Value, customer) : TemasUrls.Customers(workspace.Key.Value);

    // Nothing of one's own mixes with a demo: from there the step leads to a workspace of one's own.
    private async Task<string> OwnAsync(Workspace here, Caller caller, CancellationToken cancel)
    {
        var own = DemoState.Of(here).IsDemo ? Open(caller).FirstOrDefault(w => !DemoState.Of(w).IsDemo && MaySend(caller, w)) ?? here : here;
        var key = own.Key.Value;
        if (!MaySend(caller, own)) return TemasUrls.Events(key);
        if (DemoState.Of(own).IsDemo) return TemasUrls.Sources(key);
        var open = (await sources.HandleAsync(own, cancel)).Where(s => s.Source.RevokedAt is null).ToList();
        // One that still waits for its first event has more to show than one that runs.
        var source = open.Find(s => s.Counts.GetValueOrDefault("accepted") == 0) ?? open.FirstOrDefault();
        return source is null ? TemasUrls.Sources(key) : TemasUrls.Source(key, source.Source.Id);
    }

    private static bool MaySend(Caller caller, Workspace workspace) => caller.Roles.GetValueOrDefault(workspace.Key.Value) >= Role.Manager;

    private IEnumerable<Workspace> Open(Caller caller) =>
        workspaces.All.Where(w => caller.Roles.ContainsKey(w.Key.Value) && !caller.Closed.Contains(w.Key.Value)).OrderBy(w => w.Key.Value, StringComparer.Ordinal);
}
