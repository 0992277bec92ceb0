using Temas.Demo.Texts;
using Temas.Demo.World;

namespace Temas.Demo.Lives;

/// <summary>From the order to the doorstep: the promise, the carrier, the delay, and what is said meanwhile.</summary>
internal sealed partial class Life
{
    private static readonly string[] Carriers = [Planted.WorseCarrier, "Kırlangıç Kargo", "Çınar Lojistik"];
    private static readonly double[] CarrierShares = [0.40, 0.75, 1];
    private static readonly double[] DelayShares = [0.30, 0.55, 0.72, 0.86, 0.94, 1];
    private static readonly string[] DelayReasons = ["transfer_backlog", "vehicle_breakdown", "address_unclear", "weather"];

    private void CompleteOrder(long t, Device device, Cart cart, string checkout)
    {
        orders++;
        var order = FormattableString.Invariant($"{Clock.Date(Clock.DayOf(t))[2..4]}{1_000_000 + person.Index:0000000}{orders:00}");
        var subtotal = cart.SubtotalAt(t);
        var coupon = dice.Chance(0.08);
        var discount = coupon ? decimal.Round(subtotal * 0.10m, 2) : 0;
        var shipping = subtotal >= 1500 ? 0 : 79.90m;
        var bulky = cart.Lines.Exists(l => l.Product.Category.Bulky);
        var today = Clock.DayOf(t);
        var carrier = Carriers[dice.Of(CarrierShares)];
        var late = dice.Chance(Planted.LateOf(carrier, person.City.Region));
        var (misfire, daysLate, damaged) = (dice.Chance(Planted.Misfire), 1 + dice.Of(DelayShares), dice.Chance(Planted.Damaged));
        var parcel = new Parcel
        {
            Order = order,
            Cart = cart,
            Device = device,
            Total = subtotal - discount + shipping,
            Carrier = carrier,
            Promised = today + (bulky ? dice.Between(5, 8) : dice.Between(3, 5)),
            DaysLate = late ? daysLate : 0,
            Misfire = late && misfire,
            Damaged = damaged,
        };
        if (Visit(t, device, "Order Completed", page: "/odeme/tamam"))
        {
            Json.WriteString("order_id"u8, order);
            Json.WriteString("checkout_id"u8, checkout);
            Json.WriteNumber("subtotal"u8, subtotal);
            Json.WriteNumber("shipping"u8, shipping);
            if (coupon)
            {
                Json.WriteNumber("discount"u8, discount);
                Json.WriteString("coupon"u8, "BAHAR10");
            }

            Json.WriteNumber("total"u8, parcel.Total);
            Json.WriteString("currency"u8, "TRY");
            Json.WriteString("payment_method"u8, person.Payment);
            Json.WriteString("device"u8, NameOf(device));
            Json.WriteString("city"u8, person.City.Name);
            Json.WriteString("region"u8, person.City.Region);
            Json.WriteString("promised_delivery_date"u8, Clock.Date(parcel.Promised));
            WriteProducts(cart, t);
            End();
        }

        Confirm(t + Seconds(20, 120), parcel);
        EarnPoints(t + Seconds(60, 300), parcel.Total, order);
        Deliver(t, parcel);
    }

    private void Confirm(long t, Parcel parcel)
    {
        if (Behind(t, Origin.Mail, "Order Confirmation Sent"))
        {
            Json.WriteString("order_id"u8, parcel.Order);
            Json.WriteString("template"u8, "order_confirmation");
            Json.WriteString("subject"u8, person.English ? "We have your order" : "Siparişinizi aldık");
            Json.WriteString("promised_delivery_date"u8, Clock.Date(parcel.Promised));
            Json.WriteNumber("total"u8, parcel.Total);
            End();
        }

        if (dice.Chance(0.65)) Opened(t + Seconds(120, 20_000), "order_confirmation", parcel.Order, null);
    }

