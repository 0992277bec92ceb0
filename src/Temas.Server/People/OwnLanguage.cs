using Temas.Server.Authorization;
using Temas.Ui.Preferences;

namespace Temas.Server.People;

/// <summary>Use case: a person chooses the language of the pages, in the menu of any page.</summary>
internal sealed class OwnLanguage(UpdatePerson update) : IOwnLanguage
{
    public async Task<bool> KeepAsync(HttpContext context, string language, CancellationToken cancel)
    {
        if (context.Features.Get<Caller>() is not { IsPerson: true } caller) return false;
        if (caller.Language == language) return true;
        return (await update.HandleAsync(caller.Id, null, new PersonChanges(Language: language), caller.Actor, cancel)).IsOk;
    }
}
