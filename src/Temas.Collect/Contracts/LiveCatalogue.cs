using Temas.Collect.Catalogue;
using Temas.Kernel;
using Temas.Storage.Definitions;

namespace Temas.Collect.Contracts;

/// <summary>The catalogue of a workspace as it is now: a part of the workspace, put there by Collect.</summary>
public sealed class LiveCatalogue(DefinitionStore definitions)
{
    private sealed record Compiled(IReadOnlyDictionary<string, Touchpoint> Touchpoints, IReadOnlyDictionary<string, PromiseRule> Promises, TouchpointCatalogue Catalogue);

    private Compiled? compiled;

    /// <summary>The kinds of definition that the catalogue is made of.</summary>
    public static IReadOnlyList<IDefinitionKind> Kinds { get; } = [TouchpointKind.Instance, PromiseKind.Instance];

    /// <summary>The catalogue in force. The same instance until a touchpoint or promise changes, so that what is derived from it may be kept.</summary>
    public TouchpointCatalogue Current
    {
        get
        {
            var touchpoints = definitions.Current(TouchpointKind.Instance);
            var promises = definitions.Current(PromiseKind.Instance);
            var known = compiled;
            if (known is not null && ReferenceEquals(known.Touchpoints, touchpoints) && ReferenceEquals(known.Promises, promises)) return known.Catalogue;
            var fresh = new Compiled(touchpoints, promises, TouchpointCatalogue.Build(touchpoints, promises));
            compiled = fresh;
            return fresh.Catalogue;
        }
    }

    /// <summary>The catalogue that a new workspace begins with.</summary>
    public static TouchpointCatalogue Default { get; } = TouchpointCatalogue.Build(
        TouchpointKind.Instance.Defaults.ToDictionary(d => d.Key, d => TouchpointKind.Instance.Read(d.Key, d.Value), StringComparer.Ordinal),
        PromiseKind.Instance.Defaults.ToDictionary(d => d.Key, d => PromiseKind.Instance.Read(d.Key, d.Value), StringComparer.Ordinal));
}
