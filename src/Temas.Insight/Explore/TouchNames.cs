using System.Globalization;
using Microsoft.Extensions.Localization;
using Temas.Collect.Contracts;
using Temas.Collect.Pages;
using Temas.Insight.Columns;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;
using Temas.Ui.Reading;

namespace Temas.Insight.Explore;

/// <summary>What events were as touches, in the reader's words: touchpoints as the catalogue calls them; stages, channels and mediums as its pages do, and a workspace's own as it wrote them.</summary>
public sealed class TouchNames(Workspace workspace, IStringLocalizer<TouchpointsPage> words, IStringLocalizer<ExploreText> text)
{
    private readonly IReadOnlyDictionary<string, Touchpoint> touchpoints = workspace.FindPart<LiveCatalogue>()?.Current.Touchpoints ?? new Dictionary<string, Touchpoint>();

    /// <summary>A touchpoint, stage, channel, medium or perception in words.</summary>
    public string Of(string touch, string value)
    {
        if (touch == "touchpoint") return touchpoints.TryGetValue(value, out var touchpoint) ? touchpoint.Label.In(CultureInfo.CurrentUICulture.TwoLetterISOLanguageName) : value;
        var found = touch == "perception" ? text[$"perception_{value}"] : words[$"{touch}_{value}"];
        return found.ResourceNotFound ? value : found.Value;
    }

    /// <summary>A value by which figures are told apart, or all others together.</summary>
    public string OfGroup(ExploreState state, object? value, bool isOther) => isOther ? text["Other"] : value switch
    {
        null => text[state.IsByTouch ? "NoTouch" : "NoValue"],
        double number => Reader.Number(number),
        true => text["True"],
        false => text["False"],
        string touch when state.IsByTouch => Of(state.By, touch),
        _ => value.ToString()!,
    };

    /// <summary>The touchpoints, stages or channels that the catalogue has, and those that events had beside, in the reader's order.</summary>
    public IReadOnlyList<string> All(string touch)
    {
        var known = touch switch
        {
            "touchpoint" => touchpoints.Keys,
            "stage" => touchpoints.Values.Select(t => t.Stage),
            _ => touchpoints.Values.Select(t => t.Channel),
        };
        var seen = workspace.Part<LiveColumns>().Store.ValuesOf(Enum.Parse<Touch>(touch, ignoreCase: true));
        return [.. known.Concat(seen).Distinct(StringComparer.Ordinal).Take(EventNames.Most).OrderBy(v => Of(touch, v), StringComparer.Create(CultureInfo.CurrentCulture, ignoreCase: true))];
    }
}
