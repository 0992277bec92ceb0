using Temas.Feedback.Listening;
using Temas.Feedback.Texts;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.FollowUps.Pages;

/// <summary>Reads the words that opened a follow-up out of the log, where they are and nowhere else; null where there are none any more.</summary>
internal static class FollowUpQuote
{
    /// <summary>The words, with personal data masked.</summary>
    public static string? Of(Workspace workspace, FollowUp f)
    {
        if (f.Reason.Position < 1 || workspace.Log.Read([f.Reason.Position]) is not [{ } stored]) return null;
        var rules = new VoiceRules(workspace.Part<Temas.Collect.Contracts.LiveCatalogue>().Current, ((FeltTexts)workspace.Part<Temas.Customers.Contracts.IFeltTexts>()).InUse, TopicsKind.Of(workspace.Definitions));
        return rules.TextOf(stored.AsLogEvent()) is { } text ? PersonalData.MaskAll(text) : null;
    }
}
