using Dapper;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.People;

namespace Temas.Server.Tour;

/// <summary>Use case: a person has seen the tour, or wants none. It holds in every browser; who wants it again asks for it (<see cref="TourStops.Parameter"/>).</summary>
internal sealed class EndTour(PersonStore people, CallerStore callers, IAuditTrail audit, TimeProvider clock)
{
    /// <summary>Ends it; once it is ended nothing changes any more.</summary>
    public async Task HandleAsync(string person, Actor by, CancellationToken cancel)
    {
        await using (var db = await people.OpenAsync(cancel))
        {
            if (await db.ExecuteAsync("update person set tour_ended_at = @now where id = @person and tour_ended_at is null", new { person, now = clock.GetUtcNow().ToUnixTimeMilliseconds() }) == 0) return;
        }

        callers.Forget();
        await audit.RecordAsync(new AuditEntry(null, by, "person.tour_ended", $"person {person}") { Before = """{"tour":"open"}""", After = """{"tour":"ended"}""" }, cancel);
    }
}
