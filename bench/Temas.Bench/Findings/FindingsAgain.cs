using System.Diagnostics;
using System.Globalization;
using Temas.Insight.Columns;
using Temas.Insight.Findings;
using Temas.Storage.Workspaces;
using Temas.Timelines.Findings;

namespace Temas.Bench.Findings;

/// <summary>Looks at a demo company, has it live on for a while, and looks again: with what was noted before, and as if nothing was.</summary>
internal static class FindingsAgain
{
    public static async Task RunAsync(Workspace workspace, DateTimeOffset until, TimeSpan later, Func<DateTimeOffset, Task> liveOn)
    {
        var notes = new JourneyNotes();
        var first = await LookAsync(workspace, until - later, notes);
        Tell("first, of everybody", first, notes);
        Tell("again at once", await LookAsync(workspace, until - later, notes), notes);
        await liveOn(until);
        await workspace.Part<LiveColumns>().CatchUpAsync(default);
        await workspace.Part<LiveColumns>().KeepProfilesAsync(default);
        var again = await LookAsync(workspace, until, notes);
        Tell(FormattableString.Invariant($"again after {later.TotalHours:0} hours"), again, notes);
        var whole = await LookAsync(workspace, until, null);
        Tell("the same of everybody", whole, null);
        Console.WriteLine(Same(again.Looked, whole.Looked) ? "both found the same" : "THEY DIFFER");
    }

    private static bool Same(Looked a, Looked b) =>
        a.Candidates.Select(Line).SequenceEqual(b.Candidates.Select(Line), StringComparer.Ordinal) && a.Believed.Select(c => c.Candidate.Id).SequenceEqual(b.Believed.Select(c => c.Candidate.Id), StringComparer.Ordinal);

    private static string Line(Candidate c) => FormattableString.Invariant($"{c.Id} {c.P:R} {c.Attributed:R} {c.Worth?.Value:R} {c.Worth?.Low:R} {c.Met.Count} {c.All.Count}");

    private static async Task<(Looked Looked, TimeSpan Study, TimeSpan All)> LookAsync(Workspace workspace, DateTimeOffset now, JourneyNotes? notes)
    {
        var (watch, study) = (Stopwatch.StartNew(), (TimeSpan?)null);
        var looked = await LookForFindings.RunAsync(workspace, now, done => study ??= done > 0 ? watch.Elapsed : null, default, notes);
        return (looked, study ?? watch.Elapsed, watch.Elapsed);
    }

    private static void Tell(string what, (Looked Looked, TimeSpan Study, TimeSpan All) look, JourneyNotes? notes) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: {look.All.TotalSeconds:0.00} s, of which reading {look.Study.TotalSeconds:0.00} s; {look.Looked.Study.Tables.Sum(t => (long)t.Count)} times noted in {look.Looked.Study.Tables.Count} tables, {look.Looked.Candidates.Count} suspected{(notes is null ? "" : $"; {notes.Passed} of {notes.Customers} customers read, {notes.Bytes / Math.Max(1.0, notes.Customers):0} bytes each, {notes.Bytes / 1e6:0.0} MB")}; {GC.GetTotalMemory(false) / 1e6:0} MB on the heap"));
}
