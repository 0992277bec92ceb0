using System.Text.Json.Serialization;

namespace Temas.Collect.Contracts;

/// <summary>What a source does with what it does not expect. Persisted by name; may only grow.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UnknownPolicy>))]
public enum UnknownPolicy
{
    /// <summary>Takes it without a word.</summary>
    [JsonStringEnumMemberName("allow")]
    Allow = 0,

    /// <summary>Takes it and marks the event.</summary>
    [JsonStringEnumMemberName("flag")]
    Flag = 1,

    /// <summary>Refuses the event, or leaves out the property.</summary>
    [JsonStringEnumMemberName("block")]
    Block = 2,
}

/// <summary>Where events come from: a web shop, an app, the tills. Each has a key with which it writes, and can do nothing else.</summary>
public sealed record Source
{
    /// <summary>Number within the workspace, from 1; stands in the log.</summary>
    public required int Id { get; init; }

    /// <summary>Name for people, 1 to 100 characters, unique among the sources that are not revoked.</summary>
    public required string Name { get; init; }

    /// <summary>The write key: 32 characters that are safe in addresses. A secret as far as servers keep it; in a browser everybody can read it.</summary>
    public required string WriteKey { get; init; }

    /// <summary>What happens to events that the catalogue does not know.</summary>
    public UnknownPolicy Events { get; init; } = UnknownPolicy.Allow;

    /// <summary>What happens to properties that the catalogue does not know.</summary>
    public UnknownPolicy Properties { get; init; } = UnknownPolicy.Allow;

    /// <summary>What happens to events that robots send.</summary>
    public UnknownPolicy Bots { get; init; } = UnknownPolicy.Flag;

    /// <summary>Events a second that it may send in the long run; 0 for as many as it likes.</summary>
    public int RateLimit { get; init; }

    /// <summary>
    /// The websites whose pages may show surveys with this key: origins such as <c>https://www.example.com</c>, a space between them; empty for any that has the key. Events are taken from everywhere: apps and servers have no origin.
    /// </summary>
    public string Sites { get; init; } = "";

    /// <summary>The person or team that answers for what it sends; empty for nobody yet.</summary>
    public string Owner { get; init; } = "";

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When its key was revoked; null while it may write.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Whether pages of an origin may show surveys.</summary>
    public bool IsSite(string origin) => Sites.Length == 0 || Sites.Split(' ').Contains(origin, StringComparer.Ordinal);

    /// <summary>Whether events of this source are held against the catalogue at all.</summary>
    [JsonIgnore]
    public bool ChecksCatalogue => Events != UnknownPolicy.Allow || Properties != UnknownPolicy.Allow;
}
