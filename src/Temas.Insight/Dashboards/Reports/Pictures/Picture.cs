namespace Temas.Insight.Dashboards.Reports.Pictures;

/// <summary>
/// A picture that is drawn here, for letters: mail programs run no scripts and most show no SVG. Lines, grounds and bars with smooth edges; words stand beside it in the letter, where they can be read aloud and in any type.
/// </summary>
internal sealed class Picture
{
    private readonly byte[] pixels;
    private readonly float[] cover;

    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="ground">Colour of the ground, as <c>0xRRGGBB</c>: a letter may be shown on black, so no picture is see-through.</param>
    public Picture(int width, int height, int ground)
    {
        (Width, Height, pixels, cover) = (width, height, new byte[width * height * 3], new float[width * height]);
        for (var i = 0; i < pixels.Length; i += 3) (pixels[i], pixels[i + 1], pixels[i + 2]) = ((byte)(ground >> 16), (byte)(ground >> 8), (byte)ground);
    }

    /// <summary>In pixels.</summary>
    public int Width { get; }

    /// <summary>In pixels.</summary>
    public int Height { get; }

    /// <summary>The colour of a pixel, as <c>0xRRGGBB</c>.</summary>
    public int this[int x, int y] => (pixels[((y * Width) + x) * 3] << 16) | (pixels[(((y * Width) + x) * 3) + 1] << 8) | pixels[(((y * Width) + x) * 3) + 2];

    /// <summary>A rectangle; its edges may lie between pixels.</summary>
    public void Rectangle(double left, double top, double right, double bottom, int colour, double strength = 1)
    {
        for (var y = Math.Max(0, (int)top); y < Math.Min(Height, bottom); y++)
        {
            for (var x = Math.Max(0, (int)left); x < Math.Min(Width, right); x++)
            {
                var part = (Math.Min(x + 1, right) - Math.Max(x, left)) * (Math.Min(y + 1, bottom) - Math.Max(y, top));
                Blend(x, y, colour, part * strength);
            }
        }
    }

    /// <summary>A line along some points, with round ends and bends.</summary>
    public void Line(IReadOnlyList<(double X, double Y)> points, double thickness, int colour)
    {
        Array.Clear(cover);
        var half = thickness / 2;
        if (points.Count == 1) Stretch(points[0], points[0], half * 1.8);
        for (var i = 0; i + 1 < points.Count; i++) Stretch(points[i], points[i + 1], half);
        Take(colour);
    }

    /// <summary>A dot.</summary>
    public void Dot((double X, double Y) at, double radius, int colour)
    {
        Array.Clear(cover);
        Stretch(at, at, radius);
        Take(colour);
    }

    /// <summary>What lies between some points, from left to right, and a height.</summary>
    public void Below(IReadOnlyList<(double X, double Y)> points, double bottom, int colour, double strength)
    {
        for (var i = 0; i + 1 < points.Count; i++)
        {
            var (from, to) = (points[i], points[i + 1]);
            for (var x = Math.Max(0, (int)from.X); x < Math.Min(Width, to.X); x++)
            {
                var (left, right) = (Math.Max(x, from.X), Math.Min(x + 1, to.X));
                if (right <= left) continue;
                var y = from.Y + ((to.Y - from.Y) * ((((left + right) / 2) - from.X) / (to.X - from.X)));
                Rectangle(left, Math.Min(y, bottom), right, Math.Max(y, bottom), colour, strength);
            }
        }
    }

    /// <summary>The picture as a file.</summary>
    public byte[] ToPng() => Png.Write(Width, Height, pixels);

    // How much of each pixel lies within some distance of a stretch, as far as its middle tells.
    private void Stretch((double X, double Y) from, (double X, double Y) to, double half)
    {
        var (dx, dy) = (to.X - from.X, to.Y - from.Y);
        var length = (dx * dx) + (dy * dy);
        for (var y = Math.Max(0, (int)(Math.Min(from.Y, to.Y) - half - 1)); y < Math.Min(Height, Math.Max(from.Y, to.Y) + half + 1); y++)
        {
            for (var x = Math.Max(0, (int)(Math.Min(from.X, to.X) - half - 1)); x < Math.Min(Width, Math.Max(from.X, to.X) + half + 1); x++)
            {
                var (px, py) = (x + 0.5 - from.X, y + 0.5 - from.Y);
                var along = length > 0 ? Math.Clamp(((px * dx) + (py * dy)) / length, 0, 1) : 0;
                var (ox, oy) = (px - (along * dx), py - (along * dy));
                ref var mine = ref cover[(y * Width) + x];
                mine = Math.Max(mine, (float)Math.Clamp(half + 0.5 - Math.Sqrt((ox * ox) + (oy * oy)), 0, 1));
            }
        }
    }

    private void Take(int colour)
    {
        for (var i = 0; i < cover.Length; i++)
        {
            if (cover[i] > 0) Blend(i % Width, i / Width, colour, cover[i]);
        }
    }

    private void Blend(int x, int y, int colour, double strength)
    {
        var pixel = pixels.AsSpan(((y * Width) + x) * 3, 3);
        for (var part = 0; part < 3; part++)
        {
            var wanted = (colour >> (16 - (8 * part))) & 0xFF;
            pixel[part] = (byte)Math.Round(pixel[part] + ((wanted - pixel[part]) * Math.Clamp(strength, 0, 1)));
        }
    }
}
