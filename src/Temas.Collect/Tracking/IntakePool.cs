using System.Collections.Concurrent;

namespace Temas.Collect.Tracking;

/// <summary>Intakes that wait for a request. What one huge request made large is not kept.</summary>
internal sealed class IntakePool(TimeProvider clock)
{
    private const int Kept = 64, LargestKept = 1024 * 1024;

    private readonly ConcurrentQueue<Intake> idle = new();

    /// <summary>An intake for one request.</summary>
    public Intake Rent() => idle.TryDequeue(out var intake) ? intake : new Intake(clock);

    /// <summary>Gives it back, once nothing reads its batch any more.</summary>
    public void Return(Intake intake)
    {
        if (intake.Batch.Bytes <= LargestKept && intake.Count <= CollectLimits.BatchEvents && idle.Count < Kept) idle.Enqueue(intake);
    }
}
