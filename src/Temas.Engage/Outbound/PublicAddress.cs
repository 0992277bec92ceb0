using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Temas.Engage.Outbound;

/// <summary>Tells addresses that anybody on the internet has from those that mean this machine, its network, or nothing (IANA special-purpose registries, RFC 6890).</summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] Special =
    [
        .. ((string[])["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"]).Select(n => IPNetwork.Parse(n)),
        .. ((string[])["::/96", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "64:ff9b:1::/48"]).Select(n => IPNetwork.Parse(n)),
    ];

    /// <summary>Whether an address is anybody's.</summary>
    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && Inside(address.GetAddressBytes()) is { } inner && !Is(inner)) return false;
        return !Special.Any(n => n.BaseAddress.AddressFamily == address.AddressFamily && n.Contains(address));
    }

    // What translates to IPv4 is what it translates to: NAT64 (64:ff9b::/96) and 6to4 (2002::/16).
    private static IPAddress? Inside(byte[] bytes) =>
        BinaryPrimitives.ReadUInt16BigEndian(bytes) == 0x2002 ? new IPAddress(bytes.AsSpan(2, 4))
        : BinaryPrimitives.ReadUInt32BigEndian(bytes) == 0x0064FF9B && bytes.AsSpan(4, 8).IndexOfAnyExcept((byte)0) < 0 ? new IPAddress(bytes.AsSpan(12, 4)) : null;
}
