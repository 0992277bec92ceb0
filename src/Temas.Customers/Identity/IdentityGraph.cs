using System.Text;
using System.Text.Json;
using Temas.Storage.EventLog;

namespace Temas.Customers.Identity;

/// <summary>
/// Who is who: identifiers, the links between them, and the customers that follow. A function of the set of links and decisions, never of the order in which
/// they came (ARCHITECTURE.md). One writer; the owner's lock keeps readers away meanwhile.
/// </summary>
internal sealed partial class IdentityGraph
{
    private readonly IdentityRules rules;
    private readonly KindTable kinds;
    private readonly NodeTable nodes;
    private readonly LinkTable links;
    private readonly IdentifierReader named;

    public IdentityGraph(IdentityRules rules, SipKey salt)
    {
        this.rules = rules;
        kinds = new KindTable(rules, salt);
        nodes = new NodeTable(kinds);
        links = new LinkTable(nodes);
        named = new IdentifierReader(rules);
    }

    /// <summary>How many customers there are. Exact once <see cref="Settle"/> has left nothing.</summary>
    public int Customers { get; private set; }

    /// <summary>How many identifiers events have carried.</summary>
    public int Identifiers { get; private set; }

    public IdentityRules Rules => rules;

    public int NodeCount => nodes.Count;

    public long Bytes => nodes.Bytes + links.Bytes;

    public NodeTable Nodes => nodes;

    public KindTable Kinds => kinds;

    /// <summary>Takes an event in and gives the node under which it is filed; -1 when it names nobody. <paramref name="reader"/> has read it.</summary>
    public int Observe(IdentifierReader reader, in LogEvent e)
    {
        if (reader.Primary < 0) return -1;
        Span<int> found = stackalloc int[IdentifierReader.MaxFound];
        for (var i = 0; i < reader.Count; i++)
        {
            var kind = kinds.Of(reader, i, add: true);
            found[i] = kind < 0 ? -1 : nodes.GetOrAdd(kind, reader.ValueOf(i), out _);
            if (found[i] >= 0 && !reader.IsPrevious(i)) See(found[i], e.Time);
        }

        var primary = found[reader.Primary];
        if (primary < 0) return -1;
        ulong? message = null;
        for (var i = 0; i < reader.Count; i++)
        {
            if (found[i] >= 0 && found[i] != primary) Witness(primary, found[i], reader.IsAsserted(i), e, ref message);
        }

        return primary;
    }

    /// <summary>The node under which an event that was taken in before is filed, or -1.</summary>
    public int FindPrimary(IdentifierReader reader)
    {
        if (reader.Primary < 0) return -1;
        var kind = kinds.Of(reader, reader.Primary, add: false);
        return kind < 0 ? -1 : nodes.Find(kind, reader.ValueOf(reader.Primary));
    }

    /// <summary>The node of an identifier that a person or program names, or -1.</summary>
    public int Find(string kind, string value)
    {
        var reader = new IdentifierReader(rules);
        return reader.TryRead(kind, value) ? FindPrimary(reader) : -1;
    }

    /// <summary>Takes a person's decision in.</summary>
    public void Decide(in LogEvent e)
    {
        if (!TryReadDecision(e.Json, out var word, out var a, out var b)) return;
        var (x, y) = (NodeNamed(a), NodeNamed(b));
        if (x < 0 || y < 0 || x == y) return;
        AddDecision(new Decision { A = x, B = y, Word = word, Time = e.Time, Hash = Temas.Kernel.Hash64.Of(e.Json), Position = e.Position });
    }

    public void Clear()
    {
        nodes.Clear();
        links.Clear();
        decisions.Clear();
        forbids.Clear();
        tangles.Clear();
        dirty.Clear();
        held.Clear();
        (Customers, Identifiers) = (0, 0);
    }

    private void See(int node, long time)
    {
        ref readonly var before = ref nodes.Items[node];
        if (time >= before.First && time <= before.Last) return;
        var hidden = before.IsHidden;
        ref var n = ref nodes.Items.Edit(node);
        n.First = Math.Min(n.First, time);
        n.Last = Math.Max(n.Last, time);
        if (!hidden) return;
        Identifiers++;
        var cluster = n.Cluster;
        if (n.Next == node)
        {
            Customers++;
            return;
        }

        // Until now it counted for no limit.
        if (VisibleCount(cluster) == 1) Customers++;
        MarkDirty(TangleOf(cluster));
    }

