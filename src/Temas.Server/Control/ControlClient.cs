using System.Net.Sockets;

namespace Temas.Server.Control;

/// <summary>Speaks HTTP to the server that listens on a Unix socket.</summary>
internal static class ControlClient
{
    /// <summary>A client whose requests all go to the socket at <paramref name="path"/>. It does not give up by itself: a verb may take long.</summary>
    public static HttpClient To(string path)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri("http://localhost"), Timeout = Timeout.InfiniteTimeSpan };
    }
}
