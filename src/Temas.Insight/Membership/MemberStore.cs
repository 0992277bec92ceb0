using System.Buffers.Binary;
using System.Data.Common;
using System.Text.Json;
using Dapper;
using Temas.Storage;
using Temas.Storage.ModuleEvents;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Membership;

/// <summary>Who was in a segment when it was last told.</summary>
/// <param name="Digest">Of what the segment said.</param>
/// <param name="Ids">The public ids.</param>
internal sealed record KeptMembers(ulong Digest, HashSet<ulong> Ids);

/// <summary>
/// Keeps who is in which segment: now and then all of a segment as they were at an id of the module events; whoever entered and left since stands in those. So what was told and what is known never part.
/// </summary>
internal static class MemberStore
{
    public const string Entered = "segment.entered", Left = "segment.left";

    private const int Page = 5000;

    public static Migration Migration { get; } =
        new("insight", 1, "create table segment_members(segment text primary key, digest bigint not null, up_to bigint not null, ids $blob not null)");

    public static async Task<Dictionary<string, KeptMembers>> LoadAsync(Workspace workspace, CancellationToken cancel)
    {
        List<Row> rows;
        await using (var connection = await workspace.Database.OpenAsync(cancel)) rows = [.. await connection.QueryAsync<Row>("select segment as Segment, digest as Digest, up_to as UpTo, ids as Ids from segment_members")];
        var kept = rows.ToDictionary(r => r.Segment, r => (r.UpTo, Members: new KeptMembers((ulong)r.Digest, Unpack(r.Ids))), StringComparer.Ordinal);
        for (var after = rows.Count == 0 ? long.MaxValue : rows.Min(r => r.UpTo); after < long.MaxValue;)
        {
            var told = await workspace.Events.ReadAsync(after, Page, [Entered, Left], cancel);
            foreach (var e in told)
            {
                if (!kept.TryGetValue(SegmentOf(e), out var members) || e.Id <= members.UpTo || !ulong.TryParse(e.Subject, System.Globalization.NumberStyles.HexNumber, null, out var id)) continue;
                if (e.Kind == Entered) members.Members.Ids.Add(id);
                else members.Members.Ids.Remove(id);
            }

            after = told.Count == Page ? told[^1].Id : long.MaxValue;
        }

        return kept.ToDictionary(k => k.Key, k => k.Value.Members, StringComparer.Ordinal);
    }

    public static async Task SaveAsync(DbConnection connection, DbTransaction transaction, string segment, ulong digest, long upTo, IReadOnlyCollection<ulong> ids) =>
        await connection.ExecuteAsync(
            "insert into segment_members(segment, digest, up_to, ids) values(@segment, @digest, @upTo, @bytes) on conflict(segment) do update set digest = excluded.digest, up_to = excluded.up_to, ids = excluded.ids",
            new { segment, digest = (long)digest, upTo, bytes = Pack(ids) },
            transaction);

    public static async Task RemoveAsync(DbConnection connection, DbTransaction transaction, string segment) => await connection.ExecuteAsync("delete from segment_members where segment = @segment", new { segment }, transaction);

    /// <summary>How many entered and how many left since a moment, by segment.</summary>
    public static async Task<(long Entered, long Left, string Segment)[]> CountAsync(Workspace workspace, DateTimeOffset since, CancellationToken cancel)
    {
        var counts = await workspace.Events.CountAsync(since, [Entered, Left], cancel);
        return [.. counts.GroupBy(c => Of(c.Key.Json), StringComparer.Ordinal).Select(g => (g.Where(c => c.Key.Kind == Entered).Sum(c => c.Value), g.Where(c => c.Key.Kind == Left).Sum(c => c.Value), g.Key))];
    }

    /// <summary>What is told of somebody who entered or left.</summary>
    public static NewModuleEvent Tell(string segment, string customer, bool entered) => new(entered ? Entered : Left, customer, JsonSerializer.Serialize(new SegmentChange(segment), JsonSerializerOptions.Web));

    public static string SegmentOf(ModuleEvent e) => Of(e.Json);

    private static string Of(string json) => JsonSerializer.Deserialize<SegmentChange>(json, JsonSerializerOptions.Web)?.Segment ?? "";

    private static byte[] Pack(IReadOnlyCollection<ulong> ids)
    {
        var bytes = new byte[ids.Count * 8];
        foreach (var (i, id) in ids.Order().Index()) BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * 8), id);
        return bytes;
    }

    private static HashSet<ulong> Unpack(byte[] bytes)
    {
        var ids = new HashSet<ulong>(bytes.Length / 8);
        for (var at = 0; at + 8 <= bytes.Length; at += 8) ids.Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)));
        return ids;
    }

    private sealed record SegmentChange(string Segment);

    private sealed class Row
    {
        public string Segment { get; set; } = "";

        public long Digest { get; set; }

        public long UpTo { get; set; }

        public byte[] Ids { get; set; } = [];
    }
}
