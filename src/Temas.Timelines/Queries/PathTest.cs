using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>Whether a customer has a way on which something stands at a place, and something follows on it: the ways are those that <see cref="PathsKernel"/> counts. Not for several threads at once.</summary>
internal sealed class PathTest : ConditionTest
{
    private readonly Finding walk;

    public PathTest(ColumnStore store, PathCondition condition, bool forFew) => walk = new Finding(store, condition, forFew);

    private PathTest(Finding walk) => this.walk = walk;

    public override TypeSet? Types => walk.Places;

    public override bool Holds(int customer, in Slice events)
    {
        walk.IsFound = false;
        walk.Walk(events);
        return walk.IsFound;
    }

    public override ConditionTest Fork() => new PathTest(new Finding(walk));

    private sealed class Finding : PathsWalk
    {
        private const int Any = -1, None = -2;

        private readonly int wanted, type, next;

        public Finding(ColumnStore store, PathCondition condition, bool forFew)
            : base(store, condition.Paths with { Perception = false }, forFew) => (wanted, type, next) = (condition.Place, TypeOf(condition.Event), TypeOf(condition.Next));

        public Finding(Finding other)
            : base(other) => (wanted, type, next) = (other.wanted, other.type, other.next);

        public bool IsFound { get; set; }

        protected override void Take(ReadOnlySpan<int> stops, ReadOnlySpan<long> times, ReadOnlySpan<int> touches, int place)
        {
            var at = wanted - place;
            IsFound |= type == Any || (at >= 0 && at < stops.Length && stops[at] == type && (next == Any || (at + 1 < stops.Length && stops[at + 1] == next)));
        }

        // A type that nobody has is at no place.
        private int TypeOf(string? name) => name is null ? Any : Standing.Find(name) is >= 0 and var known ? known : None;
    }
}
