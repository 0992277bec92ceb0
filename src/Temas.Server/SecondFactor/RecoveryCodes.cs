using System.Security.Cryptography;
using Temas.Server.SignIn;

namespace Temas.Server.SecondFactor;

/// <summary>
/// The codes for whoever has lost the device: random enough (79 bits) that their SHA-256 can be kept. A digest is of person and code, so
/// that equal codes of two people would not look equal.
/// </summary>
internal static class RecoveryCodes
{
    /// <summary>How many a person has.</summary>
    public const int Count = 10;

    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int Length = 16;

    /// <summary>New codes, as they are shown: <c>abcd-efgh-jkmn-pqrs</c>.</summary>
    public static IReadOnlyList<string> Make() => [.. Enumerable.Range(0, Count).Select(_ =>
    {
        var code = RandomNumberGenerator.GetString(Alphabet, Length);
        return $"{code[..4]}-{code[4..8]}-{code[8..12]}-{code[12..]}";
    })];

    /// <summary>What is kept of a code; null where what was typed cannot be one.</summary>
    public static string? Digest(string person, string typed)
    {
        var code = string.Concat(typed.Where(c => c is not ('-' or ' '))).ToLowerInvariant();
        return code.Length == Length && code.All(Alphabet.Contains) ? Secrets.Digest($"{person}:{code}") : null;
    }
}
