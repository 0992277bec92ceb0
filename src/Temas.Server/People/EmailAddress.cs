using Temas.Kernel;

namespace Temas.Server.People;

/// <summary>The address of a person who signs in.</summary>
internal static class EmailAddress
{
    /// <summary>The form in which addresses are compared. Upper and lower case are the same, in ASCII rules whatever the culture.</summary>
    public static string KeyOf(string email) => email.Trim().ToLowerInvariant();

    /// <summary>What is wrong with an address, or null. Only what certainly cannot be one is refused.</summary>
    public static Problem? Check(string? email)
    {
        var text = email?.Trim() ?? "";
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var ok = text.Length is >= 3 and <= 254 && at > 0 && at == text.LastIndexOf('@') && at < text.Length - 1
            && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '<' or '>' or '"' or ',' or ';');
        return ok ? null : Problem.Invalid("email_invalid", "This is not an e-mail address.", "email", wayOut: "Write it as name@example.com.");
    }
}
