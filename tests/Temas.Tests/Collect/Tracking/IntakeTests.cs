using System.Text;
using Temas.Collect;
using Temas.Collect.Contracts;
using Temas.Collect.Tracking;
using Temas.Storage.EventLog;

namespace Temas.Tests.Collect.Tracking;

public sealed class IntakeTests
{
    private readonly IntakeFixture intake = new();

    [Fact]
    public void Read_CompleteEvent_IsStoredAsItWasSent()
    {
        const string Body = """{ "type":"track", "event":"Order Completed","userId":"ayşe","messageId":"m-1","properties":{"total":12.50} }""";
        intake.Single(EventType.Track, Body).ShouldBeNull();
        intake.Stored()[0].GetRawText().ShouldBe(Body);
        intake.HashOf(0).ShouldBe(EventBatch.HashOf(7, "m-1"u8));
    }

    [Theory]
    [InlineData("""{"event":"A","userId":"u"}""")]
    [InlineData("""{"event":"A","userId":"u","messageId":null,"type":null}""")]
    [InlineData("""{"event":"A","userId":"u","messageId":"","type":"identify"}""")]
    [InlineData("""{"event":"A","userId":"u","messageId":" ","type":"identify","type":"page"}""")]
    public void Read_WithoutMessageIdOrType_GetsThem(string body)
    {
        intake.Single(EventType.Track, body).ShouldBeNull();
        var stored = intake.Stored()[0];
        stored.GetProperty("type").GetString().ShouldBe("track");
        Guid.Parse(stored.GetProperty("messageId").GetString()!).Version.ShouldBe(7);
        stored.EnumerateObject().Count(p => p.Name is "type" or "messageId").ShouldBe(2);
        intake.HashOf(0).ShouldBe(EventBatch.HashOf(7, Encoding.UTF8.GetBytes(stored.GetProperty("messageId").GetString()!)));
    }

    [Fact]
    public void Read_WriteKeyInEvent_IsNotStored()
    {
        intake.Single(EventType.Page, """{"type":"page","messageId":"m","anonymousId":"a","writeKey":"secret"}""").ShouldBeNull();
        intake.Stored()[0].TryGetProperty("writeKey", out _).ShouldBeFalse();
    }

    [Fact]
    public void Read_Envelope_IsMergedOneLevelDeepAndTheEventWins()
    {
        intake.Many("""
            {"batch":[
               {"type":"track","event":"A","userId":"u","messageId":"1","context":{ "ip":"1.1.1.1", "page":{"url":"x"}, "app":null }},
               {"type":"track","event":"A","userId":"u","messageId":"2"},
               {"type":"track","event":"A","userId":"u","messageId":"3","context":{},"integrations":{"All":false}},
               {"type":"track","event":"A","userId":"u","messageId":"4","context":[],"integrations":null}],
             "context":{"ip":"9.9.9.9","page":{"title":"y"},"app":{"name":"z"},"library":{"name":"l"}},
             "integrations":{"All":true,"X":true},"sentAt":"2026-02-02T02:40:00Z","writeKey":"k"}
            """).ShouldBeNull();
        var stored = intake.Stored();
        stored[0].GetProperty("context").GetRawText().ShouldBe("""{ "ip":"1.1.1.1", "page":{"url":"x"}, "app":null,"library":{"name":"l"}}""");
        stored[1].GetProperty("context").GetProperty("ip").GetString().ShouldBe("9.9.9.9");
        stored[2].GetProperty("context").GetProperty("app").GetProperty("name").GetString().ShouldBe("z");
        stored[2].GetProperty("integrations").GetRawText().ShouldBe("""{"All":false,"X":true}""");
        stored[3].GetProperty("context").GetProperty("library").GetProperty("name").GetString().ShouldBe("l");
        stored[3].GetProperty("integrations").GetRawText().ShouldBe("""{"All":true,"X":true}""");
    }

    [Fact]
    public void Read_EnvelopeSentAtBehindTheBatch_CorrectsTheTimes()
    {
        intake.Many("""{"batch":[{"type":"track","event":"A","userId":"u","messageId":"1","timestamp":"2020-01-01T00:00:00Z"}],"sentAt":"2020-01-01T00:00:05Z"}""").ShouldBeNull();
        intake.TimeOf(0).ShouldBe(IntakeFixture.ReceivedAt - 5000);
    }

