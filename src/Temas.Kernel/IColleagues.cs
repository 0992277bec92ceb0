namespace Temas.Kernel;

/// <summary>Somebody who works in a workspace.</summary>
/// <param name="Id">Opaque id; stays when everything else changes.</param>
/// <param name="Email">Address by which the person signs in.</param>
/// <param name="Name">Name to show.</param>
/// <param name="Language"><c>tr</c> or <c>en</c>; null where the person has chosen none.</param>
/// <param name="Role">Role in the workspace.</param>
public sealed record Colleague(string Id, string Email, string Name, string? Language, Role Role);

/// <summary>Who works in a workspace, for modules that give people something to do. Those who may not sign in are not among them.</summary>
public interface IColleagues
{
    /// <summary>The people of a workspace, by name.</summary>
    Task<IReadOnlyList<Colleague>> OfAsync(WorkspaceKey workspace, CancellationToken cancel);
}
