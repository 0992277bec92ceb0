using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Temas.Collect;
using Temas.Customers;
using Temas.Customers.Contracts;
using Temas.Feedback;
using Temas.Feedback.Asking;
using Temas.Feedback.Asking.Invites;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Figures;
using Temas.Feedback.Surveys.Reported;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Tests.Feedback.Surveys;

/// <summary>Answers that another system reports as events are responses to the survey that names it: each once, with whom it asked, and gone with their events.</summary>
public sealed class ReportedTests : IAsyncLifetime
{
    private const string Document = """
        {"languages": ["tr", "en"], "title": {"tr": "Ç", "en": "C"}, "reportedAs": "tool-7", "pages": [{"id": "one", "questions": [
          {"id": "satisfied", "kind": "csat", "title": {"tr": "M", "en": "S"}}, {"id": "easy", "kind": "ces", "title": {"tr": "K", "en": "E"}}, {"id": "why", "kind": "text", "title": {"tr": "N", "en": "W"}},
          {"id": "missed", "kind": "multiple", "title": {"tr": "Ö", "en": "M"}, "choices": [{"id": "a", "text": {"tr": "A", "en": "A"}}, {"id": "b", "text": {"tr": "B", "en": "B"}}]}]}]}
        """;

    private static readonly DateTimeOffset Start = new(2026, 5, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("temas-reported-").FullName;
    private WorkspaceRegistry registry = null!;
    private int message;

    private Workspace Workspace => registry.All[0];

    private SurveyBook Book => SurveyBook.Of(Workspace);

    public async Task InitializeAsync()
    {
        registry = new WorkspaceRegistry(
            new StoreOptions { Data = folder }, [new CollectModule(), new CustomersModule(), new FeedbackModule(), new SurveyModule(), new FiguresModule(), new AskingModule()], TimeProvider.System, NullLoggerFactory.Instance);
        await registry.OpenAsync([]);
    }

    public async Task DisposeAsync()
    {
        await registry.CloseAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Reported_BeforeAndAfterTheSurvey_AreResponsesOnce_WithWhomItAsked()
    {
        await TellAsync("ada", "Survey Sent", 0, """{"survey_id": "tool-7", "order_id": "O1"}""");
        await TellAsync("eda", "Survey Sent", 1, """{"survey_id": "tool-7"}""");
        await TellAsync("ada", "Survey Answered", 2, """{"survey_id": "tool-7", "survey_type": "csat", "score": 4, "text": "Hızlıydı", "order_id": "O1", "channel": "sms", "language": "en", "answers": {"missed": ["a", "none"], "unknown": 1}}""");
        await TellAsync("ida", "Survey Answered", 3, """{"survey_id": "other-tool", "survey_type": "csat", "score": 1}""");
        await SaveAsync("cagri");
        (await FollowAsync()).ShouldBe(1);
        var adas = (await ListAsync("cagri")).ShouldHaveSingleItem();
        (adas.Customer, adas.Score, adas.Channel, adas.Language, adas.About["order_id"], adas.CompletedAt).ShouldBe(("user_id:ada", 4, "sms", "en", "O1", Start.AddMinutes(2)));
        (adas.Answers["satisfied"].Value, adas.Answers["why"].Value, adas.Answers.ContainsKey("unknown")).ShouldBe(("4", "Hızlıydı", false));
        (await Book.Responses.UntoldAsync(10)).ShouldBeEmpty("it is on the timeline already");
        (await RateAsync("cagri")).ShouldBe((2, 1));

        // Of the other scale, out of range, of nobody who is known, and of what was asked twice.
        await TellAsync("eda", "Survey Answered", 10, """{"survey_id": "tool-7", "survey_type": "ces", "score": 6}""");
        await TellAsync("eda", "Survey Answered", 11, """{"survey_id": "tool-7", "survey_type": "csat", "score": 9}""");
        await TellAsync("ada", "Survey Answered", 12, """{"survey_id": "tool-7", "survey_type": "csat", "score": 2}""");
        (await FollowAsync()).ShouldBe(2);
        (await FollowAsync()).ShouldBe(0);
        (await ListAsync("cagri")).Count.ShouldBe(3);
        (await ListAsync("cagri")).Single(r => r.Answers.ContainsKey("easy")).Score.ShouldBeNull("the survey's score is the other question");
        (await RateAsync("cagri")).ShouldBe((2, 2));

        // Read again from the start, as after a crash before the place was written, everything stays as it is.
        await using (var connection = await Workspace.Database.OpenAsync()) await Dapper.SqlMapper.ExecuteAsync(connection, "delete from survey_reported");
        await FollowAsync();
        (await ListAsync("cagri")).Count.ShouldBe(3);
        (await RateAsync("cagri")).ShouldBe((2, 2));
        (await Book.Responses.CountAsync())["cagri"].Complete.ShouldBe(3);

        // What came with a moment of long ago is in the figures as soon as what came on time.
        (await CompleteAsync("cagri")).ShouldBe(3);
        await TellAsync("ida", "Survey Answered", -5_000, """{"survey_id": "tool-7", "survey_type": "csat", "score": 5}""");
        await FollowAsync();
        (await CompleteAsync("cagri")).ShouldBe(4);
    }

    [Fact]
    public async Task Reported_EventsThatAreErased_TakeWhatWasKeptOfThem()
    {
        await SaveAsync("cagri");
        for (var i = 0; i < 6; i++)
        {
            await TellAsync($"u{i}", "Survey Sent", i, """{"survey_id": "tool-7"}""");
            await TellAsync($"u{i}", "Survey Answered", i + 10, """{"survey_id": "tool-7", "survey_type": "csat", "score": 3}""");
        }

        await FollowAsync();
        (await CompleteAsync("cagri")).ShouldBe(6);
        // Positions 3 and 4 are u1's.
        (await Workspace.Log.EraseAsync([3, 4])).IsOk.ShouldBeTrue();
        await FollowAsync();
        (await ListAsync("cagri")).ShouldNotContain(r => r.Customer == "user_id:u1");
        (await CompleteAsync("cagri")).ShouldBe(5);
        (await RateAsync("cagri")).ShouldBe((5, 5));
        (await Book.Responses.CountAsync())["cagri"].Complete.ShouldBe(5);
    }

    [Fact]
    public async Task Reported_OfOurOwnAnswers_AreNotTakenAgain()
    {
        await SaveAsync("tool-7");
        var own = new SurveyResponse { Id = "mine", Survey = "tool-7", Version = 1, State = ResponseState.Complete, Language = "tr", Channel = "web", StartedAt = Start, ChangedAt = Start, CompletedAt = Start };
        await Book.Responses.FinishAsync(own, [], isTold: true);
        await TellAsync("ada", "Survey Answered", 1, """{"survey_id": "tool-7", "response_id": "mine", "survey_type": "csat", "score": 5}""");
        (await FollowAsync()).ShouldBe(0);
        (await ListAsync("tool-7")).ShouldHaveSingleItem().Id.ShouldBe("mine");
        SurveyKind.Instance.Check("x", Document.Replace("\"reportedAs\"", "\"anonymous\": true, \"reportedAs\"", StringComparison.Ordinal)).ShouldHaveSingleItem().Code.ShouldBe("anonymous_reported");
    }

    private Task<int> FollowAsync() => LiveReported.Of(Workspace).FollowAsync(default);

    private Task<IReadOnlyList<SurveyResponse>> ListAsync(string survey) => Book.Responses.ListAsync(survey, new ResponseFilter(), 100);

    private async Task<(long Invited, long Answered)> RateAsync(string survey)
    {
        var counts = await new InvitationStore(Workspace.Database).CountAsync(survey, 0, long.MaxValue, default);
        return (counts.Sum(c => c.Invited), counts.Sum(c => c.Answered));
    }

    private async Task<int> CompleteAsync(string survey) => (await LiveAnswers.Of(Workspace).AskAsync(survey, columns => columns.States.Take(columns.Count).Count(s => s == ResponseState.Complete), default)).Value;

    private async Task SaveAsync(string key)
    {
        var saved = await Workspace.Definitions.SaveAsync(SurveyKind.Name, key, Document, Actor.System);
        saved.IsOk.ShouldBeTrue(saved.Problem?.ToString());
    }

    private async Task TellAsync(string user, string name, int minutes, string properties)
    {
        var at = Start.AddMinutes(minutes).ToUnixTimeMilliseconds();
        var json = Encoding.UTF8.GetBytes($$"""{"type":"track","messageId":"{{(++message).ToString(CultureInfo.InvariantCulture)}}","userId":"{{user}}","event":"{{name}}","properties":{{properties}}}""");
        EventScanner.TryScan(json, out var fields, out var fault).ShouldBeTrue(fault);
        var batch = new EventBatch(1, at);
        batch.Add(json, in fields, EventBatch.HashOf(1, Encoding.UTF8.GetBytes(fields.MessageId.ToText(json)!)), at, EventFlags.None);
        (await Workspace.Log.AppendAsync(batch)).IsOk.ShouldBeTrue();
        while (Workspace.Part<ICustomerNodes>().Position < Workspace.Log.Head) await Task.Delay(1);
    }
}
