using System.Diagnostics;

namespace Temas.Insight.Columns;

/// <summary>
/// When what is going on was asked for. Whatever somebody began to work out after that holds everything that was acknowledged before it, so it is as good as an answer of one's own: that is how the parts of a page share work while events pour in.
/// It goes along with what is awaited and started.
/// </summary>
internal static class AskedAt
{
    private static readonly AsyncLocal<long> Asked = new();
    private static readonly AsyncLocal<bool> Hurried = new();

    /// <summary>When, by <see cref="Stopwatch.GetTimestamp"/>; now, where nobody said.</summary>
    public static long Moment => Asked.Value is not 0 and var said ? said : Stopwatch.GetTimestamp();

    /// <summary>Whether it is better there soon, with what was known of some customers before they changed, than later: of a page that is asked again anyway.</summary>
    public static bool Hurries => Hurried.Value;

    /// <summary>From here on it is asked for as of a moment, unless an earlier one was said already.</summary>
    public static void Begin(long moment, bool hurries = false)
    {
        if (Asked.Value == 0) Asked.Value = moment;
        Hurried.Value |= hurries;
    }

    /// <summary>As the other, as of now.</summary>
    public static void Begin() => Begin(Stopwatch.GetTimestamp());

    /// <summary>From here on it is asked for as of now, whatever was said: of what is kept for others, who ask later.</summary>
    public static void Renew() => Asked.Value = Stopwatch.GetTimestamp();
}
