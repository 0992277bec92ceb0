using System.Diagnostics;
using Temas.Customers.Contracts;
using Temas.Kernel;
using Temas.Timelines;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Insight.Columns;

/// <content>What may be asked of them.</content>
internal sealed partial class LiveColumns
{
    /// <summary>Answers a question.</summary>
    public async Task<Result<Answer>> AskAsync(Query query, QueryLimits limits, CancellationToken cancel)
    {
        var ready = await ReadyAsync(query.AsksProfile, cancel);
        if (ready.Problem is { } problem) return problem;
        await asking.WaitAsync(cancel);
        try
        {
            return await LongWork.Run(() => QueryEngine.Ask(ready.Value.Store, query, limits, cancel) with { ProfilesBehind = ready.Value.Behind }, cancel);
        }
        catch (QueryTooLargeException e)
        {
            return Problem.Invalid("query_too_large", e.Message, wayOut: "Ask about a shorter time, fewer customers or a breakdown with fewer values.");
        }
        catch (BreakdownOfListsException e)
        {
            return Problem.Invalid(
                "breakdown_of_lists", e.Message, "breakdown.profile", e.Fact, $"Make a segment of one of the values, with {{\"profile\": \"{e.Fact}\", \"value\": \"…\"}}, and break down by that segment.");
        }
        finally
        {
            asking.Release();
        }
    }

    /// <summary>The orders of all customers, or of those for whom a condition holds.</summary>
    public Task<Result<OrderHistories>> OrdersAsync(OrderSelector orders, Condition? customers, CancellationToken cancel) => PassAsync(
        customers?.AsksProfile == true || AsksTouch(orders), columns => QueryEngine.Orders(columns, orders, customers, new QueryLimits(), cancel), cancel);

    /// <summary>The orders of all customers, for somebody who can wait for them as long as it takes.</summary>
    public async Task<Result<OrderHistories>> AllOrdersAsync(OrderSelector orders, CancellationToken cancel)
    {
        try
        {
            return await StudyAsync(AsksTouch(orders), columns => QueryEngine.Orders(columns, orders, null, new QueryLimits(), cancel), cancel);
        }
        catch (QueryTooLargeException e)
        {
            return TooLarge(e);
        }
    }

    /// <summary>Has all customers passed before something that is no question of the algebra.</summary>
    /// <param name="withProfiles">Whether it looks at profiles, or at what events were as touches.</param>
    /// <param name="pass">What is done.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Result<T>> PassAsync<T>(bool withProfiles, Func<ColumnStore, T> pass, CancellationToken cancel)
    {
        var passed = await PassOverAsync(withProfiles, pass, cancel);
        return passed.Problem is { } problem ? problem : passed.Value.Of;
    }

    /// <summary>As <see cref="PassAsync{T}"/>, with of how many customers what is known is from before they changed.</summary>
    public async Task<Result<(T Of, int Behind)>> PassOverAsync<T>(bool withProfiles, Func<ColumnStore, T> pass, CancellationToken cancel)
    {
        var ready = await ReadyAsync(withProfiles, cancel);
        if (ready.Problem is { } problem) return problem;
        await asking.WaitAsync(cancel);
        try
        {
            return (await LongWork.Run(() => pass(ready.Value.Store), cancel), ready.Value.Behind);
        }
        catch (QueryTooLargeException e)
        {
            return TooLarge(e);
        }
        finally
        {
            asking.Release();
        }
    }

    /// <summary>What happened as touches, and of how many customers what is known is from before they changed.</summary>
    /// <param name="query">A trend, for its buckets, its period before and its customers.</param>
    /// <param name="groups">Which groups a touch belongs to, by number from 0.</param>
    /// <param name="cancel">Stops it.</param>
    public Task<Result<(TouchTally Of, int Behind)>> TouchesAsync(TrendQuery query, Func<TouchFacts, IReadOnlyList<int>> groups, CancellationToken cancel) =>
        PassOverAsync(withProfiles: true, store => TouchTally.Read(store, query.Buckets, query.Previous?.When, groups, query.Customers, new QueryLimits(), cancel), cancel);

