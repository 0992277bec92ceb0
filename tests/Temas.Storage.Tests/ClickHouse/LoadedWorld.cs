using System.Text.Encodings.Web;
using System.Text.Json;
using Temas.Tests.Timelines.Queries;
using Temas.Timelines.Columns;

namespace Temas.Storage.Tests.ClickHouse;

/// <summary>A world as rows for ClickHouse: what happened since they were last sent is sent; an erasure sends everything anew.</summary>
internal sealed class LoadedWorld(Chdb clickHouse, QueryWorld world)
{
    private static readonly JsonSerializerOptions AsIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<int, int> owners = [];
    private HashSet<long> sent = [];
    private int version;

    public void Send()
    {
        var now = world.Events.Select(e => e.Position).ToHashSet();
        if (sent.Count == 0 || !sent.IsSubsetOf(now))
        {
            clickHouse.Run("TRUNCATE TABLE filed_event");
            if (version == 0) clickHouse.Run("TRUNCATE TABLE owner");
            sent = [];
        }

        Insert("filed_event", world.Events.Where(e => !sent.Contains(e.Position)).Select(e => new
        {
            node = e.Node,
            time = e.Time,
            position = e.Position,
            type = e.Type,
            numbers = Of<double>(e),
            texts = Of<string>(e),
            flags = Of<bool>(e),
        }));
        sent = now;

        version++;
        var moved = world.Events.Select(e => e.Node).Where(n => n != ColumnStore.Nobody).Distinct().Where(n => owners.GetValueOrDefault(n, n) != world.CustomerOf(n)).ToList();
        Insert("owner", moved.Select(n => new { node = n, customer = world.CustomerOf(n), version }));
        moved.ForEach(n => owners[n] = world.CustomerOf(n));
    }

    private static Dictionary<string, T> Of<T>(ReferenceEvent e) => e.Properties.Where(p => p.Value is T).ToDictionary(p => p.Key, p => (T)p.Value);

    private void Insert<T>(string table, IEnumerable<T> rows)
    {
        var lines = rows.Select(r => JsonSerializer.Serialize(r, AsIs)).ToList();
        if (lines.Count > 0) clickHouse.Run($"INSERT INTO {table} FORMAT JSONEachRow\n{string.Join('\n', lines)}");
    }
}
