using Microsoft.AspNetCore.Localization;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Preferences;

namespace Temas.Server.Workspaces;

/// <summary>The last word on the language of a page, before English: that of the workspace in the address, or of the only one. Asked when the reader has chosen none and the browser asks for neither.</summary>
internal static class WorkspaceLanguage
{
    public static void Add(RequestLocalizationOptions options, WorkspaceRegistry workspaces) =>
        options.RequestCultureProviders.Add(new CustomRequestCultureProvider(http => Languages.Told(Of(http.Request.Path, workspaces))));

    private static string? Of(PathString path, WorkspaceRegistry workspaces)
    {
        if (!workspaces.IsOpen) return null;
        if (path.StartsWithSegments("/w", StringComparison.Ordinal, out var rest) && WorkspaceKey.Parse(rest.Value?.Trim('/').Split('/')[0]) is { IsOk: true } key && workspaces.Find(key.Value) is { } named) return WorkspaceSettings.Of(named).Language;
        return workspaces.All is [var only] ? WorkspaceSettings.Of(only).Language : null;
    }
}
