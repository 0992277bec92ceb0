using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>A breakdown made ready. For one thread; each other has its own <see cref="Fork"/>.</summary>
internal abstract class Grouping
{
    /// <summary>The event types that it looks at beside those that are counted; null for all.</summary>
    public virtual TypeSet? Types => TypeSet.None;

    /// <summary>Whether it looks at a customer's events, beside the one that is counted.</summary>
    public virtual bool AsksEvents => false;

    public static Grouping? Of(Breakdown? breakdown, ColumnStore store) => breakdown switch
    {
        null => null,
        PropertyBreakdown property => new ByProperty(new NumberColumns(store, property.Property)),
        TouchBreakdown touch => new ByTouch(new TouchColumns(store), store.Touches.Of(touch.Touch)),
        ProfileBreakdown profile => new ByProfile(store.Profiles, store.FindName(profile.Fact) is { } name ? store.Profiles.Table.Find(name) : null),
        MembershipBreakdown membership => new ByFigure(FigureTest.Of(new HoldsFigure(membership.Condition), store)),
        FigureBreakdown figure => new ByFigure(FigureTest.Of(figure.Figure, store)),
        _ => throw new ArgumentOutOfRangeException(nameof(breakdown), breakdown, null),
    };

    /// <summary>Whether an event's group goes by the event alone, and <see cref="In"/> says which.</summary>
    public virtual bool IsByEvent => false;

    /// <summary>As <see cref="Of"/>, where each customer or event must be of one group.</summary>
    /// <exception cref="BreakdownOfListsException">Some customer would be of several.</exception>
    public static Grouping? OfOne(Breakdown? breakdown, ColumnStore store) =>
        breakdown is ProfileBreakdown profile && store.FindName(profile.Fact) is { } name && store.Profiles.Table.Find(name) is { } column && store.Profiles.HasLists(column, store.Texts)
            ? throw new BreakdownOfListsException(profile.Fact) : Of(breakdown, store);

    /// <summary>Another one for another thread; the same where it keeps nothing.</summary>
    public virtual Grouping Fork() => this;

    /// <summary>The customer to whom the events belong that are asked about from now on.</summary>
    public virtual void Begin(int customer, in Slice events)
    {
    }

    /// <summary>What stands for the value (<see cref="ValueKey"/>) of an event.</summary>
    public abstract long KeyAt(int type, int row);

    /// <summary>The groups to which the events of a type belong.</summary>
    public virtual GroupsOfRows In(int type, ValueMap groupOf, int groups) => throw new NotSupportedException();

    /// <summary>All values on events that may be meant; null when there are more than so many, or that is not easily said.</summary>
    public virtual List<long>? Values(EventMatch match, int most, int texts) => null;

    /// <summary>By a property of the events.</summary>
    private sealed class ByProperty(NumberColumns columns) : Grouping
    {
        private readonly Dictionary<int, GroupsOfRows> known = [];

        public override bool IsByEvent => true;

        public override Grouping Fork() => new ByProperty(columns);

        public override GroupsOfRows In(int type, ValueMap groupOf, int groups)
        {
            if (!known.TryGetValue(type, out var rows)) known.Add(type, rows = new GroupsOfRows(columns.Of(type), groupOf, groups));
            return rows;
        }

        public override long KeyAt(int type, int row) => columns.KeyAt(type, row);

        public override List<long>? Values(EventMatch match, int most, int texts) => columns.Values(match, most, texts);
    }

    private sealed class ByTouch(TouchColumns touches, PropertyColumn column) : Grouping
    {
        // By touch: there are few of them.
        private readonly long[] keys = touches.KeysOf(column);

        public override bool IsByEvent => true;

        public override GroupsOfRows In(int type, ValueMap groupOf, int groups) => new(touches.Of(type), groupOf, groups, keys);

        public override long KeyAt(int type, int row) => keys[touches.At(type, row)];

        public override List<long>? Values(EventMatch match, int most, int texts)
        {
            var different = keys.Distinct().Take(most + 1).ToList();
            return different.Count > most ? null : different;
        }
    }

    private sealed class ByProfile(ProfileTable profiles, PropertyColumn? column) : Grouping
    {
        private long key;

        public override Grouping Fork() => new ByProfile(profiles, column);

        public override void Begin(int customer, in Slice events) => key = column is null ? ValueKey.Missing : ValueKey.At(column, profiles.RowOf(customer));

        public override long KeyAt(int type, int row) => key;
    }

    private sealed class ByFigure(FigureTest figure) : Grouping
    {
        private long key;

        public override TypeSet? Types => figure.Types;

        public override bool AsksEvents => true;

        public override Grouping Fork() => new ByFigure(figure.Fork());

        public override void Begin(int customer, in Slice events) => key = customer == ColumnStore.Nobody ? ValueKey.Missing : figure.Of(customer, events);

        public override long KeyAt(int type, int row) => key;
    }

    /// <summary>To which group an event of a type belongs by its property, or as a touch: looked up by the number of a text or touch, of which there are few.</summary>
    internal sealed class GroupsOfRows
    {
        private const int Most = 1 << 16;

        private readonly PropertyColumn? column;
        private readonly ValueMap groupOf;
        private readonly int groups;

        // By the number of a text or touch, its group plus one; 0 where it was not asked yet.
        private int[] ofText = [];

        public GroupsOfRows(PropertyColumn? column, ValueMap groupOf, int groups) => (this.column, this.groupOf, this.groups) = (column, groupOf, groups);

        /// <param name="touches">The touch that each event was.</param>
        /// <param name="groupOf">The groups by value.</param>
        /// <param name="groups">How many there are.</param>
        /// <param name="keys">What stands for the value of each touch.</param>
        public GroupsOfRows(PropertyColumn touches, ValueMap groupOf, int groups, long[] keys)
            : this(touches, groupOf, groups) => ofText = Array.ConvertAll(keys, key => GroupOf(key) + 1);

        public int Of(int row)
        {
            var code = column is null ? TextDictionary.Missing : column.TextAt(row);
            if (code < ofText.Length && ofText[code] != 0) return ofText[code] - 1;
            var group = GroupOf(column is null ? ValueKey.Missing : ValueKey.At(column, row));
            if (code is TextDictionary.Missing or >= Most) return group;
            if (code >= ofText.Length) Array.Resize(ref ofText, Math.Max(256, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)code + 1)));
            ofText[code] = group + 1;
            return group;
        }

        // What is not told apart belongs to the last group.
        private int GroupOf(long key) => groupOf.Find(key) is >= 0 and var group ? group : groups - 1;
    }
}
