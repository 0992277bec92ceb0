using System.Text.Json.Nodes;

namespace Temas.Insight.Monitors.Definitions;

/// <summary>The monitors that every workspace begins with: nobody has to define anything to be told.</summary>
internal static class ReadyMonitors
{
    /// <summary>Key and document of each.</summary>
    public static IEnumerable<KeyValuePair<string, string>> All { get; } =
    [
        Of("indicator-anomalies", "Olağandışı günler", "Unusual days", "Kullanılan bütün göstergeler: bir gün, öncesine bakınca beklenmeyecek kadar farklıysa.", "All indicators in use: when a day is further off than the days before it let one expect.",
            ("watch", "anomaly"), ("indicators", "*")),
        Of("targets-missed", "Tutmayan hedefler", "Missed targets", "Hedefi olan bütün göstergeler: son 28 gün hedefin gerisindeyse ve bu rastlantı değilse.", "All indicators that have a target: when the last 28 days are behind it and chance does not explain that.",
            ("watch", "target"), ("indicators", "*"), ("days", 28)),
        Of("sources-stopped", "Susan kaynaklar", "Sources gone silent", "Bütün kaynaklar: bir kaynaktan, geçmişine göre çoktan gelmiş olması gereken veri gelmiyorsa.", "All sources: when nothing comes from one that should have sent long ago, by its own history.",
            ("watch", "stopped"), ("sources", "*"), ("severity", "critical")),
        Of("events-stopped", "Gelmez olan olaylar", "Events that ceased", "Bütün olay türleri: birinden, geçmişine göre çoktan gelmiş olması gereken olaylar gelmiyorsa.", "All types of events: when none comes of one of which there should have been some long ago, by its own history.",
            ("watch", "stopped"), ("events", "*"), ("severity", "warning")),
        Of("new-topics", "Yeni konular", "New topics", "Müşterilerin yazdıkları: birçok metinde geçen ama hiçbir konunun kapsamadığı bir söz belirince.", "What customers write: when a phrase appears in many texts that no topic covers.",
            ("watch", "topics")),
    ];

    private static KeyValuePair<string, string> Of(string key, string tr, string en, string whyTr, string whyEn, params ReadOnlySpan<(string Name, object Value)> fields)
    {
        var node = new JsonObject { ["label"] = new JsonObject { ["tr"] = tr, ["en"] = en }, ["description"] = new JsonObject { ["tr"] = whyTr, ["en"] = whyEn } };
        foreach (var (name, value) in fields) node[name] = value is int number ? number : (string)value;
        return KeyValuePair.Create(key, node.ToJsonString());
    }
}
