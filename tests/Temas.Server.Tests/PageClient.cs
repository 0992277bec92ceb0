using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Temas.Server.Tests;

/// <summary>Uses pages as a browser without scripts does: reads them, and posts their forms.</summary>
internal static class PageClient
{
    /// <summary>What a form sends.</summary>
    public static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));

    /// <summary>Posts a form, and gives the address of the page that it is answered with.</summary>
    public static async Task<string> PostAsync(HttpClient client, string path, params (string Name, string Value)[] fields)
    {
        using var form = Form(fields);
        using var answer = await client.PostAsync(path, form);
        ((int)answer.StatusCode).ShouldBeInRange(300, 399, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        return answer.Headers.Location!.OriginalString;
    }

    /// <summary>Reads a page.</summary>
    public static async Task<IHtmlDocument> PageAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        return await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
    }
}
