using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Temas.Feedback.Asking;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tests.Feedback;

/// <summary>Stands in for the asking rules: asks everybody once, in a way that the address of the page says (<c>?ask=survey&amp;form=tab</c>).</summary>
internal sealed class AskingDouble : IAskHere
{
    /// <summary>Where it was asked.</summary>
    public ConcurrentQueue<AskPlace> Places { get; } = [];

    private readonly ConcurrentDictionary<string, bool> shown = new();

    /// <summary>A server whose pages ask in this way.</summary>
    public static Task<TemasServer> ServerAsync(AskingDouble asking) =>
        TemasServer.StartAsync(configure: builder => builder.Services.Replace(ServiceDescriptor.Singleton<IAskHere>(asking)));

    public Task<AskOffer?> DecideAsync(Workspace workspace, AskPlace place, CancellationToken cancel)
    {
        Places.Enqueue(place);
        var query = System.Web.HttpUtility.ParseQueryString(new Uri(place.Page).Query);
        return Task.FromResult(query["ask"] is { } survey && !shown.ContainsKey(place.Visitor) ? new AskOffer("d-" + place.Visitor, survey, query["form"] ?? "popover", 0, query["form"] == "inline" ? "#here" : null) : null);
    }

    public Task<bool> ShownAsync(Workspace workspace, AskPlace place, string decision, CancellationToken cancel) => Task.FromResult(decision == "d-" + place.Visitor && shown.TryAdd(place.Visitor, true));
}