    /// <summary>Everything from the warehouse to the door is settled when the order is given; the customer's own part comes with the delivery.</summary>
    private void Deliver(long ordered, Parcel parcel)
    {
        var arrives = parcel.DaysLate > 0 ? parcel.Promised + parcel.DaysLate : Math.Max(Clock.DayOf(ordered) + 2, parcel.Promised - dice.Of([0.5, 0.85, 1]));
        var shipped = Math.Max(ordered + (2 * Clock.Hour), Clock.At(arrives - (parcel.DaysLate > 0 ? parcel.DaysLate : 0) - 2, 16 + (3 * dice.Unit())));
        var delivered = Clock.At(arrives, parcel.DaysLate > 0 ? 14 + (6 * dice.Unit()) : 10 + (10 * dice.Unit()));
        var tracking = FormattableString.Invariant($"TR{parcel.Order}{parcel.Carrier.Length:00}");

        Ship(shipped - Seconds(3600, 7000), parcel, "Order Packed", tracking);
        Ship(shipped, parcel, "Order Shipped", tracking);
        if (dice.Chance(0.3) && Visit(shipped + Seconds(4000, 40_000), parcel.Device, "Order Tracked", page: "/siparislerim"))
        {
            Json.WriteString("order_id"u8, parcel.Order);
            Json.WriteString("carrier"u8, parcel.Carrier);
            End();
        }

        if (parcel.DaysLate > 0) WaitInVain(parcel, delivered, tracking);
        Ship(Clock.At(arrives, 8 + (1.5 * dice.Unit())), parcel, "Out for Delivery", tracking);
        if (dice.Chance(0.03)) Ship(Clock.At(arrives, 9.6), parcel, "Delivery Attempted", tracking);
        Ship(delivered, parcel, "Order Delivered", tracking);
        Plan(delivered, Turn.Delivered, parcel);
    }

    private void Ship(long t, Parcel parcel, string name, string tracking)
    {
        if (!Behind(t, Origin.Logistics, name)) return;
        Json.WriteString("order_id"u8, parcel.Order);
        if (name == "Order Packed")
        {
            Json.WriteString("warehouse_id"u8, "gebze");
            Json.WriteNumber("package_count"u8, parcel.Cart.Lines.Count);
        }
        else
        {
            Json.WriteString("carrier"u8, parcel.Carrier);
            Json.WriteString("tracking_number"u8, tracking);
            Json.WriteString("city"u8, person.City.Name);
            Json.WriteString("region"u8, person.City.Region);
        }

        if (name == "Order Shipped") Json.WriteString("promised_delivery_date"u8, Clock.Date(parcel.Promised));
        if (name == "Order Delivered") Json.WriteBoolean("damaged"u8, parcel.Damaged);
        if (name == "Shipment Delayed") Json.WriteString("reason"u8, DelayReasons[Detail().Below(DelayReasons.Length)]);
        End();
    }

    /// <summary>The promised day has passed: an announcement perhaps; "Your order has arrived" although it has not, and surveys about it; a call perhaps.</summary>
    private void WaitInVain(Parcel parcel, long delivered, string tracking)
    {
        if (dice.Chance(0.4)) Ship(Clock.At(parcel.Promised + 1, 8.5 + dice.Unit()), parcel, "Shipment Delayed", tracking);
        var (phase, again, tracks) = (dice.Unit(), dice.Chance(0.5), dice.Chance(0.6));
        if (parcel.Misfire)
        {
            for (var day = 0; day < Math.Min(3, parcel.DaysLate); day++)
            {
                var morning = Clock.At(parcel.Promised + 1 + day, 9 + phase);
                if (day == 0 || (day == 2 && again)) TellArrived(morning, parcel);
                AskAboutDelivery(morning + (3 * Clock.Hour), parcel, answers: false);
            }
        }

        if (tracks && Visit(Clock.At(parcel.Promised + 1, 10 + phase), parcel.Device, "Order Tracked", page: "/siparislerim"))
        {
            Json.WriteString("order_id"u8, parcel.Order);
            Json.WriteString("carrier"u8, parcel.Carrier);
            End();
        }

        var (calls, solved, day2, hour) = (dice.Chance(Planted.CallsWhenLate), dice.Chance(Planted.SolvedWhenLate), dice.Below(parcel.DaysLate), 9 + (2.5 * dice.Unit()));
        if (!calls || !person.HasPhone) return;
        parcel.Repaired = solved;
        var matter = new TextMatter(parcel.Cart.Main, parcel.Carrier, null, person.City.Name, parcel.DaysLate);
        Call(Clock.At(parcel.Promised + 1 + day2, hour), "late_delivery", parcel.Order, solved, matter);
        if (!solved && dice.Chance(0.35)) Complain(Clock.At(parcel.Promised + 1 + day2, 13.5 + (3 * phase)), parcel.Misfire ? "misfire" : "late", matter, parcel.Order, Level.Dreadful);
    }

