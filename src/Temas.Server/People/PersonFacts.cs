using System.Text.Json.Nodes;
using Temas.Kernel;

namespace Temas.Server.People;

/// <summary>
/// What the audit trail holds of a person, before and after: nothing that tells who it is. A name is told only as changed, for the trail stays when the person goes.
/// </summary>
internal static class PersonFacts
{
    /// <summary>The facts as JSON; those that are null are left out.</summary>
    public static string Json(Role? role = null, string? language = null, bool? disabled = null, bool renamed = false)
    {
        var facts = new JsonObject();
        if (role is { } r) facts["role"] = RoleNames.Of(r);
        if (language is not null) facts["language"] = language;
        if (disabled is { } d) facts["disabled"] = d;
        if (renamed) facts["nameChanged"] = true;
        return facts.ToJsonString();
    }
}
