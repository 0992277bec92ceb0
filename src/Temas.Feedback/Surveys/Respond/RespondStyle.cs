using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Temas.Feedback.Surveys.Definitions;
using Temas.Kernel;

namespace Temas.Feedback.Surveys.Respond;

/// <summary>The style sheet of the respondent's page: one file, the survey's colours in front. In the dark its ground is dark, and its own colour as light as it has to be.</summary>
internal static class RespondStyle
{
    private const string DarkGround = "#14161c", DarkInk = "#f1f3f8";

    private static readonly string Base = ReadBase();

    private static readonly ConcurrentDictionary<(string Accent, string Ground, string Ink), (string Css, string Version)> Made = new();

    /// <summary>The style sheet of a theme, with a version that is another one when it is.</summary>
    public static (string Css, string Version) Of(SurveyTheme theme)
    {
        // As many as people try out in an editor; forgotten when there are very many.
        if (Made.Count > 1_000) Made.Clear();
        return Made.GetOrAdd((theme.Accent, theme.Ground, theme.Ink), static colours =>
        {
            var dark = Lighten(colours.Accent);
            var css = $"""
                :root{"{"}color-scheme:light;{Colours(colours.Accent, colours.Ground, colours.Ink, "#b3261e")}{"}"}
                @media (prefers-color-scheme:dark){"{"}:root{"{"}color-scheme:dark;{Colours(dark, DarkGround, DarkInk, "#ff9d94")}{"}"}{"}"}

                """ + Base;
            return (css, Hash64.Of(Encoding.UTF8.GetBytes(css)).ToString("x16", CultureInfo.InvariantCulture));
        });
    }

    /// <summary>A mixture of two colours; <paramref name="share"/> of the second.</summary>
    public static string Mix(string a, string b, double share)
    {
        var mixed = new StringBuilder("#");
        for (var i = 1; i < 7; i += 2) mixed.Append(CultureInfo.InvariantCulture, $"{(int)Math.Round((Part(a, i) * (1 - share)) + (Part(b, i) * share)):x2}");
        return mixed.ToString();
    }

    private static string Colours(string accent, string ground, string ink, string bad) =>
        $"--accent:{accent};--on:{SurveyPictures.InkOn(accent)};--ground:{ground};--ink:{ink};--card:{Mix(ground, ink, 0.03)};--line:{Mix(ground, ink, 0.18)};--edge:{Edge(ground, ink)};--soft:{Soft(ground, ink)};--bad:{Readable(bad, ground, ink)}";

    // As pale as it may be and still be read on its card, or seen as an edge.
    private static string Soft(string ground, string ink) => Pale(ground, ink, SurveyPictures.LeastOfText);

    private static string Edge(string ground, string ink) => Pale(ground, ink, SurveyPictures.LeastOfMarks);

    private static string Pale(string ground, string ink, double least)
    {
        var card = Mix(ground, ink, 0.03);
        for (var share = 0.4; share < 1; share += 0.05)
        {
            var mixed = Mix(ground, ink, share);
            if (SurveyPictures.Contrast(mixed, card) >= least) return mixed;
        }

        return ink;
    }

    private static string Readable(string colour, string ground, string ink)
    {
        var card = Mix(ground, ink, 0.03);
        for (var share = 0.0; share < 1; share += 0.1)
        {
            var mixed = Mix(colour, ink, share);
            if (SurveyPictures.Contrast(mixed, card) >= SurveyPictures.LeastOfText) return mixed;
        }

        return ink;
    }

    private static string Lighten(string accent)
    {
        for (var share = 0.0; share < 1; share += 0.05)
        {
            var mixed = Mix(accent, "#ffffff", share);
            if (SurveyPictures.Contrast(mixed, DarkGround) >= SurveyPictures.LeastOfText) return mixed;
        }

        return "#ffffff";
    }

    private static int Part(string colour, int at) => int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string ReadBase()
    {
        using var stream = typeof(RespondStyle).Assembly.GetManifestResourceStream("Temas.Feedback.Surveys.Respond.respond.css")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
