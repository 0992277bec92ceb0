using Temas.Server.Control;

namespace Temas.Server.Verbs;

/// <summary>Every verb that the control socket knows. One list: the socket maps it, and the command line calls through it.</summary>
internal static class VerbTable
{
    public static IReadOnlyList<Verb> All { get; } =
    [
        CreateWorkspace.Verb, ListWorkspaces.Verb,
        SourceVerbs.Create, SourceVerbs.List, SourceVerbs.Revoke, SourceVerbs.Rotate,
        ImportVerbs.Open, ImportVerbs.Send,
        TokenVerbs.Create, TokenVerbs.List, TokenVerbs.Revoke,
        PersonVerbs.Create, PersonVerbs.List, PersonVerbs.Password, PersonVerbs.Disable, PersonVerbs.ChangeRole, PersonVerbs.ResetSecondFactor,
        InvitationVerbs.Create, InvitationVerbs.List, InvitationVerbs.Renew, InvitationVerbs.Revoke, InvitationVerbs.PasswordLink,
        CustomerVerbs.Read, CustomerVerbs.Export, CustomerVerbs.Erase,
        ExportDefinitions.Verb, ExportEvents.Verb, ApplyDefinitions.Verb,
        MakeBackup.Verb, Rebuild.Verb,
        DemoVerbs.Load, DemoVerbs.Leave, DemoVerbs.Remove,
    ];
}
