using Microsoft.AspNetCore.Http;

namespace Temas.Ui.Http;

/// <summary>Marks an endpoint that reads its form as it comes in, for it holds a file that nobody wants in memory. It finds the antiforgery token itself, in the first field, and asks <see cref="PendingForgeryCheck"/>.</summary>
public sealed class StreamedForm
{
    private StreamedForm()
    {
    }

    /// <summary>The mark.</summary>
    public static StreamedForm Instance { get; } = new();
}

/// <summary>A feature of a request whose antiforgery token is still in its form: nothing may be done before a token was found to be valid.</summary>
/// <param name="check">Holds a token against the request.</param>
public sealed class PendingForgeryCheck(Func<string, Task<bool>> check)
{
    /// <summary>Name of the field that holds the token.</summary>
    public const string Field = "__RequestVerificationToken";

    /// <summary>Whether a token shows that the form comes from a page of Temas.</summary>
    public Task<bool> IsValidAsync(string token) => check(token);
}
