using System.Text;
using Temas.Customers.Identity;
using Temas.Kernel;
using Temas.Storage.EventLog;

namespace Temas.Tests.Customers;

/// <summary>The slow and obvious reading of the rules: sets, dictionaries and loops over all records at once.</summary>
internal static class ReferenceIdentity
{
    private sealed class RefNode
    {
        public required string Kind;
        public required string Value;
        public long First = long.MaxValue;
        public RefNode? Parent;

        public string Name => $"{Kind}:{Value}";

        public RefNode Root => Parent is null ? this : Parent.Root;

        public bool Visible => First < long.MaxValue;
    }

    private sealed class RefLink
    {
        public required RefNode A;
        public required RefNode B;
        public readonly List<(bool Asserted, long Time, ulong Hash)> Evidence = [];
        public long? Confirmed;
        public string State = "";

        public (bool Asserted, long Time, ulong Hash) Best => Evidence.OrderBy(e => e.Asserted ? 0 : 1).ThenBy(e => e.Time).ThenBy(e => e.Hash).First();

        public int Class => Confirmed is not null ? 0 : Best.Asserted ? 1 : 2;

        public long Order => Confirmed ?? Best.Time;
    }

    public static List<string> Describe(IEnumerable<TestRecord> records, IdentityRules rules)
    {
        var nodes = new Dictionary<string, RefNode>();
        var links = new Dictionary<(string, string), RefLink>();
        var decisions = new Dictionary<(string, string), List<(long Time, ulong Hash, string Word)>>();

        int Rule(RefNode n) => rules.IndexOf(n.Kind) is >= 0 and var i ? i : rules.AnyKind;
        int CompareNodes(RefNode x, RefNode y) => (Rule(x), 0).CompareTo((Rule(y), 0)) is not 0 and var byRule ? byRule
            : string.CompareOrdinal(x.Kind, y.Kind) is not 0 and var byKind ? byKind : string.CompareOrdinal(x.Value, y.Value);
        RefNode NodeOf(string kind, string value)
        {
            if (!nodes.TryGetValue($"{kind}:{value}", out var node)) nodes.Add($"{kind}:{value}", node = new RefNode { Kind = kind, Value = value });
            return node;
        }

        RefLink LinkOf(RefNode x, RefNode y)
        {
            var (a, b) = CompareNodes(x, y) < 0 ? (x, y) : (y, x);
            if (!links.TryGetValue((a.Name, b.Name), out var link)) links.Add((a.Name, b.Name), link = new RefLink { A = a, B = b });
            return link;
        }

        var reader = new IdentifierReader(rules);
        foreach (var record in records)
        {
            var bytes = Encoding.UTF8.GetBytes(record.Json);
            var e = record.At(1, bytes);
            if (record.Kind == LogRecordKind.Decision)
            {
                using var json = System.Text.Json.JsonDocument.Parse(record.Json);
                RefNode Named(string field)
                {
                    var text = json.RootElement.GetProperty(field).GetString()!;
                    var (kind, value) = (text[..text.IndexOf(':')], text[(text.IndexOf(':') + 1)..]);
                    reader.TryRead(kind, value).ShouldBeTrue();
                    return NodeOf(kind, Encoding.UTF8.GetString(reader.ValueOf(0)));
                }

                var (x, y) = (Named("a"), Named("b"));
                if (x == y) continue;
                var pair = CompareNodes(x, y) < 0 ? (x.Name, y.Name) : (y.Name, x.Name);
                if (!decisions.TryGetValue(pair, out var history)) decisions.Add(pair, history = []);
                history.Add((record.Time, Hash64.Of(bytes), json.RootElement.GetProperty("decision").GetString()!));
                continue;
            }

            reader.Read(e);
            if (reader.Primary < 0) continue;
            var found = Enumerable.Range(0, reader.Count).Select(i => NodeOf(
                reader.KindNameOf(i).Length > 0 ? Encoding.UTF8.GetString(reader.KindNameOf(i)) : rules.Kinds[reader.RuleOf(i)].Name, Encoding.UTF8.GetString(reader.ValueOf(i)))).ToList();
            var hash = EventBatch.HashOf(record.Source, Encoding.UTF8.GetBytes(e.Fields.MessageId.ToText(bytes)!));
            for (var i = 0; i < found.Count; i++)
            {
                if (!reader.IsPrevious(i)) found[i].First = Math.Min(found[i].First, record.Time);
                if (i != reader.Primary) LinkOf(found[reader.Primary], found[i]).Evidence.Add((reader.IsAsserted(i), record.Time, hash));
            }
        }

        var forbidden = new List<(RefNode, RefNode)>();
        foreach (var (pair, history) in decisions)
        {
            var last = history.OrderBy(d => d.Time).ThenBy(d => d.Hash).Last();
            if (last.Word == "forbid") forbidden.Add((nodes[pair.Item1], nodes[pair.Item2]));
            if (last.Word == "confirm") LinkOf(nodes[pair.Item1], nodes[pair.Item2]).Confirmed = last.Time;
        }

        bool Shared(RefNode n) => n.Kind != "user_id" && links.Values.Count(l => l.Evidence.Count > 0 && ((l.A == n && l.B.Kind == "user_id") || (l.B == n && l.A.Kind == "user_id"))) > rules.SharedLimit;
        var ordered = links.Values.OrderBy(l => l.Class).ThenBy(l => Rule(l.B)).ThenBy(l => Rule(l.A)).ThenBy(l => l.Order)
            .ThenBy(l => l.A, Comparer<RefNode>.Create(CompareNodes)).ThenBy(l => l.B, Comparer<RefNode>.Create(CompareNodes)).ToList();
        foreach (var link in ordered)
        {
            if (link.Confirmed is null && (Shared(link.A) || Shared(link.B)))
            {
                link.State = "Held shared_identifier";
                continue;
            }

            var (ra, rb) = (link.A.Root, link.B.Root);
            link.State = "Joined " + (link.Class == 0 ? "confirmed" : link.Class == 1 ? "alias" : "same_event");
            if (ra == rb) continue;
            var (ma, mb) = (nodes.Values.Where(n => n.Root == ra && n.Visible).ToList(), nodes.Values.Where(n => n.Root == rb && n.Visible).ToList());
            if (forbidden.Exists(f => (f.Item1.Root == ra && f.Item2.Root == rb) || (f.Item1.Root == rb && f.Item2.Root == ra)))
            {
                link.State = "Held forbidden";
                continue;
            }

            if (link.Class == 2)
            {
                var broken = ma.Select(n => n.Kind).Distinct()
                    .Where(k => mb.Exists(n => n.Kind == k) && ma.Count(n => n.Kind == k) + mb.Count(n => n.Kind == k) > rules.Kinds[rules.IndexOf(k) >= 0 ? rules.IndexOf(k) : rules.AnyKind].Limit)
                    .OrderBy(k => rules.IndexOf(k) >= 0 ? rules.IndexOf(k) : rules.AnyKind).ThenBy(k => k, StringComparer.Ordinal).FirstOrDefault();
                if (broken is not null)
                {
                    link.State = $"Held {broken}_limit";
                    continue;
                }
            }

            if (link.Class > 0 && ma.Count + mb.Count > rules.MaxIdentifiers)
            {
                link.State = "Held oversize";
                continue;
            }

            ra.Parent = rb;
        }

        var lines = new List<string>();
        string CanonicalOf(RefNode node) => nodes.Values.Where(n => n.Visible && n.Root == node.Root).OrderBy(Rule).ThenBy(n => n.First).ThenBy(n => n, Comparer<RefNode>.Create(CompareNodes)).First().Name;
        foreach (var node in nodes.Values.Where(n => n.Visible)) lines.Add($"{node.Name} is {CanonicalOf(node)}");
        foreach (var link in links.Values) lines.Add($"{link.A.Name} - {link.B.Name} {link.State} {link.Evidence.Count} {(link.Evidence.Count > 0 ? link.Best.Time : link.Confirmed)}");
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
