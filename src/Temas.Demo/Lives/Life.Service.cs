using Temas.Demo.Texts;
using Temas.Demo.World;

namespace Temas.Demo.Lives;

/// <summary>Calls, call-backs, complaints.</summary>
internal sealed partial class Life
{
    // No customer has so many events: replies are numbered from here on, by the complaint that they answer.
    private const int FirstReply = 1 << 24;

    private static readonly string[] Questions = ["product", "stock", "assembly", "loyalty_card", "opening_hours"];

    /// <summary>When the next question comes for which somebody calls though nothing went wrong.</summary>
    private void PlanQuestion(long from) => Plan(Clock.Awake(from + Clock.Day + (long)(dice.Exponential() * 400 * Clock.Day), ref dice), Turn.Question);

    /// <summary>Calls with a question. Like every call it is felt, and changes nothing of what comes later.</summary>
    private void CallWithQuestion(long time)
    {
        if (left) return;
        PlanQuestion(time);
        // Who never ordered and has no card is nobody to the call centre.
        if (orders == 0 && person.Kind != CustomerKind.Card) return;
        var category = PickCategory(time);
        var product = category.Products[dice.Below(category.Products.Count)];
        var topic = Questions[dice.Below(Questions.Length)];
        Call(Clock.Working(time, ref dice), topic, null, dice.Chance(0.88), new TextMatter(product, null, null, person.City.Name, 0));
    }

    /// <summary>A call: how long it waits is chance alone, whatever it is about.</summary>
    private void Call(long t, string topic, string? order, bool solved, in TextMatter matter)
    {
        var waitedLong = dice.Chance(Planted.LongWait);
        var wait = waitedLong ? dice.Between(Planted.FeltWait + 20, 900) : dice.Between(8, 120);
        var duration = dice.Between(90, 700);
        var call = FormattableString.Invariant($"T{person.Index:x}-{number:x}");
        if (waitedLong && dice.Chance(0.12) && ByPhone(t - Seconds(900, 1800) + Clock.Hour / 2, "Call Abandoned"))
        {
            Json.WriteString("call_id"u8, call + "a");
            Json.WriteString("topic"u8, topic);
            Json.WriteNumber("wait_seconds"u8, wait / 2);
            End();
        }

        t += Clock.Hour;
        if (ByPhone(t, "Call Started"))
        {
            Json.WriteString("call_id"u8, call);
            Json.WriteString("topic"u8, topic);
            Json.WriteString("direction"u8, "inbound");
            Json.WriteNumber("wait_seconds"u8, wait);
            if (order is not null) Json.WriteString("order_id"u8, order);
            End();
        }

        t += duration * Clock.Second;
        if (ByPhone(t, "Call Ended"))
        {
            var detail = Detail();
            Json.WriteString("call_id"u8, call);
            Json.WriteString("topic"u8, topic);
            Json.WriteString("agent_id"u8, FormattableString.Invariant($"agent-{detail.Between(1, 24):00}"));
            Json.WriteNumber("duration"u8, duration);
            Json.WriteNumber("wait_seconds"u8, wait);
            Json.WriteBoolean("resolved"u8, solved);
            Json.WriteNumber("transfers"u8, solved ? 0 : detail.Below(3));
            if (order is not null) Json.WriteString("order_id"u8, order);
            End();
        }

        var level = Planted.OfCall(solved, waitedLong);
        Feel(level);
        if (solved && topic == "late_delivery" && ByPhone(t + (5 * Clock.Minute), "Apology Voucher Granted"))
        {
            Json.WriteString("call_id"u8, call);
            Json.WriteString("order_id"u8, order);
            Json.WriteNumber("amount"u8, 250);
            Json.WriteString("currency"u8, "TRY");
            End();
        }

        NoteCall(t + (10 * Clock.Minute), call, topic, level, matter);
        if (!solved && dice.Chance(0.35)) PromiseCallback(t, call, topic);
        AskAboutCall(t + Seconds(1800, 7000), call, topic, level, matter);
    }

