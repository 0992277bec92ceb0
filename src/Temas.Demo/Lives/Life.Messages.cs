using Temas.Demo.World;

namespace Temas.Demo.Lives;

/// <summary>Newsletters and push notifications. Opening them goes with being keen; it makes nobody buy.</summary>
internal sealed partial class Life
{
    private static readonly (string Key, string Tr, string En)[] Issues =
    [
        ("bahce-gunleri", "Bahçe günleri başladı", "Garden days are here"), ("haftanin-firsatlari", "Haftanın fırsatları", "Deals of the week"),
        ("balkon-fikirleri", "Küçük balkonlar için 10 fikir", "Ten ideas for small balconies"), ("sofra", "Kalabalık sofralara", "For the big table"),
        ("kis-hazirligi", "Bahçenizi kışa hazırlayın", "Make your garden ready for winter"), ("yeni-sezon", "Yeni sezon raflarda", "The new season is in"),
    ];

    private void GetNewsletter(long time)
    {
        if (unsubscribed) return;
        var t = Clock.At(Clock.DayOf(time), 10 + (0.5 * dice.Unit()));
        if (t < time) t = time;
        Plan(time + (long)((26 + (8 * dice.Unit())) * Clock.Day), Turn.Newsletter);
        var issue = Issues[(int)((ulong)Clock.DayOf(time) / 7 % (ulong)Issues.Length)];
        if (Behind(t, Origin.Mail, "Email Sent"))
        {
            Json.WriteString("template"u8, "newsletter");
            Json.WriteString("campaign_id"u8, issue.Key);
            Json.WriteString("subject"u8, person.English ? issue.En : issue.Tr);
            End();
        }

        if (!dice.Chance(left ? person.OpenRate * 0.3 : person.OpenRate)) return;
        t += Seconds(600, 60_000);
        Opened(t, "newsletter", null, issue.Key);
        if (dice.Chance(0.12))
        {
            t += Seconds(10, 60);
            if (Behind(t, Origin.Mail, "Email Link Clicked"))
            {
                Json.WriteString("template"u8, "newsletter");
                Json.WriteString("campaign_id"u8, issue.Key);
                Json.WriteString("link_url"u8, "https://veranda.example/" + issue.Key);
                End();
            }

            var category = PickCategory(t);
            var device = ChooseDevice(null);
            Browse(t + Seconds(3, 9), device, category.Products[dice.Below(category.Products.Count)], dice.Between(1, 3), compares: false);
        }

        if (!dice.Chance(left || mood < -0.4 ? 0.05 : 0.006)) return;
        unsubscribed = true;
        if (!Behind(t + Seconds(60, 300), Origin.Mail, "Email Unsubscribed")) return;
        Json.WriteString("purpose"u8, "marketing");
        Json.WriteString("campaign_id"u8, issue.Key);
        End();
    }

    private void Opened(long t, string template, string? order, string? campaign)
    {
        if (!Behind(t, Origin.Mail, "Email Opened")) return;
        Json.WriteString("template"u8, template);
        if (order is not null) Json.WriteString("order_id"u8, order);
        if (campaign is not null) Json.WriteString("campaign_id"u8, campaign);
        End();
    }

    private void GetPush(long time)
    {
        var t = Clock.At(Clock.DayOf(time), 19 + (0.3 * dice.Unit()));
        if (t < time) t = time;
        Plan(time + (long)((20 + (20 * dice.Unit())) * Clock.Day), Turn.Push);
        var issue = Issues[(int)((ulong)Clock.DayOf(time) / 7 % (ulong)Issues.Length)];
        if (Visit(t, Device.App, "Push Notification Received"))
        {
            Json.WriteString("campaign_id"u8, issue.Key);
            Json.WriteString("subject"u8, person.English ? issue.En : issue.Tr);
            End();
        }

        if (!dice.Chance(0.15)) return;
        t += Seconds(10, 3000);
        if (Visit(t, Device.App, "Push Notification Tapped"))
        {
            Json.WriteString("campaign_id"u8, issue.Key);
            End();
        }

        OpenApp(t + Clock.Second);
    }
}
