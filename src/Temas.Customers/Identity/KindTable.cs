using System.Text;

namespace Temas.Customers.Identity;

/// <summary>
/// Numbers for kinds of identifier: those of the rules have the numbers that they have there, external ids that the rules do not name follow as they appear.
/// </summary>
internal sealed class KindTable
{
    /// <summary>Further kinds are ignored. Only somebody who makes kinds up gets there.</summary>
    public const int MaxKinds = 60_000;

    private readonly IdentityRules rules;
    private readonly SipKey salt;
    private readonly List<string> names = [];
    private readonly List<SipKey> keys = [];
    private readonly Dictionary<string, int> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;

    public KindTable(IdentityRules rules, SipKey salt)
    {
        (this.rules, this.salt) = (rules, salt);
        lookup = byName.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var kind in rules.Kinds) Add(kind.Name);
    }

    public int Count => names.Count;

    public string Name(int kind) => names[kind];

    /// <summary>The key under which values of the kind are hashed.</summary>
    public SipKey Key(int kind) => keys[kind];

    /// <summary>Which line of the rules holds for a kind; smaller is stronger.</summary>
    public int Rule(int kind) => kind < rules.Kinds.Count ? kind : rules.AnyKind;

    public int Limit(int kind) => rules.Kinds[Rule(kind)].Limit;

    public int Find(ReadOnlySpan<char> name) => lookup.TryGetValue(name, out var kind) && kind != rules.AnyKind ? kind : -1;

    /// <summary>The number of what a reader found; -1 when it has none, and may not get one.</summary>
    public int Of(IdentifierReader reader, int index, bool add)
    {
        var utf8 = reader.KindNameOf(index);
        if (utf8.Length == 0) return reader.RuleOf(index);
        Span<char> name = stackalloc char[utf8.Length];
        Ascii.ToUtf16(utf8, name, out _);
        if (lookup.TryGetValue(name, out var kind)) return kind;
        return add && names.Count < MaxKinds ? Add(name.ToString()) : -1;
    }

    /// <summary>Order of strength, strongest first; kinds of one line of the rules by name.</summary>
    public int Compare(int a, int b)
    {
        if (a == b) return 0;
        var byRule = Rule(a).CompareTo(Rule(b));
        return byRule != 0 ? byRule : string.CompareOrdinal(names[a], names[b]);
    }

    /// <summary>Names of the kinds that the rules do not name, for a snapshot.</summary>
    public byte[] Extra() => Encoding.UTF8.GetBytes(string.Join('\n', names.Skip(rules.Kinds.Count)));

    public void AddExtra(ReadOnlySpan<byte> names)
    {
        if (names.Length == 0) return;
        foreach (var name in Encoding.UTF8.GetString(names).Split('\n')) Add(name);
    }

    private int Add(string name)
    {
        byName.Add(name, names.Count);
        names.Add(name);
        keys.Add(salt.For(Encoding.UTF8.GetBytes(name)));
        return names.Count - 1;
    }
}
