using Temas.Demo.World;

namespace Temas.Demo.Lives;

/// <summary>Needs, visits, carts and the checkout.</summary>
internal sealed partial class Life
{
    private static readonly string[] Steps = ["contact", "address", "delivery", "payment"];
    private static readonly double[] StepPasses = [0.97, 0.96, Planted.PassesDelivery, 0.96];
    private static readonly double[] ArrivalShares = Lists.Cumulate([30, 25, 20, 12, 8, 5]);
    private static readonly double[] CategoryWeights = [.. Lists.Categories.Select(c => (double)c.Weight)];

    private bool Orders => person.Kind is CustomerKind.Member or CustomerKind.Guest;

    private void FeelNeed(long time)
    {
        if (left) return;
        PlanNeed(time + Clock.Hour);
        var cart = Wish(time);
        if (dice.Chance(person.StoreShare))
        {
            ShopInStore(time, cart);
            return;
        }

        if (!Orders) return;
        if (!dice.Chance(0.55))
        {
            TryToOrder(time, cart);
            return;
        }

        // Looks and compares first, and comes back.
        var device = ChooseDevice(cart);
        var t = Land(time, device, cart.Main);
        t = Browse(t, device, cart.Main, dice.Between(2, 4), compares: true);
        if (dice.Chance(0.12) && Visit(t += Seconds(20, 60), device, "Product Added to Wishlist"))
        {
            WriteProduct(cart.Main, t);
            End();
        }

        Plan(Clock.Awake(time + (long)((0.1 + (2.4 * dice.Unit())) * Clock.Day), ref dice), Turn.Order, cart: cart);
    }

    /// <summary>Days between two visits without a need, on average.</summary>
    private double PauseDays => person.Kind == CustomerKind.Anonymous ? 60 : left ? 400 : 150.0 / (1 + person.Keen);

    /// <summary>Looks around without a need; also how customers come who never say who they are.</summary>
    private void LookAround(long time)
    {
        var anonymous = person.Kind == CustomerKind.Anonymous;
        Plan(Clock.Awake(time + Clock.Day + (long)(dice.Exponential() * PauseDays * Clock.Day), ref dice), Turn.Look);
        if (person.Kind == CustomerKind.Card) return;
        if (anonymous && dice.Chance(0.35)) cookie++;
        var device = ChooseDevice(null);
        var product = PickCategory(time).Products is var all ? all[dice.Below(all.Count)] : null!;
        var t = Land(time, device, product);
        t = Browse(t, device, product, dice.Between(1, 4), compares: false);
        if (dice.Chance(0.12))
        {
            t += Seconds(15, 60);
            if (Visit(t, device, "Product Added"))
            {
                WriteProduct(product, t);
                End();
            }

            if (dice.Chance(0.5) && Visit(t += Clock.Hour, device, "Cart Abandoned"))
            {
                Json.WriteNumber("total"u8, product.PriceAt(t));
                Json.WriteString("currency"u8, "TRY");
                End();
            }
        }

        if (person.Kind == CustomerKind.Anonymous && dice.Chance(0.03)) AskForHelp(t + Seconds(30, 90), device);
    }

