using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Temas.Collect;
using Temas.Customers;
using Temas.Feedback;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Figures;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Tests.Feedback.Surveys;

/// <summary>Whoever is erased is taken out of a survey's columns; what is left is what reading all responses anew gives.</summary>
public sealed class ErasedAnswersTests : IAsyncLifetime
{
    private const string Document = """
        {"languages": ["en"], "title": "S", "pages": [
          {"id": "one", "questions": [{"id": "nps", "kind": "nps", "title": "N?"}, {"id": "why", "kind": "multiple", "title": "Why?", "other": true, "choices": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]}]},
          {"id": "two", "questions": [{"id": "rows", "kind": "matrix", "title": "M", "rows": [{"id": "r1", "text": "1"}], "choices": [{"id": "x", "text": "X"}, {"id": "y", "text": "Y"}]}, {"id": "said", "kind": "text", "title": "T"},
            {"id": "reach", "kind": "contact", "title": "C", "fields": ["email"], "consent": "Yes"}]}]}
        """;

    private static readonly DateTimeOffset Start = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("temas-erased-").FullName;
    private WorkspaceRegistry registry = null!;

    private Workspace Workspace => registry.All[0];

    private ResponseStore Store => SurveyBook.Of(Workspace).Responses;

    public async Task InitializeAsync()
    {
        registry = new WorkspaceRegistry(new StoreOptions { Data = folder }, [new CollectModule(), new CustomersModule(), new FeedbackModule(), new SurveyModule(), new FiguresModule()], TimeProvider.System, NullLoggerFactory.Instance);
        await registry.OpenAsync([]);
        foreach (var key in new[] { "s", "other" })
        {
            var saved = await Workspace.Definitions.SaveAsync(SurveyKind.Name, key, Document, Actor.System);
            saved.IsOk.ShouldBeTrue(saved.Problem?.ToString());
        }
    }

