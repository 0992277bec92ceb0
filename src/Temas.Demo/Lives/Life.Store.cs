using Temas.Demo.Texts;
using Temas.Demo.World;

namespace Temas.Demo.Lives;

/// <summary>Visits to stores, as far as the loyalty card shows them.</summary>
internal sealed partial class Life
{
    private void ShopInStore(long time, Cart cart)
    {
        var (t, store) = EnterStore(time);
        var detail = Detail();
        if (dice.Chance(0.06)) UseKiosk(t, store);
        if (dice.Chance(0.22)) GetHelp(t += Seconds(60, 600), store, cart.Main);
        if (dice.Chance(0.08))
        {
            MissProduct(t + Seconds(60, 300), store, cart.Main);
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
        if (dice.Chance(Planted.AsksAboutStore)) AskAboutStore(t + Seconds(5000, 12_000), store, receipt, level, cart);
        if (!dice.Chance(0.03) || !AtTill(Clock.At(Clock.DayOf(t) + 1 + dice.Below(9), 11 + (8 * dice.Unit())), "Store Return Completed")) return;
        Json.WriteString("receipt_id"u8, receipt);
        Json.WriteString("store_id"u8, store.Key);
        Json.WriteNumber("total"u8, total);
        Json.WriteString("currency"u8, "TRY");
        Json.WriteString("reason"u8, "not_as_expected");
        End();
    }

    /// <summary>When the next stroll through a store comes: the keen come more often, and buy no more for it.</summary>
    private void PlanStroll(long from) => Plan(Clock.Awake(from + Clock.Day + (long)(dice.Exponential() * 120 / (1 + person.Keen) * Clock.Day), ref dice), Turn.Stroll);

    /// <summary>Walks through a store without a need and buys nothing. Changes nothing of what comes later.</summary>
    private void StrollThroughStore(long time)
    {
        if (left) return;
        PlanStroll(time);
        var (t, store) = EnterStore(time);
        var category = PickCategory(t);
        var product = category.Products[dice.Below(category.Products.Count)];
        if (dice.Chance(0.10)) UseKiosk(t + Seconds(60, 400), store);
        if (dice.Chance(0.28)) GetHelp(t += Seconds(90, 900), store, product);
        if (dice.Chance(0.07)) MissProduct(t + Seconds(60, 300), store, product);
        else if (dice.Chance(0.04)) BookAppointment(t + Seconds(120, 600), store, category);
    }

    /// <summary>Comes in during opening hours: the card at the entrance is worth a coffee, and so tells who is there.</summary>
    private (long Time, Store Store) EnterStore(long time)
    {
        var store = dice.Chance(0.75) ? person.Home! : person.StoresNear[dice.Below(person.StoresNear.Length)];
        var t = Clock.At(Clock.DayOf(time), 10.5 + (10 * dice.Unit()));
        if (t < time) t += Clock.Day;
        if (AtTill(t, "Store Visited"))
        {
            Json.WriteString("store_id"u8, store.Key);
            Json.WriteString("store_name"u8, store.Name);
            Json.WriteString("city"u8, store.City);
            End();
        }

        return (t, store);
    }

    private void GetHelp(long t, Store store, Product about)
    {
        if (!AtTill(t, "Store Associate Assisted")) return;
        Json.WriteString("store_id"u8, store.Key);
        Json.WriteString("associate_id"u8, FormattableString.Invariant($"{store.Key}-{Detail().Between(1, 14):00}"));
        Json.WriteString("topic"u8, about.Category.Key);
        End();
    }

    private void MissProduct(long t, Store store, Product product)
    {
        if (!AtTill(t, "Store Product Not Found")) return;
        Json.WriteString("store_id"u8, store.Key);
        Json.WriteString("product_id"u8, product.Sku);
        Json.WriteString("name"u8, product.Tr);
        End();
    }

    private void BookAppointment(long t, Store store, Category about)
    {
        var starts = Clock.Working(t + ((2 + dice.Below(10)) * Clock.Day), ref dice);
        if (!AtTill(t, "Appointment Booked")) return;
        Json.WriteString("appointment_id"u8, FormattableString.Invariant($"R{person.Index:x}-{number:x}"));
        Json.WriteString("store_id"u8, store.Key);
        Span<byte> at = stackalloc byte[40];
        Json.WriteString("starts_at"u8, at[..Clock.Write(starts, at)]);
        Json.WriteString("topic"u8, about.Key);
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

        var (answers, score) = (dice.Chance(Planted.AnswersAboutStore), Planted.AnswerCsat(level, ref dice));
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
