using QRCoder;

namespace Temas.Feedback.Surveys.Links;

/// <summary>Draws an address as a QR code, for a till receipt or a shop window.</summary>
internal static class QrCode
{
    /// <summary>As SVG: black on white with its quiet zone, whatever it is put on.</summary>
    public static string Svg(string address)
    {
        using var data = Of(address);
        return new SvgQRCode(data).GetGraphic(8, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }

    /// <summary>As PNG, some 600 points wide.</summary>
    public static byte[] Png(string address)
    {
        using var data = Of(address);
        return new PngByteQRCode(data).GetGraphic(Math.Max(4, 640 / data.ModuleMatrix.Count));
    }

    // A quarter of it may be worn off or dirty, as things are on paper.
    private static QRCodeData Of(string address) => QRCodeGenerator.GenerateQrCode(address, QRCodeGenerator.ECCLevel.Q);
}
