using System.IO.Pipelines;
using System.Text;
using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.Verbs;

namespace Temas.Server.Tests.Cli;

public sealed class FrameTests
{
    [Fact]
    public async Task Frames_LinesThenAnswer_ComeBackAsTheyWere()
    {
        var stream = new MemoryStream();
        using (var frames = new FrameWriter(PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true))))
        {
            frames.Report(new VerbProgress("Reading", 3, 10));
            await frames.WriteLineAsync("""{"a":"ş"}"""u8.ToArray(), default);
            await frames.WriteLineAsync("""{"answer":{}}"""u8.ToArray(), default);
            await frames.CloseAsync(new WorkspaceLine("main", 7), VerbJson.Default.WorkspaceLine, default);
        }

        stream.Position = 0;
        var output = new Recorder();
        var result = await FrameReader.ReadAsync(stream, VerbJson.Default.WorkspaceLine, output, default);
        result.Value.ShouldBe(new WorkspaceLine("main", 7));
        output.Lines.ShouldBe(["""{"a":"ş"}""", """{"answer":{}}"""]);
        output.Reports.ShouldHaveSingleItem().ShouldBe(new VerbProgress("Reading", 3, 10));
    }

    [Fact]
    public async Task Frames_Problem_ComesBackWhole()
    {
        var problem = Problem.NotFound("source_unknown", "There is no such source.", "name", "shop", "See temas source list.");
        var stream = new MemoryStream();
        using (var frames = new FrameWriter(PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true)))) await frames.CloseAsync(problem, default);
        stream.Position = 0;
        (await FrameReader.ReadAsync(stream, VerbJson.Default.WorkspaceLine, new Recorder(), default)).Problem.ShouldBe(problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"line\":{}}\n")]
    [InlineData("{\"answer\":{\"key\":\"ma")]
    public async Task Frames_CutOff_AreAProblemAndNotAnAnswer(string text)
    {
        var result = await FrameReader.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), VerbJson.Default.WorkspaceLine, new Recorder(), default);
        result.Problem!.Code.ShouldBe("server_gone");
    }

    private sealed class Recorder : IVerbOutput
    {
        public List<string> Lines { get; } = [];

        public List<VerbProgress> Reports { get; } = [];

        public void Report(VerbProgress progress) => Reports.Add(progress);

        public ValueTask WriteLineAsync(ReadOnlyMemory<byte> json, CancellationToken cancel)
        {
            Lines.Add(Encoding.UTF8.GetString(json.Span));
            return ValueTask.CompletedTask;
        }
    }
}
