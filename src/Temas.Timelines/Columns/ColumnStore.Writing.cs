namespace Temas.Timelines.Columns;

public sealed partial class ColumnStore
{
    /// <summary>A time in which one thread writes.</summary>
    public readonly ref struct Writing
    {
        private readonly ColumnStore store;

        internal Writing(ColumnStore store) => this.store = store;

        /// <summary>Adds an event. Its properties are then set by the result.</summary>
        /// <param name="type">Its type, such as <c>track:Order Completed</c>, in UTF-8.</param>
        /// <param name="node">The identifier node that it is filed under; <see cref="Nobody"/> when there is none.</param>
        /// <param name="time">When it happened, in milliseconds since 1970 UTC.</param>
        /// <param name="position">Its log position, above all before.</param>
        public EventWriter Add(ReadOnlySpan<byte> type, int node, long time, long position)
        {
            Advance(position);
            var table = store.Begin(type, node, time, position);
            return new EventWriter(store, table, table.Rows - 1);
        }

        /// <summary>A record that is no event was seen.</summary>
        public void Advance(long position)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(position, store.Position);
            store.Position = position;
        }

        /// <summary>A node belongs to a customer (the node that stands for her) from now on, with all its events.</summary>
        public void Move(int node, int customer) => store.Move(node, customer);

        /// <summary>From now on only these nodes belong to another; every other node to itself.</summary>
        public void MoveAll(IReadOnlyList<(int Node, int Customer)> moved)
        {
            var named = moved.Select(m => m.Node).ToHashSet();
            for (var node = 0; node < store.owners.Length; node++)
            {
                if (store.owners[node] > 0 && !named.Contains(node)) store.Move(node, node);
            }

            foreach (var (node, customer) in moved) store.Move(node, customer);
        }

        /// <summary>Begins to write what is known of a customer (the node that stands for her), in place of all that was. The facts are then set by the result.</summary>
        public EventWriter SetProfile(int customer)
        {
            if (store.Profiles.IsLoose) store.Profiles.Tighten(null);
            return new EventWriter(store, store.Profiles.Table, store.Profiles.Add(customer));
        }

        /// <summary>Nothing is known of a customer any more.</summary>
        public void ForgetProfile(int customer) => store.Profiles.Forget(customer);

        /// <summary>What a customer's events were as touches, in place of all that was known of it; in the order of her timeline. Those that are not named are none.</summary>
        public void SetTouches(int customer, IReadOnlyList<EventTouch> touches) => store.SetTouches(customer, touches);

        /// <summary>Nothing is known of anybody any more.</summary>
        public void ForgetProfiles() => store.Profiles = new ProfileTable();

        /// <summary>The customers who got or lost events, or were joined or parted, since it was last asked; some of them may have no events any more.</summary>
        public IReadOnlyDictionary<int, CustomerChange> TakeTouched()
        {
            var result = store.touched;
            store.touched = [];
            return result;
        }

        /// <summary>Takes away the events at some log positions, and every text that none but they had.</summary>
        public void Erase(IReadOnlySet<long> positions) => store.Erase(positions);

        /// <summary>Lets others read.</summary>
        public void Dispose() => store.gate.ExitWriteLock();
    }

    /// <summary>Sets the properties of the event just added.</summary>
    public readonly ref struct EventWriter
    {
        private readonly ColumnStore store;
        private readonly EventTable table;
        private readonly int row;

        internal EventWriter(ColumnStore store, EventTable table, int row) => (this.store, this.table, this.row) = (store, table, row);

        /// <summary>A property is a number.</summary>
        public void Set(ReadOnlySpan<byte> name, double value) => Open(name)?.SetNumber(row, value);

        /// <summary>A property is a text in UTF-8.</summary>
        public void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            if (Open(name) is { } column) column.SetText(row, store.Texts.Intern(value));
        }

        /// <summary>A property is true or false.</summary>
        public void Set(ReadOnlySpan<byte> name, bool value) => Open(name)?.SetText(row, value ? TextDictionary.True : TextDictionary.False);

        /// <summary>A fact of a customer is several values. Properties of events have one.</summary>
        public void Set(ReadOnlySpan<byte> name, IReadOnlyList<Queries.FilterValue> values)
        {
            if (Open(name) is { } column) column.SetList(row, store.Texts.Intern(ListText.Write(values)));
        }

        private PropertyColumn? Open(ReadOnlySpan<byte> name) =>
            store.names.Find(name) is { } known ? table.Open(known) : table.Columns < EventTable.MaxColumns ? table.Open(store.names.Intern(name)) : null;
    }
}
