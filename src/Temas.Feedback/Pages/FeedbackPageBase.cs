using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Temas.Collect.Contracts;
using Temas.Feedback.Listening;
using Temas.Storage.Workspaces;
using Temas.Ui.Layout;
using Temas.Ui.Reading;

namespace Temas.Feedback.Pages;

/// <summary>What the pages of feedback share: the filter in their address, and the names of touchpoints.</summary>
public abstract class FeedbackPageBase : WorkspacePage
{
    [Inject]
    internal CurrentWorkspace Current { get; set; } = null!;

    [Inject]
    internal PageContext Page { get; set; } = null!;

    [Inject]
    internal Reader Reader { get; set; } = null!;

    [Inject]
    internal IHttpContextAccessor Context { get; set; } = null!;

    /// <summary>The filter that the address holds. Days stand before the period.</summary>
    protected VoiceFilter Filter => filter ??= Of(Context.HttpContext!.Request.Query);

    // A stage of a journey has sixty touchpoints at most.
    private const int MostKeys = 6000;

    private VoiceFilter? filter;

    /// <summary>A touchpoint's name, or its key where the catalogue has it no more.</summary>
    protected string TouchpointName(string key) => Current.Value.Part<LiveCatalogue>().Current.Touchpoints.GetValueOrDefault(key)?.Label.In(CultureInfo.CurrentUICulture.Name) ?? key;

    private static VoiceFilter Of(IQueryCollection query)
    {
        return new VoiceFilter
        {
            Period = Text("period"),
            From = Text("from"),
            To = Text("to"),
            Touchpoint = Text("touchpoint", MostKeys),
            Survey = Text("survey"),
            Source = Text("source"),
            Topic = Text("topic"),
            Sentiment = Text("sentiment"),
            Intent = Text("intent"),
            Language = Text("language"),
            Score = Text("score"),
            Least = Number("least"),
            Most = Number("most"),
        };

        string? Text(string name, int most = 200) => query[name].ToString() is { Length: > 0 } text && text.Length <= most ? text : null;
        int? Number(string name) => int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