    private void TellArrived(long t, Parcel parcel)
    {
        if (!Behind(t, Origin.Mail, "Message Sent")) return;
        Json.WriteString("order_id"u8, parcel.Order);
        Json.WriteString("template"u8, "order_arrived");
        Json.WriteString("channel"u8, "email");
        Json.WriteString("subject"u8, person.English ? "Your order has arrived" : "Siparişiniz ulaştı");
        End();
    }

    private void TakeDelivery(long t, Parcel parcel)
    {
        if (!parcel.Misfire) TellArrived(t + Seconds(3600, 9000), parcel);
        Feel(parcel.Level);
        var leaves = dice.Chance(Planted.Leaves(parcel.DaysLate > 0, parcel.Misfire, parcel.Repaired, parcel.Damaged));
        if (dice.Chance(0.6)) AskAboutDelivery(Clock.At(Clock.DayOf(t) + 1, 11 + dice.Unit()), parcel, answers: true);
        if (dice.Chance(0.09)) Review(t + (long)((2 + (7 * dice.Unit())) * Clock.Day), parcel);
        var returns = dice.Chance(parcel.Damaged ? 0.7 : 0.05);
        if (returns) Return(t, parcel);
        if (!returns && parcel.DaysLate == 0 && dice.Chance(0.10) && person.HasPhone)
        {
            var topic = parcel.Cart.Main.Category.Assembled ? "assembly" : dice.Chance(0.5) ? "product_question" : "invoice";
            Call(Clock.Working(t + (long)((0.5 + (5 * dice.Unit())) * Clock.Day), ref dice), topic, parcel.Order, dice.Chance(0.85), new TextMatter(parcel.Cart.Main, parcel.Carrier, null, person.City.Name, 0));
        }

        if (parcel.Level <= Level.Bad && dice.Chance(0.07)) Mention(t + Seconds(3000, 80_000), parcel);
        if (mood > 0.4 && dice.Chance(0.05)) Refer(t + (long)(dice.Unit() * 5 * Clock.Day));
        left |= leaves;
    }

    private void Return(long t, Parcel parcel)
    {
        var asked = Clock.Awake(t + (long)((0.5 + (4 * dice.Unit())) * Clock.Day), ref dice);
        var number = "R" + parcel.Order;
        var promised = Clock.DayOf(asked) + 10;
        if (Visit(asked, parcel.Device, "Return Requested", page: "/iade"))
        {
            Json.WriteString("order_id"u8, parcel.Order);
            Json.WriteString("return_id"u8, number);
            Json.WriteString("reason"u8, parcel.Damaged ? "damaged" : "not_as_expected");
            Json.WriteString("promised_refund_date"u8, Clock.Date(promised));
            End();
        }

        var received = Clock.At(Clock.DayOf(asked) + 4, 12 + dice.Unit());
        if (Behind(received, Origin.Logistics, "Return Received"))
        {
            Json.WriteString("order_id"u8, parcel.Order);
            Json.WriteString("return_id"u8, number);
            End();
        }

        var paid = dice.Chance(0.85) ? promised - dice.Between(1, 4) : promised + dice.Between(1, 9);
        if (!Behind(Clock.At(paid, 15 + dice.Unit()), Origin.Logistics, "Order Refunded")) return;
        Json.WriteString("order_id"u8, parcel.Order);
        Json.WriteString("return_id"u8, number);
        Json.WriteNumber("total"u8, parcel.Total);
        Json.WriteString("currency"u8, "TRY");
        End();
    }

    private void EarnPoints(long t, decimal total, string order)
    {
        if (!person.HasCard) return;
        var earned = (int)(total / 100);
        points += earned;
        if (earned > 0 && AtTill(t, "Loyalty Points Earned"))
        {
            Json.WriteNumber("points"u8, earned);
            Json.WriteNumber("balance"u8, points);
            Json.WriteString("order_id"u8, order);
            End();
        }

        if (points < 200 || !dice.Chance(0.3)) return;
        points -= 200;
        if (!AtTill(t + (3 * Clock.Day), "Loyalty Points Redeemed")) return;
        Json.WriteNumber("points"u8, 200);
        Json.WriteNumber("balance"u8, points);
        Json.WriteString("reward"u8, person.English ? "Voucher of 200 TRY" : "200 TL hediye çeki");
        End();
    }
}
