using System.Net;

namespace Temas.Server.Tests.Collect;

public sealed class LogClosedTests
{
    [Fact]
    public async Task Tracking_LogTakesNothing_Is503WithRetryAfter()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        (await server.SendAsync("/v1/page", source.WriteKey, """{"userId":"u"}""")).Status.ShouldBe(HttpStatusCode.OK);
        await server.Main.Log.DisposeAsync();
        foreach (var (path, body) in ((string, string)[])[("/v1/page", """{"userId":"u"}"""), ("/v1/batch", """{"batch":[{"type":"page","userId":"u"},1]}"""), ("/v1/batch", "{")])
        {
            var answer = await server.SendAsync(path, source.WriteKey, body);
            answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            answer.Headers.RetryAfter.ShouldNotBeNull();
            answer.Body.GetProperty("success").GetBoolean().ShouldBeFalse();
        }
    }
}
