using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.Settings;

namespace Temas.Server.Tests.Cli;

public sealed class DataFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("temas-folder-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Take_FreshFolder_MakesItForItsOwnerAlone()
    {
        var settings = Settings("sqlite") with { Data = Path.Combine(folder, "new", "data") };
        using var taken = DataFolder.Take(settings, "serve").Value;
        File.GetUnixFileMode(settings.Data).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        DataFolder.Holder(settings.Data).ShouldBe((Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), "serve"));
    }

    [Fact]
    public void Take_AlreadyTaken_NamesTheHolder()
    {
        using var first = DataFolder.Take(Settings("sqlite"), "rebuild").Value;
        var second = DataFolder.Take(Settings("sqlite"), "serve");
        second.Problem!.Kind.ShouldBe(ProblemKind.Unavailable);
        second.Problem.Code.ShouldBe("data_folder_in_use");
        second.Problem.Detail.ShouldContain($"process {Environment.ProcessId} (temas rebuild)");
    }

    [Fact]
    public void Take_AfterItsHolderWentAway_Succeeds()
    {
        DataFolder.Take(Settings("sqlite"), "serve").Value.Dispose();
        // What a killed server leaves behind: a lock file with a number, and a socket that nobody answers.
        File.WriteAllText(Path.Combine(folder, "lock"), "");
        File.WriteAllText(Path.Combine(folder, "pid"), "999999\nserve\n");
        File.WriteAllText(DataFolder.SocketIn(folder), "");
        using var again = DataFolder.Take(Settings("sqlite"), "serve").Value;
        File.Exists(DataFolder.SocketIn(folder)).ShouldBeFalse();
    }

    [Fact]
    public void Take_FolderOfTheOtherStore_IsAConflict()
    {
        DataFolder.Take(Settings("sqlite"), "serve").Value.Dispose();
        var other = DataFolder.Take(Settings("postgres://u:p@h/d"), "serve");
        other.Problem!.Kind.ShouldBe(ProblemKind.Conflict);
        other.Problem.Code.ShouldBe("data_folder_other_store");
        // Having been refused it does not hold the folder.
        DataFolder.Take(Settings("sqlite"), "serve").Value.Dispose();
    }

    [Fact]
    public void Take_FolderThatCannotBeMade_IsUnavailable()
    {
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        var taken = DataFolder.Take(Settings("sqlite") with { Data = Path.Combine(file, "data") }, "serve");
        taken.Problem!.Kind.ShouldBe(ProblemKind.Unavailable);
        taken.Problem.Code.ShouldBe("data_folder_unwritable");
    }

    private TemasSettings Settings(string store) => new() { Data = folder, Urls = ["http://127.0.0.1:0"], Store = store };
}
