using System.Globalization;
using System.Net;
using System.Text;
using Temas.Kernel;
using Temas.Ui.Assets;
using Temas.Ui.Preferences;

namespace Temas.Server.Hosting;

/// <summary>What a person sees when there is no page to show: what happened and the way on, in the reader's language. Needs nothing that could itself be broken.</summary>
internal static class ErrorPage
{
    /// <summary>Writes the page with status <paramref name="status"/>.</summary>
    public static Task WriteAsync(HttpContext http, Problem problem, int status)
    {
        http.Response.ContentType = "text/html; charset=utf-8";
        if (HttpMethods.IsHead(http.Request.Method)) return Task.CompletedTask;
        var language = Languages.Of(http);
        var turkish = language == "tr";
        var theme = ThemeChoice.Of(http.Request);
        var (title, text) = Say(status, turkish);
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="{language}" data-bs-theme="{(theme == "dark" ? "dark" : "light")}" data-theme="{theme}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{WebUtility.HtmlEncode(title)} · Temas</title>
            <script src="{WebAssets.Url("theme.js")}"></script>
            <link rel="stylesheet" href="{WebAssets.Url("app.css")}">
            <link rel="icon" href="{WebAssets.Url("favicon.svg")}" type="image/svg+xml">
            </head>
            <body>
            <div class="entrance">
            <header class="entrance-top"><a class="brand" href="/"><img class="brand-mark" src="{WebAssets.Url("favicon.svg")}" alt="" width="24" height="24"><span>Temas</span></a></header>
            <main class="entrance-main"><div class="panel panel-wide">
            <p class="panel-code">{status}</p>
            <h1>{WebUtility.HtmlEncode(title)}</h1>
            <p class="lead">{WebUtility.HtmlEncode(text)}</p>

            """);
        if (status >= 500) page.Append(CultureInfo.InvariantCulture, $"<p class=\"lead\"><code>{problem.Code} {Answers.TraceOf(http)}</code></p>\n");
        page.Append(CultureInfo.InvariantCulture, $"<a class=\"btn btn-primary\" href=\"/\">{(turkish ? "Başlangıç sayfasına dön" : "Back to the start")}</a>\n</div></main>\n<footer class=\"entrance-foot\"></footer>\n</div>\n</body>\n</html>\n");
        return http.Response.WriteAsync(page.ToString(), http.RequestAborted);
    }

    private static (string Title, string Text) Say(int status, bool turkish) => (status, turkish) switch
    {
        (404, true) => ("Sayfa bulunamadı", "Bu adreste bir sayfa yok; silinmiş ya da adres yanlış yazılmış olabilir."),
        (404, false) => ("Page not found", "There is no page at this address; it may be gone, or the address may be mistyped."),
        (401, true) => ("Oturum açılmamış", "Devam etmek için oturum açın."),
        (401, false) => ("Not signed in", "Sign in to go on."),
        (403, true) => ("Yetkiniz yok", "Bu sayfa için daha yüksek bir rol gerekiyor. Çalışma alanının sahibinden isteyin."),
        (403, false) => ("Not allowed", "This needs a higher role. Ask an owner of the workspace."),
        (429, true) => ("Çok fazla istek", "Kısa sürede çok fazla istek geldi. Biraz bekleyip yeniden deneyin."),
        (429, false) => ("Too many requests", "Too many requests came in a short time. Wait a little and try again."),
        (503, true) => ("Şu anda kullanılamıyor", "Temas şu anda yanıt veremiyor. Biraz sonra yeniden deneyin."),
        (503, false) => ("Not available now", "Temas cannot answer just now. Try again in a moment."),
        ( >= 500, true) => ("Bir şeyler ters gitti", "Hata bizden kaynaklanıyor ve kayda geçti. Aşağıdaki numarayla bulunabilir."),
        ( >= 500, false) => ("Something went wrong", "The fault is ours and has been logged. It can be found by the number below."),
        (_, true) => ("İstek anlaşılamadı", "Sayfayı yenileyip yeniden deneyin."),
        (_, false) => ("The request was not understood", "Reload the page and try again."),
    };
}
