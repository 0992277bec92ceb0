using Temas.Kernel;
using Temas.Kernel.Mail;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;

namespace Temas.Feedback.FollowUps;

/// <summary>
/// Reminds owners before a follow-up is due, and tells others when it takes too long: by mail with a link, and nothing of the customer. That it is sent is written down first: a mail that a crash swallowed is not sent again, for the page says the same.
/// </summary>
internal sealed class RemindOwners(IMailer mailer, IPublicLinks links)
{
    private const int AtOnce = 50;

    /// <summary>Sends what is to be sent by now. How many mails were taken.</summary>
    public async Task<int> RunAsync(Workspace workspace, IReadOnlyList<Colleague> people, CancellationToken cancel)
    {
        var (live, now) = (LiveFollowUps.Of(workspace), workspace.Clock.GetUtcNow());
        var sent = 0;
        foreach (var pressing in await live.Store.PressingAsync(now, AtOnce, cancel))
        {
            var (remind, escalate) = (false, false);
            var changed = await live.ChangeAsync(pressing.Id, f =>
            {
                (remind, escalate) = (!f.IsClosed && f.RemindAt <= now, !f.IsClosed && f.EscalateAt <= now);
                if (!remind && !escalate) return new FollowUpChange(f, []);
                List<FollowUpLine> lines = [];
                // Whoever is told that it takes too long knows better than somebody who is reminded that it may.
                if (remind && !escalate) lines.Add(new FollowUpLine(now, "system", "reminded", f.Owner ?? ""));
                if (escalate) lines.Add(new FollowUpLine(now, "system", "escalated", ""));
                return new FollowUpChange(f with { RemindAt = remind ? null : f.RemindAt, EscalateAt = escalate ? null : f.EscalateAt, EscalatedAt = escalate ? now : f.EscalatedAt, ChangedAt = now }, lines)
                {
                    Events = escalate ? ["followup.escalated"] : [],
                };
            }, cancel);
            if (!changed.IsOk || (!remind && !escalate)) continue;
            var f = changed.Value;
            var rule = FollowUpRuleKind.Of(workspace.Definitions).GetValueOrDefault(f.Rule);
            foreach (var person in escalate ? Told(rule, f, people) : people.Where(p => p.Id == f.Owner))
            {
                var language = person.Language ?? WorkspaceSettings.Of(workspace).Language;
                var letter = FollowUpLetters.Write(person.Email, language, escalate, workspace.Name, rule?.Label.In(language) ?? f.Rule, TimeZoneInfo.ConvertTime(f.DueAt, WorkspaceSettings.Of(workspace).Zone()), links.To(TemasUrls.FollowUp(workspace.Key.Value, f.Id)));
                if (await mailer.SendAsync(letter, cancel) == MailFate.Sent) sent++;
            }
        }

        return sent;
    }

    /// <summary>The owner, and those whom the rule names.</summary>
    private static IEnumerable<Colleague> Told(FollowUpRule? rule, FollowUp f, IReadOnlyList<Colleague> people) => people.Where(p =>
        p.Id == f.Owner || (rule?.EscalateTo is { } to && ((to.Person is { } email && string.Equals(p.Email, email, StringComparison.OrdinalIgnoreCase)) || (to.Role is { } role && p.Role == role))));
}
