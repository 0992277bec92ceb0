using System.Text.Json.Nodes;

namespace Temas.Insight.Monitors.Calendar;

/// <summary>
/// The special days that every workspace begins with: the official holidays of Turkey (law 2429), and days of trade that are off until somebody switches them on. The religious feasts are dated as the Presidency of Religious Affairs (Diyanet) announced them,
/// from 2028 on as they follow from the new moons by the same rule; it looks for the crescent anywhere on earth, so its days and those of Umm al-Qura may be one apart.
/// </summary>
internal static class ReadySpecialDays
{
    // The month before the feast; the year 2030 has two.
    private static readonly string[] Ramadan =
    [
        "2015-06-18", "2016-06-06", "2017-05-27", "2018-05-16", "2019-05-06", "2020-04-24", "2021-04-13", "2022-04-02", "2023-03-23", "2024-03-11", "2025-03-01", "2026-02-19", "2027-02-08", "2028-01-28", "2029-01-16", "2030-01-05", "2030-12-26",
    ];

    private static readonly string[] RamadanFeast =
    [
        "2015-07-17", "2016-07-05", "2017-06-25", "2018-06-15", "2019-06-04", "2020-05-24", "2021-05-13", "2022-05-02", "2023-04-21", "2024-04-10", "2025-03-30", "2026-03-20", "2027-03-09", "2028-02-26", "2029-02-14", "2030-02-04",
    ];

    private static readonly string[] Sacrifice =
    [
        "2015-09-24", "2016-09-12", "2017-09-01", "2018-08-21", "2019-08-11", "2020-07-31", "2021-07-20", "2022-07-09", "2023-06-28", "2024-06-16", "2025-06-06", "2026-05-27", "2027-05-16", "2028-05-05", "2029-04-24", "2030-04-13",
    ];

    /// <summary>Key and document of each.</summary>
    public static IEnumerable<KeyValuePair<string, string>> All { get; } =
    [
        // Keys stay what they are, for definitions of workspaces go by them; people read the labels.
        // 29 or 30 days: the feast, which is shorter and so says more, begins where it ends.
        Of("ramadan", "Ramazan", "Ramadan", ("dates", Ramadan), ("hijri", "09-01"), ("length", 30), ("season", true)),
        Feast("ramazan-bayrami", "Ramazan Bayramı", "Ramadan feast (Eid al-Fitr)", "10-01", RamadanFeast, 3),
        Feast("kurban-bayrami", "Kurban Bayramı", "Sacrifice feast (Eid al-Adha)", "12-10", Sacrifice, 4),
        Of("new-year", "Yılbaşı", "New year", ("yearly", "01-01"), ("before", 1)),
        Of("april-23", "Ulusal Egemenlik ve Çocuk Bayramı", "National Sovereignty and Children's Day", ("yearly", "04-23")),
        Of("may-1", "Emek ve Dayanışma Günü", "Labour Day", ("yearly", "05-01")),
        Of("may-19", "Atatürk'ü Anma, Gençlik ve Spor Bayramı", "Youth and Sports Day", ("yearly", "05-19")),
        Of("july-15", "Demokrasi ve Milli Birlik Günü", "Democracy and National Unity Day", ("yearly", "07-15")),
        Of("august-30", "Zafer Bayramı", "Victory Day", ("yearly", "08-30")),
        Of("october-29", "Cumhuriyet Bayramı", "Republic Day", ("yearly", "10-29"), ("before", 1)),
        Of("valentines-day", "Sevgililer Günü", "Valentine's Day", ("yearly", "02-14"), ("before", 3), ("on", false)),
        Of("mothers-day", "Anneler Günü", "Mother's Day", ("weekday", "2 sunday 5"), ("before", 4), ("on", false)),
        Of("fathers-day", "Babalar Günü", "Father's Day", ("weekday", "3 sunday 6"), ("before", 4), ("on", false)),
        Of("november-11", "11.11 indirimleri", "11.11 sales", ("yearly", "11-11"), ("before", 1), ("after", 1), ("on", false)),
        Of("black-friday", "Kara Cuma haftası", "Black Friday week", ("weekday", "4 thursday 11"), ("length", 2), ("before", 3), ("after", 4), ("on", false)),
    ];

    // The eve is half a holiday, and what is sent stands still from there on; the day after there is what was left.
    private static KeyValuePair<string, string> Feast(string key, string tr, string en, string hijri, string[] dates, int length) => Of(key, tr, en, ("dates", dates), ("hijri", hijri), ("length", length), ("before", 2), ("after", 1));

    private static KeyValuePair<string, string> Of(string key, string tr, string en, params ReadOnlySpan<(string Name, object Value)> fields)
    {
        var node = new JsonObject { ["label"] = new JsonObject { ["tr"] = tr, ["en"] = en } };
        foreach (var (name, value) in fields)
            node[name] = value switch { int number => number, bool flag => flag, string[] texts => new JsonArray([.. texts.Select(t => (JsonNode)t)]), _ => (string)value };
        return KeyValuePair.Create(key, node.ToJsonString());
    }
}
