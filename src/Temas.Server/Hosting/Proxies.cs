using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Temas.Server.Settings;

namespace Temas.Server.Hosting;

/// <summary>Believes <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> from the proxies that the settings name, and from nobody else.</summary>
internal static class Proxies
{
    public static void UseProxies(this WebApplication app, TemasSettings settings)
    {
        if (settings.Proxies.Count == 0) return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in settings.Proxies)
        {
            if (IPAddress.TryParse(proxy, out var address)) options.KnownProxies.Add(address);
            else if (System.Net.IPNetwork.TryParse(proxy, out var network)) options.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(options);
    }
}
