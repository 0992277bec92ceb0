using System.Globalization;
using Microsoft.AspNetCore.Http;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Links;
using Temas.Ui;

namespace Temas.Feedback.Surveys.Respond;

/// <summary>In which surroundings the respondent's page is shown.</summary>
/// <param name="Path">Its path below the survey's.</param>
/// <param name="Fields">Which tokens it takes.</param>
internal sealed record RespondWay(string Path, IReadOnlyList<string> Fields)
{
    private const int Thanked = 8, Stood = 60, Wrote = 180, Elsewhere = 60;

    /// <summary>What the button that is pressed begins with where the page is wanted in another language, which follows.</summary>
    public const string InLanguage = "in-";

    /// <summary>A page of its own.</summary>
    public static RespondWay Page { get; } = new("", [Brought.Personal, Brought.Response]);

    /// <summary>A frame of a website.</summary>
    public static RespondWay Embedded { get; } = new("embed", [Brought.Embedded]);

    /// <summary>A screen in a store, which is everybody's: large, one question a page, beginning anew by itself.</summary>
    public static RespondWay Kiosk { get; } = new("kiosk", [Brought.Response]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RespondWay> All { get; } = [Page, Embedded, Kiosk];

    /// <summary>
    /// Has the browser begin anew after a while, without a script: some seconds after the thanks, a minute after the last touch, three where somebody may be writing. What was sent until then is kept as a partial response.
    /// </summary>
    public void BeginAgain(HttpContext http, RespondView view)
    {
        var seconds = view.Page is { } page ? page.Questions.Any(q => q.Kind is QuestionKind.Text or QuestionKind.Contact) ? Wrote : Stood : view.Respondent.Standing == Standing.Done ? Thanked : Elsewhere;
        var again = TemasUrls.With(view.Address, ("k", view.Kiosk));
        http.Response.Headers["Refresh"] = string.Create(CultureInfo.InvariantCulture, $"{seconds};url={again}");
    }
}
