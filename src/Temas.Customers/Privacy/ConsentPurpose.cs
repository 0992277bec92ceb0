using Temas.Collect.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Privacy;

/// <summary>Why the law allows to process data for a purpose (KVKK art. 5, GDPR art. 6). Written in snake_case; may only grow.</summary>
public enum LegalBasis
{
    /// <summary>She agreed: KVKK art. 5/1, GDPR art. 6(1)(a).</summary>
    Consent,

    /// <summary>A contract with her needs it: KVKK art. 5/2-c, GDPR art. 6(1)(b).</summary>
    Contract,

    /// <summary>The law demands it: KVKK art. 5/2-ç, GDPR art. 6(1)(c).</summary>
    LegalObligation,

    /// <summary>Somebody's life or body depends on it: KVKK art. 5/2-b, GDPR art. 6(1)(d).</summary>
    VitalInterest,

    /// <summary>The laws provide for it, or it is a public task: KVKK art. 5/2-a, GDPR art. 6(1)(e).</summary>
    PublicTask,

    /// <summary>A legitimate interest that does not outweigh her rights: KVKK art. 5/2-f, GDPR art. 6(1)(f).</summary>
    LegitimateInterest,
}

/// <summary>What data is used for, and by which right: definition of kind <c>consent-purpose</c> (docs/privacy.md).</summary>
public sealed record ConsentPurpose
{
    /// <summary>Its key.</summary>
    public required string Key { get; init; }

    /// <summary>Its name for people.</summary>
    public required LocalText Label { get; init; }

    /// <summary>One or two sentences, as they could stand in a privacy notice.</summary>
    public LocalText? Description { get; init; }

    /// <summary>What events call it, beside its key.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The channels that it applies to; empty for all.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>The right to it.</summary>
    public required LegalBasis Basis { get; init; }

    /// <summary>Whether nothing may be done for it before she agreed. Always so where consent is the basis; elsewhere where another law asks for it, such as one on commercial messages.</summary>
    public required bool NeedsConsent { get; init; }
}

/// <summary>The kind of definition <c>consent-purpose</c>.</summary>
internal sealed class ConsentPurposeKind : IDefinitionKind<ConsentPurpose>
{
    /// <summary>Name of the kind.</summary>
    public const string Name = "consent-purpose";

    /// <summary>The legal bases as documents write them.</summary>
    public static readonly (string Word, LegalBasis Value)[] Bases =
    [
        ("consent", LegalBasis.Consent), ("contract", LegalBasis.Contract), ("legal_obligation", LegalBasis.LegalObligation), ("vital_interest", LegalBasis.VitalInterest),
        ("public_task", LegalBasis.PublicTask), ("legitimate_interest", LegalBasis.LegitimateInterest),
    ];

    public static ConsentPurposeKind Instance { get; } = new();

    public string Kind => Name;

    // The first four are those of the banner of temas.js and of what it can ask; the last says that a message about an order needs no consent.
    public IEnumerable<KeyValuePair<string, string>> Defaults =>
    [
        Of("marketing", """{"label": {"tr": "Pazarlama iletişimi", "en": "Marketing"}, "description": {"tr": "Kampanya, indirim ve yeniliklerin duyurulması.", "en": "News, campaigns and offers."}, "channels": ["email", "sms", "whatsapp", "push", "phone"], "basis": "consent"}"""),
        Of("analytics", """{"label": {"tr": "Kullanım ölçümü", "en": "Analytics"}, "description": {"tr": "Sitenin ve uygulamanın nasıl kullanıldığının ölçülmesi.", "en": "Measuring how site and app are used."}, "channels": ["web", "app"], "basis": "consent"}"""),
        Of("personalization", """{"label": {"tr": "Kişiselleştirme", "en": "Personalisation"}, "description": {"tr": "İçerik ve tekliflerin kişiye göre seçilmesi.", "en": "Choosing content and offers for the person."}, "names": ["personalisation"], "basis": "consent"}"""),
        Of("advertising", """{"label": {"tr": "Reklam", "en": "Advertising"}, "description": {"tr": "Başka sitelerde gösterilen reklamların kişiye göre seçilmesi.", "en": "Choosing the advertisements that are shown on other sites."}, "channels": ["ads", "social"], "basis": "consent"}"""),
        Of("surveys", """{"label": {"tr": "Anketler", "en": "Surveys"}, "description": {"tr": "Memnuniyetin sorulması ve yanıtların değerlendirilmesi.", "en": "Asking how satisfied somebody is, and learning from the answers."}, "names": ["survey", "feedback"], "basis": "consent"}"""),
        Of("service", """{"label": {"tr": "Hizmet bildirimleri", "en": "Service messages"}, "description": {"tr": "Sipariş, teslimat ve destekle ilgili bildirimler.", "en": "Messages about orders, deliveries and support."}, "names": ["transactional"], "basis": "contract"}"""),
    ];

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public ConsentPurpose Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    private static KeyValuePair<string, string> Of(string key, string json) => KeyValuePair.Create(key, json);

    private static ConsentPurpose Build(string key, DefinitionNode node)
    {
        node.Only("label", "description", "names", "channels", "basis", "needsConsent");
        node.RequiredText("basis");
        var basis = node.OneOf("basis", LegalBasis.Consent, Bases);
        var needs = node.Flag("needsConsent", basis == LegalBasis.Consent);
        if (basis == LegalBasis.Consent && !needs) node.Fault("needsConsent", "consent_is_the_basis", "Where consent is the legal basis, it is needed.", wayOut: "Leave needsConsent out, or choose another basis.");
        return new ConsentPurpose
        {
            Key = key,
            Label = node.Label(),
            Description = node.Name("description"),
            Names = node.Texts("names", 200, 50),
            Channels = node.Texts("channels", 50, 50),
            Basis = basis,
            NeedsConsent = needs,
        };
    }
}

/// <summary>The purposes of a workspace, found by what events call them.</summary>
internal sealed class ConsentPurposes
{
    private readonly Dictionary<string, ConsentPurpose> byName = new(StringComparer.Ordinal);

    private ConsentPurposes(IReadOnlyDictionary<string, ConsentPurpose> defined)
    {
        All = [.. defined.Values.OrderBy(p => p.Key, StringComparer.Ordinal)];
        foreach (var purpose in All)
        {
            foreach (var name in purpose.Names) byName.TryAdd(name, purpose);
        }

        // A key is stronger than a name that another purpose claims.
        foreach (var purpose in All) byName[purpose.Key] = purpose;
    }

    /// <summary>All of them, by key.</summary>
    public IReadOnlyList<ConsentPurpose> All { get; }

    /// <summary>Those of a workspace.</summary>
    public static ConsentPurposes Of(Workspace workspace) => new(workspace.Definitions.Current(ConsentPurposeKind.Instance));

    /// <summary>The purpose that events call by this name; null when nobody has defined it.</summary>
    public ConsentPurpose? Find(string name) => byName.GetValueOrDefault(name);
}