    public static TheoryData<string, DropReason, string?> BadEvents => new()
    {
        { "1", DropReason.NotAnObject, null },
        { "null", DropReason.NotAnObject, null },
        { "[]", DropReason.NotAnObject, null },
        { """{"event":"A","userId":"u"}""", DropReason.TypeUnknown, "type" },
        { """{"type":"tarck","event":"A","userId":"u"}""", DropReason.TypeUnknown, "type" },
        { """{"type":5,"event":"A","userId":"u"}""", DropReason.TypeUnknown, "type" },
        { """{"type":"track","userId":"u"}""", DropReason.EventNameMissing, "event" },
        { """{"type":"track","event":"  ","userId":"u"}""", DropReason.EventNameMissing, "event" },
        { """{"type":"track","event":7,"userId":"u"}""", DropReason.EventNameMissing, "event" },
        { """{"type":"track","event":"A"}""", DropReason.NoIdentifier, "userId" },
        { """{"type":"track","event":"A","userId":"","anonymousId":" "}""", DropReason.NoIdentifier, "userId" },
        { """{"type":"track","event":"A","context":{"externalIds":[],"traits":{"email":""}}}""", DropReason.NoIdentifier, "userId" },
        { """{"type":"track","event":"A","userId":{"id":1}}""", DropReason.IdNotText, "userId" },
        { """{"type":"track","event":"A","userId":true}""", DropReason.IdNotText, "userId" },
        { """{"type":"track","event":"A","userId":"u","messageId":[1]}""", DropReason.IdNotText, "messageId" },
        { """{"type":"group","userId":"u"}""", DropReason.GroupIdMissing, "groupId" },
        { """{"type":"alias","userId":"u"}""", DropReason.AliasIncomplete, "previousId" },
        { """{"type":"alias","previousId":"u"}""", DropReason.AliasIncomplete, "userId" },
    };

    [Theory]
    [MemberData(nameof(BadEvents))]
    public void Read_BadEventInBatch_IsTheOnlyOneRefused(string bad, DropReason reason, string? field)
    {
        const string Good = """{"type":"track","event":"A","userId":"u","messageId":"g"}""";
        intake.Many($$"""{"batch":[{{Good}},{{bad}},{{Good}}]}""").ShouldBeNull();
        intake.Stored().Count.ShouldBe(2);
        var rejected = intake.Rejected.ShouldHaveSingleItem();
        rejected.Index.ShouldBe(1);
        rejected.Reason.ShouldBe(reason);
        rejected.Problem.Field.ShouldBe(field is null ? "batch[1]" : $"batch[1].{field}");
        rejected.Problem.WayOut.ShouldNotBeNullOrEmpty();
        intake.Batch.Dropped.ShouldHaveSingleItem().MessageId.ShouldBe(rejected.MessageId);
        intake.Batch.Dropped[0].Reason.ShouldBe(DropReasons.NameOf(reason));
    }

    [Theory]
    [InlineData("""{"type":"track","event":"A","userId":42}""")]
    [InlineData("""{"type":"track","event":"A","anonymousId":"a"}""")]
    [InlineData("""{"type":"track","event":"A","context":{"externalIds":[{"id":"1","type":"crm"}]}}""")]
    [InlineData("""{"type":"track","event":"A","context":{"traits":{"email":"a@b.c"}}}""")]
    [InlineData("""{"type":"identify","traits":{"phone":"05321234567"}}""")]
    [InlineData("""{"type":"track","event":"A","properties":{"loyalty_card":123}}""")]
    [InlineData("""{"type":"screen","context":{"device":{"id":"d"}}}""")]
    [InlineData("""{"type":"page","userId":"u","name":null,"properties":[]}""")]
    [InlineData("""{"type":"track","event":"A","userId":"u","properties":{"n":1e400,"m":-0.0000000000000000000000000000000000001,"k":123456789012345678901234567890}}""")]
    [InlineData("""{"type":"track","event":"A","userId":"u","properties":{"a":1,"a":2},"properties":{"a":3}}""")]
    [InlineData("""{"type":"track","event":"A\u0000B","userId":"u\u0000"}""")]
    public void Read_UnusualButMeaningful_IsTaken(string json)
    {
        intake.Many($$"""{"batch":[{{json}}]}""").ShouldBeNull();
        intake.Rejected.ShouldBeEmpty();
        intake.Stored().ShouldHaveSingleItem();
    }

