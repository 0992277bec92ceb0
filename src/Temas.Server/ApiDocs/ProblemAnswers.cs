using Microsoft.OpenApi;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.People;

namespace Temas.Server.ApiDocs;

/// <summary>
/// Which failures an operation answers, by one rule over its policy, method, address and body, because the same middleware gives them to all. Only 409, which is
/// a use case's own, is said at the endpoint (<c>ProducesProblem(409)</c>).
/// </summary>
internal static class ProblemAnswers
{
    private const string Wrong = "The request is wrong; the problem names field, value, reason and way out.";

    /// <summary>Adds them, each with the shape of problem details; without <paramref name="schema"/> the shape is not said.</summary>
    public static void Add(OpenApiOperation operation, string policy, string method, IOpenApiSchema? schema)
    {
        operation.Responses ??= [];
        foreach (var (status, meaning) in Of(operation, policy, method))
        {
            var known = operation.Responses.TryGetValue(status, out var answer) && answer is OpenApiResponse { } told ? told : new OpenApiResponse();
            known.Description = meaning;
            if (schema is not null) known.Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { ["application/problem+json"] = new OpenApiMediaType { Schema = schema } };
            operation.Responses[status] = known;
        }
    }

    private static IEnumerable<(string Status, string Meaning)> Of(OpenApiOperation operation, string policy, string method)
    {
        var changes = !HttpMethods.IsGet(method);
        var named = operation.Parameters is { Count: > 0 };
        var inWorkspace = RolePolicies.Least.TryGetValue(policy, out var least);
        if (policy == Policies.Write)
        {
            if (changes) yield return ("400", "Nothing of it can be used: no JSON, too large, or the only event is wrong.");
            yield return ("401", "No source has this write key.");
            if (changes) yield return ("503", "The log cannot store now; nothing was stored.");
        }
        else
        {
            // A change by cookie without the antiforgery token is wrong, and so is a request that leaves open which of several workspaces it means.
            if (changes || named || inWorkspace) yield return ("400", Wrong);
            if (policy != Policies.Open) yield return ("401", "No token or session that is valid.");
            if (inWorkspace) yield return ("403", $"The role is lower than {RoleNames.Of(least)}.");
            else if (changes && policy == Policies.SignedIn) yield return ("403", "This is for people who sign in, not for API tokens.");
            if (inWorkspace) yield return ("404", named ? "What is named does not exist, or there is no such workspace for the asker." : "There is no such workspace for the asker.");
            if (operation.Responses!.ContainsKey("409")) yield return ("409", "It contradicts what is there already.");
            if (operation.RequestBody is not null)
            {
                yield return ("413", "The body is too large.");
                yield return ("415", "The body is not declared as JSON.");
            }
        }

        yield return ("429", "Too many requests; the header Retry-After says when to try again.");
    }
}
