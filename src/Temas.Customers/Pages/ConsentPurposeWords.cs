using System.Text;
using Temas.Customers.Privacy;

namespace Temas.Customers.Pages;

/// <summary>What pages say of consent purposes beside their texts.</summary>
internal static class ConsentPurposeWords
{
    /// <summary>The channels that an editor offers.</summary>
    public static readonly string[] Channels = ["email", "sms", "whatsapp", "push", "phone", "chat", "web", "app", "ads", "social", "store", "kiosk", "partner"];

    /// <summary>Where the law says it: the same in both languages.</summary>
    public static string Law(LegalBasis basis) => basis switch
    {
        LegalBasis.Contract => "KVKK 5/2-c · GDPR 6(1)(b)",
        LegalBasis.LegalObligation => "KVKK 5/2-ç · GDPR 6(1)(c)",
        LegalBasis.VitalInterest => "KVKK 5/2-b · GDPR 6(1)(d)",
        LegalBasis.PublicTask => "KVKK 5/2-a · GDPR 6(1)(e)",
        LegalBasis.LegitimateInterest => "KVKK 5/2-f · GDPR 6(1)(f)",
        _ => "KVKK 5/1 · GDPR 6(1)(a)",
    };

    /// <summary>What the editor begins with for a purpose that events name and nobody has defined: a key that may be one, and the name as it is sent.</summary>
    public static (string Name, string? Value)[] Draft(string name)
    {
        var key = new StringBuilder();
        foreach (var c in Kernel.SearchText.Fold(name))
        {
            if (char.IsAsciiLetterOrDigit(c)) key.Append(c);
            else if (key.Length > 0 && key[^1] != '-') key.Append('-');
            if (key.Length == 60) break;
        }

        var made = key.ToString().TrimEnd('-');
        return [("key", made), ("names", made == name ? null : name), ("labelTr", name), ("labelEn", name), ("basis", "consent")];
    }
}
