using Temas.Demo.World;

namespace Temas.Demo.Lives;

/// <summary>A visit on the web or in the app: how somebody comes in, looks about and says who they are.</summary>
internal sealed partial class Life
{
    private static readonly double[] ArrivalShares = Lists.Cumulate([30, 25, 20, 12, 8, 5]);

    private Device ChooseDevice(Cart? cart)
    {
        var (app, phone) = (dice.Chance(0.55), dice.Chance(person.PhoneShare));
        if (person.HasApp && (app || cart is { Attempt: > 0 }))
        {
            return Device.App;
        }

        return phone && cart is not { Attempt: > 0 } ? Device.Phone : Device.Desktop;
    }

    private long Seconds(int least, int most) => dice.Between(least, most) * Clock.Second;

    private static string NameOf(Device device) => device switch { Device.App => "app", Device.Phone => "phone", _ => "desktop" };

    /// <summary>The first page or screen of a visit, and by which way it was found.</summary>
    private long Land(long t, Device device, Product product)
    {
        if (device == Device.App)
        {
            OpenApp(t);
            return t + Seconds(2, 10);
        }

        var detail = Detail();
        var way = dice.Of(ArrivalShares) switch
        {
            0 => new Arrival("direct", null, null, null, null, null),
            1 => new Arrival("organic", null, null, null, null, "https://www.google.example/"),
            2 => new Arrival("paid", "google", "cpc", product.Category.Garden ? "bahce-sezonu" : "ev-yenileme", product.Category.Searches[detail.Below(product.Category.Searches.Length)], "https://www.google.example/"),
            3 => new Arrival("social", detail.Chance(0.7) ? "instagram" : "facebook", "paid_social", "veranda-kesfet", null, "https://l.instagram.example/"),
            4 => new Arrival("email", "newsletter", "email", "haftanin-firsatlari", null, null),
            _ => new Arrival("referral", null, null, null, null, "https://evdekor.example/"),
        };
        if (way.Channel == "paid" && Visit(t, device, "Ad Clicked", by: way))
        {
            Json.WriteString("network"u8, "search");
            Json.WriteString("keyword"u8, way.Term);
            Json.WriteString("campaign_name"u8, way.Campaign);
            End();
        }

        var path = way.Channel is "paid" or "email" ? "/kategori/" + product.Category.Key : "/";
        if (Visit(t += 2 * Clock.Second, device, path == "/" ? "Ana sayfa" : product.Category.Tr, "page", path, way))
        {
            Json.WriteString("path"u8, path);
            Json.WriteString("title"u8, path == "/" ? "Veranda" : product.Category.Tr + " | Veranda");
            End();
        }

        // Two banners, by chance; neither does anything.
        if (dice.Chance(0.2) && Visit(t += Seconds(1, 4), device, "Promotion Viewed", page: path))
        {
            Json.WriteString("promotion_id"u8, "vitrin");
            Json.WriteString("creative"u8, person.Banner);
            Json.WriteString("name"u8, product.Category.Garden ? "Bahçe günleri" : "Ev yenileme");
            End();
        }

        return t + Seconds(4, 20);
    }

    private void OpenApp(long t)
    {
        if (!hasAppInstalled)
        {
            hasAppInstalled = true;
            if (Visit(t, Device.App, "Application Installed")) EndVersion(t);
            Plan(t + (long)((5 + (25 * dice.Unit())) * Clock.Day), Turn.Push);
        }

        if (Visit(t + 2, Device.App, "Application Opened"))
        {
            Json.WriteBoolean("from_background"u8, Detail().Chance(0.5));
            EndVersion(t);
        }

        if (Visit(t + Clock.Second, Device.App, "Vitrin", "screen")) End();
        if (dice.Chance(0.004) && Visit(t + (3 * Clock.Second), Device.App, "Application Crashed")) EndVersion(t);
    }

    private void EndVersion(long t)
    {
        Json.WriteString("version"u8, t < world.Release ? "4.2.0" : "4.3.1");
        End();
    }

