using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Contracts;

/// <summary>What a tile of a dashboard is asked for.</summary>
/// <param name="From">First day, in the time zone of the workspace.</param>
/// <param name="To">The day after the last.</param>
/// <param name="Where">Whom it is about: a condition of the query algebra; null for everybody.</param>
/// <param name="Options">What was chosen for the tile, by name.</param>
/// <param name="IsShared">Whether it is looked at without sign-in, by a link: then it opens to nobody and names nobody.</param>
public sealed record TileAsk(DateOnly From, DateOnly To, JsonElement? Where, IReadOnlyDictionary<string, string> Options, bool IsShared);

/// <summary>A kind of tile that a module brings to dashboards. Registered in DI; kinds come in the order of registration.</summary>
/// <param name="Kind">Its name in definitions, of a-z and hyphens.</param>
/// <param name="Label">Its name for people.</param>
/// <param name="Purpose">What it shows, in a sentence.</param>
/// <param name="Icon">Its icon.</param>
/// <param name="Width">How many of the twelve columns it takes at first.</param>
/// <param name="Height">How many rows.</param>
/// <param name="Component">A Razor component with a parameter <c>Ask</c> (<see cref="TileAsk"/>). It answers at once, or says that it cannot yet.</param>
/// <param name="IsPersonal">Whether it shows what belongs to single customers; then links that are shared leave it out.</param>
/// <param name="Version">Changes when what it shows does; cheap, for it is asked several times a second.</param>
public sealed record DashboardTile(string Kind, LocalText Label, LocalText Purpose, string Icon, int Width, int Height, Type Component, bool IsPersonal, Func<Workspace, string> Version);
