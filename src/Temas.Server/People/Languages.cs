using Temas.Kernel;

namespace Temas.Server.People;

/// <summary>The languages that Temas speaks.</summary>
internal static class Languages
{
    /// <summary>What is wrong with a choice, or null. No choice is right, too.</summary>
    public static Problem? Check(string? language) =>
        language is null or "tr" or "en" ? null : Problem.Invalid("language_unknown", "Temas does not speak this language.", "language", language, "The languages are tr and en.");
}
