using System.Globalization;
using System.Net;
using System.Text;
using Temas.Kernel;

namespace Temas.Server.Hosting;

/// <summary>What a person sees when there is no page to show: what happened and the way on, in the reader's language. Needs nothing that could itself be broken.</summary>
internal static class ErrorPage
{
    /// <summary>Writes the page with status <paramref name="status"/>.</summary>
    public static Task WriteAsync(HttpContext http, Problem problem, int status)
    {
        http.Response.ContentType = "text/html; charset=utf-8";
        if (HttpMethods.IsHead(http.Request.Method)) return Task.CompletedTask;
        var turkish = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "tr" || http.Request.Headers.AcceptLanguage.ToString().StartsWith("tr", StringComparison.OrdinalIgnoreCase);
        var (title, text) = Say(status, turkish);
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"{(turkish ? "tr" : "en")}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append(CultureInfo.InvariantCulture, $"<title>{WebUtility.HtmlEncode(title)} · Temas</title>\n<link rel=\"stylesheet\" href=\"/lib/temas.css\">\n</head>\n<body>\n<main class=\"error-page\">\n")
            .Append(CultureInfo.InvariantCulture, $"<h1>{WebUtility.HtmlEncode(title)}</h1>\n<p>{WebUtility.HtmlEncode(text)}</p>\n");
        if (status >= 500) page.Append(CultureInfo.InvariantCulture, $"<p><code>{problem.Code} {Answers.TraceOf(http)}</code></p>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p><a href=\"/\">{(turkish ? "Başlangıç sayfasına dön" : "Back to the start")}</a></p>\n</main>\n</body>\n</html>\n");
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
