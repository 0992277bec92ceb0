using Temas.Demo.Texts;
using Temas.Demo.World;

namespace Temas.Demo.Lives;

/// <summary>Surveys, reviews, mentions and recommendations. An answer is drawn by what was lived through, and by nothing else.</summary>
internal sealed partial class Life
{
    private void AskAboutDelivery(long t, Parcel parcel, bool answers)
    {
        if (Behind(t, Origin.Mail, "Survey Sent"))
        {
            Json.WriteString("survey_id"u8, "teslimat");
            Json.WriteString("survey_type"u8, "csat");
            Json.WriteString("order_id"u8, parcel.Order);
            End();
        }

        // While the parcel is missing, few have patience for it, and those who do say so.
        var level = answers ? parcel.Level : Level.Dreadful;
        var (does, score) = (dice.Chance(answers ? 0.40 : 0.10), Planted.AnswerCsat(level, ref dice));
        t += Seconds(900, 50_000);
        if (!does || !Behind(t, Origin.Mail, "Survey Answered")) return;
        var detail = Detail();
        Json.WriteString("survey_id"u8, "teslimat");
        Json.WriteString("survey_type"u8, "csat");
        Json.WriteString("order_id"u8, parcel.Order);
        Json.WriteNumber("score"u8, score);
        Json.WriteString("carrier"u8, parcel.Carrier);
        if (detail.Chance(0.65))
        {
            var rating = (score - 3) / 2.0;
            var topic = !answers ? "misfire" : TopicOf(parcel, rating, ref detail);
            Json.WriteString("text"u8, FreeText.Compose(topic, rating, person, MatterOf(parcel), ref detail));
        }

        End();
    }

    private void AskAboutCall(long t, string call, string topic, Level level, in TextMatter matter)
    {
        // Satisfaction after some of the calls, effort after others.
        var (asks, effort) = (dice.Chance(0.9), dice.Chance(0.4));
        var (does, score) = (dice.Chance(0.5), effort ? Planted.AnswerCes(level, ref dice) : Planted.AnswerCsat(level, ref dice));
        var type = effort ? "ces" : "csat";
        if (!asks) return;
        if (Behind(t, Origin.Mail, "Survey Sent"))
        {
            Json.WriteString("survey_id"u8, "cagri");
            Json.WriteString("survey_type"u8, type);
            Json.WriteString("ticket_id"u8, call);
            End();
        }

        t += Seconds(900, 50_000);
        if (!does || !Behind(t, Origin.Mail, "Survey Answered")) return;
        var detail = Detail();
        Json.WriteString("survey_id"u8, "cagri");
        Json.WriteString("survey_type"u8, type);
        Json.WriteString("ticket_id"u8, call);
        Json.WriteNumber("score"u8, score);
        if (detail.Chance(0.6))
        {
            var rating = effort ? (score - 4) / 3.0 : (score - 3) / 2.0;
            Json.WriteString("text"u8, FreeText.Compose(topic == "late_delivery" && detail.Chance(0.4) ? "late" : "service", rating, person, matter, ref detail));
        }

        End();
    }

    /// <summary>What the agent noted down of a call, in the customer's words. Decided by the dice of what fills in events, so that lives are the same with it and without.</summary>
    private void NoteCall(long t, string call, string topic, Level level, in TextMatter matter)
    {
        var detail = Detail();
        if (!detail.Chance(0.5) || !ByPhone(t, "Feedback Received")) return;
        var rating = level switch { Level.Dreadful => -1, Level.Bad => -0.7, Level.Poor => -0.4, Level.Mixed => 0, Level.Good => 0.6, _ => 0.9 };
        Json.WriteString("source"u8, "call_note");
        Json.WriteString("ticket_id"u8, call);
        Json.WriteString("language"u8, person.English ? "en" : "tr");
        Json.WriteString("text"u8, FreeText.Compose(topic == "late_delivery" && rating < 0 ? "late" : "service", rating, person, matter, ref detail));
        End();
    }

