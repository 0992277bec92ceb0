using System.Text.RegularExpressions;
using Temas.Collect.Contracts;
using Temas.Kernel;

namespace Temas.Engage.Channels;

/// <summary>The kind of definition <c>channel</c>. Secrets are no part of a document: it names them, and they are kept apart (<see cref="SecretBox"/>).</summary>
internal sealed partial class ChannelKind : IDefinitionKind<Channel>
{
    /// <summary>Name of the kind.</summary>
    public const string Name = "channel";

    /// <summary>The routes as documents write them.</summary>
    public static readonly (string Word, ChannelRoute Value)[] Routes = [("email", ChannelRoute.Email), ("http", ChannelRoute.Http), ("trial", ChannelRoute.Trial)];

    /// <summary>The word of a route.</summary>
    public static string WordOf(ChannelRoute route) => Routes.First(r => r.Value == route).Word;

    /// <summary>The rules of consent as documents write them.</summary>
    public static readonly (string Word, ConsentRule Value)[] Rules = [("unless_refused", ConsentRule.UnlessRefused), ("required", ConsentRule.Required)];

    private static readonly string[] Places = ["to", "text", "id"];

    public static ChannelKind Instance { get; } = new();

    public string Kind => Name;

    public IEnumerable<KeyValuePair<string, string>> Defaults => [KeyValuePair.Create("email", """{"label": {"tr": "E-posta", "en": "E-mail"}, "route": "email"}""")];

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public Channel Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    /// <summary>Names of the secrets that a channel's request asks for.</summary>
    public static IReadOnlyList<string> SecretsOf(Gateway gateway) =>
        [.. gateway.Headers.Select(h => h.Value).Append(gateway.Url).Append(gateway.Body ?? "").SelectMany(t => Place().Matches(t)).Select(m => m.Groups["secret"]).Where(g => g.Success).Select(g => g.Value).Distinct(StringComparer.Ordinal)];

    /// <summary>A place that something is put into: <c>{to}</c>, <c>{secret:token}</c>.</summary>
    [GeneratedRegex(@"\{(?:(?<name>[a-z]+)|secret:(?<secret>[a-z0-9_-]{1,50}))\}", RegexOptions.CultureInvariant)]
    public static partial Regex Place();

