using Temas.Demo.World;

namespace Temas.Demo.Lives;

/// <summary>Needs, carts and the checkout.</summary>
internal sealed partial class Life
{
    private static readonly string[] Steps = ["contact", "address", "delivery", "payment"];
    private static readonly double[] StepPasses = [0.97, 0.96, Planted.PassesDelivery, 0.96];
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
}
