using Temas.Kernel;

namespace Temas.Server.People;

/// <summary>Tells modules who works in a workspace.</summary>
internal sealed class Colleagues(PersonStore people) : IColleagues
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<Colleague>> OfAsync(WorkspaceKey workspace, CancellationToken cancel) =>
        [.. (await people.ListAsync(workspace.Value, cancel)).Where(p => !p.Disabled && p.Roles.ContainsKey(workspace.Value)).Select(p => new Colleague(p.Id, p.Email, p.Name, p.Language, p.Roles[workspace.Value]))];
}
