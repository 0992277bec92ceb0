using NodaTime;
using NodaTime.TimeZones;
using Temas.Collect.Contracts;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Profiles;

/// <summary>The rules of a workspace as they are now: a part of the workspace. Perception is worked out when it is read, so a new rule changes history at once.</summary>
internal sealed class LiveFoldRules(DefinitionStore definitions, LiveCatalogue catalogue)
{
    private sealed record Compiled(
        TouchpointCatalogue Catalogue, IReadOnlyDictionary<string, ComputedTrait> Computed, IReadOnlyDictionary<string, ProfileRules> Profile, WorkspaceSettings Settings, FoldRules Rules);

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
            var known = compiled;
            if (known is not null && ReferenceEquals(known.Catalogue, touchpoints) && ReferenceEquals(known.Computed, computed) && ReferenceEquals(known.Profile, profile) && known.Settings == settings)
                return known.Rules;
            var rules = new FoldRules(touchpoints, computed.Values, (profile.GetValueOrDefault(ProfileRulesKind.Key) ?? ProfileRules.Default) with { TimeZone = ZoneOf(settings) });
            compiled = new Compiled(touchpoints, computed, profile, settings, rules);
            return rules;
        }
    }

    // The settings take every name that the system knows, which may be one more than the library does.
    private static DateTimeZone ZoneOf(WorkspaceSettings settings) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(settings.TimeZone) ?? BclDateTimeZone.FromTimeZoneInfo(settings.Zone());
}