    private long Browse(long t, Device device, Product product, int views, bool compares)
    {
        var category = product.Category;
        if (dice.Chance(0.6))
        {
            var detail = Detail();
            var query = category.Searches[detail.Below(category.Searches.Length)];
            if (dice.Chance(0.04) && Visit(t, device, "Products Searched"))
            {
                // Typed too fast: nothing is found.
                Json.WriteString("query"u8, query.Length > 4 ? query.Remove(query.Length / 2, 1) + "q" : query + "q");
                Json.WriteNumber("results"u8, 0);
                End();
            }

            if (Visit(t += Seconds(5, 20), device, "Products Searched", page: "/ara"))
            {
                Json.WriteString("query"u8, query);
                Json.WriteNumber("results"u8, 3 + detail.Below(40));
                End();
            }
        }
        else if (Visit(t += Seconds(3, 20), device, "Product List Viewed", page: "/kategori/" + category.Key))
        {
            Json.WriteString("list_id"u8, category.Key);
            Json.WriteString("category"u8, category.Tr);
            End();
        }

        for (var i = 0; i < views; i++)
        {
            t += Seconds(10, 120);
            var seen = i == 0 ? product : category.Products[dice.Below(category.Products.Count)];
            if (!Visit(t, device, "Product Viewed", page: "/urun/" + seen.Sku)) continue;
            WriteProduct(seen, t);
            End();
        }

        if (compares && dice.Chance(0.3) && Visit(t += Seconds(20, 90), device, "Products Compared", page: "/karsilastir"))
        {
            Json.WriteString("category"u8, category.Tr);
            End();
        }

        return t;
    }

    /// <summary>Signs in, or opens an account, or leaves an address to order without one; whoever is known on the device already does nothing.</summary>
    private long SayWho(long t, Device device)
    {
        if (KnownOn(device)) return t;
        var first = !(knownOnDesktop || knownOnPhone || knownInApp) && person.Index >= world.Present;
        var member = person.Kind == CustomerKind.Member;
        t += Seconds(10, 60);
        if (member)
        {
            if (device == Device.App) knownInApp = true;
            else if (device == Device.Phone) knownOnPhone = true;
            else knownOnDesktop = true;
            if (Visit(t, device, first ? "Signed Up" : "Signed In"))
            {
                Json.WriteString("method"u8, "email");
                End();
            }
        }

        if (Visit(t + Clock.Second, device, null, "identify"))
        {
            WritePerson(withAddress: first || !member);
            End();
        }

        if (!member || !first) return t + (2 * Clock.Second);
        if (Visit(t + (2 * Clock.Second), device, person.WantsNews ? "Consent Given" : "Consent Withdrawn"))
        {
            Json.WriteString("purpose"u8, "marketing");
            Json.WriteString("channel"u8, "email");
            Json.WriteString("method"u8, "sign_up_form");
            End();
        }

        if (person.WantsNews) Plan(t + (long)((3 + (27 * dice.Unit())) * Clock.Day), Turn.Newsletter);
        Plan(t + (long)((60 + (100 * dice.Unit())) * Clock.Day), Turn.Ask);
        return t + (3 * Clock.Second);
    }

    private void Step(long t, Device device, string name, string checkout, int step)
    {
        if (!Visit(t, device, name, page: FormattableString.Invariant($"/odeme/{step}"))) return;
        Json.WriteString("checkout_id"u8, checkout);
        Json.WriteNumber("step"u8, step);
        Json.WriteString("step_name"u8, Steps[step - 1]);
        Json.WriteString("device"u8, NameOf(device));
        if (step == 4) Json.WriteString("payment_method"u8, person.Payment);
        End();
    }

    private void WriteProduct(Product product, long t, int quantity = 0)
    {
        Json.WriteString("product_id"u8, product.Sku);
        Json.WriteString("sku"u8, product.Sku);
        Json.WriteString("category"u8, product.Category.Tr);
        Json.WriteString("name"u8, product.Tr);
        Json.WriteString("brand"u8, "Veranda");
        Json.WriteNumber("price"u8, product.PriceAt(t));
        Json.WriteString("currency"u8, "TRY");
        if (quantity > 0) Json.WriteNumber("quantity"u8, quantity);
    }

    private void WriteProducts(Cart cart, long t)
    {
        Json.WriteStartArray("products"u8);
        foreach (var (product, quantity) in cart.Lines)
        {
            Json.WriteStartObject();
            Json.WriteString("product_id"u8, product.Sku);
            Json.WriteString("name"u8, product.Tr);
            Json.WriteString("category"u8, product.Category.Tr);
            Json.WriteNumber("price"u8, product.PriceAt(t));
            Json.WriteNumber("quantity"u8, quantity);
            Json.WriteEndObject();
        }

        Json.WriteEndArray();
    }
}
