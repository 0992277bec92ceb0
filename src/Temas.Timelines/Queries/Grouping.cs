using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>A breakdown made ready. For one thread; each other has its own <see cref="Fork"/>.</summary>
internal abstract class Grouping
{
    /// <summary>The event types that it looks at beside those that are counted; null for all.</summary>
    public virtual TypeSet? Types => TypeSet.None;

    public static Grouping? Of(Breakdown? breakdown, ColumnStore store) => breakdown switch
    {
        null => null,
        PropertyBreakdown property => new ByProperty(new NumberColumns(store, property.Property)),
        ProfileBreakdown profile => new ByProfile(store.Profiles, store.FindName(profile.Fact) is { } name ? store.Profiles.Table.Find(name) : null),
        MembershipBreakdown membership => new ByMembership(ConditionTest.Of(membership.Condition, store)),
        _ => throw new ArgumentOutOfRangeException(nameof(breakdown), breakdown, null),
    };

    /// <summary>Another one for another thread; the same where it keeps nothing.</summary>
    public virtual Grouping Fork() => this;

    /// <summary>The customer to whom the events belong that are asked about from now on.</summary>
    public virtual void Begin(int customer, in Slice events)
    {
    }

    /// <summary>What stands for the value (<see cref="ValueKey"/>) of an event.</summary>
    public abstract long KeyAt(int type, int row);

    /// <summary>All values on events that may be meant; null when there are more than so many, or that is not easily said.</summary>
    public virtual List<long>? Values(EventMatch match, int most, int texts) => null;

    private sealed class ByProperty(NumberColumns columns) : Grouping
    {
        public override long KeyAt(int type, int row) => columns.KeyAt(type, row);

        public override List<long>? Values(EventMatch match, int most, int texts) => columns.Values(match, most, texts);
    }

    private sealed class ByProfile(ProfileTable profiles, PropertyColumn? column) : Grouping
    {
        private long key;

        public override Grouping Fork() => new ByProfile(profiles, column);

        public override void Begin(int customer, in Slice events) => key = column is null ? ValueKey.Missing : ValueKey.At(column, profiles.RowOf(customer));

        public override long KeyAt(int type, int row) => key;
    }

    private sealed class ByMembership(ConditionTest test) : Grouping
    {
        private long key;

        public override TypeSet? Types => test.Types;

        public override Grouping Fork() => new ByMembership(test.Fork());

        public override void Begin(int customer, in Slice events) =>
            key = customer == ColumnStore.Nobody ? ValueKey.Missing : ValueKey.OfText(test.Holds(customer, events) ? TextDictionary.True : TextDictionary.False);

        public override long KeyAt(int type, int row) => key;
    }
}
