using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Collect.Feed;
using Temas.Insight.Columns;
using Temas.Insight.Dashboards.Definitions;
using Temas.Timelines.Queries;
using Temas.Ui;
using Temas.Ui.Reading;

namespace Temas.Insight.Dashboards.Tiles;

/// <content>Tiles of places, of what arrives, and of how good the data is.</content>
public sealed partial class TileLoader
{
    private const int MostNamed = 90, DropHours = 24, FeedRows = 8;

    private static readonly string[] CityTraits = ["trait.address.city", "trait.city", "trait.province", "trait.address.state"], CountryTraits = ["trait.address.country", "trait.country", "trait.country_code", "trait.address.country_code"];

    private async Task<TileContent> MapAsync(Tile tile, BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        var facts = workspace.Part<LiveColumns>().Store.Facts;
        var trait = tile.Option("trait") is { Length: > 0 } chosen ? chosen : tile.Option("places") == "country" ? Array.Find(CountryTraits, facts.Contains) ?? CountryTraits[0] : Array.Find(CityTraits, facts.Contains) ?? CityTraits[0];
        // Few buckets: only the whole is shown.
        var question = new JsonObject
        {
            ["kind"] = "trend",
            ["from"] = period.FromText,
            ["to"] = period.ToText,
            ["unit"] = period.Days <= 45 ? "week" : period.Days <= 190 ? "month" : "quarter",
            ["measures"] = new JsonArray(new JsonObject { ["name"] = "customers", ["measure"] = "customers" }),
            ["breakdown"] = new JsonObject { ["profile"] = trait },
            ["top"] = MostNamed,
        };
        if (where is not null) question["customers"] = JsonNode.Parse(where.Value.GetRawText());
        var asked = await AskAsync(question, cancel);
        if (asked.Problem is { } problem) return Of(problem);
        var series = ((TrendAnswer)asked.Value.Answer).Series.Where(s => s.Total > 0).OrderByDescending(s => s.Total).ToList();
        var places = series.Where(s => s.Value is string && !s.IsOther).ToList();
        if (places.Count == 0) return Gone("map-pin", "NoPlaces") with { IsWaiting = true };
        var most = places[0].Total!.Value;
        // What a tile is told not is seen by what is there.
        var countries = places.ToDictionary(s => (string)s.Value!, s => Countries.Find((string)s.Value!), StringComparer.Ordinal);
        var isWorld = tile.Option("places") == "country" || places.Where(s => countries[(string)s.Value!] is not null).Sum(s => s.Total) > places.Where(s => Provinces.Find((string)s.Value!) is not null).Sum(s => s.Total);
        var rows = places.Select(s =>
        {
            var name = (string)s.Value!;
            var who = new JsonObject { ["all"] = new JsonArray(new JsonObject { ["profile"] = trait, ["value"] = name }, TileQuestion.Did([], period.FromText, period.ToText)) };
            var country = isWorld ? countries[name] : null;
            // One that is typed in two ways has two rows, that are told apart.
            var shown = country is null ? name : countries.Values.Count(c => c?.Code == country.Code) == 1 ? country.Label.In(Language) : $"{country.Label.In(Language)} ({name})";
            return new PlaceRow(shown, FigureWords.Short(s.Total!.Value), Who(TileQuestion.Behind(who, where)), s.Total!.Value / most, isWorld ? null : Provinces.Find(name)) { Country = country?.Code };
        }).ToList();
        var elsewhere = series.Where(s => s.Value is null || s.IsOther).Sum(s => s.Total ?? 0);
        return new MapContent(rows, elsewhere > 0 ? text["Elsewhere", FigureWords.Short(elsewhere)].Value : null) { IsWorld = isWorld };
    }

    private TileContent Feed(Tile tile)
    {
        if (IsShared) return Gone("lock", "NotShared");
        var (rows, before) = (new List<FeedRow>(), (long?)null);
        foreach (var e in feed.Events(workspace, new FeedQuery(before, FeedRows * 3)).Events.Where(e => e.Type is not null && e.Status != "erased").Take(FeedRows + tile.Height))
        {
            var type = e.Type is "track" or "page" or "screen" && e.Name is { Length: > 0 } name ? $"{e.Type}:{name}" : e.Type!;
            rows.Add(new FeedRow(Names.Of(type), e.Time ?? e.ReceivedAt ?? workspace.Clock.GetUtcNow(), e.Customer?.Name, e.Customer is { } customer ? TemasUrls.Customer(Key, customer.Id) : null, e.Source.Name));
        }

        return rows.Count == 0 ? Gone("activity", "Nothing") with { IsWaiting = true } : new FeedContent(rows) { More = TemasUrls.Events(Key) };
    }

    private static string NameOf(string type) => type[(type.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private async Task<TileContent> QualityAsync(CancellationToken cancel)
    {
        var counts = await workspace.Log.CountAsync(cancel);
        var drops = await workspace.Log.CountDropsAsync(workspace.Clock.GetUtcNow().AddHours(-DropHours), cancel);
        if (counts.Count == 0) return Gone("plug-connected", "Nothing") with { IsWaiting = true };
        var rows = counts.GroupBy(c => c.Source).Select(g =>
        {
            var accepted = g.Where(c => c.Fate == "accepted").Sum(c => c.Count);
            var refused = g.Where(c => c.Fate is not ("accepted" or "duplicate" or "erased")).Sum(c => c.Count);
            var reason = drops.FirstOrDefault(d => d.Source == g.Key);
            return (Accepted: accepted, Row: new SourceRow(
                g.Key == 0 ? "Temas" : sources.Find(workspace, g.Key)?.Name ?? string.Create(CultureInfo.InvariantCulture, $"#{g.Key}"), g.Key == 0 ? null : Link(TemasUrls.Source(Key, g.Key)), Reader.Number(accepted), Reader.Number(refused),
                accepted + refused == 0 ? 0 : refused / (double)(accepted + refused), reason is null ? "" : text["DroppedLately", Reader.Number(reason.Count), text[$"Drop_{reason.Reason}"] is { ResourceNotFound: false } known ? known.Value : reason.Reason].Value));
        }).OrderByDescending(r => r.Accepted).Select(r => r.Row).ToList();
        var (figures, _, _) = await OverviewAsync(new BoardPeriod(default, default(DateOnly).AddDays(30), false), cancel);
        var warnings = (figures?.Attention ?? []).Where(a => a.Kind is "source_silent" or "events_unknown").Take(5).Select(a => a.Kind == "source_silent"
            ? (text["Silent", a.Source is { } id and > 0 ? sources.Find(workspace, id)?.Name ?? $"#{id}" : "Temas", reader.Duration(TimeSpan.FromHours(a.Count))].Value, a.Source is { } s and > 0 ? Link(TemasUrls.Source(Key, s)) : null)
            : (text["Unknown", Reader.Number(a.Count), NameOf(a.Subject ?? "")].Value, Link(TemasUrls.Touchpoints(Key)))).ToList();
        return new QualityContent(rows, warnings) { More = Link(TemasUrls.Sources(Key)) };
    }
}
