namespace Temas.Bench.Dashboards;

/// <summary>A board of twelve tiles: eight look at what streams in, three at events that never come, and one at the event that is watched.</summary>
internal static class LiveBoard
{
    public const string Marker = "marker";

    /// <summary>Tiles that nothing of what streams in touches.</summary>
    public static IReadOnlyList<string> Untouched { get; } = ["answered", "called", "complained"];

    /// <summary>Tiles that what streams in touches.</summary>
    public static IReadOnlyList<string> Streaming { get; } = ["orders", "viewed", "added", "searched", "by-day", "by-city", "delivered", "way"];

    public static string Json { get; } = $$"""
        {"label": {"tr": "Ölçüm", "en": "Bench"}, "order": 900, "period": "7d", "tiles": [
          {{Number(Marker, "track:Bench Marker")}}, {{Number("orders", "track:Order Completed")}}, {{Number("viewed", "track:Product Viewed")}}, {{Number("added", "track:Product Added")}},
          {{Number(Untouched[0], "track:Survey Answered")}}, {{Number(Untouched[1], "track:Call Started")}}, {{Number(Untouched[2], "track:Complaint Filed")}}, {{Number("searched", "track:Products Searched")}},
          {{Trend("by-day", "track:Order Completed", "")}}, {{Trend("by-city", "track:Order Completed", ", \"breakdown\": \"city\", \"top\": 5")}}, {{Trend("delivered", "track:Order Delivered", "")}},
          {"id": "way", "kind": "funnel", "title": {"tr": "Yol", "en": "Way"}, "width": 6, "height": 4, "question": {"kind": "funnel", "window": "7d", "steps": [{"event": "track:Product Viewed"}, {"event": "track:Product Added"}, {"event": "track:Order Completed"}] } }
        ]}
        """;

    private static string Number(string id, string of) => $$$"""{"id": "{{{id}}}", "kind": "number", "title": {"tr": "{{{id}}}", "en": "{{{id}}}"}, "width": 3, "height": 2, "question": {"kind": "trend", "measures": [{"name": "m", "event": "{{{of}}}"}]}}""";

    private static string Trend(string id, string of, string more) => $$$"""{"id": "{{{id}}}", "kind": "trend", "title": {"tr": "{{{id}}}", "en": "{{{id}}}"}, "width": 6, "height": 4, "question": {"kind": "trend", "measures": [{"name": "m", "event": "{{{of}}}"}]{{{more}}} } }""";
}
