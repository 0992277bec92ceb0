using System.Net.Mail;
using Microsoft.Extensions.Logging.Abstractions;
using Temas.Kernel.Mail;
using Temas.Server.Mail;
using Temas.Server.Settings;

namespace Temas.Server.Tests.Mail;

public sealed class MailerTests
{
    private static readonly TemasSettings None = new() { Data = "/", Urls = [], Store = "sqlite" };

    private static Letter To(string address) => Letters.Invitation(address, "tr", "Şule Işık <b>", "Çay & Kahve", "https://temas.example.com/invitation?token=x-_1", 7);

    [Fact]
    public async Task Send_ToARealServer_ArrivesInBothFormsWithAllLetters()
    {
        await using var sink = await MailSink.StartAsync();
        (await Mailer(sink.In(None)).SendAsync(To("ığüşöç@example.com"), CancellationToken.None)).ShouldBeOneOf(MailFate.Sent, MailFate.Failed);
        (await Mailer(sink.In(None)).SendAsync(To("person@example.com"), CancellationToken.None)).ShouldBe(MailFate.Sent);
        var mail = sink.Next();
        mail.To.ShouldBe("person@example.com");
        mail.From.ShouldBe("\"Temas\" <temas@example.com>");
        mail.Subject.ShouldBe("Temas’ta Çay & Kahve çalışma alanına davetlisiniz");
        mail.Text.ShouldContain("Şule Işık <b> sizi");
        mail.Html.ShouldContain("Şule Işık &lt;b&gt;");
        mail.Html.ShouldContain("lang=\"tr\"");
        mail.Path("https://temas.example.com").ShouldBe("/invitation?token=x-_1");
        mail.Automatic.ShouldBe("auto-generated");
        mail.Id!.ShouldEndWith("@example.com>");
    }

    [Fact]
    public async Task Send_WithPassword_SignsInToTheMailServer()
    {
        await using var sink = await MailSink.StartAsync("temas", "a secret");
        var smtp = sink.In(None).Smtp! with { User = "temas", Password = "a secret" };
        (await Mailer(None with { Smtp = smtp }).SendAsync(To("person@example.com"), CancellationToken.None)).ShouldBe(MailFate.Sent);
        sink.Next().User.ShouldBe("temas");
        (await Mailer(None with { Smtp = smtp with { Password = "another" } }).SendAsync(To("person@example.com"), CancellationToken.None)).ShouldBe(MailFate.Failed);
        (await Mailer(None with { Smtp = smtp with { User = null } }).SendAsync(To("person@example.com"), CancellationToken.None)).ShouldBe(MailFate.Failed);
    }

    [Fact]
    public async Task Send_WhatCannotBe_FailsWithoutThrowing()
    {
        await using var sink = await MailSink.StartAsync();
        // The sink's certificate is nobody's: with TLS nothing may be said to it.
        (await Mailer(None with { Smtp = sink.In(None).Smtp! with { Tls = true } }).SendAsync(To("person@example.com"), CancellationToken.None)).ShouldBe(MailFate.Failed);
        (await Mailer(sink.In(None)).SendAsync(To("refused@example.com"), CancellationToken.None)).ShouldBe(MailFate.Failed);
        (await Mailer(sink.In(None)).SendAsync(To("two..dots@@"), CancellationToken.None)).ShouldBe(MailFate.Failed);
        (await Mailer(None with { Smtp = new SmtpSettings("127.0.0.1", 1, From: "a@example.com", Tls: false) }).SendAsync(To("person@example.com"), CancellationToken.None)).ShouldBe(MailFate.Failed);
        (await Mailer(None).SendAsync(To("person@example.com"), CancellationToken.None)).ShouldBe(MailFate.NotSet);
        sink.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData("tr")]
    [InlineData("en")]
    public void Letters_InEachLanguage_AreWhole(string language)
    {
        foreach (var letter in new[]
        {
            Letters.Invitation("a@example.com", language, null, "main", "https://x/", 7), Letters.Invitation("a@example.com", language, "b", "main", "https://x/", 7),
            Letters.NewPassword("a@example.com", language, true, "https://x/", 2), Letters.NewPassword("a@example.com", language, false, "https://x/", 24),
        })
        {
            letter.Text.ShouldNotContain("{");
            letter.Text.ShouldContain("https://x/");
            using var message = Temas.Server.Mail.Mailer.Compose(letter with { Subject = letter.Subject + "\r\nBcc: evil@example.com" }, new MailAddress("t@example.com"));
            message.Subject.ShouldNotContain("\n");
        }
    }

    private static Mailer Mailer(TemasSettings settings) => new(settings, NullLogger<Mailer>.Instance);
}
