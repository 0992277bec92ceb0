using System.Text;
using Temas.Kernel;

namespace Temas.Customers.Identity;

/// <summary>One kind of identifier under the rules.</summary>
/// <param name="Name">Name, such as <c>email</c>; <see cref="IdentityRules.Any"/> for every external id that is not named.</param>
/// <param name="Limit">How many of the kind one customer may have before a link no longer joins; 1 to 10,000.</param>
/// <param name="Traits">Names of traits that hold one.</param>
/// <param name="Properties">Names of properties of events that hold one.</param>
internal sealed record IdentifierKind(string Name, int Limit, IReadOnlyList<string> Traits, IReadOnlyList<string> Properties);

/// <summary>Who counts as whom: the definition <c>identity/default</c>, compiled. Immutable.</summary>
internal sealed class IdentityRules
{
    /// <summary>Stands for all external ids that have no line of their own.</summary>
    public const string Any = "*";

    public const string UserId = "user_id", AnonymousId = "anonymous_id", Email = "email", Phone = "phone", DeviceId = "device_id";

    /// <summary>Longest value that identifies, in bytes of UTF-8; what is longer is content, not a name.</summary>
    public const int MaxValueLength = 256;

    // Goes up when the same rules read the same events differently: then everything is derived afresh.
    private const ulong Reading = 1;

    private readonly BlockedValues[] blocked;

    public IdentityRules(IReadOnlyList<IdentifierKind> kinds, IReadOnlyDictionary<string, IReadOnlyList<string>> blocked, int sharedLimit, int maxIdentifiers, string country)
    {
        (Kinds, Blocked, SharedLimit, MaxIdentifiers, Country) = (kinds, blocked, sharedLimit, maxIdentifiers, country);
        this.blocked = [.. kinds.Select(k => new BlockedValues(
            blocked.GetValueOrDefault(Any, []).Concat(k.Name == Any ? [] : blocked.GetValueOrDefault(k.Name, []))))];
        (UserIdKind, AnonymousIdKind, EmailKind, PhoneKind, DeviceIdKind, AnyKind) =
            (IndexOf(UserId), IndexOf(AnonymousId), IndexOf(Email), IndexOf(Phone), IndexOf(DeviceId), IndexOf(Any));
        TraitNames = [.. from k in Enumerable.Range(0, kinds.Count) from t in kinds[k].Traits select (Encoding.UTF8.GetBytes(t), k)];
        PropertyNames = [.. from k in Enumerable.Range(0, kinds.Count) from t in kinds[k].Properties select (Encoding.UTF8.GetBytes(t), k)];
        PropertyNeedle = CommonStart(PropertyNames);
        Digest = Hash64.Of(Encoding.UTF8.GetBytes(IdentityRulesKind.Write(this)), Reading);
    }

    /// <summary>The rules of a new workspace.</summary>
    public static IdentityRules Default { get; } = IdentityRulesKind.Parse(IdentityRulesKind.DefaultJson, []);

    /// <summary>The kinds, strongest first. An index into it is a kind number.</summary>
    public IReadOnlyList<IdentifierKind> Kinds { get; }

    /// <summary>Blocked values and patterns, by kind; <see cref="Any"/> for all kinds.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Blocked { get; }

    /// <summary>An identifier (other than a user id) that is linked to more user ids than this joins nobody.</summary>
    public int SharedLimit { get; }

    /// <summary>How many identifiers one customer may have before links no longer join.</summary>
    public int MaxIdentifiers { get; }

    /// <summary>Whose telephone numbers come without a country code: ISO 3166-1 alpha-2.</summary>
    public string Country { get; }

    /// <summary>Changes when the rules change.</summary>
    public ulong Digest { get; }

    public int UserIdKind { get; }

    public int AnonymousIdKind { get; }

    /// <summary>Number of the kind e-mail, or -1 when the rules leave it out; likewise below.</summary>
    public int EmailKind { get; }

    public int PhoneKind { get; }

    public int DeviceIdKind { get; }

    /// <summary>Number of the line for all other external ids.</summary>
    public int AnyKind { get; }

    public IReadOnlyList<(byte[] Name, int Kind)> TraitNames { get; }

    public IReadOnlyList<(byte[] Name, int Kind)> PropertyNames { get; }

    /// <summary>What every name of <see cref="PropertyNames"/> begins with: properties in which it does not occur need not be read.</summary>
    public byte[] PropertyNeedle { get; }

    /// <summary>Number of the kind with this name, or -1.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < Kinds.Count; i++)
        {
            if (Kinds[i].Name == name) return i;
        }

        return -1;
    }

    /// <summary>True when the value identifies nobody. Kinds without a line of their own have number <see cref="AnyKind"/>.</summary>
    public bool IsBlocked(int kind, ReadOnlySpan<byte> value) => blocked[kind].Contains(value);

    private static byte[] CommonStart(IReadOnlyList<(byte[] Name, int Kind)> names)
    {
        if (names.Count == 0) return [];
        var start = names[0].Name.AsSpan();
        foreach (var (name, _) in names) start = start[..start.CommonPrefixLength(name)];
        return start.ToArray();
    }
}
