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

        // As a server has done that follows; what a look costs is what is asked here.
        var columns = workspace.Part<LiveColumns>();
        await columns.CatchUpAsync(default);
        do await columns.KeepProfilesAsync(default);
        while (columns.ProfilesBehind > 0);
        var again = await LookAsync(workspace, until, notes);
        Tell(FormattableString.Invariant($"again after {later.TotalHours:0} hours"), again, notes);
        var whole = await LookAsync(workspace, until, null);
        Tell("the same of everybody", whole, null);

        // Once more each, by code that is as quick as it gets.
        Tell("again at once", await LookAsync(workspace, until, notes), notes);
        Tell("of everybody", await LookAsync(workspace, until, null), null);
        Console.WriteLine(Same(again.Looked, whole.Looked) ? "both found the same" : "THEY DIFFER");
    }

    private static bool Same(Looked a, Looked b) =>
        a.Candidates.Select(Line).SequenceEqual(b.Candidates.Select(Line), StringComparer.Ordinal) && a.Believed.Select(c => c.Candidate.Id).SequenceEqual(b.Believed.Select(c => c.Candidate.Id), StringComparer.Ordinal);

    private static string Line(Candidate c) => FormattableString.Invariant($"{c.Id} {c.P:R} {c.Attributed:R} {c.Worth?.Value:R} {c.Worth?.Low:R} {c.Met.Count} {c.All.Count}");

    private static async Task<Measured> LookAsync(Workspace workspace, DateTimeOffset now, JourneyNotes? notes)
    {
        var (watch, before, study) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime, ((TimeSpan Took, TimeSpan Cpu)?)null);
        var looked = await LookForFindings.RunAsync(workspace, now, done => study ??= done > 0 ? (watch.Elapsed, Environment.CpuUsage.TotalTime - before) : null, default, notes);
        var all = (watch.Elapsed, Environment.CpuUsage.TotalTime - before);
        return new Measured(looked, study ?? all, all);
    }

    /// <summary>A look, with what it took and what of that was reading: the time on the wall and that of processors, which others who work beside it do not lengthen.</summary>
    private sealed record Measured(Looked Looked, (TimeSpan Took, TimeSpan Cpu) Study, (TimeSpan Took, TimeSpan Cpu) All);

    private static void Tell(string what, Measured look, JourneyNotes? notes) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: {look.All.Took.TotalSeconds:0.00} s ({look.All.Cpu.TotalSeconds:0.00} of processors), of which reading {look.Study.Took.TotalSeconds:0.00} s ({look.Study.Cpu.TotalSeconds:0.00}); {look.Looked.Study.Tables.Sum(t => (long)t.Count)} times noted in {look.Looked.Study.Tables.Count} tables, {look.Looked.Candidates.Count} suspected{(notes is null ? "" : $"; {notes.Passed} of {notes.Customers} customers read, {notes.Bytes / Math.Max(1.0, notes.Customers):0} bytes each, {notes.Bytes / 1e6:0.0} MB")}; {GC.GetTotalMemory(false) / 1e6:0} MB on the heap"));
}
