using Temas.Timelines.Queries;

namespace Temas.Timelines.Journeys;

/// <summary>Sums over groups of touches that belong together, from which mean and error come.</summary>
internal struct FeltTally
{
    private long touches, sum, groups;
    private double sumSquares, cross, countSquares;

    /// <summary>Adds a group: how many of its touches were felt, and their sum in hundredths.</summary>
    public void Add(long count, long felt)
    {
        if (count == 0) return;
        (touches, sum, groups) = (touches + count, sum + felt, groups + 1);
        (sumSquares, cross, countSquares) = (sumSquares + ((double)felt * felt), cross + ((double)felt * count), countSquares + ((double)count * count));
    }

    public void Add(in FeltTally other)
    {
        (touches, sum, groups) = (touches + other.touches, sum + other.sum, groups + other.groups);
        (sumSquares, cross, countSquares) = (sumSquares + other.sumSquares, cross + other.cross, countSquares + other.countSquares);
    }

    /// <summary>The mean is a quotient of sums over groups; its error is that of the sums of what each group lies beside it.</summary>
    public readonly FeltFigure ToFigure()
    {
        if (touches == 0) return new FeltFigure(0, 0, null, null);
        var mean = (double)sum / touches;
        var squares = Math.Max(0, sumSquares - (2 * mean * cross) + (mean * mean * countSquares));
        double? error = groups < 2 ? null : Math.Sqrt(squares * groups / (groups - 1)) / touches / 100;
        return new FeltFigure(touches, groups, mean / 100, error);
    }
}

/// <summary>Sums over ways.</summary>
internal sealed class WayTally
{
    private readonly List<long> seconds = [];
    private FeltTally felt;
    private long ways, customers, bought, loops, steps, switches, crossings;
    private double value, squares;
    private int last = -1;

    /// <summary>How many ways.</summary>
    public long Ways => ways;

    public void Add(int customer, in WayRun way)
    {
        ways++;
        if (customer != last) customers++;
        last = customer;
        if (way.Orders > 0) bought++;
        (value, squares) = (value + way.Value, squares + (way.Value * way.Value));
        felt.Add(way.Felt, way.FeltSum);
        seconds.Add((way.Last - way.Begun) / 1000);
        if (way.WentBack) loops++;
        (steps, switches, crossings) = (steps + way.Steps, switches + way.Switches, crossings + way.Crossings);
    }

    // No customer is in two of them.
    public void Add(WayTally other)
    {
        (ways, customers, bought, loops) = (ways + other.ways, customers + other.customers, bought + other.bought, loops + other.loops);
        (steps, switches, crossings) = (steps + other.steps, switches + other.switches, crossings + other.crossings);
        (value, squares) = (value + other.value, squares + other.squares);
        felt.Add(other.felt);
        seconds.AddRange(other.seconds);
    }

    public WayFigures ToFigures()
    {
        var mean = ways == 0 ? 0 : value / ways;
        double? error = ways < 2 ? null : Math.Sqrt(Math.Max(0, (squares - (ways * mean * mean)) / (ways - 1)) / ways);
        return new WayFigures(ways, customers, bought, mean, error, felt.ToFigure(), seconds.Count == 0 ? 0 : Quantile.LowerMedian(seconds) * 1000, loops, steps, switches, crossings);
    }
}

/// <summary>A way that is being gone.</summary>
internal struct WayRun
{
    public long Begun, Last, Felt, FeltSum, Steps, Switches, Crossings, Orders;
    public double Value;
    public ulong Variant;
    public int Depth, Stage, Channel, Team, LeftFrom, LeftTo;
    public bool WentBack, GoesOn, IsDigital, IsPhysical;

    public readonly bool Follows => LeftFrom < 0;

    public readonly WayMode Mode => IsDigital == IsPhysical ? WayMode.Mixed : IsDigital ? WayMode.Digital : WayMode.Physical;
}
