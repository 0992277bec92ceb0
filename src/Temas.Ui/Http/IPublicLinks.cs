using Microsoft.AspNetCore.Http;

namespace Temas.Ui.Http;

/// <summary>Whole addresses of pages of this server, for people to open from elsewhere.</summary>
public interface IPublicLinks
{
    /// <summary>
    /// The address of <paramref name="path"/>: at the public address of the settings; without one where the asker, who is signed in, reached the server; where nobody asks, at the first address on which it listens.
    /// </summary>
    string To(string path, HttpContext? http = null);
}
