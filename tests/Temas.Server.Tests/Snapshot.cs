namespace Temas.Server.Tests;

/// <summary>Holds a text against a file that is kept with the tests. <c>TEMAS_ACCEPT=1</c> writes the file anew, for a person to look at what changed.</summary>
internal static class Snapshot
{
    /// <summary>Compares <paramref name="text"/> with <paramref name="name"/> in the folder of this project.</summary>
    public static void Check(string name, string text)
    {
        var file = Path.Combine(Source.Root, "tests", "Temas.Server.Tests", name);
        if (Environment.GetEnvironmentVariable("TEMAS_ACCEPT") == "1") File.WriteAllText(file, text);
        var kept = File.Exists(file) ? File.ReadAllText(file) : "";
        var added = text.Split('\n').Except(kept.Split('\n')).ToList();
        var gone = kept.Split('\n').Except(text.Split('\n')).ToList();
        text.ShouldBe(kept, $"{name} differs. Added:\n{string.Join('\n', added)}\nGone:\n{string.Join('\n', gone)}\nIf that is meant, run the test with TEMAS_ACCEPT=1 and look at the change.\n");
    }
}
