using Temas.Kernel;

namespace Temas.Server.Invitations;

/// <summary>An invitation that waits to be accepted.</summary>
/// <param name="Id">Names it; opens nothing.</param>
/// <param name="Email">Whom it is for, as it was typed.</param>
/// <param name="Workspace">Key of the workspace.</param>
/// <param name="Role">Role that it gives there.</param>
/// <param name="Language">Language of its mail.</param>
/// <param name="InvitedBy">Who invites: e-mail of a person, or name of a token or command.</param>
/// <param name="CreatedAt">When it was made, or made anew.</param>
/// <param name="ExpiresAt">From when on its link no longer works.</param>
internal sealed record Invitation(string Id, string Email, string Workspace, Role Role, string Language, string InvitedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);
