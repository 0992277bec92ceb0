using System.Globalization;
using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Kernel;
using Temas.Storage.Definitions;

namespace Temas.Feedback.FollowUps;

/// <summary>Something that follow-ups find at the bottom of what went wrong.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its name for people.</param>
internal sealed record RootCause(string Key, LocalText Label);

/// <summary>The hours of a day in which the desk works, in minutes since midnight.</summary>
/// <param name="From">Begin.</param>
/// <param name="To">End; later than the begin.</param>
internal readonly record struct DeskHours(int From, int To);

/// <summary>When follow-ups are worked on, and what may be at the bottom of them. The definition <c>follow-up-desk</c> with the key <c>default</c>.</summary>
internal sealed record FollowUpDesk
{
    /// <summary>Hours by day of the week, from Sunday on; null on days off.</summary>
    public required IReadOnlyList<DeskHours?> Hours { get; init; }

    /// <summary>Days on which nobody works.</summary>
    public required IReadOnlySet<DateOnly> Closed { get; init; }

    /// <summary>Root causes, in the order in which they are shown.</summary>
    public required IReadOnlyList<RootCause> Causes { get; init; }
}

/// <summary>The kind of definition <c>follow-up-desk</c>.</summary>
internal sealed class FollowUpDeskKind : IDefinitionKind<FollowUpDesk>
{
    /// <summary>Its name, and the key of the only one.</summary>
    public const string Name = "follow-up-desk", Key = "default";

    private const string Ready = """
        {
          "hours": {"monday": "09:00-18:00", "tuesday": "09:00-18:00", "wednesday": "09:00-18:00", "thursday": "09:00-18:00", "friday": "09:00-18:00"},
          "closed": [],
          "causes": [
            {"key": "delivery-late", "label": {"tr": "Teslimat gecikti", "en": "Late delivery"}},
            {"key": "product-faulty", "label": {"tr": "Ürün kusurlu", "en": "Faulty product"}},
            {"key": "wrong-item", "label": {"tr": "Yanlış ya da eksik ürün", "en": "Wrong or missing item"}},
            {"key": "price-or-billing", "label": {"tr": "Fiyat ya da fatura", "en": "Price or billing"}},
            {"key": "staff", "label": {"tr": "Personelin davranışı", "en": "Conduct of staff"}},
            {"key": "waiting", "label": {"tr": "Bekleme", "en": "Waiting"}},
            {"key": "website-or-app", "label": {"tr": "Site ya da uygulama", "en": "Website or app"}},
            {"key": "misunderstanding", "label": {"tr": "Yanlış anlama", "en": "Misunderstanding"}},
            {"key": "other", "label": {"tr": "Başka", "en": "Other"}}
          ]
        }
        """;

    /// <summary>The days of the week as the document names them, from Sunday on.</summary>
    public static IReadOnlyList<string> Days { get; } = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    // Behind the days, which it reads.
    private static readonly FollowUpDesk Otherwise = DefinitionDocument.ReadChecked(Ready, Read);

    private FollowUpDeskKind()
    {
    }

    /// <summary>The kind.</summary>
    public static FollowUpDeskKind Instance { get; } = new();

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, string>> Defaults => [new(Key, Ready)];

    /// <summary>The desk of a workspace.</summary>
    public static FollowUpDesk Of(DefinitionStore definitions) => definitions.Current(Instance).GetValueOrDefault(Key) ?? Otherwise;

    /// <inheritdoc/>
    public IReadOnlyList<Problem> Check(string key, string json) =>
        key == Key ? DefinitionDocument.Read(json, Read).Faults : [Problem.Invalid("desk_key_unknown", "There is one desk.", "key", key, $"Write to {Name}/{Key}.")];

    /// <inheritdoc/>
    public FollowUpDesk Read(string key, string json) => DefinitionDocument.ReadChecked(json, Read);

    private static FollowUpDesk Read(DefinitionNode node)
    {
        node.Only("hours", "closed", "causes");
        var hours = new DeskHours?[7];
        node.Object("hours", n =>
        {
            n.Only([.. Days]);
            for (var day = 0; day < 7; day++)
            {
                if (n.Text(Days[day]) is not { } text) continue;
                if (ReadHours(text) is { } read) hours[day] = read;
                else n.Fault(Days[day], "hours_expected", "Hours are written from-to, such as 09:00-18:00.", text);
            }

            return hours;
        });
        if (hours.All(h => h is null)) node.Fault("hours", "hours_missing", "The desk works on at least one day.", wayOut: "Give the hours of a day.");
        var closed = new HashSet<DateOnly>();
        foreach (var (i, text) in node.Texts("closed", limit: 1000).Index())
        {
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) closed.Add(day);
            else node.Fault(FormattableString.Invariant($"closed[{i}]"), "date_expected", "A day is written as 2026-04-23.", text);
        }

        var causes = node.List("causes", n =>
        {
            n.Only("key", "label");
            return new RootCause(n.RequiredText("key", 40, PatternReading.WordForm()), n.Label());
        }, 100);
        foreach (var twice in causes.GroupBy(c => c.Key, StringComparer.Ordinal).Where(g => g.Count() > 1)) node.Fault("causes", "cause_twice", "Two root causes have the same key.", twice.Key);
        return new FollowUpDesk { Hours = hours, Closed = closed, Causes = causes };
    }

    private static DeskHours? ReadHours(string text)
    {
        var parts = text.Split('-', StringSplitOptions.TrimEntries);
        return parts.Length == 2 && Minute(parts[0]) is { } from && Minute(parts[1]) is { } to && to > from ? new DeskHours(from, to) : null;
    }

    private static int? Minute(string text) =>
        text == "24:00" ? 1440 : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? (time.Hour * 60) + time.Minute : null;
}
