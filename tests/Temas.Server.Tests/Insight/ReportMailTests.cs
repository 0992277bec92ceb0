using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Temas.Insight.Dashboards.Reports;
using Temas.Server.Tests.Collect;
using Temas.Server.Tests.Mail;

namespace Temas.Server.Tests.Insight;

/// <summary>Dashboards as letters: what a real mail server takes, when, and how often.</summary>
public sealed class ReportMailTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("temas-report-").FullName;
    private readonly SteppedClock clock = new();
    private MailSink sink = null!;

    public async Task InitializeAsync() => sink = await MailSink.StartAsync();

    public async Task DisposeAsync()
    {
        await sink.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("tr", "Açıklama", "seyri")]
    [InlineData("en", "Words", "Course of")]
    public async Task Report_ByMail_HasWordsAndPictures_InItsLanguage(string language, string title, string alt)
    {
        await using var server = await StartAsync();
        await FillAsync(server, language, hour: HourNow(0));
        clock.Step(TimeSpan.FromDays(1));
        (await SendAsync(server)).ShouldBe(2);
        var (mail, other) = (sink.Next(), sink.Next());
        new[] { mail.To, other.To }.Order().ShouldBe(["a@example.com", "b@example.com"]);
        mail.Html.ShouldContain(">6<", customMessage: "all of them are there");
        mail.Parts.ShouldBe(["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "image/png"]);
        mail.Pictures.Count.ShouldBe(2);
        foreach (var picture in mail.Pictures)
        {
            picture.Kind.ShouldBe("image/png");
            picture.Disposition.ShouldNotBe("attachment", "it belongs to the words");
            picture.Png[..8].ShouldBe([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
            mail.Html.ShouldContain($"src=\"cid:{picture.Id.Trim('<', '>')}\"");
        }

        var html = System.Net.WebUtility.HtmlDecode(mail.Html);
        html.ShouldContain($"lang=\"{language}\"");
        html.ShouldContain(title);
        html.ShouldContain(alt);
        html.ShouldNotContain("alt=\"\"", customMessage: "who does not see a picture is told");
        mail.Text.ShouldContain(title);
        mail.Text.ShouldContain("6", customMessage: "every number stands there as text");
        mail.Automatic.ShouldBe("auto-generated");
    }

    [Fact]
    public async Task Report_GoesOutOnceADay_AlsoAfterARestart_AndNotBeforeItsHour()
    {
        await using (var server = await StartAsync())
        {
            await FillAsync(server, "en", hour: HourNow(2));
            (await SendAsync(server)).ShouldBe(0, "its hour is not come");
            clock.Step(TimeSpan.FromHours(2));
            (await SendAsync(server)).ShouldBe(2);
            (await SendAsync(server)).ShouldBe(0, "it went out");
        }

        await using (var server = await StartAsync())
        {
            (await SendAsync(server)).ShouldBe(0, "it went out before the restart");
            clock.Step(TimeSpan.FromHours(22));
            (await SendAsync(server)).ShouldBe(0, "the next one's hour is not come");
        }

        // The server stood still at the hour.
        clock.Step(TimeSpan.FromHours(5));
        await using (var server = await StartAsync())
        {
            (await SendAsync(server)).ShouldBe(2);
            (await SendAsync(server)).ShouldBe(0);
        }
    }

    private static Task<int> SendAsync(TemasServer server) => server.Services.GetRequiredService<SendReports>().RunAsync(server.Main, CancellationToken.None);

    // An hour of the workspace's clock, so many hours from now.
    private int HourNow(int ahead) => TimeZoneInfo.ConvertTime(clock.GetUtcNow().AddHours(ahead), TimeZoneInfo.FindSystemTimeZoneById("Europe/Istanbul")).Hour;

    private Task<TemasServer> StartAsync() => TemasServer.StartAsync(folder, withOwner: !Directory.EnumerateFileSystemEntries(folder).Any(), builder => builder.Services.AddSingleton<TimeProvider>(clock), sink.In);

    private async Task FillAsync(TemasServer server, string language, int hour)
    {
        using var browser = await server.SignInAsync();
        var source = await server.CreateSourceAsync();
        for (var i = 0; i < 6; i++)
            (await server.SendAsync("/v1/track", source.WriteKey, $$$"""{"userId":"u{{{i}}}","event":"Kept","timestamp":"{{{clock.GetUtcNow().AddDays(-i).ToString("O", CultureInfo.InvariantCulture)}}}"}""")).Status.ShouldBe(System.Net.HttpStatusCode.OK);
        var board = $$$"""
            {"label":{"tr":"Posta","en":"Post"},"report":{"every":"day","hour":{{{hour}}},"to":["a@example.com","b@example.com"],"language":"{{{language}}}"},"tiles":[
              {"id":"n","kind":"number","title":{"tr":"Sayı","en":"Number"},"question":{"kind":"trend","measures":[{"name":"m","event":"track:Kept"}]}},
              {"id":"l","kind":"trend","title":{"tr":"Açıklama","en":"Words"},"question":{"kind":"trend","measures":[{"name":"m","event":"track:Kept"}]}},
              {"id":"t","kind":"text","title":{"tr":"Not","en":"Note"},"text":{"tr":"Bir not.","en":"A note."}}]}
            """;
        (await browser.PutAsJsonAsync("/api/definitions/dashboard/post?workspace=main", JsonDocument.Parse(board).RootElement)).EnsureSuccessStatusCode();
    }
}
