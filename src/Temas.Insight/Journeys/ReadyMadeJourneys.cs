namespace Temas.Insight.Journeys;

/// <summary>Ready-made journeys, over the touchpoints of the default catalogue: those that every workspace begins with, and those that come with a ready-made framework.</summary>
internal static class ReadyMadeJourneys
{
    /// <summary>The document of a journey that is ready-made; null for none.</summary>
    public static string? Find(string key) => All.Concat(WithFrameworks).Where(j => j.Key == key).Select(j => j.Value).FirstOrDefault();

    /// <summary>Key and document of each that comes when its framework is taken into use.</summary>
    public static IEnumerable<KeyValuePair<string, string>> WithFrameworks =>
    [
        KeyValuePair.Create("subscription", """
            {"label": {"tr": "Abonelik", "en": "Subscribing"}, "description": {"tr": "Denemeden yenilemeye, aradan geri dönüşe.", "en": "From the trial to the renewal, from the pause to the way back."},
             "stages": [
               {"key": "try", "label": {"tr": "Dener", "en": "Tries it"}, "actions": {"tr": "Bakar, denemeye başlar; “Bu bana her ay yarar mı?” diye sorar.", "en": "Looks around, begins a trial; asks “Will it be of use to me every month?”"},
                "touchpoints": ["campaign-landed", "page-viewed", "trial-started", "trial-ended"], "indicators": ["trial-conversion"]},
               {"key": "start", "label": {"tr": "Başlar", "en": "Starts"}, "actions": {"tr": "Planını seçer, kartını verir, hesabını kurar; ilk günden bir şey elde etmek ister.", "en": "Chooses a plan, gives the card, sets the account up; wants something of it on the first day."},
                "touchpoints": ["account-created", "payment-info-entered", "payment-failed", "subscription-started", "application-installed"], "indicators": ["new-subscriptions"]},
               {"key": "use", "label": {"tr": "Kullanır", "en": "Uses it"}, "actions": {"tr": "Açar, kullanır, takılırsa yardım ister; parasının karşılığını tartar.", "en": "Opens it, uses it, asks for help when stuck; weighs whether it is worth the money."},
                "touchpoints": ["signed-in", "screen-viewed", "application-opened", "application-crashed", "error-shown", "help-article-viewed", "chat-started", "call-started", "call-ended", "support-ticket-opened", "support-ticket-resolved", "complaint-filed", "complaint-resolved"],
                "indicators": ["active-customers", "app-crash-rate", "complaint-rate"]},
               {"key": "renew", "label": {"tr": "Yeniler", "en": "Renews"}, "actions": {"tr": "Yenilendiğini görür; kartı geçmezse düzeltmesi gerekir.", "en": "Sees that it was renewed; has to mend it where the card was refused."},
                "touchpoints": ["renewal-announced", "subscription-renewed", "renewal-failed", "invoice-sent"], "indicators": ["monthly-return"]},
               {"key": "change", "label": {"tr": "Değiştirir, ara verir", "en": "Changes, pauses"}, "actions": {"tr": "Planını büyütür, küçültür, bir süre ara verir; bunun kolay olmasını ister.", "en": "Takes a larger plan or a smaller one, pauses for a while; wants that to be easy."},
                "touchpoints": ["subscription-changed", "subscription-upgraded", "subscription-downgraded", "subscription-paused", "subscription-resumed"], "indicators": ["subscription-pauses"]},
               {"key": "end", "label": {"tr": "Bırakır, geri döner", "en": "Leaves, comes back"}, "actions": {"tr": "İptal eder ya da yenilemez, nedenini söyler; iyi bir teklif ya da iyi bir anı geri getirir.", "en": "Cancels, or does not renew, says why; a good offer or a good memory brings her back."},
                "touchpoints": ["subscription-cancelled", "subscription-expired", "survey-answered", "nps-answered", "win-back-offered", "subscription-reactivated"], "indicators": ["subscription-churn", "nps"]}]}
            """),
    ];

