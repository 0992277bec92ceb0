namespace Temas.Customers.Identity;

/// <summary>Why something that looks like an identifier is not used as one.</summary>
internal enum IgnoredReason
{
    /// <summary>Longer than <see cref="IdentityRules.MaxValueLength"/> bytes.</summary>
    TooLong,

    /// <summary>The event has more than <see cref="IdentifierReader.MaxFound"/>.</summary>
    TooMany,

    /// <summary>No e-mail address or telephone number, though its place is that of one.</summary>
    Invalid,

    /// <summary>The identity rules say that this value identifies nobody.</summary>
    Blocked,
}

/// <summary>A value that was not used.</summary>
/// <param name="Kind">Kind of identifier.</param>
/// <param name="Reason">Why.</param>
internal sealed record IgnoredIdentifier(string Kind, IgnoredReason Reason);
