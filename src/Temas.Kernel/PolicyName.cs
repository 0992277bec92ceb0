namespace Temas.Kernel;

/// <summary>
/// Says which of <see cref="Policies"/> an endpoint carries where it is not said by <c>RequireAuthorization</c>: the endpoint checks the right itself
/// (a write key of a source), or is open on purpose. Metadata of the endpoint; the snapshot of all endpoints reads it.
/// </summary>
/// <param name="Value">One of <see cref="Policies"/>.</param>
public sealed record PolicyName(string Value);
