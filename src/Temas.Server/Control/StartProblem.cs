using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Temas.Kernel;
using Temas.Storage;

namespace Temas.Server.Control;

/// <summary>Tells the failures of opening and listening that people meet from defects.</summary>
internal static class StartProblem
{
    /// <summary>The problem that <paramref name="error"/> stands for, or null when it is a defect.</summary>
    public static Problem? From(Exception error) => error switch
    {
        StoreException e => e.Problem,
        IOException { InnerException: AddressInUseException } e => new Problem(ProblemKind.Unavailable, "address_in_use", Sentence(e.Message))
        {
            WayOut = "Stop what listens there, or choose another address with --urls or TEMAS_URLS.",
        },
        SocketException { SocketErrorCode: SocketError.AccessDenied } => new Problem(ProblemKind.Forbidden, "address_denied", "This user may not listen on that address.")
        {
            WayOut = "Choose a port above 1023 with --urls or TEMAS_URLS.",
        },
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => Problem.Invalid("address_unavailable", "This machine has no such address.", "urls"),
        IOException e => new Problem(ProblemKind.Unavailable, "disk", Sentence(e.Message)),
        UnauthorizedAccessException e => new Problem(ProblemKind.Unavailable, "disk", Sentence(e.Message)),
        System.Data.Common.DbException e => new Problem(ProblemKind.Unavailable, "database", $"The database does not answer as it should: {Sentence(e.Message)}"),
        _ => null,
    };

    private static string Sentence(string message) => message.ReplaceLineEndings(" ").TrimEnd() is { Length: > 0 } line && line[^1] == '.' ? line : message.ReplaceLineEndings(" ").TrimEnd() + ".";
}