    [GeneratedRegex("^[A-Za-z0-9-]{1,100}$", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderForm();

    [GeneratedRegex("^[A-Za-z0-9_$-]+(\\.[A-Za-z0-9_$-]+|\\[[0-9]+\\])*$", RegexOptions.CultureInvariant)]
    private static partial Regex PathForm();

    private static Channel Build(string key, DefinitionNode node)
    {
        node.Only("label", "route", "on", "address", "consent", "perSecond", "sender", "returnPath", "opens", "invitation", "gateway");
        node.RequiredText("route");
        var route = node.OneOf("route", ChannelRoute.Http, Routes);
        var gateway = node.Object("gateway", ReadGateway);
        if (route == ChannelRoute.Http && !node.Has("gateway")) node.Fault("gateway", "field_missing", "A channel by HTTP needs its gateway.", wayOut: "Add {\"url\": \"…\"}.");
        if (route == ChannelRoute.Email && node.Has("gateway")) node.Fault("gateway", "gateway_unused", "Mail goes to the mail server of the installation's settings.", wayOut: "Leave gateway out.");
        if (route == ChannelRoute.Trial && node.Has("gateway")) node.Fault("gateway", "gateway_unused", "A channel for trial sends nothing.", wayOut: "Leave gateway out.");
        var back = node.Text("returnPath", max: 240);
        if (back is not null && route != ChannelRoute.Email) node.Fault("returnPath", "return_path_unused", "Only mail has an address to which it comes back.", wayOut: "Leave returnPath out.");
        else if (back is not null && !Channels.ReturnPath.IsAddress(back)) node.Fault("returnPath", "return_path_invalid", "This is an address without a plus sign, with at most 31 characters before the at sign.", back, "Write for example bounces@example.com.");
        var opens = node.Text("opens", max: 100);
        if (opens is not null && route != ChannelRoute.Email) node.Fault("opens", "opens_unused", "Only of mail can be noticed that it was opened.", wayOut: "Leave opens out.");
        var invitation = node.Name("invitation");
        if (invitation is not null && (!invitation.Tr.Contains("{link}", StringComparison.Ordinal) || !invitation.En.Contains("{link}", StringComparison.Ordinal)))
            node.Fault("invitation", "link_missing", "The text of an invitation holds {link} in both languages.", wayOut: "Write for example \"{title}: {link}\".");
        return new Channel
        {
            Key = key,
            Label = node.Label(),
            Route = route,
            IsOn = node.Flag("on", true),
            Address = node.Text("address", route == ChannelRoute.Http ? "phone" : "email", max: 100)!,
            Consent = node.OneOf("consent", ConsentRule.UnlessRefused, Rules),
            PerSecond = node.Number("perSecond", 10, 0.01, 1000),
            Sender = node.Name("sender"),
            ReturnPath = route == ChannelRoute.Email ? back : null,
            Opens = route == ChannelRoute.Email ? opens : null,
            Invitation = invitation,
            Gateway = route == ChannelRoute.Http ? gateway : null,
        };
    }

    private static Gateway ReadGateway(DefinitionNode node)
    {
        node.Only("url", "method", "headers", "body", "form", "successPath", "successValues", "idPath", "reports");
        var url = node.RequiredText("url", 2000);
        if (url.Length > 0 && (!Uri.TryCreate(Place().Replace(url, "x"), UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || Place().IsMatch(url.Split('?')[0]) || uri.UserInfo.Length > 0))
            node.Fault("url", "url_invalid", "This is an address with http or https; places stand behind its question mark alone.", url, "Write for example https://gateway.example.com/send.");
        CheckPlaces(node, "url", url);
        var headers = node.List("headers", n =>
        {
            n.Only("name", "value");
            var header = new GatewayHeader(n.RequiredText("name", 100, HeaderForm()), n.RequiredText("value", 2000));
            if (header.Value.AsSpan().ContainsAnyInRange('\0', '\u001f')) n.Fault("value", "header_invalid", "A header is one line.");
            CheckPlaces(n, "value", header.Value);
            return header;
        }, 20);
        var body = node.Text("body", max: 10_000);
        CheckPlaces(node, "body", body ?? "");
        if (body is not null && !body.Contains("{text}", StringComparison.Ordinal) && !url.Contains("{text}", StringComparison.Ordinal)) node.Fault("body", "text_missing", "The request says nowhere what is to be sent.", wayOut: "Put {text} into the body.");
        return new Gateway
        {
            Url = url,
            Method = node.OneOf("method", "POST", ("POST", "POST"), ("PUT", "PUT"), ("GET", "GET")),
            Headers = headers,
            Body = body,
            IsForm = node.Flag("form", false),
            SuccessPath = node.Text("successPath", max: 200, form: PathForm()),
            SuccessValues = node.Texts("successValues", 100, 20),
            IdPath = node.Text("idPath", max: 200, form: PathForm()),
            Reports = node.Object("reports", n =>
            {
                n.Only("id", "state", "delivered", "failed");
                return new GatewayReports(n.RequiredText("id", 200, PathForm()), n.RequiredText("state", 200, PathForm()), n.Texts("delivered", 100, 50), n.Texts("failed", 100, 50));
            }),
        };
    }

    private static void CheckPlaces(DefinitionNode node, string field, string text)
    {
        foreach (Match place in Place().Matches(text))
        {
            if (place.Groups["name"] is { Success: true, Value: var name } && !Places.Contains(name)) node.Fault(field, "place_unknown", "There is no such place.", place.Value, "Known are {to}, {text}, {id} and {secret:NAME}.");
        }
    }
}
