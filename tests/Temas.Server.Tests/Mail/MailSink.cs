using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Temas.Server.Settings;
using Temas.Server.Tests.Clients;

namespace Temas.Server.Tests.Mail;

/// <summary>A picture that a mail shows.</summary>
internal sealed record TakenPicture(string Id, string Kind, string? Disposition, byte[] Png);

/// <summary>A mail that arrived.</summary>
internal sealed record TakenMail(string From, string To, string Subject, string Text, string Html, bool Secure, string? User, string? Automatic, string? Id, string? Unsubscribe = null, string? OneClick = null, string? RawSubject = null, string? ReturnPath = null)
{
    /// <summary>The kinds of its parts, in the order in which they stand.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];

    /// <summary>The pictures that came with it for its HTML.</summary>
    public IReadOnlyList<TakenPicture> Pictures { get; init; } = [];

    /// <summary>The path of the link in it, which is the same in the plain and in the HTML part.</summary>
    public string Path(string root)
    {
        var link = Text.Split('\n').Select(l => l.Trim()).Single(l => l.StartsWith(root, StringComparison.Ordinal));
        Html.ShouldContain($"href=\"{System.Net.WebUtility.HtmlEncode(link)}\"");
        return link[root.Length..];
    }
}

/// <summary>A real mail server, in a process of its own, that keeps what it took.</summary>
internal sealed class MailSink : IAsyncDisposable
{
    private readonly Process process;
    private readonly BlockingCollection<TakenMail> mails = [];

    private MailSink(Process process, int port)
    {
        (this.process, Port) = (process, port);
        _ = Task.Run(ReadAsync);
    }

    public int Port { get; }

    /// <summary>Starts one; with a name and password it asks for them.</summary>
    public static async Task<MailSink> StartAsync(params string[] credentials)
    {
        var folder = await ClientPackages.EnsureAsync();
        var process = Process.Start(new ProcessStartInfo("node", ["mail-sink.mjs", .. credentials]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var port = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return new MailSink(process, int.Parse(port.ShouldNotBeNull(), CultureInfo.InvariantCulture));
    }

    /// <summary>The settings with which a server sends to it.</summary>
    public TemasSettings In(TemasSettings settings) =>
        settings with { PublicUrl = "https://temas.example.com", Smtp = new SmtpSettings("127.0.0.1", Port, From: "Temas <temas@example.com>", Tls: false) };

    /// <summary>The next mail; waits for it.</summary>
    public TakenMail Next() => mails.TryTake(out var mail, TimeSpan.FromSeconds(30)) ? mail : throw new TimeoutException("No mail came.");

    /// <summary>Whether there is none that nobody took.</summary>
    public bool IsEmpty => mails.Count == 0;

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        process.Dispose();
        mails.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line) mails.Add(JsonSerializer.Deserialize<TakenMail>(line, JsonSerializerOptions.Web)!);
    }
}
