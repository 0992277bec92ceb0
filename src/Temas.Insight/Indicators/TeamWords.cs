using Temas.Collect.Contracts;
using Temas.Storage.Workspaces;
using Temas.Ui.Preferences;

namespace Temas.Insight.Indicators;

/// <summary>Teams, which many definitions name in one language only.</summary>
internal static class TeamWords
{
    /// <summary>What a team is called in the reader's language, where the catalogue knows it in both; else as it is written.</summary>
    public static string TeamOf(this Workspace workspace, string written) => workspace.FindPart<LiveCatalogue>()?.Current.TeamIn(written, Languages.Current.Code) ?? written;
}