    private void Witness(int primary, int other, bool asserted, in LogEvent e, ref ulong? message)
    {
        var id = links.Find(primary, other);
        if (id >= 0 && links.Items[id].Count > 0)
        {
            ref readonly var known = ref links.Items[id];
            var better = asserted != known.IsAsserted ? asserted : e.Time < known.Time || (e.Time == known.Time && (message ??= MessageHash(e)) < known.Message);
            ref var link = ref links.Items.Edit(id);
            if (link.Count < int.MaxValue) link.Count++;
            if (!better) return;
            SetEvidence(ref link, asserted, e, message ?? MessageHash(e));
            if (!link.IsConfirmed && link.State != LinkState.HeldShared && tangles.TryGetValue(ClusterOf(primary), out var tangle)) MarkDirty(tangle);
            return;
        }

        if (id < 0)
        {
            var (a, b) = CompareNodes(primary, other) < 0 ? (primary, other) : (other, primary);
            id = links.Add(a, b);
        }

        ref var added = ref links.Items.Edit(id);
        added.Count = 1;
        SetEvidence(ref added, asserted, e, message ??= MessageHash(e));
        var confirmed = added.IsConfirmed;
        CountUser(added.A, added.B);
        if (!confirmed) Join(id);
    }

    private void CountUser(int a, int b)
    {
        var (userA, userB) = (IsUser(a), IsUser(b));
        if (userA == userB) return;
        var other = userA ? b : a;
        ref var n = ref nodes.Items.Edit(other);
        if (++n.UserLinks == rules.SharedLimit + 1 && n.Links >= 0) MarkDirty(TangleOf(n.Cluster));
    }

    private static void SetEvidence(ref Link link, bool asserted, in LogEvent e, ulong message)
    {
        (link.Time, link.Message, link.Position) = (e.Time, message, e.Position);
        link.Flags = (byte)((link.Flags & (Link.ConfirmedFlag | Link.AssertedFlag)) | (asserted ? Link.AssertedFlag : 0) | (byte)e.Fields.Type);
    }

    private static ulong MessageHash(in LogEvent e)
    {
        var slice = e.Fields.MessageId;
        if (!slice.Exists) return 0;
        Span<byte> scratch = slice.Length <= 512 ? stackalloc byte[slice.Length] : new byte[slice.Length];
        try
        {
            return EventBatch.HashOf(e.Source, slice.Text(e.Json, scratch));
        }
        catch (InvalidOperationException)
        {
            return EventBatch.HashOf(e.Source, slice.Of(e.Json));
        }
    }

    private int NodeNamed(string identifier)
    {
        var colon = identifier.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !named.TryRead(identifier.AsSpan(0, colon), identifier.AsSpan(colon + 1))) return -1;
        var kind = kinds.Of(named, 0, add: true);
        return kind < 0 ? -1 : nodes.GetOrAdd(kind, named.ValueOf(0), out _);
    }

    private static bool TryReadDecision(ReadOnlySpan<byte> json, out DecisionWord word, out string a, out string b)
    {
        (word, a, b) = (DecisionWord.None, "", "");
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isWord, isA, isB) = (reader.ValueTextEquals("decision"u8), reader.ValueTextEquals("a"u8), reader.ValueTextEquals("b"u8));
                reader.Read();
                if (reader.TokenType != JsonTokenType.String)
                {
                    reader.Skip();
                    continue;
                }

                if (isWord) word = reader.ValueTextEquals("forbid"u8) ? DecisionWord.Forbid : reader.ValueTextEquals("confirm"u8) ? DecisionWord.Confirm : reader.ValueTextEquals("withdraw"u8) ? DecisionWord.Withdraw : DecisionWord.None;
                else if (isA) a = reader.GetString()!;
                else if (isB) b = reader.GetString()!;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }

        return word != DecisionWord.None;
    }

    private bool IsUser(int node) => nodes.Items[node].Kind == rules.UserIdKind;

    private bool IsShared(int node) => nodes.Items[node].UserLinks > rules.SharedLimit;

    private int ClusterOf(int node) => nodes.Items[node].Cluster;

    /// <summary>Order of identifiers, strongest first; a function of kind and value alone.</summary>
    private int CompareNodes(int x, int y)
    {
        if (x == y) return 0;
        var byKind = kinds.Compare(nodes.Items[x].Kind, nodes.Items[y].Kind);
        return byKind != 0 ? byKind : nodes.ValueOf(x).SequenceCompareTo(nodes.ValueOf(y));
    }

    private string NameOf(int node) => kinds.Name(nodes.Items[node].Kind) + ":" + Encoding.UTF8.GetString(nodes.ValueOf(node));
}
