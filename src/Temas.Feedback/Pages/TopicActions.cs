using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Feedback.Contracts;
using Temas.Feedback.Listening;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Feedback.Pages;

/// <summary>What the page of topics posts. What is refused goes back to it in the address, filled in as it was.</summary>
internal static class TopicActions
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/feedback/topics/do").RequireAuthorization(Policies.Manage).ExcludeFromDescription();
        group.MapPost("save", SaveAsync);
        group.MapPost("remove", async ([FromForm] string? of, HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) =>
        {
            var model = TopicsKind.Of(current.Value.Definitions);
            var problem = await WriteAsync(current, change, model with { Topics = [.. model.Topics.Where(t => t.Key != of)] }, cancel);
            return FormAnswer.After(http, TemasUrls.Topics(current.Value.Key.Value), "topic_removed", problem);
        });
        group.MapPost("restore", async ([FromForm] int? version, HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) =>
        {
            var restored = await change.RestoreAsync(current.Value, TopicsKind.Instance.Kind, TopicsKind.Key, version, current.Actor, cancel);
            return FormAnswer.After(http, TemasUrls.Topics(current.Value.Key.Value), "topics_restored", restored.Problem);
        });
    }

    private static async Task<IResult> SaveAsync(HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var texts = TopicForm.Read(name => form[name]);
        var (workspace, of) = (current.Value.Key.Value, form["of"].ToString());
        var model = TopicsKind.Of(current.Value.Definitions);
        var key = of.Length > 0 ? of : texts["key"];
        var problem = of.Length == 0 && model.Topics.Any(t => t.Key == key)
            ? Problem.Invalid("topic_key_taken", "Two topics have the same key.", "key", key)
            : await WriteAsync(current, change, TopicForm.With(model, TopicForm.ToTopic(texts, key)), cancel);
        if (problem is null) return FormAnswer.Done(http, TemasUrls.Topics(workspace, ("topic", key)), "topic_saved");
        return Results.LocalRedirect(TemasUrls.Topics(workspace, [.. texts.Fields.Where(f => f.Name != "key"), ("key", key), ("topic", of.Length > 0 ? of : "new"), ("draft", "1"), ("problem", problem.Code)]));
    }

    private static async Task<Problem?> WriteAsync(CurrentWorkspace current, ChangeDefinition change, TopicModel model, CancellationToken cancel) =>
        (await change.SaveAsync(current.Value, TopicsKind.Instance.Kind, TopicsKind.Key, Encoding.UTF8.GetString(model.Write()), current.Actor, cancel)).Problem;
}
