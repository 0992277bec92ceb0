using System.Text;
using Temas.Collect.Tracking;
using Temas.Storage.EventLog;

namespace Temas.Tests.Collect.Tracking;

/// <summary>Bodies that were valid and then mutated: whatever comes, the intake answers, and what it keeps can be read by itself.</summary>
public sealed class IntakeFuzzTests
{
    private static readonly string[] Seeds =
    [
        """{"batch":[{"type":"track","event":"Order Completed","userId":"u1","anonymousId":"a1","messageId":"m1","timestamp":"2026-01-01T10:00:00.000Z","properties":{"total":12.5,"products":[{"id":1},{"id":"2"}]},"context":{"ip":"1.2.3.4","traits":{"email":"a@b.c"},"userAgent":"Mozilla/5.0"}},{"type":"identify","userId":"u1","traits":{"name":"\u015eule \ud83d\ude00","age":5}}],"sentAt":"2026-01-01T10:00:01Z","context":{"library":{"name":"x"}},"integrations":{"All":true},"writeKey":"k"}""",
        """{"type":"alias","previousId":"a","userId":"b","messageId":"\u0041\\\"","context":{"externalIds":[{"id":"1","type":"crm","collection":"users","encoding":"none"}],"device":{"id":"d"}}}""",
        "{\"type\":\"page\",\"userId\":1}\n{\"type\":\"group\",\"groupId\":\"g\",\"userId\":\"İı\"}\n[1,2]",
        """[{"type":"screen","name":"Home","anonymousId":"x","properties":{"a":{"b":{"c":[null,true,1e5]}}}}]""",
    ];

    private static readonly byte[][] Pieces =
    [
        "\\ud800"u8.ToArray(), "\\u0000"u8.ToArray(), "\"messageId\":"u8.ToArray(), "\"context\":"u8.ToArray(), "null"u8.ToArray(), "{}"u8.ToArray(), "[]"u8.ToArray(), "\"\""u8.ToArray(),
        "1e999"u8.ToArray(), "-"u8.ToArray(), "\\"u8.ToArray(), "\""u8.ToArray(), ","u8.ToArray(), "}"u8.ToArray(), "]"u8.ToArray(), [0xFF], [0xC3], [0], [0xEF, 0xBB, 0xBF],
        "\"writeKey\":1,"u8.ToArray(), "\"type\":\"alias\","u8.ToArray(), Encoding.UTF8.GetBytes(new string('[', 80)), "\"batch\":[],"u8.ToArray(), "\"userId\":{},"u8.ToArray(),
    ];

    [Fact]
    public void Read_MutatedBodies_NeverFailsAndKeepsOnlyReadableEvents()
    {
        var random = new Random(20_260_201);
        var intake = new IntakeFixture();
        var kept = 0;
        for (var round = 0; round < 100_000; round++)
        {
            var body = Mutate(Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]), random);
            var shape = (BodyShape)random.Next(3);
            var type = shape == BodyShape.Single ? (EventType)random.Next(1, 7) : EventType.None;
            var sent = body.AsSpan().ToArray();
            try
            {
                if (random.Next(4) == 0) BodyParser.FindWriteKey(body.AsSpan().ToArray());
                var problem = intake.Read(body, shape, type, imported: random.Next(2) == 0);
                if (problem is not null) intake.Batch.Dropped.Count.ShouldBe(1);
                kept += intake.Stored().Count;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Round {round}, {shape} {type}: {Convert.ToHexString(sent)}", e);
            }
        }

        // Otherwise the mutations destroy everything and prove nothing.
        kept.ShouldBeGreaterThan(20_000);
    }

    private static byte[] Mutate(byte[] body, Random random)
    {
        var bytes = new List<byte>(body);
        for (var i = random.Next(4); i > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.InsertRange(at, Pieces[random.Next(Pieces.Length)]); break;
                case 3: bytes.RemoveRange(at, Math.Min(random.Next(20), bytes.Count - at)); break;
                case 4: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(60), bytes.Count - at))); break;
                default: if (random.Next(5) == 0) bytes.RemoveRange(at, bytes.Count - at); break;
            }

            if (bytes.Count == 0) break;
        }

        return [.. bytes];
    }
}
