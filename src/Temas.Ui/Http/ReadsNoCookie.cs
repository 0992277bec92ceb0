namespace Temas.Ui.Http;

/// <summary>
/// Marks endpoints that are open to everybody and look at no cookie: whoever is signed in is a stranger to them. What a page of another site makes a browser send there is what its visitor could send himself, so that no antiforgery token is asked for.
/// </summary>
public sealed class ReadsNoCookie
{
    private ReadsNoCookie()
    {
    }

    /// <summary>The mark.</summary>
    public static ReadsNoCookie Instance { get; } = new();
}
