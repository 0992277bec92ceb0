using Temas.Kernel;

namespace Temas.Collect.Contracts;

/// <summary>One event of a request that was refused, as its sender is told.</summary>
/// <param name="Index">Its place in the batch, from 0.</param>
/// <param name="MessageId">The sender's id, or one that was made up; a receipt can be looked up by it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Problem">The same in words: field, value, way out.</param>
public sealed record RejectedEvent(int Index, string MessageId, DropReason Reason, Problem Problem);

/// <summary>What became of the events of one request.</summary>
/// <param name="Accepted">How many were stored.</param>
/// <param name="Duplicates">How many the log had already; they are acknowledged all the same.</param>
/// <param name="Rejected">Those that were refused, in the order of the request.</param>
public sealed record CollectOutcome(int Accepted, int Duplicates, IReadOnlyList<RejectedEvent> Rejected);
