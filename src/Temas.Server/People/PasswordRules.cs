using System.Collections.Frozen;
using System.Security.Cryptography;
using Temas.Kernel;

namespace Temas.Server.People;

/// <summary>
/// Which passwords are taken: long ones that are not the first to be guessed. No demands on kinds of characters, as NIST SP 800-63B-4 advises.
/// </summary>
internal static class PasswordRules
{
    /// <summary>The least length, in characters.</summary>
    public const int MinLength = 12;

    /// <summary>The greatest length, in characters; longer input would only cost time to hash.</summary>
    public const int MaxLength = 256;

    // The most common of twelve and more characters; shorter ones are refused anyway.
    private static readonly FrozenSet<string> Common = FrozenSet.ToFrozenSet(
        [
            "password1234", "password12345", "password123456", "passwordpassword", "passw0rd1234", "p@ssw0rd1234", "password123!", "mypassword123", "qwertyuiop12", "qwertyuiop123",
            "qwertyuiopas", "qwertyuiopasdf", "qwertyuiop[]", "qwerty123456", "qwerty1234567", "1q2w3e4r5t6y", "1qaz2wsx3edc", "1qaz2wsx3edc4rfv", "qazwsxedcrfv", "asdfghjkl123", "asdfghjklqwe",
            "zxcvbnm12345", "123456789012", "1234567890123", "123456789123", "123456123456", "123123123123", "012345678901", "987654321098", "0987654321098", "112233445566", "abcdefghijkl",
            "abcdefghijklm", "abcdefghijklmnop", "abcd12345678", "abc123456789", "a1b2c3d4e5f6", "letmein12345", "letmeinletmein", "iloveyou1234", "iloveyouforever", "welcome12345", "welcome123456",
            "administrator", "administrator1", "admin1234567", "adminadminadmin", "changeme1234", "changemenow1", "correcthorsebatterystaple", "trustno1trustno1", "football1234", "baseball1234",
            "superman1234", "sunshine1234", "princess1234", "whatever1234", "galatasaray1905", "galatasaray12", "fenerbahce1907", "fenerbahce12", "besiktas1903", "istanbul1234", "istanbul3434",
            "turkiye12345", "seniseviyorum", "seniseviyorum1", "sifre1234567", "parola123456", "asdasdasdasd", "qweqweqweqwe", "customerexperience",
        ],
        StringComparer.Ordinal);

    /// <summary>What is wrong with a new password, or null.</summary>
    public static Problem? Check(string? password, string email)
    {
        if (password is null || password.Length < MinLength) return Bad("password_too_short", "The password has fewer than 12 characters.", "Take 12 or more; several words are easy to remember.");
        if (password.Length > MaxLength) return Bad("password_too_long", "The password has more than 256 characters.", "Take a shorter one.");
        var folded = password.ToLowerInvariant();
        var key = EmailAddress.KeyOf(email);
        var local = key.Split('@')[0];
        if (folded.Trim() == key || folded.Trim('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '!', '.', '-', '_', ' ') == local)
            return Bad("password_is_email", "The password is the e-mail address.", "Take one that has nothing to do with it.");
        if (Common.Contains(folded) || folded.Distinct().Count() < 4 || IsRun(folded))
            return Bad("password_common", "The password is one of those that are guessed first.", "Take another; several words that do not belong together are good.");
        return null;
    }

    /// <summary>A password of 20 characters that are easy to read and type: about 100 bits.</summary>
    public static string Generate()
    {
        const string alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
        var text = RandomNumberGenerator.GetString(alphabet, 20);
        return $"{text[..5]}-{text[5..10]}-{text[10..15]}-{text[15..]}";
    }

    /// <summary>Neighbours in the alphabet or among the digits all the way, up or down.</summary>
    private static bool IsRun(string text)
    {
        int up = 0, down = 0;
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] - text[i - 1] == 1) up++;
            if (text[i - 1] - text[i] == 1) down++;
        }

        return up == text.Length - 1 || down == text.Length - 1;
    }

    private static Problem Bad(string code, string detail, string wayOut) => Problem.Invalid(code, detail, "password", wayOut: wayOut);
}
