using Temas.Kernel;
using Temas.Server.Control;

namespace Temas.Server.Cli;

/// <summary>Exit codes of <c>temas</c>; scripts rely on them (docs/cli.md).</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Defect = 1;
    public const int Invalid = 2;
    public const int Forbidden = 3;
    public const int NotFound = 4;
    public const int Conflict = 5;
    public const int TooMany = 6;
    public const int Unavailable = 7;

    /// <summary>Ended by Ctrl-C, as shells say it.</summary>
    public const int Interrupted = 130;

    /// <summary>The exit code that tells of <paramref name="problem"/>.</summary>
    public static int Of(Problem problem) => problem.Code == VerbRunner.DefectCode ? Defect : problem.Kind switch
    {
        ProblemKind.Invalid => Invalid,
        ProblemKind.Unauthenticated or ProblemKind.Forbidden => Forbidden,
        ProblemKind.NotFound => NotFound,
        ProblemKind.Conflict => Conflict,
        ProblemKind.TooMany => TooMany,
        _ => Unavailable,
    };
}
