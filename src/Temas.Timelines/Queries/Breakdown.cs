namespace Temas.Timelines.Queries;

/// <summary>By what figures are told apart.</summary>
public abstract record Breakdown
{
    /// <summary>By a property of the events; null stays null.</summary>
    public static implicit operator Breakdown?(string? property) => property is null ? null : new PropertyBreakdown(property);
}

/// <summary>By a property of the events. In a funnel: of the first step of the way that got furthest.</summary>
public sealed record PropertyBreakdown(string Property) : Breakdown;

/// <summary>By what the events were as touches; a perception by its word. In a funnel: of the first step of the way that got furthest. Events of nobody are no touches.</summary>
public sealed record TouchBreakdown(Touch Touch) : Breakdown;

/// <summary>By what is known of the customer: a fact. Events of nobody have none.</summary>
public sealed record ProfileBreakdown(string Fact) : Breakdown;

/// <summary>A fact by which figures were to be told apart is a list for some customers: they would be of several values at once.</summary>
public sealed class BreakdownOfListsException(string fact) : Exception($"The fact {fact} is a list for some customers, who would be counted under several values at once.")
{
    /// <summary>The fact.</summary>
    public string Fact => fact;
}

/// <summary>By whether a condition holds for the customer. Events of nobody are neither.</summary>
public sealed record MembershipBreakdown(Condition Condition) : Breakdown;
