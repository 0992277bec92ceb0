namespace Temas.Timelines.Columns;

/// <content>What events were as touches. It is worked out by others from whole timelines, so it is written customer by customer, whenever one is worked out anew.</content>
public sealed partial class ColumnStore
{
    internal TouchTable Touches { get; private set; } = new();

    /// <summary>What events were as touches, of one kind: its different values.</summary>
    public IReadOnlyList<string> ValuesOf(Queries.Touch touch)
    {
        using var read = Read();
        var codes = Touches.Of(touch).Texts.Different();
        return [.. codes.Where(c => c != TextDictionary.Missing).Select(Texts.TextOf)];
    }

    /// <summary>What the events of a customer were as touches, in place of all that was; in the order of her timeline.</summary>
    private void SetTouches(int customer, IReadOnlyList<EventTouch> touches)
    {
        fold?.Retouch(customer);
        EventArrays events;
        int from, count;
        if (slices.TryFind(customer, out var slot)) (events, from, count) = (slices.Arrays, slices[slot].Start, slices[slot].Count);
        else if (folded.Find(customer, out from, out count)) events = folded.Events;
        else return;
        var next = 0;
        for (var at = from; at < from + count; at++)
        {
            var (time, position) = (events.Times[at], events.Positions[at]);

            // Whoever read them may know of events that are not here yet.
            while (next < touches.Count && (touches[next].Time < time || (touches[next].Time == time && touches[next].Position < position))) next++;
            var isTouch = next < touches.Count && touches[next].Position == position && touches[next].Time == time;
            var row = isTouch ? Touches.Intern(touches[next].Facts, Texts) : TouchTable.None;
            var column = tables[events.Types[at]].Touches;
            if (column.TextAt(events.Rows[at]) == row) continue;
            column.SetText(events.Rows[at], row);
            Watch(customer);
        }
    }

    /// <summary>The touches that some event is, and no others: those that are left from what was erased, or from other definitions, go.</summary>
    private TouchTable Tighten(List<EventTable> of, TextDictionary texts)
    {
        var (used, recode) = (new bool[Touches.Rows], new int[Touches.Rows]);
        foreach (var table in of)
        {
            foreach (var touch in table.Touches.Texts.Different()) used[touch] = true;
        }

        var result = Touches.Tighten(used, texts, recode);
        foreach (var table in of) table.Touches.Texts.Recode(recode);
        return result;
    }
}
