using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Insight.Columns;
using Temas.Storage.Workspaces;
using Temas.Timelines;
using Temas.Timelines.Findings;
using Temas.Timelines.Queries;

namespace Temas.Insight.Findings;

/// <summary>What was looked at, suspected and believed.</summary>
/// <param name="Study">What was noted.</param>
/// <param name="Candidates">What was suspected.</param>
/// <param name="Believed">The findings, in their order.</param>
internal sealed record Looked(JourneyStudy Study, IReadOnlyList<Candidate> Candidates, IReadOnlyList<Believed> Believed);

/// <summary>Use case: looks for findings in the year before a moment.</summary>
internal static class LookForFindings
{
    private const int Days = 365;

    // One pass over all timelines is a quarter of the work, more or less.
    private const double Reading = 0.25;

    /// <summary>Looks; nothing is written. With notes of the look before only those customers are read who changed since.</summary>
    public static async Task<Looked> RunAsync(Workspace workspace, DateTimeOffset now, Action<double> progress, CancellationToken cancel, JourneyNotes? notes = null)
    {
        // The rules first: notes are then read again too often, if they change in between, and never too seldom.
        var rules = (workspace.Part<ICustomerFacts>().Rules, workspace.Part<LiveCatalogue>().Current);
        var map = MapJourneys.Of(workspace);
        var end = now.ToUnixTimeMilliseconds();
        var when = new TimeSpanMs(now.AddDays(-Days).ToUnixTimeMilliseconds(), end);
        progress(0);
        var study = await workspace.Part<LiveColumns>().StudyAsync(store => JourneyStudy.Read(store, map, when, Math.Max(1, Environment.ProcessorCount), cancel, notes, rules), cancel);
        progress(Reading);

        // Nothing is held any more, and nobody waits so long for it that others should.
        var candidates = await Housekeeping.Run(() => Suspect.All(study, end, done => progress(Reading + ((1 - Reading) * done)), cancel));
        return new Looked(study, candidates, Believe.Of(candidates, Believe.LevelOf(study.Tables.Where(t => t is { Kind: "loyalty", Place: "order" }).Sum(t => t.Count))));
    }
}
