using Microsoft.Extensions.Primitives;
using Temas.Feedback.Contracts;
using Temas.Ui.Forms;

namespace Temas.Feedback.Pages;

/// <summary>A topic as its editor shows and sends it: a keyword or an example a line.</summary>
internal static class TopicForm
{
    private static readonly string[] Names = ["key", "nameTr", "nameEn", "trKeywords", "trExamples", "enKeywords", "enExamples"];

    /// <summary>Reads a form or a query.</summary>
    public static FormTexts Read(Func<string, StringValues> field) => FormTexts.Read(name => field(name).ToString().ReplaceLineEndings("\n"), Names);

    /// <summary>Fills the fields of a topic.</summary>
    public static FormTexts Of(Topic topic)
    {
        var texts = new FormTexts();
        texts.Set("key", topic.Key);
        texts.Set("nameTr", topic.NameTr);
        texts.Set("nameEn", topic.NameEn);
        texts.Set("trKeywords", string.Join('\n', topic.Tr.Keywords));
        texts.Set("trExamples", string.Join('\n', topic.Tr.Examples));
        texts.Set("enKeywords", string.Join('\n', topic.En.Keywords));
        texts.Set("enExamples", string.Join('\n', topic.En.Examples));
        return texts;
    }

    /// <summary>The topic that is filled in.</summary>
    public static Topic ToTopic(FormTexts texts, string key) => new()
    {
        Key = key,
        NameTr = texts["nameTr"],
        NameEn = texts["nameEn"],
        Tr = Words(texts, "tr"),
        En = Words(texts, "en"),
    };

    /// <summary>The topics with one of them put in its place, or at the end.</summary>
    public static TopicModel With(TopicModel model, Topic topic) =>
        model with { Topics = model.Topics.Any(t => t.Key == topic.Key) ? [.. model.Topics.Select(t => t.Key == topic.Key ? topic : t)] : [.. model.Topics, topic] };

    private static TopicWords Words(FormTexts texts, string language) => new() { Keywords = [.. DocumentParts.Lines(texts[language + "Keywords"])], Examples = [.. DocumentParts.Lines(texts[language + "Examples"])] };
}
