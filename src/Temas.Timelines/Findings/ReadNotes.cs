using Temas.Timelines.Queries;

namespace Temas.Timelines.Findings;

/// <summary>Makes tables of what is noted of all customers, as it is at the end of a period.</summary>
internal sealed class ReadNotes
{
    // More steps than this no process has; values that a sender makes up without end must not become tables.
    private const int MostSteps = 60, MostTried = 1000;

    private readonly NoteKinds kinds;
    private readonly TimeSpanMs when;
    private readonly UnitTable[] tables;
    private readonly Dictionary<(int Process, long Step), UnitTable> steps = [];
    private readonly NoteMemory memory;
    private readonly SilenceNote silence = new();

    private ReadNotes(NoteKinds kinds, TimeSpanMs when)
    {
        (this.kinds, this.when, memory) = (kinds, when, new NoteMemory(kinds));
        tables = [.. kinds.All.Select(k => new UnitTable(k.Kind, k.Place, k.Days, k.Dimensions))];
    }

    /// <summary>All tables, in a fixed order; of processes one for each step, whose place has its name.</summary>
    public static List<UnitTable> All(IReadOnlyList<NotePage> pages, NoteKinds kinds, TimeSpanMs when, Func<long, string?> nameOf, int threads, CancellationToken cancel)
    {
        // Each takes pages that follow one another, so that the order is always that of customers.
        var parts = Enumerable.Range(0, Math.Max(1, threads)).Select(_ => new ReadNotes(kinds, when)).ToList();
        var (total, taken, part) = (pages.Sum(p => p.Bytes), 0L, 0);
        var ends = new int[parts.Count];
        for (var page = 0; page < pages.Count; page++)
        {
            taken += pages[page].Bytes;
            while (part < parts.Count - 1 && taken > total * (part + 1) / parts.Count) ends[part++] = page + 1;
        }

        for (; part < parts.Count; part++) ends[part] = pages.Count;
        LongWork.Each(parts.Count, threads, i =>
        {
            for (var page = i == 0 ? 0 : ends[i - 1]; page < ends[i]; page++)
            {
                cancel.ThrowIfCancellationRequested();
                parts[i].Read(pages[page]);
            }
        }, cancel);
        foreach (var other in parts.Skip(1)) parts[0].Append(other);
        return parts[0].Finish(nameOf, threads, cancel);
    }

    private void Read(NotePage page)
    {
        for (var at = 0; at < page.Customers.Length; at++)
        {
            // Who was not seen within the period is not looked at, whatever is still noted of her.
            if (page.Lasts[at] < when.From) continue;
            var customer = page.Customers[at];
            var from = new NoteReader(kinds, memory, page.Of(at));
            while (!from.IsAtEnd)
            {
                var values = from.Read(out var note);
                if (note.Kind == kinds.Silent.Number)
                {
                    silence.Read(note, ref from);
                    silence.Tell(tables[note.Kind], customer, when.To);
                    continue;
                }

                if (note.Seen < when.From || note.Seen >= when.To || note.Due > when.To || note.Until <= when.To) continue;
                if (TableOf(note) is not { } table) continue;
                var unit = new Unit
                {
                    Customer = customer,
                    Time = note.Time,
                    Met = note.Met,
                    Marks = note.Marks,
                    Again = note.Orders > 0,
                    Value = note.Value,
                    Orders = note.Orders,
                    Felt = note.Felt,
                    History = note.History,
                    Past = note.Past,
                    Before = note.Before,
                };
                unit.Await(note.Next, table.Days, when.To);
                table.Add(unit, values);
            }
        }
    }

    private UnitTable? TableOf(in Note note)
    {
        var kind = kinds.All[note.Kind];
        if (!kind.HasSteps) return tables[note.Kind];
        if (steps.TryGetValue((note.Kind, note.Step), out var known)) return known;
        if (steps.Count >= MostTried) return null;
        steps.Add((note.Kind, note.Step), known = new UnitTable(kind.Kind, kind.Place, kind.Days, kind.Dimensions));
        return known;
    }

    private void Append(ReadNotes other)
    {
        foreach (var (mine, theirs) in tables.Zip(other.tables)) mine.Append(theirs);
        foreach (var (key, theirs) in other.steps)
        {
            if (steps.TryGetValue(key, out var mine)) mine.Append(theirs);
            else steps.Add(key, theirs);
        }
    }

    private List<UnitTable> Finish(Func<long, string?> nameOf, int threads, CancellationToken cancel)
    {
        foreach (var ((_, step), table) in steps)
        {
            if (step != ValueKey.Missing) table.Place += "/" + nameOf(step);
        }

        List<UnitTable> all = [.. tables.Where(t => t.Count > 0), .. steps.Values.OrderByDescending(t => t.Count).ThenBy(t => t.Place, StringComparer.Ordinal).Take(MostSteps)];
        LongWork.Each(all, threads, table => table.Finish(nameOf), cancel);
        return [.. all.OrderBy(t => t.Kind, StringComparer.Ordinal).ThenBy(t => t.Place, StringComparer.Ordinal)];
    }
}
