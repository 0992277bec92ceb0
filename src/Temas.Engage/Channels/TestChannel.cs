using System.Globalization;
using System.Resources;
using Temas.Engage.Outbox;
using Temas.Engage.Pages;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Engage.Channels;

/// <summary>Sends a test by a channel: a person's own mail, or a number that she gives. It goes past the outbox and is on nobody's timeline.</summary>
internal sealed class TestChannel(IEnumerable<ISendMessages> routes, IAuditTrail audit)
{
    private static readonly ResourceManager Texts = new(typeof(EngageText));

    /// <summary>Sends it.</summary>
    public async Task<Result<SendAnswer>> RunAsync(Workspace workspace, string key, string? to, Actor by, CancellationToken cancel)
    {
        if (Channel.Of(workspace).GetValueOrDefault(key) is not { } channel) return Problem.NotFound("channel_unknown", "There is no such channel.", "channel", null, "See GET /api/channels.");
        if (channel.Route == ChannelRoute.Trial) return new Problem(ProblemKind.Conflict, "test_trial", "This channel is for trial, and sends nothing.") { Field = "channel", Value = key, WayOut = "Test a channel that sends." };
        if (channel.Route == ChannelRoute.Email)
        {
            // A test is no way to write to strangers.
            if (by.Kind != "user") return new Problem(ProblemKind.Conflict, "test_needs_person", "A test by mail goes to the person who asks for it, and a token has no address.") { WayOut = "Sign in and send it from the page of the channel." };
            to = by.Name;
        }

        if (string.IsNullOrWhiteSpace(to) || to.Length > 200 || to.AsSpan().ContainsAnyInRange('\0', '\u001f')) return Problem.Invalid("test_address_missing", "A test needs somewhere to go.", "to", wayOut: "Give the number to send it to.");
        var now = workspace.Clock.GetUtcNow();
        var culture = CultureInfo.GetCultureInfo(WorkspaceSettings.Of(workspace).Language);
        var id = "test:" + Guid.CreateVersion7(now).ToString("N");
        var message = new OutboxMessage
        {
            Id = id,
            Mark = OutboxStore.MarkOf(id),
            Customer = "",
            Channel = key,
            Purpose = "test",
            Reference = "test",
            Language = culture.Name,
            Subject = Texts.GetString("TestSubject", culture),
            Text = string.Format(culture, Texts.GetString("TestText", culture)!, workspace.Name),
            State = MessageState.Sending,
            QueuedAt = now,
            Until = now.AddMinutes(5),
        };
        var answer = await routes.First(r => r.Route == channel.Route).SendAsync(workspace, channel, message, to.Trim(), cancel);
        await audit.RecordAsync(new AuditEntry(workspace.Key, by, "channel.tested", $"channel {key}"), cancel);
        return answer;
    }
}
