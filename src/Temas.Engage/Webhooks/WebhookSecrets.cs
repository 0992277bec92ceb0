using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Temas.Engage.Channels;
using Temas.Storage.Workspaces;

namespace Temas.Engage.Webhooks;

/// <summary>Signs what webhooks are told, as Standard Webhooks describes it (https://www.standardwebhooks.com): the receiver sees that it comes from here, unchanged and not long ago.</summary>
internal sealed class WebhookSecrets(SecretBox secrets)
{
    private const string Name = "signing", Prefix = "whsec_";
    private const int KeySize = 32;

    /// <summary>Makes a new key for a webhook, in the place of the one before, and gives it this once.</summary>
    public async Task<string> NewAsync(Workspace workspace, string webhook, CancellationToken cancel)
    {
        var secret = Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeySize));
        await secrets.PutAsync(workspace, OwnerOf(webhook), Name, secret, cancel);
        return secret;
    }

    /// <summary>The key of a webhook; made if there is none.</summary>
    public async Task<string> OfAsync(Workspace workspace, string webhook, CancellationToken cancel) => await secrets.FindAsync(workspace, OwnerOf(webhook), Name, cancel) ?? await NewAsync(workspace, webhook, cancel);

    /// <summary>The signature of a message: <c>v1,</c> and HMAC-SHA-256 over id, time (seconds since 1970) and body.</summary>
    public static string Sign(string secret, string id, DateTimeOffset at, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[Prefix.Length..]), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.{body}"))));

    private static string OwnerOf(string webhook) => "webhook:" + webhook;
}