    private void PromiseCallback(long t, string call, string topic)
    {
        var number = "G" + call;
        var due = t + Clock.Day;
        if (ByPhone(t + Clock.Second, "Callback Promised"))
        {
            Json.WriteString("callback_id"u8, number);
            Json.WriteString("call_id"u8, call);
            Json.WriteString("topic"u8, topic);
            Span<byte> at = stackalloc byte[40];
            Json.WriteString("promised_callback_at"u8, at[..Clock.Write(due, at)]);
            End();
        }

        var (keeps, early, comes) = (dice.Chance(0.65), dice.Unit(), dice.Chance(0.6));
        if (!keeps && !comes) return;
        if (!ByPhone(keeps ? due - (long)(early * 8 * Clock.Hour) - Clock.Minute : due + (long)((1 + (early * 40)) * Clock.Hour), "Callback Completed")) return;
        Json.WriteString("callback_id"u8, number);
        Json.WriteString("call_id"u8, call);
        Json.WriteBoolean("resolved"u8, Detail().Chance(0.7));
        End();
    }

    private void Complain(long t, string topic, in TextMatter matter, string? order, Level level)
    {
        var device = knownInApp ? Device.App : knownOnPhone ? Device.Phone : Device.Desktop;
        var filed = number;
        var ticket = FormattableString.Invariant($"S{person.Index:x}-{filed:x}");
        var rating = level == Level.Dreadful ? -1 : -0.6;
        if (Visit(t, device, "Complaint Filed", page: "/sikayet"))
        {
            var detail = Detail();
            Json.WriteString("ticket_id"u8, ticket);
            Json.WriteString("complaint_id"u8, ticket);
            if (order is not null) Json.WriteString("order_id"u8, order);
            Json.WriteString("topic"u8, topic);
            Json.WriteString("severity"u8, level == Level.Dreadful ? "high" : "medium");
            Json.WriteString("text"u8, FreeText.Compose(topic, rating, person, matter, ref detail));
            End();
        }

        if (!dice.Chance(0.75))
        {
            Reply(t, null, filed, ticket, topic);
            return;
        }

        var solved = Clock.Working(t + (long)((0.5 + (4 * dice.Unit())) * Clock.Day), ref dice);
        Reply(t, solved, filed, ticket, topic);
        if (!Behind(solved, Origin.Mail, "Complaint Resolved")) return;
        Json.WriteString("ticket_id"u8, ticket);
        Json.WriteString("complaint_id"u8, ticket);
        Json.WriteString("topic"u8, topic);
        Json.WriteString("resolution"u8, Detail().Chance(0.5) ? "voucher" : "explained");
        End();
    }

    /// <summary>The desk writes back within a working day, before it solves anything; some complaints it never solves. With dice and a number of its own, so that everything else is the same with it and without.</summary>
    private void Reply(long t, long? solved, int filed, string ticket, string topic)
    {
        var own = world.DiceOf(person.Index, 10).Beside((ulong)filed);
        var at = Clock.Working(t + (long)((0.5 + (4 * own.Unit())) * Clock.Hour), ref own);
        if (solved is { } end) at = Math.Min(at, end - (long)((20 + (70 * own.Unit())) * Clock.Minute));
        if (!Behind(at, Origin.Mail, "Support Ticket Replied", FirstReply + filed)) return;
        Json.WriteString("ticket_id"u8, ticket);
        Json.WriteString("topic"u8, topic);
        Json.WriteString("agent_id"u8, FormattableString.Invariant($"agent-{own.Between(1, 24):00}"));
        End();
    }

    private void AskForHelp(long t, Device device)
    {
        if (!Visit(t, device, "Help Article Viewed", page: "/yardim")) return;
        Json.WriteString("article_id"u8, "iade-kosullari");
        Json.WriteString("topic"u8, "return");
        Json.WriteBoolean("helpful"u8, Detail().Chance(0.6));
        End();
    }
}
