namespace Temas.Insight.Journeys;

/// <summary>The journeys that every workspace begins with, over the touchpoints of the default catalogue.</summary>
internal static class ReadyMadeJourneys
{
    /// <summary>Key and document of each.</summary>
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
