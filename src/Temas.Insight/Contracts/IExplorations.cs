using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Kernel;
using Temas.Timelines.Queries;

namespace Temas.Insight.Contracts;

/// <summary>A question that was saved, to be asked again: what a tile of a dashboard shows.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Kind">What is asked: <c>trend</c>, <c>funnel</c> … (docs/formats/query.md).</param>
/// <param name="Question">The question, in the query algebra.</param>
/// <param name="Page">How the explorer shows it: its address behind the question mark; empty where it cannot.</param>
public sealed record SavedExploration(string Key, LocalText Label, LocalText? Description, string Owner, string Kind, JsonElement Question, string Page);

/// <summary>The saved explorations of a workspace; a part of it. Each is asked anew, on the live data.</summary>
public interface IExplorations
{
    /// <summary>All of them, by key.</summary>
    IReadOnlyDictionary<string, SavedExploration> All { get; }

    /// <summary>Asks one. What is missing, and what its question may not say any more, is a problem.</summary>
    Task<Result<Answer>> AnswerAsync(string key, CancellationToken cancel);
}