    [Fact]
    public void Read_SizeOfEvent_IsLimitedTo32Kilobytes()
    {
        string Sized(int bytes)
        {
            const string Empty = """{"type":"track","event":"A","userId":"u","messageId":"m","properties":{"x":""}}""";
            return Empty.Insert(Empty.Length - 3, new string('x', bytes - Empty.Length));
        }

        intake.Many($$"""{"batch":[{{Sized(CollectLimits.EventBytes)}},{{Sized(CollectLimits.EventBytes + 1)}}]}""").ShouldBeNull();
        intake.Stored().ShouldHaveSingleItem();
        var rejected = intake.Rejected.ShouldHaveSingleItem();
        rejected.Reason.ShouldBe(DropReason.EventTooLarge);
        rejected.MessageId.ShouldBe("m");
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(5000, false)]
    public void Read_Nesting_IsLimitedTo64Levels(int levels, bool taken)
    {
        // The event is the first level, properties the second.
        var nested = new string('[', levels - 2) + new string(']', levels - 2);
        var json = """{"type":"track","event":"A","userId":"u","messageId":"m","properties":{"x":@}}""".Replace("@", nested, StringComparison.Ordinal);
        intake.Many($$"""{"batch":[{"type":"track","event":"A","userId":"u"},{{json}}]}""").ShouldBeNull();
        intake.Stored().Count.ShouldBe(taken ? 2 : 1);
        if (!taken) intake.Rejected.ShouldHaveSingleItem().Reason.ShouldBe(DropReason.NestingTooDeep);
        intake.Single(EventType.Track, json).ShouldBeNull();
        intake.Rejected.Count.ShouldBe(taken ? 0 : 1);
    }

    [Fact]
    public void Read_InvalidUtf8InOneEvent_RefusesThatOne()
    {
        var body = Encoding.UTF8.GetBytes("""{"batch":[{"type":"track","event":"A","userId":"u"},{"type":"track","event":"?","userId":"u","messageId":"?"}]}""");
        for (var i = 0; i < body.Length; i++) body[i] = body[i] == '?' ? (byte)0xFF : body[i];
        intake.Read(body, BodyShape.Batch).ShouldBeNull();
        intake.Stored().ShouldHaveSingleItem();
        intake.Rejected.ShouldHaveSingleItem().Reason.ShouldBe(DropReason.InvalidUtf8);
    }