    public async Task DisposeAsync()
    {
        await registry.CloseAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Erased_AmongAnswersByChance_LeaveWhatReadingAnewGives(int seed)
    {
        var (random, live, number) = (new Random(seed), LiveAnswers.Of(Workspace), 0);
        for (var round = 0; round < 8; round++)
        {
            for (var i = 0; i < 25; i++)
            {
                var response = Response(random, random.Next(5) == 0 ? "other" : "s", number++);
                if (random.Next(3) == 0) await Store.SaveAsync(response);
                else await Store.FinishAsync(response with { State = ResponseState.Complete, Page = null, CompletedAt = response.ChangedAt }, [], isTold: false);
            }

            // Sometimes nobody looked between an answer and its erasure.
            if (random.Next(3) > 0) await DumpAsync(live);
            foreach (var user in Enumerable.Range(0, 12).Where(_ => random.Next(4) == 0)) live.Forget(await Store.ForgetAsync([$"user_id:u{user}"]));
            (await DumpAsync(live)).ShouldBe(await DumpAsync(new LiveAnswers(Workspace)), $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public async Task Erased_AreNotComparedWithAnyMore_AndLeaveNoWord()
    {
        const string Hers = "Something that nobody else would ever write down", Others = "Another thing that was written before by somebody";
        var (random, live) = (new Random(5), LiveAnswers.Of(Workspace));
        await FinishAsync(random, 1, "user_id:gone", Hers, "gone@example.com");
        await FinishAsync(random, 2, "user_id:stays", Others, "stays@example.com");
        var version = live.VersionOf("s");
        await DumpAsync(live);
        live.VersionOf("s").ShouldNotBe(version);
        version = live.VersionOf("s");
        live.Forget(await Store.ForgetAsync(["user_id:gone"]));
        var words = (await live.AskAsync("s", columns => columns.All.SelectMany(c => c.Words).ToList(), default)).Value;
        words.ShouldContain("stays@example.com");
        words.ShouldNotContain("gone@example.com");
        live.VersionOf("s").ShouldNotBe(version);

        // The same person on the same day, and the same words: nobody knows any more that they were there before.
        await FinishAsync(random, 3, "user_id:gone", Hers, "new@example.com");
        await FinishAsync(random, 4, "user_id:else", Others, "else@example.com");
        await DumpAsync(live);
        var doubts = await live.Marks.DoubtsAsync(["r3", "r4"], default);
        doubts["r3"].Flags.ShouldNotContain(f => f.Evidence == "same_text" || f.Evidence == "same_respondent");
        doubts["r4"].Flags.ShouldContain(f => f.Evidence == "same_text");
    }

    private Task<Finished> FinishAsync(Random random, int number, string customer, string text, string email)
    {
        var response = Response(random, "s", number) with { State = ResponseState.Complete, Page = null, Customer = customer };
        var answers = new Dictionary<string, Answer>(response.Answers, StringComparer.Ordinal) { ["said"] = Answer.Of(text), ["reach"] = new Answer { Parts = new Dictionary<string, string> { ["email"] = email } } };
        return Store.FinishAsync(response with { Answers = answers, CompletedAt = response.ChangedAt }, [], isTold: false);
    }

    private static SurveyResponse Response(Random random, string survey, int number)
    {
        // Each is kept when it bears its moment.
        var changed = Start.AddMinutes(number);
        var answers = new Dictionary<string, Answer>(StringComparer.Ordinal) { ["nps"] = Answer.Of(random.Next(11).ToString(CultureInfo.InvariantCulture)) };
        if (random.Next(2) == 0) answers["why"] = new Answer { Values = [random.Next(2) == 0 ? "a" : "b", $"my own word {random.Next(20)}"] };
        if (random.Next(2) == 0) answers["rows"] = new Answer { Parts = new Dictionary<string, string> { ["r1"] = random.Next(2) == 0 ? "x" : "y" } };
        if (random.Next(2) == 0) answers["said"] = Answer.Of($"What I have to say about number {random.Next(30)}");
        if (random.Next(4) == 0) answers["reach"] = new Answer { Parts = new Dictionary<string, string> { ["email"] = $"a{number}@example.com", ["consent"] = "yes" } };
        return new SurveyResponse
        {
            Id = $"r{number}",
            Survey = survey,
            Version = 1,
            Page = "two",
            Customer = random.Next(4) == 0 ? null : $"user_id:u{random.Next(12)}",
            Language = "en",
            Channel = random.Next(2) == 0 ? "web" : $"c{random.Next(5)}",
            Answers = answers,
            Score = double.Parse(answers["nps"].Value!, CultureInfo.InvariantCulture),
            StartedAt = changed.AddSeconds(-random.Next(200)),
            ChangedAt = changed,
        };
    }

    /// <summary>All that the columns say, in words.</summary>
    private static async Task<string> DumpAsync(LiveAnswers live)
    {
        var all = new List<string>();
        foreach (var survey in new[] { "s", "other" })
        {
            var told = await live.AskAsync(
                survey,
                columns => Enumerable.Range(0, columns.Count).Select(row => string.Join('|', [
                    columns.IdOf(row), columns.States[row].ToString(), columns.Times[row].ToString(CultureInfo.InvariantCulture), columns.Weights[row].ToString(CultureInfo.InvariantCulture),
                    Said(columns.Channel, row), Said(columns.Language, row), Said(columns.Page, row), Said(columns.Version, row), .. columns.Questions.Order(StringComparer.Ordinal).Select(q => $"{q}={Said(columns.Find(q)!, row)}")]))
                    .Order(StringComparer.Ordinal).Append(string.Join(',', columns.All.Skip(4).SelectMany(c => c.Words).Order(StringComparer.Ordinal))).ToList(),
                default);
            all.AddRange(told.Value);
        }

        return string.Join('\n', all);
    }

    private static string Said(AnswerColumn column, int row) => column.Codes(row) is not { } codes ? "-" : $"{column.Number(row).ToString(CultureInfo.InvariantCulture)} {string.Join(',', codes.Select(c => column.Words[c]))}";
}
