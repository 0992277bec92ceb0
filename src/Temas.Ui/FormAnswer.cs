using Microsoft.AspNetCore.Http;
using Temas.Kernel;
using Temas.Ui.Preferences;

namespace Temas.Ui;

/// <summary>How a form is answered: with the page to go on with, which says what was done or what was wrong.</summary>
public static class FormAnswer
{
    /// <summary>It was done.</summary>
    public static IResult Done(HttpContext http, string page, string code, string argument = "")
    {
        new Flash(code, argument).Leave(http);
        return Results.LocalRedirect(page);
    }

    /// <summary>It was done, unless there is a problem. Of the problem the address holds the code alone, never what was typed.</summary>
    public static IResult After(HttpContext http, string page, string code, Problem? problem) => problem is null ? Done(http, page, code) : Refused(page, problem);

    /// <summary>It was not done.</summary>
    public static IResult Refused(string page, Problem problem) => Results.LocalRedirect(TemasUrls.With(page, ("problem", problem.Code)));
}
