using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Feedback.FollowUps;

namespace Temas.Feedback.Tiles;

/// <summary>The tiles that feedback brings to dashboards: what customers say, and what is done about it.</summary>
internal static class FeedbackTiles
{
    // What was said is read in rounds anyway.
    private const int Seconds = 15;

    /// <summary>Adds them.</summary>
    public static IServiceCollection AddTiles(this IServiceCollection services) => services
        .AddSingleton(new DashboardTile(
            "quotes", new LocalText("Müşteriler ne diyor", "What customers say"), new LocalText("Müşterilerin son yazdıkları, duygusuyla.", "What customers wrote last, with its sentiment."), "messages", 6, 5, typeof(QuotesTile), true,
            workspace => (workspace.Clock.GetUtcNow().ToUnixTimeSeconds() / Seconds).ToString(CultureInfo.InvariantCulture)))
        .AddSingleton(new DashboardTile(
            "follow-ups", new LocalText("Takipler", "Follow-ups"), new LocalText("Açık, geciken ve zamanında kapanan takipler.", "Follow-ups that are open, overdue, and closed in time."), "checkup-list", 6, 4, typeof(FollowUpsTile), false,
            workspace => string.Create(CultureInfo.InvariantCulture, $"{LiveFollowUps.Of(workspace).Version}.{workspace.Clock.GetUtcNow().ToUnixTimeSeconds() / 60}")));
}