    /// <summary>Key and document of each that every workspace begins with.</summary>
    public static IEnumerable<KeyValuePair<string, string>> All =>
    [
        KeyValuePair.Create("online-purchase", """
            {"label": {"tr": "İnternetten alışveriş", "en": "Buying online"}, "description": {"tr": "Aramadan kapıdaki pakete ve sonrasına.", "en": "From the search to the parcel at the door, and after."},
             "stages": [
               {"key": "look", "label": {"tr": "Arar, bakar", "en": "Looks around"}, "actions": {"tr": "Arar, karşılaştırır, fiyatına bakar; “Bu bana uyar mı?” diye sorar.", "en": "Searches, compares, looks at the price; asks “Does it suit me?”"},
                "touchpoints": ["products-searched", "product-list-viewed", "product-viewed", "products-compared", "product-out-of-stock"], "indicators": ["visitors", "stockout-exposure"]},
               {"key": "decide", "label": {"tr": "Sepete koyar", "en": "Fills the cart"}, "actions": {"tr": "Sepete ekler, kuponu dener, teslim gününü okur.", "en": "Adds to the cart, tries a coupon, reads the day of delivery."},
                "touchpoints": ["product-added", "product-removed", "cart-viewed", "cart-abandoned"], "indicators": ["cart-abandonment"]},
               {"key": "pay", "label": {"tr": "Öder", "en": "Pays"}, "actions": {"tr": "Adresini ve kartını girer; işin bitmesini ister.", "en": "Enters address and card; wants to be done."},
                "touchpoints": ["checkout-started", "checkout-step-viewed", "checkout-step-completed", "payment-info-entered", "payment-failed", "order-completed", "order-confirmed"], "indicators": ["checkout-completion", "conversion"]},
               {"key": "wait", "label": {"tr": "Bekler", "en": "Waits"}, "actions": {"tr": "Paketi izler; söz verilen günü hesaplar.", "en": "Follows the parcel; counts on the promised day."},
                "touchpoints": ["order-packed", "order-shipped", "shipment-delayed", "order-tracked", "out-for-delivery", "delivery-attempted", "order-arrived-message"], "indicators": ["delivery-days", "on-time-promises"], "partner": {"tr": "Kargo firması", "en": "Carrier"}},
               {"key": "receive", "label": {"tr": "Teslim alır", "en": "Receives"}, "actions": {"tr": "Kutuyu açar; beklediği gibi mi diye bakar.", "en": "Opens the box; sees whether it is what was hoped for."},
                "touchpoints": ["order-delivered", "delivery-failed", "return-requested", "return-received", "order-refunded"], "indicators": ["damaged-rate", "return-rate"]},
               {"key": "help", "label": {"tr": "Yardım ister", "en": "Asks for help"}, "actions": {"tr": "Arar, yazar; bir kerede çözülmesini ister.", "en": "Calls, writes; wants it solved at once."},
                "touchpoints": ["call-started", "call-ended", "call-abandoned", "callback-promised", "callback-completed", "support-ticket-opened", "complaint-filed", "complaint-resolved"], "indicators": ["first-contact-resolution", "complaint-rate"]},
               {"key": "tell", "label": {"tr": "Anlatır, döner", "en": "Tells, returns"}, "actions": {"tr": "Puan verir, yorum yazar, arkadaşına anlatır, yine gelir.", "en": "Rates, reviews, tells a friend, comes again."},
                "touchpoints": ["survey-answered", "nps-answered", "csat-answered", "product-reviewed", "referral-sent", "referral-converted"], "indicators": ["nps", "repeat-purchase-rate"]}]}
            """),
        KeyValuePair.Create("store-purchase", """
            {"label": {"tr": "Mağazadan alışveriş", "en": "Buying in a store"}, "description": {"tr": "Kapıdan kasaya, kasadan eve.", "en": "From the door to the till, and home."},
             "stages": [
               {"key": "come", "label": {"tr": "Gelir", "en": "Comes"}, "actions": {"tr": "Reklamı görür, uğrar, randevu alır.", "en": "Sees the advertisement, drops in, makes an appointment."}, "touchpoints": ["ad-viewed", "ad-clicked", "appointment-booked", "store-visited"], "indicators": ["digital-share"]},
               {"key": "find", "label": {"tr": "Arar", "en": "Looks for it"}, "actions": {"tr": "Rafa bakar, sorar, dener.", "en": "Looks at the shelf, asks, tries."}, "touchpoints": ["store-associate-helped", "kiosk-used", "store-product-not-found"], "indicators": ["stockout-exposure"]},
               {"key": "buy", "label": {"tr": "Alır", "en": "Buys"}, "actions": {"tr": "Kasada öder; kartını okutur.", "en": "Pays at the till; shows the card."}, "touchpoints": ["store-purchase-completed", "loyalty-joined", "loyalty-points-earned", "loyalty-points-redeemed"], "indicators": ["store-conversion", "average-order-value"]},
               {"key": "after", "label": {"tr": "Sonrasında", "en": "Afterwards"}, "actions": {"tr": "Geri getirir, sorar, anlatır.", "en": "Brings it back, asks, tells."}, "touchpoints": ["store-return-completed", "feedback-received", "survey-answered"], "indicators": ["csat"]}]}
            """),
    ];
}
