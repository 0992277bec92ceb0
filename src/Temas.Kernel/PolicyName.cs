namespace Temas.Kernel;

/// <summary>
/// Says which of <see cref="Policies"/> an endpoint carries where it is not said by <c>RequireAuthorization</c>: the endpoint checks the right itself
/// (a write key of a source), or is open on purpose. Metadata of the endpoint; the snapshot of all endpoints reads it.
/// </summary>
/// <param name="Value">One of <see cref="Policies"/>.</param>
public sealed record PolicyName(string Value);

/// <summary>Says that an endpoint changes nothing although it is not read with GET: a question in the body. Metadata of the endpoint; its requests are not written into the audit trail.</summary>
public sealed record ChangesNothing;
