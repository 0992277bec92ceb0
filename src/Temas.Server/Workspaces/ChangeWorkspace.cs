using System.Text.Json;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Server.Workspaces;

/// <summary>What holds for a whole workspace.</summary>
/// <param name="Key">Name in addresses.</param>
/// <param name="Name">Name for people.</param>
/// <param name="TimeZone">IANA name of the time zone in which days begin and promises fall due.</param>
/// <param name="Currency">ISO 4217 code of the currency of amounts that name none.</param>
/// <param name="Language">Language of who has chosen none: <c>tr</c> or <c>en</c>.</param>
internal sealed record WorkspaceSettingsView(string Key, string Name, string TimeZone, string Currency, string Language)
{
    public static WorkspaceSettingsView Of(Workspace workspace)
    {
        var settings = WorkspaceSettings.Of(workspace);
        return new WorkspaceSettingsView(workspace.Key.Value, workspace.Name, settings.TimeZone, settings.Currency, settings.Language);
    }
}

/// <summary>What is to be changed; null stays as it is.</summary>
/// <param name="Name">Name for people, 1 to 100 characters.</param>
/// <param name="TimeZone">IANA name of a time zone.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Language"><c>tr</c> or <c>en</c>.</param>
internal sealed record WorkspaceChanges(string? Name = null, string? TimeZone = null, string? Currency = null, string? Language = null);

/// <summary>Use case: changes what holds for a whole workspace. The settings are a definition; the name stands in the list of workspaces. Nothing is written unless all of it is right.</summary>
internal sealed class ChangeWorkspace(WorkspaceRegistry workspaces, ChangeDefinition change, IAuditTrail audit)
{
    /// <summary>All that is wrong with the changes.</summary>
    public static IReadOnlyList<Problem> Check(Workspace workspace, WorkspaceChanges changes)
    {
        var faults = workspace.Definitions.Check(WorkspaceSettings.Kind.Kind, WorkspaceSettings.Key, Merge(workspace, changes).ToJson());
        return changes.Name is null || changes.Name.Trim().Length is > 0 and <= 100 ? faults
            : [Problem.Invalid("workspace_name_invalid", "The name of a workspace has 1 to 100 characters.", "name", changes.Name, "Choose another name."), .. faults];
    }

    /// <summary>Changes it, and gives how it is then.</summary>
    public async Task<Result<WorkspaceSettingsView>> HandleAsync(Workspace workspace, WorkspaceChanges changes, Actor by, CancellationToken cancel)
    {
        if (Check(workspace, changes) is [var first, ..]) return first;
        var saved = await change.SaveAsync(workspace, WorkspaceSettings.Kind.Kind, WorkspaceSettings.Key, Merge(workspace, changes).ToJson(), by, cancel);
        if (saved.Problem is { } problem) return problem;
        var before = workspace.Name;
        if (changes.Name?.Trim() is { } name && name != before)
        {
            if (await workspaces.RenameAsync(workspace.Key, name, cancel) is { } refused) return refused;
            await audit.RecordAsync(new AuditEntry(workspace.Key, by, "workspace.renamed", $"workspace {workspace.Key}") { Before = NameJson(before), After = NameJson(name) }, cancel);
        }

        return WorkspaceSettingsView.Of(workspace);
    }

    private static WorkspaceSettings Merge(Workspace workspace, WorkspaceChanges changes)
    {
        var settings = WorkspaceSettings.Of(workspace);
        return settings with
        {
            TimeZone = changes.TimeZone?.Trim() ?? settings.TimeZone,
            Currency = changes.Currency?.Trim().ToUpperInvariant() ?? settings.Currency,
            Language = changes.Language?.Trim() ?? settings.Language,
        };
    }

    private static string NameJson(string name) => $"{{\"name\":\"{JsonEncodedText.Encode(name)}\"}}";
}
