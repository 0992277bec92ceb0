using System.Collections;

namespace Temas.Server.Cli;

/// <summary>The surroundings of a command: its streams, its environment and its clock. A test gives its own.</summary>
internal sealed record CliIo
{
    /// <summary>Standard output: the answer, and nothing else.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error: problems, progress and questions.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input: answers to questions, and passwords.</summary>
    public required TextReader In { get; init; }

    /// <summary>True when a person sits at <see cref="In"/> and <see cref="Error"/>: questions may be asked, progress is drawn.</summary>
    public bool Interactive { get; init; }

    /// <summary>The environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Where relative paths of flags begin.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>Where <c>temas.json</c> and the default data folder lie (<c>TEMAS_HOME</c>, which <c>./temas</c> and <c>./run</c> set).</summary>
    public string Home => Environment.TryGetValue("TEMAS_HOME", out var home) && home.Length > 0 ? Path.GetFullPath(home, WorkingFolder) : WorkingFolder;

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The surroundings of this process.</summary>
    public static CliIo OfProcess()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            environment[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        return new CliIo
        {
            Out = Console.Out,
            Error = Console.Error,
            In = Console.In,
            Interactive = !Console.IsInputRedirected && !Console.IsErrorRedirected,
            Environment = environment,
            WorkingFolder = Directory.GetCurrentDirectory(),
        };
    }
}
