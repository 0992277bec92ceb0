using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Collect.Editing;

/// <summary>What an editor of a definition shows and sends. What it does not show is kept from the version before.</summary>
public interface IDefinitionForm
{
    /// <summary>Key of the definition.</summary>
    string Key { get; }

    /// <summary>All that is filled in, for the address of the editor.</summary>
    IEnumerable<(string Name, string? Value)> Fields { get; }

    /// <summary>The document, on top of the version before, if there is one.</summary>
    string ToJson(string? before);
}

/// <summary>Where an editor of definitions stands, and what it edits.</summary>
/// <param name="Kind">The kind of definition.</param>
/// <param name="Path">The part of the address behind the workspace.</param>
/// <param name="Policy">Who may change them.</param>
/// <param name="Read">Reads what the editor sent.</param>
/// <param name="List">Address of the list, by workspace.</param>
/// <param name="Page">Address of the editor, by workspace, key (null: a new one) and what was filled in.</param>
public sealed record DefinitionEditor(
    string Kind, string Path, string Policy, Func<IFormCollection, IDefinitionForm> Read, Func<string, string> List, Func<string, string?, (string Name, string? Value)[], string> Page)
{
    /// <summary>The editor can be asked what a definition would give before it is saved.</summary>
    public bool HasPreview { get; init; }

    /// <summary>A key that nobody chose, but was made of the name, is numbered where it is taken.</summary>
    public bool NumbersKeys { get; init; }

    /// <summary>What is refused is kept (<see cref="KeptDrafts"/>), for it can be longer than an address.</summary>
    public bool KeepsDrafts { get; init; }
}

/// <summary>What editors of definitions post. What is refused, or only tried, goes back to the editor in the address, or kept beside it, which shows each fault at its field.</summary>
public static class EditorActions
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes, DefinitionEditor editor)
    {
        var group = routes.MapGroup("/w/{workspace}/" + editor.Path).RequireAuthorization(editor.Policy).ExcludeFromDescription().WithMetadata(editor);
        group.MapPost("save", (HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) => SaveAsync(editor, http, current, change, cancel));
        if (editor.HasPreview) group.MapPost("preview", async (HttpContext http, CurrentWorkspace current, CancellationToken cancel) =>
        {
            var form = await http.Request.ReadFormAsync(cancel);
            return Back(editor, http, current, form["of"], editor.Read(form), "preview");
        });
        group.MapPost("remove", async ([FromForm] string? of, HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) =>
        {
            var removed = await change.RemoveAsync(current.Value, editor.Kind, of ?? "", current.Actor, cancel);
            return FormAnswer.Done(http, editor.List(current.Value.Key.Value), removed.IsOk ? "removed" : "gone", of ?? "");
        });
        group.MapPost("restore", async ([FromForm] string? of, [FromForm] int? version, HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel) =>
        {
            var restored = await change.RestoreAsync(current.Value, editor.Kind, of ?? "", version, current.Actor, cancel);
            return FormAnswer.After(http, editor.List(current.Value.Key.Value), "restored", restored.Problem);
        });
    }

    private static async Task<IResult> SaveAsync(DefinitionEditor editor, HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var filled = editor.Read(form);
        var old = form["of"].ToString() is { Length: > 0 } of ? ChangeDefinition.InForce(current.Value, editor.Kind, of) : null;
        var key = old?.Key ?? (!editor.NumbersKeys || form["key"].ToString().Trim().Length > 0 ? filled.Key : FreeKey(current.Value, editor.Kind, filled.Key));
        var isTaken = old is null && ChangeDefinition.InForce(current.Value, editor.Kind, key) is not null;
        if (isTaken || !(await change.SaveAsync(current.Value, editor.Kind, key, filled.ToJson(old?.Json), current.Actor, cancel)).IsOk) return Back(editor, http, current, old?.Key, filled, "refused");
        return FormAnswer.Done(http, editor.List(current.Value.Key.Value), "saved");
    }

    /// <summary>A key that was made of a name, and is not asked for, is numbered where it is taken: names may be alike.</summary>
    internal static string FreeKey(Workspace workspace, string kind, string made)
    {
        if (made.Length == 0 || ChangeDefinition.InForce(workspace, kind, made) is null) return made;
        return Enumerable.Range(2, 98).Select(n => $"{made}-{n}").FirstOrDefault(k => ChangeDefinition.InForce(workspace, kind, k) is null) ?? made;
    }

    private static IResult Back(DefinitionEditor editor, HttpContext http, CurrentWorkspace current, string? of, IDefinitionForm filled, string draft)
    {
        (string Name, string? Value)[] fields = editor.KeepsDrafts ? [("kept", http.RequestServices.GetRequiredService<KeptDrafts>().Keep(current.Value, current.Actor, filled.Fields))] : [.. filled.Fields];
        return Results.LocalRedirect(editor.Page(current.Value.Key.Value, string.IsNullOrEmpty(of) ? null : of, [.. fields, ("draft", draft)]));
    }
}
