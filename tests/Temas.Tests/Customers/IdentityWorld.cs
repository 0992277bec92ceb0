using System.Globalization;
using System.Text;
using Temas.Customers.Identity;
using Temas.Storage.EventLog;

namespace Temas.Tests.Customers;

/// <summary>A record on its way into a log of a test.</summary>
internal sealed record TestRecord(long Time, string Json, LogRecordKind Kind = LogRecordKind.Event, int Source = 1)
{
    public LogEvent At(long position, byte[] bytes)
    {
        EventFields fields = default;
        if (Kind == LogRecordKind.Event) EventScanner.TryScan(bytes, out fields, out _).ShouldBeTrue(Json);
        return new LogEvent { Position = position, Kind = Kind, Flags = EventFlags.None, Source = Source, Time = Time, ReceivedAt = Time, Json = bytes, Fields = fields };
    }

    public StoredEvent Stored(long position) => new(position, Kind, EventFlags.None, Source, Time, Time, Encoding.UTF8.GetBytes(Json));
}

/// <summary>Makes small worlds of events in which people share devices, use several identifiers and are decided upon.</summary>
internal static class IdentityWorld
{
    public static SipKey Key { get; } = new(1, 2);

    public static IdentityRules SmallRules { get; } = Rules("""
        {
          "kinds": [
            { "kind": "user_id", "limit": 1 },
            { "kind": "email", "limit": 2, "traits": ["email"] },
            { "kind": "phone", "limit": 2, "traits": ["phone"] },
            { "kind": "*", "limit": 2 },
            { "kind": "anonymous_id", "limit": 3 }
          ],
          "blocked": { "*": ["unknown"] },
          "sharedLimit": 2, "maxIdentifiers": 7, "country": "TR"
        }
        """);

    public static IdentityRules Rules(string json)
    {
        var problems = new List<Temas.Kernel.Problem>();
        var rules = IdentityRulesKind.Parse(json, problems);
        problems.ShouldBeEmpty();
        return rules;
    }

    public static List<TestRecord> Random(int seed, int size)
    {
        var random = new Random(seed);
        var people = random.Next(2, 7);
        var records = new List<TestRecord>();
        for (var i = 0; i < size; i++)
        {
            // Few moments, so that ties happen.
            var time = 1_000_000L + (random.Next(40) * 1000);
            var what = random.Next(100);
            if (what < 12) records.Add(Decision(random, people, time));
            else if (what < 20) records.Add(Alias(random, people, time, i));
            else records.Add(Event(random, people, time, i));
        }

        return records;
    }

    public static TestRecord Track(long time, string id, string? user = null, string? anonymous = null, string? email = null, string? phone = null, string? loyalty = null) =>
        new(time, "{\"type\":\"track\",\"event\":\"Seen\",\"messageId\":\"" + id + "\"" + Field("userId", user) + Field("anonymousId", anonymous)
            + ",\"context\":{\"traits\":{\"x\":1" + Field("email", email) + Field("phone", phone) + "},\"externalIds\":["
            + (loyalty is null ? "" : "{\"id\":\"" + loyalty + "\",\"type\":\"shop\",\"collection\":\"users\",\"encoding\":\"none\"}") + "]}}");

    public static TestRecord Decide(long time, string decision, string a, string b) =>
        new(time, $$"""{"decision":"{{decision}}","a":"{{a}}","b":"{{b}}","by":"test"}""", LogRecordKind.Decision, 0);

    public static TestRecord AliasOf(long time, string id, string user, string previous) =>
        new(time, $$"""{"type":"alias","messageId":"{{id}}","userId":"{{user}}","previousId":"{{previous}}"}""");

    private static TestRecord Event(Random random, int people, long time, int i)
    {
        string? Maybe(int percent, string prefix, int spread) => random.Next(100) < percent ? prefix + random.Next(spread).ToString(CultureInfo.InvariantCulture) : null;
        var user = random.Next(60) == 0 ? "unknown" : Maybe(50, "u", people);
        return Track(time, "m" + i.ToString(CultureInfo.InvariantCulture), user, Maybe(70, "a", people + 2), Maybe(25, "e", people) is { } e ? e + "@x.com" : null,
            random.Next(100) < 15 ? "0532123456" + random.Next(Math.Min(people, 9)).ToString(CultureInfo.InvariantCulture) : null, Maybe(10, "L", people));
    }

    private static TestRecord Alias(Random random, int people, long time, int i) =>
        AliasOf(time, "m" + i.ToString(CultureInfo.InvariantCulture), "u" + random.Next(people).ToString(CultureInfo.InvariantCulture),
            (random.Next(2) == 0 ? "a" : "u") + random.Next(people + 3).ToString(CultureInfo.InvariantCulture));

    private static TestRecord Decision(Random random, int people, long time)
    {
        string Any() => random.Next(3) switch
        {
            0 => "user_id:u" + random.Next(people).ToString(CultureInfo.InvariantCulture),
            1 => "anonymous_id:a" + random.Next(people + 2).ToString(CultureInfo.InvariantCulture),
            _ => "email:E" + random.Next(people).ToString(CultureInfo.InvariantCulture) + "@x.com",
        };
        return Decide(time, random.Next(5) switch { 0 or 1 => "confirm", 2 or 3 => "forbid", _ => "withdraw" }, Any(), Any());
    }

    private static string Field(string name, string? value) => value is null ? "" : $",\"{name}\":\"{value}\"";
}
