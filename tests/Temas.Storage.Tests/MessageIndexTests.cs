using Temas.Storage.EventLog;

namespace Temas.Storage.Tests;

public sealed class MessageIndexTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("temas-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Find_AcrossTailsSegmentsMergesAndRestarts_GivesWhatWasAdded(int seed)
    {
        var random = new Random(seed);
        var model = new List<ulong>();
        var index = Open();
        for (var round = 0; round < 60; round++)
        {
            index.BeginApply();
            for (var i = random.Next(1, 200); i > 0; i--)
            {
                var json = Sample.Track($"s{seed}-{model.Count}");
                EventScanner.TryScan(json, out var fields, out _);
                model.Add(EventBatch.HashOf(1, fields.MessageId.Text(json, new byte[64])));
                index.Apply(new LogEvent { Position = model.Count, Kind = LogRecordKind.Event, Flags = 0, Source = 1, Time = 0, ReceivedAt = 0, Json = json, Fields = fields });
            }

            index.EndApply();
            index.Snapshot(force: random.Next(8) == 0);
            if (random.Next(10) == 0)
            {
                index.Snapshot(force: true);
                index.Dispose();
                if (random.Next(3) == 0) Damage(random);
                index = Open();
                model.RemoveRange((int)index.Position, model.Count - (int)index.Position);
            }

            for (var probe = 0; probe < 100; probe++)
            {
                var at = random.Next(model.Count + 1);
                Find(index, at < model.Count ? model[at] : (ulong)random.NextInt64()).ShouldBe(at < model.Count ? [at + 1L] : []);
            }
        }

        index.Dispose();
    }

    [Fact]
    public void Find_TwoMessagesOfOneHash_GivesBoth()
    {
        var index = Open();
        foreach (var position in (long[])[1, 2])
        {
            index.BeginApply();
            index.Apply(new LogEvent { Position = position, Kind = LogRecordKind.Erased, Flags = 0, Source = 1, Time = 0, ReceivedAt = 0, Json = BitConverter.GetBytes(42UL), Fields = default });
            index.EndApply();
            Find(index, 42).Length.ShouldBe((int)position);
        }

        index.Snapshot(force: true);
        Find(index, 42).ShouldBe([1, 2], ignoreOrder: true);
        index.Dispose();
    }

    private static long[] Find(MessageIndex index, ulong hash)
    {
        var places = new long[8];
        return places[..index.FindLocked(hash, places)];
    }

    private void Damage(Random random)
    {
        var files = Directory.GetFiles(folder);
        if (files.Length == 0) return;
        var file = files[random.Next(files.Length)];
        var bytes = File.ReadAllBytes(file);
        bytes[random.Next(bytes.Length)] ^= 0x40;
        // A changed byte may fall into the padding between sections, which says nothing: then the file is still good.
        File.WriteAllBytes(file, random.Next(2) == 0 ? bytes : bytes[..random.Next(bytes.Length)]);
    }

    private MessageIndex Open()
    {
        var index = new MessageIndex(folder, tailSize: 256);
        index.Load(_ => { });
        return index;
    }
}
