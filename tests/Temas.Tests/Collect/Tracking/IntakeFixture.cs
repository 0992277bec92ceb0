using System.Text;
using System.Text.Json;
using Temas.Collect;
using Temas.Collect.Contracts;
using Temas.Collect.Tracking;
using Temas.Kernel;
using Temas.Storage.EventLog;

namespace Temas.Tests.Collect.Tracking;

/// <summary>Reads bodies as the tracking API does, without HTTP and without a log.</summary>
internal sealed class IntakeFixture
{
    public const long ReceivedAt = 1_770_000_000_000;

    private readonly Intake intake = new(TimeProvider.System);

    public Source Source { get; set; } = new() { Id = 7, Name = "Web shop", WriteKey = "k", CreatedAt = DateTimeOffset.UnixEpoch, CreatedBy = "test" };

    public ICatalogueCheck Checks { get; set; } = new Catalogue([], []);

    public IReadOnlyList<RejectedEvent> Rejected => intake.Rejected;

    public EventBatch Batch => intake.Batch;

    public Problem? Single(EventType type, string body) => Read(Encoding.UTF8.GetBytes(body), BodyShape.Single, type);

    public Problem? Many(string body) => Read(Encoding.UTF8.GetBytes(body), BodyShape.Batch);

    public Problem? Read(byte[] body, BodyShape shape, EventType type = EventType.None, bool imported = false) =>
        intake.Read(body, new IntakeRequest(Source, shape, type, imported, ReceivedAt, CollectLimits.BatchEvents, Checks));

    /// <summary>The stored JSON, parsed: proof that it can be read by itself.</summary>
    public IReadOnlyList<JsonElement> Stored()
    {
        var result = new List<JsonElement>();
        foreach (ref readonly var item in intake.Batch.Items)
        {
            var json = intake.Batch.JsonOf(item);
            EventScanner.TryScan(json, out var again, out var fault).ShouldBeTrue(fault);
            again.ShouldBe(item.Fields);
            var reader = new Utf8JsonReader(json);
            result.Add(JsonElement.ParseValue(ref reader));
        }

        return result;
    }

    public EventFlags FlagsOf(int index) => intake.Batch.Items[index].Flags;

    public long TimeOf(int index) => intake.Batch.Items[index].Time;

    public ulong HashOf(int index) => intake.Batch.Items[index].MessageHash;

    internal sealed class Catalogue(string[] events, string[] properties) : ICatalogueCheck
    {
        public bool Knows(EventType type, ReadOnlySpan<byte> name) => events.Contains(Encoding.UTF8.GetString(name));

        public void FindUnknownProperties(EventType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> json, List<byte[]> unknown)
        {
            foreach (var property in JsonElement.Parse(json).EnumerateObject())
            {
                if (!properties.Contains(property.Name)) unknown.Add(Encoding.UTF8.GetBytes(property.Name));
            }
        }
    }
}
