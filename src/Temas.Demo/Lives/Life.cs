using System.Text.Json;
using Temas.Demo.World;

namespace Temas.Demo.Lives;

/// <summary>
/// One customer's life with Veranda. A pure function of the world and the customer's number: lived to a moment and then further it gives the same events as lived at once, so history and present are one
/// process. Each turn may write events of its own time and later, never earlier.
/// </summary>
/// <remarks>What decides how life goes on is drawn from <c>dice</c>; what only fills in an event (a text, a clerk's number) from dice of that event, because events of the past are not written down when life is lived through again.</remarks>
internal sealed partial class Life
{
    private enum Turn : byte
    {
        Known,
        Need,
        Look,
        Order,
        Delivered,
        Newsletter,
        Push,
        Ask,
        Stroll,
        Question,
    }

    private readonly record struct Due(long Time, int Number, Turn Turn, Parcel? Parcel, Cart? Cart);

    private readonly WorldSpec world;
    private readonly Person person;
    private readonly List<Due> agenda = [];
    private Dice dice;

    // What comes beside the causes (strolls, questions) has dice of its own, so that the life that the causes shape is the same with and without it.
    private Dice aside;
    private int dues;
    private int number;
    private EventSheet sheet = null!;

    /// <summary>True when the customer will not order again.</summary>
    private bool left;

    /// <summary>How the customer feels about Veranda, -1 to 1: a fading mean of experiences.</summary>
    private double mood = 0.35;
    private bool knownOnPhone, knownOnDesktop, knownInApp, hasAppInstalled;
    private int orders, points, cookie;
    private bool unsubscribed;

    public Life(WorldSpec world, long index)
    {
        (this.world, person, dice, aside) = (world, new Person(world, index), world.DiceOf(index, 0), world.DiceOf(index, 9));
        var arrival = world.Arrival(index);
        var present = index < world.Present;
        hasAppInstalled = present && person.HasApp;
        // Who is there already is somewhere between two visits; who is new comes now.
        var first = Clock.Awake(arrival + (present ? (long)(dice.Exponential() * PauseDays * Clock.Day) : 0), ref dice);
        Plan(first, Turn.Look);
        if (person.Kind != CustomerKind.Anonymous)
        {
            if (present) PlanNeed(arrival);
            else Plan(first + (20 * Clock.Minute), Turn.Need);
            if (present) Plan(arrival + (Clock.Hour * 2) + (index % Clock.Hour), Turn.Known);
        }

        if (person.WantsNews && present) Plan(arrival + (long)(dice.Unit() * 30 * Clock.Day), Turn.Newsletter);
        if (person.HasApp && present) Plan(arrival + (long)(dice.Unit() * 30 * Clock.Day), Turn.Push);
        if (person.Kind == CustomerKind.Member && present) Plan(arrival + (long)(dice.Unit() * 160 * Clock.Day), Turn.Ask);
        if (person.StoreShare > 0) Beside(PlanStroll, first);
        if (person is { Kind: CustomerKind.Member or CustomerKind.Card, HasPhone: true }) Beside(PlanQuestion, first);
    }

    /// <summary>The moment of the next turn.</summary>
    private long Next => agenda.Count == 0 ? long.MaxValue : agenda[0].Time;

    /// <summary>Lives on to <paramref name="until"/> (exclusive) and writes what happens on <paramref name="onto"/>.</summary>
    public void LiveTo(long until, EventSheet onto)
    {
        sheet = onto;
        while (Next < until)
        {
            var due = agenda[0];
            agenda.RemoveAt(0);
            switch (due.Turn)
            {
                case Turn.Known:
                    HandOver(due.Time);
                    break;
                case Turn.Need:
                    FeelNeed(due.Time);
                    break;
                case Turn.Look:
                    LookAround(due.Time);
                    break;
                case Turn.Order:
                    TryToOrder(due.Time, due.Cart!);
                    break;
                case Turn.Delivered:
                    TakeDelivery(due.Time, due.Parcel!);
                    break;
                case Turn.Newsletter:
                    GetNewsletter(due.Time);
                    break;
                case Turn.Push:
                    GetPush(due.Time);
                    break;
                case Turn.Stroll:
                    Beside(StrollThroughStore, due.Time);
                    break;
                case Turn.Question:
                    Beside(CallWithQuestion, due.Time);
                    break;
                default:
                    AnswerNps(due.Time);
                    break;
            }
        }
    }

    private void Plan(long time, Turn turn, Parcel? parcel = null, Cart? cart = null)
    {
        var due = new Due(time, dues++, turn, parcel, cart);
        var at = agenda.Count;
        while (at > 0 && (agenda[at - 1].Time > time || (agenda[at - 1].Time == time && agenda[at - 1].Number > due.Number))) at--;
        agenda.Insert(at, due);
    }

    /// <summary>When the next need arises: at the customer's own rate, more often in good months.</summary>
    private void PlanNeed(long from)
    {
        var time = (double)from;
        do time += dice.Exponential() * 365 * Clock.Day / person.Rate;
        while (!dice.Chance(0.5 * (Clock.Demand((long)time, garden: true) + Clock.Demand((long)time, garden: false))));
        Plan(Clock.Awake((long)time, ref dice), Turn.Need);
    }

    private void Beside(Action<long> turn, long time)
    {
        (dice, aside) = (aside, dice);
        turn(time);
        (dice, aside) = (aside, dice);
    }

    private void Feel(Level level)
    {
        ReadOnlySpan<double> values = [-1, -0.8, -0.4, 0, 0.45, 0.8];
        mood += (values[(int)level] - mood) * 0.4;
    }

    /// <summary>Dice for what fills in the event that comes next.</summary>
    private Dice Detail() => world.DiceOf(person.Index, 8).Beside((ulong)number);

    private Utf8JsonWriter Json => sheet.Json;
}
