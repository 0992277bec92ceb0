using System.Text.RegularExpressions;
using Temas.Collect.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Engage.Webhooks;

/// <summary>Somebody elsewhere who is told what happens: definition of kind <c>webhook</c> (docs/webhooks.md).</summary>
internal sealed record Webhook
{
    /// <summary>Everything that is told.</summary>
    public const string Everything = "*";

    /// <summary>Its key.</summary>
    public required string Key { get; init; }

    /// <summary>Its name for people.</summary>
    public required LocalText Label { get; init; }

    /// <summary>Where it is told.</summary>
    public required string Url { get; init; }

    /// <summary>Whether it is told anything.</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>What it is told: <c>survey.answered</c>, <c>segment.entered</c> …, or <see cref="Everything"/>.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>The webhooks of a workspace, by key.</summary>
    public static IReadOnlyDictionary<string, Webhook> Of(Workspace workspace) => workspace.Definitions.Current(WebhookKind.Instance);

    /// <summary>Whether it wants to be told a kind of thing.</summary>
    public bool Wants(string kind) => IsOn && (Events.Contains(kind) || Events.Contains(Everything));
}

/// <summary>The kind of definition <c>webhook</c>. The key that signs is no part of it (<see cref="Channels.SecretBox"/>).</summary>
internal sealed partial class WebhookKind : IDefinitionKind<Webhook>
{
    /// <summary>Name of the kind.</summary>
    public const string Name = "webhook";

    /// <summary>What can be told in this release; a webhook may name others, which modules to come tell.</summary>
    public static readonly IReadOnlyList<string> Known = ["survey.answered", "survey.left", "segment.entered", "segment.left", "alert.opened", "alert.acknowledged", "alert.closed"];

    public static WebhookKind Instance { get; } = new();

    public string Kind => Name;

    public IEnumerable<KeyValuePair<string, string>> Defaults => [];

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public Webhook Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    [GeneratedRegex(@"^(\*|[a-z_]{1,50}\.[a-z_]{1,50})$", RegexOptions.CultureInvariant)]
    private static partial Regex EventForm();

    private static Webhook Build(string key, DefinitionNode node)
    {
        node.Only("label", "url", "on", "events");
        var url = node.RequiredText("url", 2000);
        if (url.Length > 0 && (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.UserInfo.Length > 0)) node.Fault("url", "url_invalid", "This is an address with http or https.", url, "Write for example https://crm.example.com/temas.");
        var events = node.Texts("events", 101, 50, EventForm());
        if (events.Count == 0) node.Fault("events", "field_missing", "A webhook is told something.", wayOut: $"Name for example {Known[0]}, or * for everything.");
        return new Webhook { Key = key, Label = node.Label(), Url = url, IsOn = node.Flag("on", true), Events = events };
    }
}
