using Temas.Timelines.Queries;

namespace Temas.Timelines.Findings;

/// <summary>What a study of journeys has to know of a company: its orders, promises and touchpoints, as the catalogue has them.</summary>
/// <param name="Orders">What counts as an order.</param>
/// <param name="Promises">What the brand promises.</param>
/// <param name="Places">The touchpoints.</param>
/// <param name="Steps">Processes with steps that are passed or not.</param>
/// <param name="Reminders">Messages that remind of a cart.</param>
/// <param name="ReadDue">Reads when something is due out of the value of a property, a text or a double; null when it says no time.</param>
public sealed record JourneyMap(OrderSelector Orders, IReadOnlyList<PromiseMap> Promises, IReadOnlyList<PlaceMap> Places, IReadOnlyList<StepMap> Steps, EventSelector? Reminders, Func<object, long?> ReadDue);

/// <summary>A promise: the events that make, keep and cancel it.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Steps">The events, in the order in which an event that is several is taken.</param>
/// <param name="Grace">How long after it was due it still counts as kept, in milliseconds.</param>
public sealed record PromiseMap(string Key, IReadOnlyList<PromiseStepMap> Steps, long Grace);

/// <summary>What an event does to a promise.</summary>
public enum PromiseAct
{
    /// <summary>Keeps it.</summary>
    Keep,

    /// <summary>Makes it void.</summary>
    Cancel,

    /// <summary>Makes it, or moves it.</summary>
    Make,
}

/// <summary>An event of a promise.</summary>
/// <param name="Act">What it does.</param>
/// <param name="Event">Which events.</param>
/// <param name="Match">Properties that say which promise is meant.</param>
/// <param name="Due">Properties that say when it is due.</param>
/// <param name="After">Without them: how long after the event, in milliseconds; null for no promise.</param>
public sealed record PromiseStepMap(PromiseAct Act, EventSelector Event, IReadOnlyList<string> Match, IReadOnlyList<string> Due, long? After);

/// <summary>A touchpoint, as far as a study asks.</summary>
/// <param name="Key">Its key.</param>
/// <param name="ByBrand">Whether the brand begins the touch.</param>
/// <param name="IsVoice">Whether the customer says here how it was.</param>
/// <param name="Varies">Whether its touches are taken well or badly by what the event says.</param>
/// <param name="Assumed">How a touch is taken when nothing more is known.</param>
/// <param name="IsContact">Whether the customer wants something of the service here.</param>
/// <param name="IsOrder">Whether it is an order.</param>
/// <param name="OpensComplaint">Whether a complaint begins here.</param>
/// <param name="ClosesComplaint">Whether a complaint ends here.</param>
/// <param name="IsPromotion">Whether the brand advertises here.</param>
/// <param name="IsChoice">Whether the customer decides something here (to return, to leave): that is what comes of frictions and none itself.</param>
/// <param name="Intent">How near to buying who is here is: 0 not at all, 1 with a cart, 2 at the checkout.</param>
/// <param name="MisfirePromise">Number of the promise that a touch here presumes kept; -1 for none.</param>
/// <param name="MisfireWhileOpen">Whether it is out of place as long as that is not kept, and not only when it is overdue.</param>
public sealed record PlaceMap(
    string Key, bool ByBrand, bool IsVoice, bool Varies, double Assumed, bool IsContact, bool IsOrder, bool OpensComplaint, bool ClosesComplaint, bool IsPromotion, bool IsChoice, int Intent, int MisfirePromise, bool MisfireWhileOpen);

/// <summary>A process with steps: who came to a step, and whether she came further.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Begun">The events with which a step begins.</param>
/// <param name="Done">The events with which it is done.</param>
/// <param name="Match">Properties of both that say which run of the process is meant; none: the next one of the customer.</param>
/// <param name="Step">The property of both with the step's number or name; null where there is one step.</param>
/// <param name="Within">How long a step may take, in milliseconds.</param>
public sealed record StepMap(string Key, EventSelector Begun, EventSelector Done, IReadOnlyList<string> Match, string? Step, long Within);
