using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Temas.Kernel;
using Temas.Storage.Definitions;

namespace Temas.Storage.Workspaces;

/// <summary>What holds for a whole workspace: the definition <c>workspace</c> with the key <c>settings</c>.</summary>
public sealed record WorkspaceSettings
{
    /// <summary>IANA name of the time zone in which days begin and promises fall due. Default: Europe/Istanbul.</summary>
    public string TimeZone { get; init; } = "Europe/Istanbul";

    /// <summary>ISO 4217 code of the currency of amounts that name none. Default: TRY.</summary>
    public string Currency { get; init; } = "TRY";

    /// <summary>Language of people who have chosen none: <c>tr</c> or <c>en</c>. Default: tr.</summary>
    public string Language { get; init; } = "tr";

    /// <summary>The key of the one document of the kind.</summary>
    public const string Key = "settings";

    /// <summary>The kind of definition.</summary>
    public static IDefinitionKind<WorkspaceSettings> Kind { get; } = new SettingsKind();

    /// <summary>The settings in force in a workspace.</summary>
    public static WorkspaceSettings Of(Workspace workspace) => Of(workspace.Definitions);

    /// <summary>The same, from the workspace's definitions.</summary>
    public static WorkspaceSettings Of(DefinitionStore definitions) => definitions.Current(Kind).GetValueOrDefault(Key) ?? new WorkspaceSettings();

    /// <summary>The settings as their document.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SettingsJson.Default.WorkspaceSettings);

    /// <summary>The time zone itself.</summary>
    public TimeZoneInfo Zone() => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    private sealed class SettingsKind : IDefinitionKind<WorkspaceSettings>
    {
        string IDefinitionKind.Kind => "workspace";

        public IEnumerable<KeyValuePair<string, string>> Defaults =>
            [new(Key, new WorkspaceSettings().ToJson())];

        public WorkspaceSettings Read(string key, string json)
        {
            var (given, absent) = (JsonSerializer.Deserialize(json, SettingsJson.Default.SettingsDocument)!, new WorkspaceSettings());
            return new WorkspaceSettings { TimeZone = given.TimeZone ?? absent.TimeZone, Currency = given.Currency ?? absent.Currency, Language = given.Language ?? absent.Language };
        }

        public IReadOnlyList<Problem> Check(string key, string json)
        {
            WorkspaceSettings settings;
            try
            {
                settings = Read(key, json);
            }
            catch (JsonException e)
            {
                return [Problem.Invalid("settings_invalid", e.Message, e.Path, null, "See docs/settings.md for the names.")];
            }

            List<Problem> faults = [];
            if (key != WorkspaceSettings.Key) faults.Add(Problem.Invalid("settings_key", "A workspace has one document of settings.", "key", key, "Use the key settings."));
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(settings.TimeZone, out _))
                faults.Add(Problem.Invalid("time_zone_unknown", "There is no such time zone.", "$.timeZone", settings.TimeZone, "Use an IANA name such as Europe/Istanbul."));
            if (settings.Currency is not { Length: 3 } || !settings.Currency.All(char.IsAsciiLetterUpper))
                faults.Add(Problem.Invalid("currency_invalid", "A currency is three capital letters.", "$.currency", settings.Currency, "Use an ISO 4217 code such as TRY."));
            if (settings.Language is not ("tr" or "en"))
                faults.Add(Problem.Invalid("language_unknown", "The languages are tr and en.", "$.language", settings.Language, "Use one of them."));
            return faults;
        }
    }
}

/// <summary>The document as it is written; what is absent has its default.</summary>
internal sealed record SettingsDocument(string? TimeZone, string? Currency, string? Language);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(WorkspaceSettings))]
[JsonSerializable(typeof(SettingsDocument))]
internal sealed partial class SettingsJson : JsonSerializerContext;