    /// <summary>How likely are you to recommend us? Asked twice a year, whatever happened last.</summary>
    private void AnswerNps(long time)
    {
        var t = Clock.At(Clock.DayOf(time), 13 + dice.Unit());
        if (t < time) t = time;
        Plan(time + (long)((165 + (30 * dice.Unit())) * Clock.Day), Turn.Ask);
        if (Behind(t, Origin.Mail, "Survey Sent"))
        {
            Json.WriteString("survey_id"u8, "marka");
            Json.WriteString("survey_type"u8, "nps");
            End();
        }

        var level = mood < -0.45 ? Level.Dreadful : mood < -0.2 ? Level.Bad : mood < 0 ? Level.Poor : mood < 0.25 ? Level.Mixed : mood < 0.55 ? Level.Good : Level.Delightful;
        var (does, score) = (dice.Chance(left ? 0.08 : 0.24), Planted.AnswerNps(level, ref dice));
        t += Seconds(900, 90_000);
        if (!does || !Behind(t, Origin.Mail, "Survey Answered")) return;
        var detail = Detail();
        Json.WriteString("survey_id"u8, "marka");
        Json.WriteString("survey_type"u8, "nps");
        Json.WriteNumber("score"u8, score);
        if (detail.Chance(0.6))
        {
            var rating = score >= 9 ? 0.8 : score >= 7 ? 0.1 : -0.7;
            var topic = detail.Below(10) switch { 0 => "price", 1 => person.HasApp ? "app" : "brand", 2 => "product", 3 => "return", _ => "brand" };
            Json.WriteString("text"u8, FreeText.Compose(topic, rating, person, new TextMatter(null, null, person.Home?.Name, person.City.Name, 2), ref detail));
        }

        End();
    }

    private void Review(long t, Parcel parcel)
    {
        var level = parcel.Damaged ? Level.Dreadful : parcel.Level;
        var score = Planted.AnswerCsat(level, ref dice);
        var device = parcel.Device;
        if (!Visit(Clock.Awake(t, ref dice), device, "Product Reviewed", page: "/urun/" + parcel.Cart.Main.Sku)) return;
        var detail = Detail();
        var rating = (score - 3) / 2.0;
        Json.WriteString("product_id"u8, parcel.Cart.Main.Sku);
        Json.WriteString("name"u8, parcel.Cart.Main.Tr);
        Json.WriteString("order_id"u8, parcel.Order);
        Json.WriteString("review_id"u8, "Y" + parcel.Order);
        Json.WriteNumber("rating"u8, score);
        Json.WriteNumber("rating_scale"u8, 5);
        var topic = parcel.Damaged ? "damaged" : rating < -0.2 && parcel.DaysLate > 0 ? "late" : parcel.Cart.Main.Category.Assembled && detail.Chance(0.35) ? "assembly" : "product";
        Json.WriteString("review_body"u8, FreeText.Compose(topic, rating, person, MatterOf(parcel), ref detail));
        End();
    }

    private void Mention(long t, Parcel parcel)
    {
        var device = parcel.Device;
        if (!Visit(t, device, "Social Mention Received")) return;
        var detail = Detail();
        Json.WriteString("network"u8, detail.Chance(0.5) ? "x" : "instagram");
        Json.WriteString("sentiment"u8, "negative");
        Json.WriteString("text"u8, FreeText.Compose(parcel.Damaged ? "damaged" : parcel.Misfire ? "misfire" : "late", -1, person, MatterOf(parcel), ref detail));
        End();
    }

    private void Refer(long t)
    {
        t = Clock.Awake(t, ref dice);
        var (code, converts, after) = (FormattableString.Invariant($"DOST{person.Index:x}"), dice.Chance(0.25), 1 + (20 * dice.Unit()));
        var device = knownInApp ? Device.App : knownOnPhone ? Device.Phone : Device.Desktop;
        if (Visit(t, device, "Referral Sent", page: "/arkadasini-getir"))
        {
            Json.WriteString("referral_id"u8, code);
            Json.WriteString("share_via"u8, Detail().Chance(0.7) ? "whatsapp" : "email");
            End();
        }

        if (!converts || !Behind(t + (long)(after * Clock.Day), Origin.Logistics, "Referral Converted")) return;
        Json.WriteString("referral_id"u8, code);
        Json.WriteString("reward"u8, person.English ? "Voucher of 200 TRY" : "200 TL hediye çeki");
        End();
    }

    private static string TopicOf(Parcel parcel, double rating, ref Dice detail)
    {
        if (parcel.Damaged) return "damaged";
        if (parcel.DaysLate > 0 && rating < 0.2) return parcel.Misfire && detail.Chance(0.6) ? "misfire" : detail.Chance(0.15) ? "courier" : "late";
        return rating > 0.2
            ? detail.Below(5) switch { 0 => "courier", 1 => "product", _ => "delivery" }
            : rating < -0.2 ? detail.Below(4) switch { 0 => "product", 1 => "courier", 2 => "price", _ => "assembly" } : detail.Chance(0.5) ? "delivery" : "product";
    }

    private TextMatter MatterOf(Parcel parcel) => new(parcel.Cart.Main, parcel.Carrier, person.Home?.Name, person.City.Name, parcel.DaysLate);
}