    /// <summary>Whether conditions hold for a customer; for a condition that is null not. The customer's number is asked when the columns are ready.</summary>
    public async Task<Result<bool[]>> TestAsync(Func<int?> customer, IReadOnlyList<Condition?> conditions, TimeSpan? patience, CancellationToken cancel)
    {
        var ready = await ReadyAsync(conditions.Any(c => c?.AsksProfile == true), cancel, patience, () => [customer()]);
        if (ready.Problem is { } problem) return problem;
        var holds = new bool[conditions.Count];
        if (customer() is { } number) QueryEngine.Test(ready.Value.Store, conditions, [number], (_, of, so) => holds[of] = so);
        return holds;
    }

    /// <summary>What figures say of customers, whose numbers are asked when the columns are ready; the problem where they are not. A figure that is null is not asked, and a customer without a number is nobody.</summary>
    public async Task<Problem?> TellAsync(Func<IReadOnlyList<int?>> customers, IReadOnlyList<CustomerFigure?> figures, long upto, Action<int, int, object?> tell, TimeSpan? patience, CancellationToken cancel)
    {
        var ready = await ReadyAsync(figures.Any(f => f?.AsksProfile == true), cancel, patience, customers);
        if (ready.Problem is { } problem) return problem;
        var known = customers().Index().Where(c => c.Item is not null).ToList();
        QueryEngine.Tell(ready.Value.Store, figures, [.. known.Select(c => c.Item!.Value)], upto, (at, of, value) => tell(known[at].Index, of, value));
        return null;
    }

    /// <summary>The columns, with everything that was acknowledged before.</summary>
    private async Task<Result<ReadyColumns>> ReadyAsync(bool withProfiles, CancellationToken cancel, TimeSpan? atMost = null, Func<IEnumerable<int?>>? some = null)
    {
        Interlocked.Exchange(ref asked, Stopwatch.GetTimestamp());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(atMost ?? Patience);
        ColumnStore columns;
        try
        {
            await CatchUpAsync(patience.Token);
            columns = Whole?.Store ?? Store;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Loading("columns_loading", $"The events are being read in for questions; {Progress:P0} of them are there.");
        }

        if (!withProfiles) return new ReadyColumns(columns, 0);
        profiles.Want();
        try
        {
            // Of a few who are named all is known; of everybody, what could be worked out by now.
            if (some is not null) await profiles.CatchUpAsync(columns, [.. some().OfType<int>()], patience.Token);
            return new ReadyColumns(columns, some is not null ? 0 : await profiles.CatchUpAsync(columns, patience.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Loading("profiles_loading", $"The profiles are being worked out for questions; {profiles.Progress:P0} of them are there.");
        }
    }

    /// <summary>Has what is known of customers kept from now on, and brings it up to the columns.</summary>
    public Task KeepProfilesAsync(CancellationToken cancel)
    {
        profiles.Want();
        return profiles.CatchUpAsync(Store, cancel);
    }

    /// <summary>Has somebody look at the columns as a whole, with profiles and touches, who can wait for them as long as it takes.</summary>
    public Task<T> StudyAsync<T>(Func<ColumnStore, T> study, CancellationToken cancel) => StudyAsync(withProfiles: true, study, cancel);

    private async Task<T> StudyAsync<T>(bool withProfiles, Func<ColumnStore, T> study, CancellationToken cancel)
    {
        await CatchUpAsync(cancel);
        var columns = Whole?.Store ?? Store;
        if (withProfiles)
        {
            profiles.Want();

            // As far as nobody else asks, at low priority; the rest as for whoever asks.
            await Housekeeping.Run(() => profiles.Follow(columns));
            await profiles.CatchUpAsync(columns, cancel);
        }

        return await LongWork.Run(() => study(columns), cancel);
    }

    /// <inheritdoc cref="LiveProfiles.TakeChanged"/>
    public Dictionary<int, CustomerChange>? TakeChanged(ColumnStore columns) => profiles.TakeChanged(columns);

    private static bool AsksTouch(OrderSelector orders) => orders.Order.AsksTouch || orders.Cancellation.AsksTouch;

    private static Problem TooLarge(QueryTooLargeException e) => Problem.Invalid("query_too_large", e.Message, wayOut: "Ask about fewer customers.");

    private static Problem Loading(string code, FormattableString detail) =>
        new(ProblemKind.Unavailable, code, FormattableString.Invariant(detail)) { WayOut = "Ask again in a moment.", RetryAfter = TimeSpan.FromSeconds(5) };
}
