using System.Text.Json;
using Temas.Kernel;

namespace Temas.Server.Settings;

/// <summary>Settings that were read, with all that is wrong with them.</summary>
/// <param name="Settings">The settings; only to be used when there are no faults.</param>
/// <param name="Faults">All faults, each naming the setting and where it was set.</param>
/// <param name="Warnings">What was ignored and probably meant something.</param>
internal sealed record SettingsReading(TemasSettings Settings, IReadOnlyList<Problem> Faults, IReadOnlyList<string> Warnings);

/// <summary>Reads the settings from file, environment and flags.</summary>
internal static class SettingsReader
{
    /// <summary>The settings file's own name where <c>--settings</c> and <c>TEMAS_SETTINGS</c> name no other.</summary>
    public const string FileName = "temas.json";

    /// <summary>
    /// Reads them. <paramref name="home"/> is where <c>temas.json</c> and the default data folder lie; paths in flags and in the environment begin at
    /// <paramref name="workingFolder"/>, paths in the file at the file's folder.
    /// </summary>
    public static SettingsReading Read(
        IReadOnlyDictionary<string, string> flags, IReadOnlyDictionary<string, string> environment, string home, string workingFolder, string? settingsFile)
    {
        var faults = new List<Problem>();
        var warnings = new List<string>();
        var (file, named) = settingsFile is not null ? (settingsFile, "--settings")
            : environment.TryGetValue("TEMAS_SETTINGS", out var variable) && variable.Length > 0 ? (variable, "TEMAS_SETTINGS")
            : (Path.Combine(home, FileName), null);
        file = Path.GetFullPath(file, workingFolder);
        var values = ReadFile(file, named, faults);

        var settings = new TemasSettings { Data = "", Urls = [], Store = "" };
        foreach (var setting in SettingTable.All)
        {
            var (text, where, folder) =
                flags.TryGetValue(setting.Name, out var flag) ? (flag, $"the flag {setting.Flag}", workingFolder)
                : environment.TryGetValue(setting.Variable, out var env) && env.Length > 0 ? (env, $"{setting.Variable} in the environment", workingFolder)
                : values.TryGetValue(setting.Name, out var inFile) ? (inFile, file, Path.GetDirectoryName(file)!)
                : (setting.Default, "its default", home);
            if (setting.Read(text, folder, ref settings) is { } fault)
            {
                faults.Add(Problem.Invalid("setting_invalid", $"{fault} (set by {where}).", setting.Name, setting.Secret ? null : text));
            }
        }

        CheckTogether(settings, faults);
        foreach (var name in environment.Keys.Where(IsUnknown).Order(StringComparer.Ordinal))
        {
            warnings.Add($"{name} in the environment is no setting of Temas and was ignored.");
        }

        return new SettingsReading(settings, faults, warnings);
    }

    private static void CheckTogether(TemasSettings settings, List<Problem> faults)
    {
        var https = settings.Urls.Any(u => u.StartsWith("https://", StringComparison.OrdinalIgnoreCase));
        if (https && settings.Certificate is null)
        {
            faults.Add(Problem.Invalid("setting_missing", "An address with https needs a certificate.", "certificate", wayOut: "Set certificate and certificateKey, or let a reverse proxy speak https and listen on http."));
        }

        if (settings.Smtp is { } smtp)
        {
            if (smtp.From.Length == 0) faults.Add(Problem.Invalid("setting_missing", "Mail needs a sender.", "smtpFrom", wayOut: "Set it to an address that the mail server takes mail from."));
            // What the browser calls the server is the asker's own word, and a link in a mail must not lead where a stranger says.
            if (settings.PublicUrl is null) faults.Add(Problem.Invalid("setting_missing", "Links in mails need the address that people open Temas with.", "publicUrl", wayOut: "Set it, such as https://temas.example.com."));
            if (smtp.User is null != smtp.Password is null) faults.Add(Problem.Invalid("setting_missing", "Name and password for the mail server are set together or not at all.", smtp.User is null ? "smtpUser" : "smtpPassword"));
        }

        if (settings.Oidc is { ClientId: "" })
        {
            faults.Add(Problem.Invalid("setting_missing", "The OpenID provider has a name for Temas.", "oidcClientId", wayOut: "Register Temas there and set the client id that it gives."));
        }

        if (settings.Certificate is null != settings.CertificateKey is null)
        {
            faults.Add(Problem.Invalid("setting_missing", "A certificate and its key are set together or not at all.", settings.Certificate is null ? "certificate" : "certificateKey"));
        }
    }

    private static bool IsUnknown(string name) =>
        name.StartsWith("TEMAS_", StringComparison.Ordinal) && name is not ("TEMAS_SETTINGS" or "TEMAS_HOME") && !name.StartsWith("TEMAS_TEST_", StringComparison.Ordinal)
        && !SettingTable.All.Any(s => s.Variable == name);

    private static Dictionary<string, string> ReadFile(string file, string? named, List<Problem> faults)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(file))
        {
            if (named is not null) faults.Add(Problem.Invalid("settings_file_missing", "The settings file does not exist.", named, file));
            return values;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                faults.Add(Problem.Invalid("settings_file_invalid", "The settings file is not a JSON object.", named, file));
                return values;
            }

            foreach (var property in document.RootElement.EnumerateObject())
            {
                var setting = SettingTable.All.FirstOrDefault(s => s.Name == property.Name);
                if (setting is null)
                {
                    faults.Add(Problem.Invalid("setting_unknown", $"There is no such setting (set by {file}).", property.Name, wayOut: $"The settings are {string.Join(", ", SettingTable.All.Select(s => s.Name))}."));
                }
                else if (TextOf(setting, property.Value) is { } text)
                {
                    values[setting.Name] = text;
                }
                else
                {
                    faults.Add(Problem.Invalid("setting_invalid", $"is neither a text nor a list of texts (set by {file}).", setting.Name));
                }
            }
        }
        catch (JsonException e)
        {
            faults.Add(Problem.Invalid("settings_file_invalid", $"The settings file is not JSON (line {e.LineNumber + 1}).", named, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(Problem.Invalid("settings_file_unreadable", "The settings file cannot be read.", named, file));
        }

        return values;
    }

    private static string? TextOf(Setting setting, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array when value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String) =>
            string.Join(setting.Name == "urls" ? ';' : ',', value.EnumerateArray().Select(v => v.GetString())),
        _ => null,
    };
}
