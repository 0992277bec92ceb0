using System.Text;
using NodaTime;
using NodaTime.TimeZones;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Profiles;

/// <summary>The rules of a workspace as they are now: a part of the workspace. Perception is worked out when it is read, so a new rule changes history at once.</summary>
internal sealed class LiveFoldRules(DefinitionStore definitions, LiveCatalogue catalogue, Func<IFeltTexts?> texts)
{
    private sealed record Compiled(
        TouchpointCatalogue Catalogue, IReadOnlyDictionary<string, ComputedTrait> Computed, IReadOnlyDictionary<string, ProfileRules> Profile, WorkspaceSettings Settings, ITextFeeling? Texts, FoldRules Rules);

    private Compiled? compiled;

    /// <summary>The rules in force; the same instance until a definition changes.</summary>
    public FoldRules Current
    {
        get
        {
            var touchpoints = catalogue.Current;
            var computed = definitions.Current(ComputedTraitKind.Instance);
            var profile = definitions.Current(ProfileRulesKind.Instance);
            var settings = WorkspaceSettings.Of(definitions);
            var feeling = texts()?.Current;
            var known = compiled;
            if (known is not null && ReferenceEquals(known.Catalogue, touchpoints) && ReferenceEquals(known.Computed, computed) && ReferenceEquals(known.Profile, profile) && known.Settings == settings && ReferenceEquals(known.Texts, feeling))
                return known.Rules;
            var rules = new FoldRules(touchpoints, computed.Values, (profile.GetValueOrDefault(ProfileRulesKind.Key) ?? ProfileRules.Default) with { TimeZone = ZoneOf(settings) }, feeling);
            compiled = new Compiled(touchpoints, computed, profile, settings, feeling, rules);
            return rules;
        }
    }

    /// <summary>
    /// Tells whether something kept on disk was worked out by the rules in force: a digest of the definitions that a fold goes by, and of the code that folds.
    /// </summary>
    public ulong Digest()
    {
        var digest = 0UL;
        foreach (var module in new[] { typeof(FoldRules), typeof(TouchpointCatalogue), typeof(Hash64) }) digest = Hash64.Combine(digest, Hash64.Of(module.Module.ModuleVersionId.ToByteArray()));
        foreach (var kind in new[] { "touchpoint", "promise", ComputedTraitKind.Instance.Kind, ProfileRulesKind.Instance.Kind, "workspace" })
        {
            foreach (var definition in definitions.List(kind)) digest = Hash64.Combine(digest, Hash64.Of(Encoding.UTF8.GetBytes($"{kind}/{definition.Key} {definition.Json}")));
        }

        return Hash64.Combine(digest, texts()?.Current.Digest ?? 0);
    }

    // The settings take every name that the system knows, which may be one more than the library does.
    private static DateTimeZone ZoneOf(WorkspaceSettings settings) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(settings.TimeZone) ?? BclDateTimeZone.FromTimeZoneInfo(settings.Zone());
}
