using Temas.Demo.Texts;
using Temas.Demo.World;

namespace Temas.Demo.Lives;

/// <summary>Visits to stores, as far as the loyalty card shows them.</summary>
internal sealed partial class Life
{
    private void ShopInStore(long time, Cart cart)
    {
        var store = dice.Chance(0.75) ? person.Home! : person.StoresNear[dice.Below(person.StoresNear.Length)];
        var t = Clock.At(Clock.DayOf(time), 10.5 + (10 * dice.Unit()));
        if (t < time) t += Clock.Day;
        var detail = Detail();
        if (dice.Chance(0.06)) UseKiosk(t, store);
        if (dice.Chance(0.22) && AtTill(t += Seconds(60, 600), "Store Associate Assisted"))
        {
            Json.WriteString("store_id"u8, store.Key);
            Json.WriteString("associate_id"u8, FormattableString.Invariant($"{store.Key}-{detail.Between(1, 14):00}"));
            Json.WriteString("topic"u8, cart.Main.Category.Key);
            End();
        }

        if (dice.Chance(0.08))
        {
            if (!AtTill(t + Seconds(60, 300), "Store Product Not Found")) return;
            Json.WriteString("store_id"u8, store.Key);
            Json.WriteString("product_id"u8, cart.Main.Sku);
            Json.WriteString("name"u8, cart.Main.Tr);
            End();
            return;
        }

        t += Seconds(300, 2400);
        orders++;
        var receipt = FormattableString.Invariant($"F{1_000_000 + person.Index}{orders:00}");
        var total = cart.SubtotalAt(t);
        if (AtTill(t, "Store Purchase Completed"))
        {
            Json.WriteString("receipt_id"u8, receipt);
            Json.WriteString("store_id"u8, store.Key);
            Json.WriteString("store_name"u8, store.Name);
            Json.WriteString("city"u8, store.City);
            Json.WriteString("cashier_id"u8, FormattableString.Invariant($"{store.Key}-k{detail.Between(1, 5)}"));
            Json.WriteNumber("total"u8, total);
            Json.WriteString("currency"u8, "TRY");
            Json.WriteString("payment_method"u8, detail.Chance(0.8) ? "credit_card" : "cash");
            WriteProducts(cart, t);
            End();
        }

        var level = Planted.OfStore(store.Key);
        Feel(level);
        EarnPoints(t + Clock.Second, total, receipt);
        if (dice.Chance(0.5)) AskAboutStore(t + Seconds(5000, 12_000), store, receipt, level, cart);
        if (!dice.Chance(0.03) || !AtTill(Clock.At(Clock.DayOf(t) + 1 + dice.Below(9), 11 + (8 * dice.Unit())), "Store Return Completed")) return;
        Json.WriteString("receipt_id"u8, receipt);
        Json.WriteString("store_id"u8, store.Key);
        Json.WriteNumber("total"u8, total);
        Json.WriteString("currency"u8, "TRY");
        Json.WriteString("reason"u8, "not_as_expected");
        End();
    }

    /// <summary>A device that stands in the store and is used by everybody: what was done on it is one customer's, the device is nobody's.</summary>
    private void UseKiosk(long t, Store store)
    {
        if (person.UserId is not { } user || !sheet.Open(t, person.Index, number++, Origin.Stores, "track", "Kiosk Used")) return;
        Json.WriteString("userId"u8, user);
        Json.WriteString("anonymousId"u8, "kiosk-" + store.Key);
        Json.WriteStartObject("properties"u8);
        Json.WriteString("store_id"u8, store.Key);
        Json.WriteString("kiosk_id"u8, "kiosk-" + store.Key);
        Json.WriteString("action"u8, "stock_check");
        Json.WriteBoolean("completed"u8, Detail().Chance(0.85));
        End();
    }

    private void AskAboutStore(long t, Store store, string receipt, Level level, Cart cart)
    {
        if (AtTill(t, "Survey Sent"))
        {
            Json.WriteString("survey_id"u8, "magaza");
            Json.WriteString("survey_type"u8, "csat");
            Json.WriteString("channel"u8, "sms");
            Json.WriteString("store_id"u8, store.Key);
            End();
        }

        var (answers, score) = (dice.Chance(0.35), Planted.AnswerCsat(level, ref dice));
        if (!answers || !AtTill(t + Seconds(600, 40_000), "Survey Answered")) return;
        var detail = Detail();
        Json.WriteString("survey_id"u8, "magaza");
        Json.WriteString("survey_type"u8, "csat");
        Json.WriteString("channel"u8, "sms");
        Json.WriteString("store_id"u8, store.Key);
        Json.WriteString("receipt_id"u8, receipt);
        Json.WriteNumber("score"u8, score);
        if (detail.Chance(0.6)) Json.WriteString("text"u8, FreeText.Compose("store", (score - 3) / 2.0, person, new TextMatter(cart.Main, null, store.Name, store.City, 0), ref detail));
        End();
    }
}
