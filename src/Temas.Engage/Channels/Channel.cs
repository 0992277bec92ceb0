using Temas.Collect.Contracts;
using Temas.Storage.Workspaces;

namespace Temas.Engage.Channels;

/// <summary>By what a channel's messages go.</summary>
internal enum ChannelRoute
{
    /// <summary>The installation's mail server.</summary>
    Email,

    /// <summary>A gateway that takes an HTTP request for each message: SMS, WhatsApp and others.</summary>
    Http,

    /// <summary>Nothing is sent: for trying asking rules before there is a mail server, and where nobody is to be written to.</summary>
    Trial,
}

/// <summary>What a channel asks for before a customer is sent surveys.</summary>
internal enum ConsentRule
{
    /// <summary>She must not have refused.</summary>
    UnlessRefused,

    /// <summary>She must have agreed.</summary>
    Required,
}

/// <summary>A way to write to customers: definition of kind <c>channel</c> (docs/channels.md). Its key is the name by which messages, consent and events know it.</summary>
internal sealed record Channel
{
    /// <summary>Its key: <c>email</c>, <c>sms</c>, <c>whatsapp</c> …</summary>
    public required string Key { get; init; }

    /// <summary>Its name for people.</summary>
    public required LocalText Label { get; init; }

    /// <summary>By what its messages go.</summary>
    public required ChannelRoute Route { get; init; }

    /// <summary>Whether anything is sent by it.</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>What addresses it: the kind of identifier (<c>email</c>, <c>phone</c>) or the name of a trait.</summary>
    public required string Address { get; init; }

    /// <summary>Whether surveys need a yes, or only no no. Other purposes go by their own definition.</summary>
    public ConsentRule Consent { get; init; }

    /// <summary>Messages a second at most.</summary>
    public double PerSecond { get; init; } = 10;

    /// <summary>Who writes, as a mail says it at its end: name and postal address.</summary>
    public LocalText? Sender { get; init; }

    /// <summary>Of mail: the address to which mails come back that could not be delivered, to which the mark of each is added behind a plus sign; null: to that from which they come.</summary>
    public string? ReturnPath { get; init; }

    /// <summary>Of mail: the purpose of consent to which a customer must have agreed for it to be noticed that she opened a mail; null: that is noticed of nobody.</summary>
    public string? Opens { get; init; }

    /// <summary>The text of an invitation to a survey, by language, on channels that have no letter; null for the usual one.</summary>
    public LocalText? Invitation { get; init; }

    /// <summary>The gateway, where that is the route.</summary>
    public Gateway? Gateway { get; init; }

    /// <summary>The channels of a workspace, by key.</summary>
    public static IReadOnlyDictionary<string, Channel> Of(Workspace workspace) => workspace.Definitions.Current(ChannelKind.Instance);
}

/// <summary>How a gateway is asked to send a message. <c>{to}</c>, <c>{text}</c>, <c>{id}</c> and <c>{secret:NAME}</c> stand for what is put in, written as the place needs it.</summary>
internal sealed record Gateway
{
    /// <summary>Where the request goes.</summary>
    public required string Url { get; init; }

    /// <summary><c>POST</c>, <c>PUT</c> or <c>GET</c>.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>Headers, by name.</summary>
    public IReadOnlyList<GatewayHeader> Headers { get; init; } = [];

    /// <summary>The body; null for none.</summary>
    public string? Body { get; init; }

    /// <summary>Whether the body is a form (<c>a=b&amp;c=d</c>) and not JSON.</summary>
    public bool IsForm { get; init; }

    /// <summary>Where in the answer stands whether it was taken, as a path in JSON (<c>status.code</c>); null when its status alone says so.</summary>
    public string? SuccessPath { get; init; }

    /// <summary>What stands there when it was.</summary>
    public IReadOnlyList<string> SuccessValues { get; init; } = [];

    /// <summary>Where in the answer the gateway's own id of the message stands.</summary>
    public string? IdPath { get; init; }

    /// <summary>How it reports what became of messages.</summary>
    public GatewayReports? Reports { get; init; }
}

/// <summary>A header that is sent along.</summary>
internal sealed record GatewayHeader(string Name, string Value);

/// <summary>How a gateway's delivery reports are read; each path is of JSON, or the name of a field of the query or form.</summary>
/// <param name="Id">Where our id of the message stands, or the gateway's own.</param>
/// <param name="State">Where its state stands.</param>
/// <param name="Delivered">States that mean that it arrived.</param>
/// <param name="Failed">States that mean that it never will.</param>
internal sealed record GatewayReports(string Id, string State, IReadOnlyList<string> Delivered, IReadOnlyList<string> Failed);
