using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Temas.Server.Settings;
using Temas.Ui.Http;

namespace Temas.Server.Hosting;

/// <summary>Whole addresses of pages of this server, for people to open from elsewhere.</summary>
internal sealed class PublicLinks(TemasSettings settings, IServer server) : IPublicLinks
{
    /// <inheritdoc/>
    public string To(string path, HttpContext? http = null) => Root(http) + path;

    private string Root(HttpContext? http)
    {
        if (settings.PublicUrl is { } known) return known;
        if (http is not null && http.Request.Host.HasValue) return $"{http.Request.Scheme}://{http.Request.Host}";
        var listening = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(a => !a.Contains("unix:", StringComparison.Ordinal)) ?? settings.Urls[0];
        // Addresses that mean every network of the machine are none that can be opened.
        foreach (var any in (string[])["://*", "://+", "://0.0.0.0", "://[::]"]) listening = listening.Replace(any, "://localhost", StringComparison.Ordinal);
        return listening.TrimEnd('/');
    }
}
