using System.Globalization;
using Temas.Kernel;
using Temas.Server.Settings;

namespace Temas.Server.Control;

/// <summary>
/// The data folder, held by this process alone until it is disposed: one writer per installation. The lock is the operating system's (it ends with
/// the process, however that ends); the file <c>pid</c> beside it tells others who holds it, for a locked file cannot be read.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream held;

    private DataFolder(string path, FileStream held) => (Path, this.held) = (path, held);

    /// <summary>The folder's absolute path.</summary>
    public string Path { get; }

    /// <summary>Where a server that holds <paramref name="folder"/> listens for commands.</summary>
    public static string SocketIn(string folder) => System.IO.Path.Combine(folder, "temas.sock");

    private static string LockIn(string folder) => System.IO.Path.Combine(folder, "lock");

    private static string HolderIn(string folder) => System.IO.Path.Combine(folder, "pid");

    private static string StoreIn(string folder) => System.IO.Path.Combine(folder, "store");

    /// <summary>
    /// Takes the folder, making it when it is not there. <see cref="ProblemKind.Unavailable"/> with code <c>data_folder_in_use</c> when another process has it.
    /// </summary>
    /// <param name="settings">Names the folder and the store.</param>
    /// <param name="purpose">What holds it, for those who find it taken: <c>serve</c>, or the name of a verb.</param>
    public static Result<DataFolder> Take(TemasSettings settings, string purpose)
    {
        var path = settings.Data;
        FileStream? held = null;
        try
        {
            if (!Directory.Exists(path))
            {
                if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
                else Directory.CreateDirectory(path, OwnerOnly);
            }

            try
            {
                held = new FileStream(LockIn(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(LockIn(path)))
            {
                var (pid, what) = Holder(path);
                return new Problem(ProblemKind.Unavailable, "data_folder_in_use", $"The data folder {path} is in use by process {pid} (temas {what}).")
                {
                    WayOut = "Wait until it ends, or stop it.",
                };
            }

            if (CheckStore(path, settings) is { } problem)
            {
                held.Dispose();
                return problem;
            }

            File.WriteAllText(HolderIn(path), string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n{purpose}\n"));
            // What is left of a server that was killed; nobody can be listening, for the lock is ours.
            File.Delete(SocketIn(path));
            return new DataFolder(path, held);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            return new Problem(ProblemKind.Unavailable, "data_folder_unwritable", $"The data folder {path} cannot be written: {e.Message}")
            {
                WayOut = "Name another folder with --data or TEMAS_DATA, or give this user the right to write it.",
            };
        }
    }

    /// <summary>Who wrote its number and purpose into <paramref name="folder"/>; a question mark where it cannot be read.</summary>
    public static (string Pid, string Purpose) Holder(string folder)
    {
        try
        {
            var lines = File.ReadAllText(HolderIn(folder)).Split('\n');
            return lines.Length >= 2 && lines[0].Length > 0 ? (lines[0], lines[1]) : ("?", "?");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ("?", "?");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(SocketIn(Path));
        File.Delete(HolderIn(Path));
        held.Dispose();
    }

    /// <summary>A folder that began with one store keeps to it: the other would find nothing, and say so with an empty page.</summary>
    private static Problem? CheckStore(string path, TemasSettings settings)
    {
        var file = StoreIn(path);
        if (!File.Exists(file))
        {
            File.WriteAllText(file, settings.StoreKind + "\n");
            return null;
        }

        var kind = File.ReadAllText(file).Trim();
        return kind == settings.StoreKind
            ? null
            : new Problem(ProblemKind.Conflict, "data_folder_other_store", $"The data folder {path} belongs to a store of kind {kind}, and the setting store says {settings.StoreKind}.")
            {
                WayOut = "Name another data folder, or the store that this one was made for.",
            };
    }
}
