using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Temas.Engage.Channels;
using Temas.Engage.Outbox;
using Temas.Storage.Workspaces;

namespace Temas.Engage;

/// <summary>What channels keep of a workspace: the outbox, and the key that signs links and makes digests of addresses. A part of each workspace.</summary>
internal sealed class EngageBook
{
    private const int KeySize = 32, CodeSize = 16, LongestToken = 1_000;

    private readonly byte[] key;

    public EngageBook(Workspace workspace)
    {
        Outbox = new OutboxStore(workspace.Database, workspace.Clock);
        Fates = new MessageFateStore(workspace.Database);
        key = Secret(workspace);
    }

    /// <summary>The book of a workspace.</summary>
    public static EngageBook Of(Workspace workspace) => workspace.Part<EngageBook>();

    /// <summary>The messages.</summary>
    public OutboxStore Outbox { get; }

    /// <summary>What became of them.</summary>
    public MessageFateStore Fates { get; }

    /// <summary>Held while what happened is told and while a customer is erased.</summary>
    public SemaphoreSlim Telling { get; } = new(1, 1);

    /// <summary>A digest of an address that tells nothing without the workspace's key.</summary>
    public string DigestOf(string address) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes("address\0" + address.Trim().ToUpperInvariant())).AsSpan(0, 16));

    /// <summary>Signs something said, for one use: an authentication code of 128 bits (HMAC-SHA-256) and what is said, in base64url.</summary>
    public string Sign(string use, string said)
    {
        var text = Encoding.UTF8.GetBytes(said);
        return Base64Url.EncodeToString([.. Code(use, text), .. text]);
    }

    /// <summary>What a token says, or null when it is none of ours for this use.</summary>
    public string? Open(string use, string? token)
    {
        if (token is not { Length: > 0 and <= LongestToken } || !Base64Url.IsValid(token)) return null;
        var bytes = Base64Url.DecodeFromChars(token);
        if (bytes.Length <= CodeSize) return null;
        var said = bytes.AsSpan(CodeSize).ToArray();
        return CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, CodeSize), Code(use, said)) ? Encoding.UTF8.GetString(said) : null;
    }

    private byte[] Code(string use, byte[] said) => HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes(use + "\0"), .. said])[..CodeSize];

    // It lives in the database, as links must outlive the process.
    private static byte[] Secret(Workspace workspace)
    {
        using var connection = workspace.Database.Open();
        if (connection.QuerySingleOrDefault<byte[]>("select bytes from engage_key where id = 1") is { Length: KeySize } known) return known;
        connection.Execute("insert into engage_key(id, bytes) values(1, @bytes) on conflict(id) do nothing", new { bytes = RandomNumberGenerator.GetBytes(KeySize) });
        return connection.QuerySingle<byte[]>("select bytes from engage_key where id = 1");
    }
}
