using Microsoft.AspNetCore.Components;

namespace Temas.Ui.Layout;

/// <summary>A page inside a workspace: its address begins with <c>/w/{workspace}</c>. Which workspace that is, and whether the person may see it, the server has settled before.</summary>
public abstract class WorkspacePage : ComponentBase
{
    /// <summary>The workspace's key in the address.</summary>
    [Parameter]
    public string Workspace { get; set; } = "";
}
