using Microsoft.AspNetCore.Http;

namespace Temas.Ui.Layout;

/// <summary>For a page whose subject does not exist: it answers 404 and says in its own words what is missing.</summary>
public static class Missing
{
    /// <summary>
    /// Sets the status just before the answer begins: a component that sets it while it renders is not shown at all,
    /// and the general error page takes its place.
    /// </summary>
    public static void Tell(HttpContext? context) =>
        context?.Response.OnStarting(() =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
}
