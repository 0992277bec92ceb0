using Temas.Kernel;

namespace Temas.Server.People;

/// <summary>Somebody who signs in.</summary>
/// <param name="Id">Opaque id; stays when everything else changes.</param>
/// <param name="Email">The address that the person signs in with, as it was typed.</param>
/// <param name="Name">Name to show.</param>
/// <param name="Language"><c>tr</c> or <c>en</c>; null: as the browser asks, until the person chooses.</param>
/// <param name="Disabled">True when the person may not sign in.</param>
/// <param name="CreatedAt">When the person was added.</param>
/// <param name="LastSignInAt">The last sign-in, or null before the first.</param>
/// <param name="Roles">The role in each workspace that the person belongs to, by workspace key.</param>
/// <param name="SecondFactor">True when the second factor is on.</param>
internal sealed record Person(
    string Id, string Email, string Name, string? Language, bool Disabled, DateTimeOffset CreatedAt, DateTimeOffset? LastSignInAt, IReadOnlyDictionary<string, Role> Roles, bool SecondFactor);
