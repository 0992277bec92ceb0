using System.Collections.Frozen;
using System.Text.Json;
using Temas.Collect.Contracts;

namespace Temas.Collect.Tracking;

/// <summary>The persisted names of the reasons.</summary>
internal static class DropReasons
{
    private static readonly FrozenDictionary<DropReason, string> Names =
        Enum.GetValues<DropReason>().ToFrozenDictionary(reason => reason, reason => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString()));

    /// <summary>The name as it stands in receipts and counters.</summary>
    public static string NameOf(DropReason reason) => Names[reason];
}
