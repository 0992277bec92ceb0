using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Temas.Collect;
using Temas.Collect.Sources;
using Temas.Customers.Api;
using Temas.Customers.Identity;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Engage.Outbox;

/// <summary>Tells what was sent and what came back as events of the source "Channels", so that it is on timelines. Each has a message id made of the message's own, so that the log takes it once.</summary>
internal sealed partial class TellMessages(CollectPipeline pipeline, CreateSource sources, ILogger<TellMessages> log)
{
    /// <summary>Name of the source.</summary>
    public const string Source = "Temas kanalları / channels";

    private const int AtOnce = 500;

    /// <summary>Tells all that waits. How much was told.</summary>
    public async Task<int> RunAsync(Workspace workspace, CancellationToken cancel = default)
    {
        var book = EngageBook.Of(workspace);
        await book.Telling.WaitAsync(cancel);
        try
        {
            var waiting = await book.Outbox.UntoldAsync(AtOnce, cancel);
            if (waiting.Count == 0) return 0;
            var source = await sources.FindOrCreateAsync(workspace, Source, "Temas", Actor.System, cancel);
            if (source.Problem is { } none) return Failed(workspace, none);
            using var lines = new MemoryStream();
            foreach (var one in waiting)
            {
                // Of somebody who is gone nothing is told.
                if (ReadCustomer.Find(workspace, one.Customer) is not { IsOk: true } her) continue;
                lines.Write(Write(one, her.Value.Canonical).Span);
                lines.WriteByte((byte)'\n');
            }

            if (lines.Length > 0)
            {
                var taken = await pipeline.AcceptAsync(workspace, source.Value, lines.ToArray(), imported: false, cancel);
                if (taken.Problem is { } problem) return Failed(workspace, problem);
                foreach (var rejected in taken.Value.Rejected) Failed(workspace, rejected.Problem);
            }

            await book.Outbox.ToldAsync([.. waiting.Select(w => w.Id)], cancel);
            return waiting.Count;
        }
        finally
        {
            book.Telling.Release();
        }
    }

    /// <summary>As <see cref="RunAsync"/>; what fails is logged, and tried again later.</summary>
    public async Task TryAsync(Workspace workspace, CancellationToken cancel)
    {
        try
        {
            while (await RunAsync(workspace, cancel) == AtOnce)
            {
                // There was more than goes at once.
            }
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Broke(log, e, workspace.Key.Value);
        }
    }

    private static ReadOnlyMemory<byte> Write(MessageEvent one, CustomerIdentifier who)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("type", "track");
        json.WriteString("event", one.Name);
        json.WriteString("messageId", one.Message.Length > 0 ? $"{one.Name.Replace(' ', '-').ToLowerInvariant()}-{one.Message}" : FormattableString.Invariant($"{one.Name.ToLowerInvariant()}-{one.Customer}-{one.Channel}-{one.Purpose}-{one.At}"));
        json.WriteString("timestamp", DateTimeOffset.FromUnixTimeMilliseconds(one.At));
        if (who.Kind == "user_id") json.WriteString("userId", who.Value);
        else if (who.Kind == "anonymous_id") json.WriteString("anonymousId", who.Value);
        else WriteExternal(json, who);
        json.WriteStartObject("properties");
        if (one.Message.Length > 0) json.WriteString("message_id", one.Message);
        json.WriteString("channel", one.Channel);
        json.WriteString("purpose", one.Purpose);
        if (one.Reference.Length > 0)
        {
            // "survey:delivery" is what the catalogue knows as the template survey, and survey_id is delivery.
            var (template, of) = one.Reference.Split(':', 2) is [var first, var second] ? (first, second) : (one.Reference, "");
            json.WriteString("template", template);
            if (of.Length > 0) json.WriteString(template + "_id", of);
            json.WriteString("reference", one.Reference);
        }

        if (one.Why is not null) json.WriteString("reason", one.Why);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteExternal(Utf8JsonWriter json, CustomerIdentifier who)
    {
        json.WriteStartObject("context");
        json.WriteStartArray("externalIds");
        json.WriteStartObject();
        json.WriteString("id", who.Value);
        json.WriteString("type", who.Kind);
        json.WriteString("collection", "users");
        json.WriteString("encoding", "none");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private int Failed(Workspace workspace, Problem problem)
    {
        Held(log, workspace.Key.Value, problem.Code);
        return 0;
    }

    [LoggerMessage(LogLevel.Warning, "What became of messages of {Workspace} could not be told ({Code}); it is tried again.")]
    private static partial void Held(ILogger log, string workspace, string code);

    [LoggerMessage(LogLevel.Error, "Telling what became of messages of {Workspace} failed; it is tried again.")]
    private static partial void Broke(ILogger log, Exception e, string workspace);
}