    [Fact]
    public void Read_HalfASurrogatePair_BecomesTheReplacementCharacter()
    {
        intake.Single(EventType.Track, """{"type":"track","event":"cut \ud83d","userId":"\udc00\ud83d\ude00","messageId":"m"}""").ShouldBeNull();
        intake.Stored()[0].GetProperty("event").GetString().ShouldBe("cut \uFFFD");
        intake.Stored()[0].GetProperty("userId").GetString().ShouldBe("\uFFFD😀");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("hello")]
    [InlineData("""{"batch":[{"type":"track"},]}""")]
    [InlineData("""{"batch":[]} {}""")]
    [InlineData("""{"batch":[{"a":1}""")]
    public void Read_NotJson_RefusesTheWholeBodyWithAReceipt(string body)
    {
        intake.Many(body)!.Code.ShouldBe("malformed_json");
        intake.Batch.Count.ShouldBe(0);
        intake.Batch.Dropped.ShouldHaveSingleItem().Reason.ShouldBe("malformed_json");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"batch":{}}""")]
    [InlineData("""{"batch":null}""")]
    public void Read_NoBatch_IsSaid(string body) => intake.Many(body)!.Code.ShouldBe("batch_missing");

    [Fact]
    public void Read_TooManyEvents_IsRefused()
    {
        string Batch(int count) => $$"""{"batch":[{{string.Join(',', Enumerable.Repeat("""{"type":"page","userId":"u"}""", count))}}]}""";
        intake.Many(Batch(2500)).ShouldBeNull();
        intake.Batch.Count.ShouldBe(2500);
        intake.Many(Batch(2501))!.Code.ShouldBe("batch_too_many_events");
        intake.Batch.Count.ShouldBe(0);
    }

    [Fact]
    public void Read_LargeEnvelope_CannotMultiplyTheBody()
    {
        var items = string.Join(',', Enumerable.Repeat("""{"type":"page","userId":"u"}""", 2500));
        intake.Many($$$"""{"batch":[{{{items}}}],"context":{"x":"{{{new string('x', 20_000)}}}"}}""").ShouldBeNull();
        intake.Batch.Bytes.ShouldBeLessThanOrEqualTo(CollectLimits.MergedBytes);
        intake.Rejected[^1].Reason.ShouldBe(DropReason.BatchTooLarge);
        (intake.Rejected.Count + intake.Batch.Count).ShouldBe(2500);
    }

    [Fact]
    public void Read_Lines_TakesGoodLinesAndTellsBadOnes()
    {
        var body = Encoding.UTF8.GetBytes("{\"type\":\"track\",\"event\":\"A\",\"userId\":\"u\"}\r\n\n not json\n{\"type\":\"page\",\"userId\":\"u\",\"timestamp\":\"1999-01-01\"}");
        intake.Read(body, BodyShape.Messages, imported: true).ShouldBeNull();
        intake.Stored().Count.ShouldBe(2);
        intake.TimeOf(1).ShouldBe(915_148_800_000);
        intake.FlagsOf(1).ShouldBe(EventFlags.Imported);
        intake.Rejected.ShouldHaveSingleItem().Index.ShouldBe(1);
        intake.Rejected[0].Reason.ShouldBe(DropReason.MalformedJson);
    }

    [Fact]
    public void Read_ByteOrderMark_IsSkipped() =>
        intake.Many("\uFEFF" + """{"batch":[{"type":"page","userId":"u"}]}""").ShouldBeNull();

    [Theory]
    [InlineData(UnknownPolicy.Allow, 1, EventFlags.None)]
    [InlineData(UnknownPolicy.Flag, 1, EventFlags.UnknownEvent)]
    [InlineData(UnknownPolicy.Block, 0, EventFlags.None)]
    public void Read_UnknownEvent_FollowsThePolicy(UnknownPolicy policy, int stored, EventFlags flags)
    {
        intake.Source = intake.Source with { Events = policy };
        intake.Checks = new IntakeFixture.Catalogue(["Known"], []);
        intake.Many("""{"batch":[{"type":"track","event":"Strange","userId":"u"}]}""").ShouldBeNull();
        intake.Batch.Count.ShouldBe(stored);
        if (stored > 0) intake.FlagsOf(0).ShouldBe(flags);
        else intake.Rejected[0].Reason.ShouldBe(DropReason.EventNotInCatalogue);
    }

    [Theory]
    [InlineData(UnknownPolicy.Allow, """{"a":1,"b":2,"c":3}""", EventFlags.None)]
    [InlineData(UnknownPolicy.Flag, """{"a":1,"b":2,"c":3}""", EventFlags.UnknownProperty)]
    [InlineData(UnknownPolicy.Block, """{"b":2}""", EventFlags.UnknownProperty)]
    public void Read_UnknownProperty_FollowsThePolicy(UnknownPolicy policy, string properties, EventFlags flags)
    {
        intake.Source = intake.Source with { Properties = policy };
        intake.Checks = new IntakeFixture.Catalogue(["Known"], ["b"]);
        intake.Many("""{"batch":[{"type":"track","event":"Known","userId":"u","messageId":"m","properties":{"a":1,"b":2,"c":3}}]}""").ShouldBeNull();
        intake.Stored()[0].GetProperty("properties").GetRawText().ShouldBe(properties);
        intake.FlagsOf(0).ShouldBe(flags);
    }

    [Theory]
    [InlineData(UnknownPolicy.Allow, 2, EventFlags.None)]
    [InlineData(UnknownPolicy.Flag, 2, EventFlags.Bot)]
    [InlineData(UnknownPolicy.Block, 1, EventFlags.None)]
    public void Read_Robot_FollowsThePolicy(UnknownPolicy policy, int stored, EventFlags flags)
    {
        intake.Source = intake.Source with { Bots = policy };
        intake.Many("""
            {"batch":[{"type":"page","userId":"u"},
                      {"type":"page","userId":"v","context":{"userAgent":"Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36"}}],
             "context":{"userAgent":"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}}
            """).ShouldBeNull();
        intake.Batch.Count.ShouldBe(stored);
        if (stored == 2) intake.FlagsOf(0).ShouldBe(flags);
        intake.FlagsOf(stored - 1).ShouldBe(EventFlags.None);
    }
}
