using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Profiles;

/// <summary>
/// Workspaces made before the settings held the only time zone have one in <c>profile</c>/<c>default</c>, too. It leaves that definition when the workspace is
/// opened, and goes into the settings if somebody had chosen it and nobody has changed them: else the settings are what that somebody meant.
/// </summary>
internal static class MoveTimeZone
{
    /// <summary>The member that the definition had.</summary>
    public const string Member = "timeZone";

    public static void Run(Workspace workspace, ILogger logger)
    {
        var definitions = workspace.Definitions;
        if (definitions.List(ProfileRulesKind.Instance.Kind).FirstOrDefault(d => d.Key == ProfileRulesKind.Key) is not { } profile) return;
        var document = JsonNode.Parse(profile.Json)!.AsObject();
        if (!document.Remove(Member, out var value)) return;

        var settings = WorkspaceSettings.Of(workspace);
        var untouched = definitions.List(WorkspaceSettings.Kind.Kind).All(d => d.Version == 1);
        var zone = value is JsonValue text && text.TryGetValue<string>(out var name) ? name : null;
        if (untouched && zone is not null && zone != settings.TimeZone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            Save(WorkspaceSettings.Kind.Kind, WorkspaceSettings.Key, (settings with { TimeZone = zone }).ToJson());
        Save(ProfileRulesKind.Instance.Kind, ProfileRulesKind.Key, document.ToJsonString());
        logger.LogInformation("The time zone of {Workspace} stands in its settings alone now: {TimeZone}.", workspace.Key, WorkspaceSettings.Of(workspace).TimeZone);

        // Workspaces are opened one after the other before anything is served: there is nobody to keep waiting.
        void Save(string kind, string key, string json)
        {
            if (definitions.SaveAsync(kind, key, json, Actor.System).GetAwaiter().GetResult().Problem is { } problem)
                logger.LogWarning("The definition {Kind}/{Key} of {Workspace} could not be changed: {Problem}", kind, key, workspace.Key, problem.Code);
        }
    }
}
