using Temas.Customers.Profiles;

namespace Temas.Customers.Perception;

/// <summary>
/// How the journey as a whole is perceived so far: the peak-end rule (Kahneman, Fredrickson, Schreiber and Redelmeier 1993; Fredrickson and Kahneman 1993), fading with time.
/// Each touch costs the same however many came before. A struct, so that a look ahead works on a copy.
/// </summary>
internal struct JourneyState(ProfileRules rules)
{
    private readonly double halfLife = rules.PerceptionHalfLife, peakShare = rules.PeakShare, newestShare = rules.NewestShare;
    private bool any;
    private double peak, peakScore;
    private long peakTime;
    private double end;
    private long endTime;

    public readonly bool Any => any;

    public readonly long PeakTime => peakTime;

    /// <summary>Takes a touch that was felt, not earlier than the last one.</summary>
    public void Add(long time, double value)
    {
        // Everything fades at the same pace, so which touch is the peak does not depend on when one asks: strength and time make one score.
        var score = Math.Log2(Math.Abs(value)) + (time / halfLife);
        if (!any || score > peakScore || (score == peakScore && value <= peak)) (peak, peakTime, peakScore) = (value, time, score);
        end = any ? (Faded(end, endTime, time) * (1 - newestShare)) + (value * newestShare) : value;
        endTime = time;
        any = true;
    }

    public readonly double PeakAt(long time) => Faded(peak, peakTime, time);

    public readonly double EndAt(long time) => Faded(end, endTime, time);

    public readonly double At(long time) => (peakShare * PeakAt(time)) + ((1 - peakShare) * EndAt(time));

    private readonly double Faded(double value, long since, long time) => value * double.Exp2(-(time - since) / halfLife);
}
