using Temas.Demo.World;

namespace Temas.Demo.Truth;

/// <summary>One line of the truth: what is planted, how it is measured, and what comes out when it is measured well.</summary>
/// <param name="Id">Its key.</param>
/// <param name="IsCause">True for a cause; false for what looks like one and is none.</param>
/// <param name="Tr">What it is, in Turkish.</param>
/// <param name="En">What it is, in English.</param>
/// <param name="Measure">How it is measured in the events, in English: unit, groups, outcome.</param>
/// <param name="Scale"><c>difference</c> of two means or shares, or <c>ratio</c> of two shares.</param>
/// <param name="Value">The true size.</param>
/// <param name="LooksLike">Of what is no cause: how it shows when it is measured badly, and why.</param>
internal sealed record PlantedEffect(string Id, bool IsCause, string Tr, string En, string Measure, string Scale, double Value, string? LooksLike = null)
{
    private const string Unit = "deliveries to customers (Order Delivered) that were not damaged, made 90 days or more before the end";
    private const string Again = "share whose customer orders again (Order Completed or Store Purchase Completed) within 90 days after the delivery";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PlantedEffect> All { get; } =
    [
        Cause("late-repurchase", "Geç teslimat yeniden satın almayı azaltır", "A late delivery lowers repurchase",
            $"Unit: {Unit}. Groups: late (after the promised day, no misfire, no call solved) over in time. Outcome: {Again}.", "ratio", (1 - Planted.LeavesLate) / (1 - Planted.LeavesOnTime)),
        Cause("misfire-repurchase", "Gelmeyen siparişe \"siparişiniz ulaştı\" mesajı ve anketler yeniden satın almayı daha da azaltır", "\"Your order has arrived\" and surveys for an order that has not lower repurchase further",
            $"Unit: {Unit}, late and not made up for. Groups: with a misfire (Message Sent with template order_arrived before the delivery) over without. Outcome: {Again}.", "ratio", (1 - Planted.LeavesMisfire) / (1 - Planted.LeavesLate)),
        Cause("repair-repurchase", "İyi hizmet gecikmeyi telafi eder", "Good service makes up for a delay",
            $"Unit: {Unit}, late, no misfire. Groups: made up for (Apology Voucher Granted for the order) over not. Outcome: {Again}.", "ratio", (1 - Planted.LeavesRepaired) / (1 - Planted.LeavesLate)),
        Cause("late-satisfaction", "Geç teslimat memnuniyeti düşürür", "A late delivery lowers satisfaction",
            "Unit: answers to the survey teslimat that came after the delivery, not damaged. Groups: late (no misfire, not made up for) minus in time. Outcome: mean score, 1 to 5.", "difference", Planted.MeanCsat(Level.Poor) - Planted.MeanCsat(Level.Good)),
        Cause("misfire-satisfaction", "Yanlış zamanda giden mesajlar memnuniyeti daha da düşürür", "Misfires lower satisfaction further",
            "Unit: as above, late, not made up for. Groups: with a misfire minus without. Outcome: mean score.", "difference", Planted.MeanCsat(Level.Bad) - Planted.MeanCsat(Level.Poor)),
        Cause("repair-satisfaction", "Telafi memnuniyeti onarır", "Making up for it repairs satisfaction",
            "Unit: as above, late, no misfire. Groups: made up for minus not. Outcome: mean score.", "difference", Planted.MeanCsat(Level.Mixed) - Planted.MeanCsat(Level.Poor)),
        Cause("checkout-step-phone", "Telefondaki teslimat adımı sürümden sonra müşteri kaybettirir", "Since a release the delivery step of the checkout loses people on phones",
            "Unit: Checkout Step Viewed with step 3 and device phone. Groups: since the release minus before. Outcome: share with Checkout Step Completed of the same checkout_id and step.", "difference", Planted.PassesDeliveryOnPhone - Planted.PassesDelivery),
        Cause("carrier-region", "Poyraz Kargo Ege'de daha çok geciktirir", "Poyraz Kargo is late more often in the Aegean",
            "Unit: Order Delivered in region Ege. Groups: carrier Poyraz Kargo minus the others. Outcome: share after the promised day.", "difference", Planted.LateOfWorse - Planted.Late),
        Cause("trained-store", "Eğitim almış ekibi olan Kadıköy mağazası daha yüksek puan alır", "The Kadıköy store with its trained team earns better scores",
            "Unit: answers to the survey magaza. Groups: store istanbul-kadikoy minus the others. Outcome: mean score, 1 to 5.", "difference", Planted.MeanCsat(Level.Delightful) - Planted.MeanCsat(Level.Good)),
        Cause("call-wait", "Uzun bekleme çağrı memnuniyetini düşürür", "A long wait lowers satisfaction with a call",
            "Unit: answers of type csat to the survey cagri about calls that were resolved. Groups: wait_seconds above 180 minus the others. Outcome: mean score, 1 to 5.", "difference", Planted.MeanCsat(Level.Mixed) - Planted.MeanCsat(Level.Delightful)),
        Cause("call-solved", "Çözülmeyen çağrı memnuniyeti düşürür", "A call that solves nothing lowers satisfaction",
            "Unit: answers of type csat to the survey cagri about calls that waited 180 seconds or less. Groups: not resolved minus resolved. Outcome: mean score.", "difference", Planted.MeanCsat(Level.Poor) - Planted.MeanCsat(Level.Delightful)),

        None("carrier-elsewhere", "Poyraz Kargo Ege dışında diğerlerinden kötü değildir", "Poyraz Kargo is no worse outside of the Aegean",
            "Unit: Order Delivered outside of region Ege. Groups: Poyraz Kargo minus the others. Outcome: share after the promised day.",
            "Over all regions the carrier is late more often; all of it comes from one region."),
        None("region-itself", "Ege'de diğer kargolar daha çok gecikmez", "The Aegean is no worse with other carriers",
            "Unit: Order Delivered by other carriers than Poyraz Kargo. Groups: region Ege minus the others. Outcome: share after the promised day.",
            "Over all carriers the region waits longer; all of it comes from one carrier."),
        None("banner", "Vitrin görseli A ya da B satışı değiştirmez", "Banner A or B changes nothing",
            "Unit: customers who saw Promotion Viewed, by the creative that they saw. Groups: A minus B. Outcome: share with an Order Completed.",
            "Groups of some hundred customers differ by chance."),
        None("payment-method", "Ödeme yöntemi memnuniyeti etkilemez", "The way of payment does not matter to satisfaction",
            "Unit: answers to the survey teslimat after deliveries in time, not damaged. Groups: cash_on_delivery minus the other payment methods of the order. Outcome: mean score.",
            "Small groups differ by chance."),
        None("newsletter-opening", "Bülteni açmak kimseye aldırmaz", "Opening newsletters makes nobody buy",
            "Unit: customers of one keenness who get the newsletter. Groups: those who opened at least a third of them minus the others. Outcome: orders a year. Keenness is not in the events; the mean interval between visits comes close.",
            "Those who open buy much more: the keen do both."),
        None("app", "Uygulama kimseyi sadık yapmaz", "The app makes nobody loyal",
            "Unit: members of one keenness. Groups: with the app minus without. Outcome: orders a year.",
            "Users of the app order much more: the keen install it."),
        None("loyalty-card", "Sadakat kartı kimseye daha çok aldırmaz", "The loyalty card makes nobody buy more",
            "Unit: members of one keenness. Groups: with a card minus without. Outcome: orders a year.",
            "Card holders order much more: the keen ask for one."),
        None("service-contact", "Müşteri hizmetlerini aramak kimseyi kaçırmaz", "Calling the service drives nobody away",
            $"Unit: {Unit}, late, no misfire. Groups: called without a solution over did not call. Outcome: {Again}.",
            "Over all orders, those who called buy again less often: they are the ones who had a reason to call.", "ratio", 1),
    ];

    private static PlantedEffect Cause(string id, string tr, string en, string measure, string scale, double value) => new(id, true, tr, en, measure, scale, value);

    private static PlantedEffect None(string id, string tr, string en, string measure, string looksLike, string scale = "difference", double value = 0) => new(id, false, tr, en, measure, scale, value, looksLike);
}
