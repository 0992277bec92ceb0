using Temas.Timelines.Columns;

namespace Temas.Timelines.Findings;

/// <summary>
/// What was noted of all customers, kept from look to look: whoever did not change since is not read again. Notes depend on nobody's clock (<see cref="Note"/>), so time alone makes none of them wrong. Customers lie in pages by their numbers,
/// packed; where something else changed than customers (rules, an erasure, the columns themselves), everybody is read again. For one look at a time.
/// </summary>
public sealed class JourneyNotes
{
    // So many numbers of customers are in a page: a whole number of words of bits.
    private const int PageBits = 9, PageCustomers = 1 << PageBits, Words = PageCustomers / 64;

    // Notes of what lies before the period by more are left behind some day.
    private const long MostBehind = 60 * JourneyPlan.Day;

    private readonly bool isKept = true;
    private readonly List<ulong> stale = [];
    private Basis? basis;
    private NotePage[] pages = [];
    private int busy;
    private bool isForgotten;

    /// <summary>Notes that are kept for the next look.</summary>
    public JourneyNotes()
    {
    }

    private JourneyNotes(bool isKept) => this.isKept = isKept;

    /// <summary>Notes of one look alone.</summary>
    internal static JourneyNotes ForOnce() => new(isKept: false);

    /// <summary>Bytes of memory that it takes.</summary>
    public long Bytes => pages.Sum(p => p.Bytes);

    /// <summary>Of how many customers something is noted.</summary>
    public int Customers => pages.Sum(p => p.Customers.Length);

    /// <summary>How many customers were read in the last look.</summary>
    public int Passed { get; private set; }

    /// <summary>Whether everybody was.</summary>
    public bool PassedAll { get; private set; }

    /// <summary>Lets go of everything, at the latest when a look that is under way has read it: the next one reads everybody.</summary>
    public void Forget()
    {
        Volatile.Write(ref isForgotten, true);
        if (TryEnter()) Exit();
    }

    /// <summary>Begins a look; false while there is another.</summary>
    internal bool TryEnter()
    {
        if (Interlocked.CompareExchange(ref busy, 1, 0) != 0) return false;
        ForgetIfAsked();
        return true;
    }

    /// <summary>Ends it.</summary>
    internal void Exit()
    {
        ForgetIfAsked();
        // Not a plain write: what is read next must not be read before it, or who asks in between is heard by nobody.
        Interlocked.Exchange(ref busy, 0);
        if (Volatile.Read(ref isForgotten) && TryEnter()) Exit();
    }

    /// <summary>The pages, in the order of customers.</summary>
    internal IReadOnlyList<NotePage> Pages => pages;

    /// <summary>Reads who changed. While nobody writes to the columns.</summary>
    internal void Follow(JourneyPlan plan, NoteKinds kinds, IReadOnlyList<int> marks, IReadOnlyList<int> hurts, object? rules, int threads, CancellationToken cancel)
    {
        var now = new Basis(new WeakReference<ColumnStore>(plan.Store), plan.Store.Erasures, rules, string.Join('\n', [kinds.Signature, string.Join(',', plan.Channels), string.Join(',', marks), string.Join(',', hurts), plan.KeepsEvery.ToString(System.Globalization.CultureInfo.InvariantCulture)]), plan.When.From, plan.When.To);
        var changed = isKept ? plan.Store.TakeChanges(this) : null;
        if (changed is null || basis?.Holds(now, MostBehind) != true)
        {
            Clear();
            PassAll(plan, kinds, marks, hurts, threads, cancel);
            basis = now;
            return;
        }

        // Who was to be read when the last look was stopped still is.
        for (var word = 0; word < changed.Length; word++)
        {
            if (word < stale.Count) stale[word] |= changed[word];
            else stale.Add(changed[word]);
        }

        var some = Enumerable.Range(0, (stale.Count + Words - 1) / Words).Where(page => stale.Skip(page * Words).Take(Words).Any(w => w != 0)).ToList();
        if (some.Count > 0 && some[^1] >= pages.Length) pages = [.. pages, .. Enumerable.Repeat(NotePage.Empty, some[^1] + 1 - pages.Length)];
        var (fresh, passed) = (pages.ToArray(), 0);
        Each(plan, kinds, marks, hurts, some, threads, (page, writer) =>
        {
            var again = Members(page);
            Interlocked.Add(ref passed, again.Count);
            fresh[page] = writer.Write(pages[page], again);
        }, cancel);
        (pages, Passed, PassedAll, basis) = (fresh, passed, false, basis with { To = now.To, From = now.From });
        stale.Clear();
    }

    private void Clear()
    {
        (basis, pages) = (null, []);
        stale.Clear();
    }

    private void ForgetIfAsked()
    {
        if (!Volatile.Read(ref isForgotten)) return;
        Volatile.Write(ref isForgotten, false);
        Clear();
    }