    private void TryToOrder(long time, Cart cart)
    {
        if (left) return;
        var device = ChooseDevice(cart);
        var t = Land(time, device, cart.Main);
        t = Browse(t, device, cart.Main, dice.Between(1, 2), compares: false);
        foreach (var (product, quantity) in cart.Lines)
        {
            t += Seconds(10, 70);
            if (!Visit(t, device, "Product Added", page: "/urun/" + product.Sku)) continue;
            WriteProduct(product, t, quantity);
            End();
        }

        if (cart.Lines.Count > 1 && dice.Chance(0.08)) t = TakeOut(t, device, cart);
        if (dice.Chance(0.6) && Visit(t += Seconds(5, 30), device, "Cart Viewed", page: "/sepet"))
        {
            WriteProducts(cart, t);
            Json.WriteNumber("total"u8, cart.SubtotalAt(t));
            End();
        }

        var checkout = FormattableString.Invariant($"C{person.Index:x}-{number:x}");
        t += Seconds(5, 40);
        if (Visit(t, device, "Checkout Started", page: "/odeme"))
        {
            Json.WriteString("checkout_id"u8, checkout);
            Json.WriteString("device"u8, NameOf(device));
            WriteProducts(cart, t);
            Json.WriteNumber("total"u8, cart.SubtotalAt(t));
            Json.WriteString("currency"u8, "TRY");
            End();
        }

        t = SayWho(t, device);
        for (var step = 1; step <= Steps.Length; step++)
        {
            t += Seconds(8, 50);
            Step(t, device, "Checkout Step Viewed", checkout, step);
            var passes = step == Planted.ConfusingStep && device == Device.Phone && t >= world.Release ? Planted.PassesDeliveryOnPhone : StepPasses[step - 1];
            if (!dice.Chance(passes))
            {
                GiveUp(t, device, cart, step);
                return;
            }

            t += Seconds(10, 70);
            Step(t, device, "Checkout Step Completed", checkout, step);
        }

        if (Visit(t += Seconds(5, 20), device, "Payment Info Entered", page: "/odeme/4"))
        {
            Json.WriteString("checkout_id"u8, checkout);
            Json.WriteNumber("step"u8, 4);
            Json.WriteString("payment_method"u8, person.Payment);
            End();
        }

        if (dice.Chance(0.03))
        {
            if (Visit(t += Seconds(5, 20), device, "Payment Failed", page: "/odeme/4"))
            {
                Json.WriteString("checkout_id"u8, checkout);
                Json.WriteString("payment_method"u8, person.Payment);
                Json.WriteString("reason"u8, "declined_by_bank");
                End();
            }

            if (dice.Chance(0.3)) return;
        }

        CompleteOrder(t + Seconds(5, 30), device, cart, checkout);
    }

    private long TakeOut(long t, Device device, Cart cart)
    {
        var (product, quantity) = cart.Lines[^1];
        t += Seconds(10, 60);
        cart.Lines.RemoveAt(cart.Lines.Count - 1);
        if (!Visit(t, device, "Product Removed", page: "/sepet")) return t;
        WriteProduct(product, t, quantity);
        End();
        return t;
    }

    private void GiveUp(long t, Device device, Cart cart, int step)
    {
        if (step == Planted.ConfusingStep && device == Device.Phone && dice.Chance(0.35) && Visit(t += Seconds(20, 60), device, "Error Shown", page: "/odeme/3"))
        {
            Json.WriteString("code"u8, "delivery_slot_required");
            Json.WriteString("message"u8, person.English ? "Please choose a delivery slot." : "Lütfen teslimat aralığı seçin.");
            Json.WriteString("path"u8, "/odeme/3");
            End();
        }

        if (step == Planted.ConfusingStep && device == Device.Phone && t >= world.Release && dice.Chance(0.06)) Complain(t + (2 * Clock.Minute), "checkout", new Texts.TextMatter(cart.Main, null, null, person.City.Name, 0), null, Level.Bad);
        if (Visit(t += Clock.Hour, device, "Cart Abandoned"))
        {
            WriteProducts(cart, t);
            Json.WriteNumber("total"u8, cart.SubtotalAt(t));
            End();
        }

        // Some try again on another device; the others buy elsewhere.
        if (cart.Attempt++ == 0 && dice.Chance(0.35)) Plan(Clock.Awake(t + (long)((0.05 + dice.Unit()) * Clock.Day), ref dice), Turn.Order, cart: cart);
    }

    private Cart Wish(long time)
    {
        var lines = new List<(Product, int)>();
        for (var count = 1 + dice.Of([0.55, 0.83, 0.95, 1]); count > 0; count--)
        {
            var products = PickCategory(time).Products;
            var product = products[dice.Below(products.Count)];
            if (lines.Exists(l => l.Item1 == product)) continue;
            lines.Add((product, product.Low < 400 && dice.Chance(0.4) ? dice.Between(2, 4) : 1));
        }

        return new Cart { Lines = lines };
    }

    private Category PickCategory(long time)
    {
        while (true)
        {
            var category = dice.Chance(0.6)
                ? Lists.Categories[person.Favourites[dice.Below(3)]]
                : Lists.Categories[dice.Of(Shares)];
            if (dice.Chance(Clock.Demand(time, category.Garden))) return category;
        }
    }

    private static double[] Shares { get; } = Lists.Cumulate(CategoryWeights);

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
