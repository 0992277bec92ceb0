using Temas.Bench;
using Temas.Bench.Queries;
using Temas.Bench.Texts;

if (args is ["floor", var url, var folder]) return await Floor.RunAsync(url, folder);
if (args is ["ingest", .. var ingest]) return await Ingest.RunAsync(IngestOptions.Parse(ingest));
if (args is ["live", .. var live]) return await Live.RunAsync(IngestOptions.Parse(live));
if (args is ["empty", var empty]) return await Answers.EmptyAsync(empty);
if (args is ["answers", .. var answers]) return await Answers.RunAsync(AnswerOptions.Parse(answers));
if (args is ["queries", "--peers", _, "--segments"]) return SegmentBench.Run();
if (args is ["queries", .. var queries]) return QueryBench.Run(QueryBenchOptions.Parse(queries));
if (args is ["texts", .. var texts]) return TextBench.Run(texts);
Console.Error.WriteLine("usage: bench/ingest [--seconds N] [--batch N] [--connections N] [--customers N] [--preload N] [--data FOLDER]");
Console.Error.WriteLine("       bench/live [--segments N] [--rate N] [--runs N] [--preload N] [--seconds N]");
Console.Error.WriteLine("       bench/answers [--seconds N] [--connections N] [--rate N] [--responses N] [--runs N]");
Console.Error.WriteLine("       bench/queries --segments");
Console.Error.WriteLine("       bench/queries [--events N] [--customers N] [--seed N] [--runs N] [--only QUERY] [--no-peers]");
Console.Error.WriteLine("       bench/texts [--data FILE] [--seeds N] [--threads N]");
return 2;
