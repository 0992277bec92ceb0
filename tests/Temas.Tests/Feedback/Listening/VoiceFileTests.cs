using Temas.Feedback.Contracts;
using Temas.Feedback.Listening;
using Temas.Feedback.Texts.Learning;

namespace Temas.Tests.Feedback.Listening;

/// <summary>What customers said, on disk and read again.</summary>
public sealed class VoiceFileTests : IDisposable
{
    private static readonly VoiceStamp Stamp = new(7, 9);

    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("temas-voices-").FullName, "voices.snapshot");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void Read_WhatWasWritten_IsTheSame(int count)
    {
        var voices = Made(count);
        VoiceFile.Write(path, Stamp, voices);
        var read = VoiceFile.Read(path, Stamp).ShouldNotBeNull();
        (read.Count, read.Position).ShouldBe((count, voices.Position));
        read.Rows.Take(count).ShouldBe(voices.Rows.Take(count));
        read.Names.All.ToArray().ShouldBe(voices.Names.All.ToArray());
        // And it goes on as if it had never been written.
        read.Names.Of("another").ShouldBe(voices.Names.Of("another"));
    }

    [Fact]
    public void Read_AnotherStampOrADamagedFile_IsNothing()
    {
        VoiceFile.Read(path, Stamp).ShouldBeNull();
        VoiceFile.Write(path, Stamp, Made(50));
        VoiceFile.Read(path, Stamp with { Rules = 10 }).ShouldBeNull();
        VoiceFile.Read(path, Stamp with { Generation = 8 }).ShouldBeNull();
        var bytes = File.ReadAllBytes(path);
        bytes[^20] ^= 1;
        File.WriteAllBytes(path, bytes);
        VoiceFile.Read(path, Stamp).ShouldBeNull();
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        VoiceFile.Read(path, Stamp).ShouldBeNull();
    }

    private static Voices Made(int count)
    {
        var random = new Random(count);
        var names = new VoiceNames();
        var rows = new Voice[count];
        for (var i = 0; i < count; i++)
        {
            rows[i] = new Voice
            {
                Position = i + 1,
                Time = random.NextInt64(),
                Node = random.Next(-1, 500),
                Touchpoint = names.Of($"t{random.Next(5)}"),
                Survey = names.Of($"şikâyet-{random.Next(50)}"),
                Source = names.Of(""),
                Topics = new string((char)random.Next(0xD700, 0xE000), random.Next(4)),
                Sentiment = random.Next(2) == 0 ? float.NaN : random.NextSingle(),
                Confidence = random.NextSingle(),
                HasText = random.Next(2) == 0,
                Language = (TextLanguage)random.Next(2),
                Label = (SentimentLabel)random.Next(3),
                Intents = (byte)random.Next(32),
                Nps = (sbyte)random.Next(-1, 11),
                Csat = (sbyte)random.Next(-1, 6),
                Ces = (sbyte)random.Next(-1, 8),
                Rated = (sbyte)random.Next(-1, 3),
            };
        }

        return new Voices(rows, count, count + 3, names, null!);
    }
}
