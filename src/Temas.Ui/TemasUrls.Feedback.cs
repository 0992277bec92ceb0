namespace Temas.Ui;

/// <content>What customers say: surveys, asking, channels, texts, follow-ups.</content>
public static partial class TemasUrls
{
    /// <summary>What customers wrote. <paramref name="part"/>: texts (default), scores, customers, model.</summary>
    public static string Feedback(string workspace, string? part = null, params ReadOnlySpan<(string Name, string? Value)> query) =>
        With(part is null or "texts" ? $"/w/{Path(workspace)}/feedback" : $"/w/{Path(workspace)}/feedback/{part}", query);

    /// <summary>The texts that a filter leaves, as a file (CSV).</summary>
    public static string FeedbackFile(string workspace, params ReadOnlySpan<(string Name, string? Value)> query) => With(With("/api/feedback/texts.csv", query), ("workspace", workspace));

    /// <summary>Where customers answer a survey.</summary>
    public static string Survey(string workspace, string survey) => $"/s/{Path(workspace)}/{Path(survey)}";

    /// <summary>The list of surveys.</summary>
    public static string Surveys(string workspace) => $"/w/{Path(workspace)}/surveys";

    /// <summary>The page of a survey: <paramref name="part"/> is empty for the editor, or links, responses, preview.</summary>
    public static string SurveyPage(string workspace, string survey, string part = "", params (string Name, string? Value)[] state) =>
        With($"{Surveys(workspace)}/of/{Path(survey)}{(part.Length > 0 ? "/" + part : "")}", state);

    /// <summary>Where an agent chooses the survey to read to a customer on the phone.</summary>
    public static string SurveyByPhone(string workspace, string customer) => With($"{Surveys(workspace)}/enter", ("customer", customer));

    /// <summary>Where the pages of surveys post to.</summary>
    public static string SurveyAction(string workspace, string action) => $"{Surveys(workspace)}/do/{action}";

    /// <summary>The asking rules.</summary>
    public static string AskingRules(string workspace) => $"{Surveys(workspace)}/asking";

    /// <summary>The editor of an asking rule; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string AskingRule(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{AskingRules(workspace)}/new" : $"{AskingRules(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Tries an asking rule on the past.</summary>
    public static string AskingTry(string workspace, string key, params ReadOnlySpan<(string Name, string? Value)> query) => With($"{AskingRules(workspace)}/{Path(key)}/try", query);

    /// <summary>What asking rules decided: of all, or what a filter leaves.</summary>
    public static string AskingLog(string workspace, params ReadOnlySpan<(string Name, string? Value)> query) => With($"{AskingRules(workspace)}/decisions", query);

    /// <summary>What holds for all asking.</summary>
    public static string AskingPolicy(string workspace, params (string Name, string? Value)[] draft) => With($"{AskingRules(workspace)}/policy", [.. draft]);

    /// <summary>Where the editor of asking rules posts to, in the way of <paramref name="action"/>: save, remove, restore.</summary>
    public static string AskingRuleAction(string workspace, string action) => $"{AskingRules(workspace)}/{action}";

    /// <summary>Where the editor of what holds for all asking posts to.</summary>
    public static string AskingPolicyAction(string workspace, string action) => $"{AskingPolicy(workspace)}/{action}";

    /// <summary>The channels by which customers are written to, with what was sent in a <paramref name="state"/>.</summary>
    public static string Channels(string workspace, string? state = null, string? before = null) => With($"/w/{Path(workspace)}/channels", ("state", state), ("before", before));

    /// <summary>The editor of a channel; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string Channel(string workspace, string? key = null, params (string Name, string? Value)[] draft) => With(key is null ? $"{Channels(workspace)}/new" : $"{Channels(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Where the pages of channels post to, in the way of <paramref name="action"/>: save, remove, restore, secret, test, send.</summary>
    public static string ChannelAction(string workspace, string action) => $"{Channels(workspace)}/{action}";

    /// <summary>The webhooks.</summary>
    public static string Webhooks(string workspace) => $"/w/{Path(workspace)}/webhooks";

    /// <summary>The page of a webhook; without a key the editor of a new one, which <paramref name="draft"/> fills in.</summary>
    public static string Webhook(string workspace, string? key = null, params (string Name, string? Value)[] draft) => With(key is null ? $"{Webhooks(workspace)}/new" : $"{Webhooks(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Where the pages of webhooks post to, in the way of <paramref name="action"/>: save, remove, restore, new-secret, resume, send.</summary>
    public static string WebhookAction(string workspace, string action) => $"{Webhooks(workspace)}/{action}";

    /// <summary>The scores of a survey, with what is asked about them.</summary>
    public static string SurveyScores(string workspace, string survey, params ReadOnlySpan<(string Name, string? Value)> query) => With($"{Surveys(workspace)}/of/{Path(survey)}/scores", query);

    /// <summary>The topics that customers speak of.</summary>
    public static string Topics(string workspace, params ReadOnlySpan<(string Name, string? Value)> query) => With($"{Feedback(workspace)}/topics", query);

    /// <summary>Where the page of topics posts to.</summary>
    public static string TopicsAction(string workspace, string action) => $"{Feedback(workspace)}/topics/do/{action}";

    /// <summary>The follow-ups that a filter leaves. <paramref name="view"/>: mine, unassigned, overdue, all (default).</summary>
    public static string FollowUps(string workspace, string? view = null, params ReadOnlySpan<(string Name, string? Value)> query) => With(With($"/w/{Path(workspace)}/follow-ups", ("view", view == "all" ? null : view)), query);

    /// <summary>One follow-up.</summary>
    public static string FollowUp(string workspace, string id) => $"{FollowUps(workspace)}/of/{Path(id)}";

    /// <summary>What its page posts to, in the way of <paramref name="action"/>: assign, note, status, done.</summary>
    public static string FollowUpAction(string workspace, string id, string action) => $"{FollowUp(workspace, id)}/{action}";

    /// <summary>Tells when a follow-up changed.</summary>
    public static string FollowUpStream(string workspace) => With("/api/follow-ups/stream", ("workspace", workspace));

    /// <summary>Service levels of follow-ups.</summary>
    public static string FollowUpLevels(string workspace, string? days = null) => With($"{FollowUps(workspace)}/levels", ("days", days));

    /// <summary>The rules by which follow-ups are opened.</summary>
    public static string FollowUpRules(string workspace) => $"{FollowUps(workspace)}/rules";

    /// <summary>The editor of a rule; without a key for a new one, which <paramref name="draft"/> fills in.</summary>
    public static string FollowUpRule(string workspace, string? key = null, params (string Name, string? Value)[] draft) =>
        With(key is null ? $"{FollowUpRules(workspace)}/new" : $"{FollowUpRules(workspace)}/of/{Path(key)}", [.. draft]);

    /// <summary>Where the pages of rules post to, in the way of <paramref name="action"/>: save, remove, restore; desk and desk-restore for the desk.</summary>
    public static string FollowUpRuleAction(string workspace, string action) => $"{FollowUpRules(workspace)}/{action}";
}
