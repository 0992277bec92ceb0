using Temas.Bench;

if (args is ["floor", var url, var folder]) return await Floor.RunAsync(url, folder);
if (args is ["ingest", .. var rest]) return await Ingest.RunAsync(IngestOptions.Parse(rest));
Console.Error.WriteLine("usage: bench/ingest [--seconds N] [--batch N] [--connections N] [--customers N] [--preload N] [--data FOLDER]");
return 2;