    private void PassAll(JourneyPlan plan, NoteKinds kinds, IReadOnlyList<int> marks, IReadOnlyList<int> hurts, int threads, CancellationToken cancel)
    {
        var everybody = plan.Store.EverybodyHere();
        Array.Sort(everybody);
        var fresh = new NotePage[everybody.Length == 0 ? 0 : (everybody[^1] >> PageBits) + 1];
        Each(plan, kinds, marks, hurts, [.. Enumerable.Range(0, fresh.Length)], threads, (page, writer) =>
        {
            var (from, to) = (FirstFrom(everybody, page << PageBits), FirstFrom(everybody, (page + 1) << PageBits));
            fresh[page] = writer.Write(NotePage.Empty, new ArraySegment<int>(everybody, from, to - from));
        }, cancel);
        (pages, Passed, PassedAll) = (fresh, everybody.Length, true);
    }

    private static int FirstFrom(int[] sorted, int value) => Array.BinarySearch(sorted, value) is var at && at < 0 ? ~at : at;

    private List<int> Members(int page)
    {
        var members = new List<int>();
        for (var word = page * Words; word < Math.Min(stale.Count, (page + 1) * Words); word++)
        {
            for (var bits = stale[word]; bits != 0; bits &= bits - 1) members.Add((word << 6) + System.Numerics.BitOperations.TrailingZeroCount(bits));
        }

        return members;
    }

    private static void Each(JourneyPlan plan, NoteKinds kinds, IReadOnlyList<int> marks, IReadOnlyList<int> hurts, List<int> some, int threads, Action<int, PageWriter> write, CancellationToken cancel)
    {
        var next = -1;
        LongWork.Each(Math.Min(threads, some.Count), threads, _ =>
        {
            var writer = new PageWriter(plan, kinds, marks, hurts);
            for (int at; (at = Interlocked.Increment(ref next)) < some.Count;)
            {
                cancel.ThrowIfCancellationRequested();
                write(some[at], writer);
            }
        }, cancel);
    }

    /// <summary>What must be the same for notes to mean the same; and the period, which may only go on. Columns that were replaced are not kept for it.</summary>
    private sealed record Basis(WeakReference<ColumnStore> Store, long Erasures, object? Rules, string Kinds, long From, long To)
    {
        /// <summary>From when on things were noted when everybody was read.</summary>
        private long Begin { get; } = From;

        public bool Holds(Basis now, long mostBehind) =>
            Store.TryGetTarget(out var mine) && now.Store.TryGetTarget(out var theirs) && mine == theirs && Erasures == now.Erasures && Equals(Rules, now.Rules) && Kinds == now.Kinds && now.From >= From && now.To >= To && now.From - Begin <= mostBehind;
    }

    private sealed class PageWriter
    {
        private readonly JourneyPlan plan;
        private readonly NoteWriter notes;
        private readonly JourneyWalk walk;

        public PageWriter(JourneyPlan plan, NoteKinds kinds, IReadOnlyList<int> marks, IReadOnlyList<int> hurts)
        {
            (this.plan, notes) = (plan, new NoteWriter(kinds));
            walk = new JourneyWalk(plan, kinds, marks, hurts, notes);
        }

        /// <summary>The page with some customers read again, and the others as they were.</summary>
        public NotePage Write(NotePage old, IReadOnlyList<int> again)
        {
            notes.Clear();
            var (customers, ends, lasts, kept) = (new List<int>(), new List<int>(), new List<long>(), 0);
            foreach (var customer in again)
            {
                for (; kept < old.Customers.Length && old.Customers[kept] < customer; kept++) Keep(kept);
                if (kept < old.Customers.Length && old.Customers[kept] == customer) kept++;
                var begin = notes.Length;
                if (!plan.Store.TrySlice(customer, out var events)) continue;
                walk.Read(customer, events);
                if (notes.Length > begin) Add(customer, events.Times[^1]);
            }

            for (; kept < old.Customers.Length; kept++) Keep(kept);
            return customers.Count == 0 ? NotePage.Empty : new NotePage([.. customers], [.. lasts], [.. ends], notes.Written.ToArray());

            void Keep(int at)
            {
                // The period goes on: who has not been seen within it is seen no more.
                if (old.Lasts[at] < plan.When.From) return;
                notes.Copy(old.Of(at));
                Add(old.Customers[at], old.Lasts[at]);
            }

            void Add(int customer, long last)
            {
                customers.Add(customer);
                lasts.Add(last);
                ends.Add(notes.Length);
            }
        }
    }
}

/// <summary>Some customers, in the order of their numbers, with what is noted of them.</summary>
/// <param name="Customers">Who.</param>
/// <param name="Lasts">When something happened to each last.</param>
/// <param name="Ends">Where the bytes of each end.</param>
/// <param name="Written">The bytes.</param>
internal sealed record NotePage(int[] Customers, long[] Lasts, int[] Ends, byte[] Written)
{
    /// <summary>Nobody.</summary>
    public static NotePage Empty { get; } = new([], [], [], []);

    /// <summary>Bytes of memory that it takes.</summary>
    public long Bytes => Written.Length + (Customers.Length * 16L) + 100;

    /// <summary>What is noted of one of them.</summary>
    public ReadOnlySpan<byte> Of(int at)
    {
        var from = at == 0 ? 0 : Ends[at - 1];
        return Written.AsSpan(from, Ends[at] - from);
    }
}
