using Temas.Server.Cli;

return await CommandLine.RunAsync(args);

/// <summary>The entry point, named for tests that start the whole server.</summary>
public partial class Program;
