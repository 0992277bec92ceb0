using System.Text;

namespace Temas.Timelines.Columns;

/// <summary>
/// A <see cref="ColumnStore"/> on disk, as a snapshot file of kind <c>COLS</c> (docs/formats/snapshot.md): so that a start has only to read what came since.
/// Written from what never changes any more, so that others read and write meanwhile.
/// </summary>
internal sealed class ColumnFile
{
    private const uint Kind = 0x534C4F43; // "COLS"
    private const int Version = 3;

    // In place of a perception that is not known.
    private const int Unfelt = int.MinValue;

    private enum Part : uint
    {
        Stamp = 1,
        Types,
        TypeBytes,
        Names,
        NameBytes,
        Texts,
        TextBytes,
        Customers,
        Starts,
        Times,
        Positions,
        Rows,
        Nodes,
        EventTypes,
        Owners,
        Tables,
        Columns,
        Numbers,
        Codes,
        Rules,
        Stale,
        Changing,
        ChangesAt,
        Known,
        Lists,
        TouchTexts,
        TouchBytes,
        TouchFelt,
        EventTouches,
        Few,
        Some,
        Palettes,
    }

    private readonly record struct TableHead(int Rows, int Columns, long LeftOut);

    private readonly record struct ColumnHead(int Name, int Numbers, int Few, int Some, int Codes, int Palette);

    private readonly record struct ColumnRows(int Name, ReadOnlyMemory<double> Numbers, CodeRows Codes, bool HasLists);

    private readonly List<(TableHead Head, List<ColumnRows> Columns, PropertyColumn Touches)> tables = [];
    private readonly byte[][] types, names;
    private readonly TextDictionary texts;
    private readonly int textCount;
    private readonly BaseEvents events;
    private readonly int[] owners;

    /// <summary>Takes down what there is, which must be one piece. While reading.</summary>
    public ColumnFile(long position, ReadOnlyMemory<byte[]> types, ReadOnlyMemory<byte[]> names, TextDictionary texts, int textCount, BaseEvents events, int[] owners, IReadOnlyList<EventTable> tables, KnownCustomers? known)
    {
        (Position, this.types, this.names, this.texts, this.textCount, this.events, Known) = (position, types.ToArray(), names.ToArray(), texts, textCount, events, known);
        known?.Profiles.Tighten(null);
        this.owners = [.. owners];
        foreach (var table in known is null ? tables : [.. tables, known.Profiles.Table])
        {
            var columns = table.Names.Select(n => table.Find(n) is { Rows: var (numbers, codes) } column ? new ColumnRows(n, numbers, codes, column.HasLists) : default).ToList();
            this.tables.Add((new TableHead(table.Rows, columns.Count, table.LeftOut), columns, table.Touches));
        }
    }

    private ColumnFile(SnapshotFile file, int customers)
    {
        Position = file.Position;
        (types, names) = (Unpack(file, Part.Types, Part.TypeBytes), Unpack(file, Part.Names, Part.NameBytes));
        texts = new TextDictionary();
        foreach (var text in Unpack(file, Part.Texts, Part.TextBytes)) texts.Intern(text);
        textCount = texts.Count;
        var arrays = new EventArrays(0)
        {
            Times = Read<long>(file, Part.Times),
            Positions = Read<long>(file, Part.Positions),
            Rows = Read<int>(file, Part.Rows),
            Nodes = Read<int>(file, Part.Nodes),
            Types = Read<ushort>(file, Part.EventTypes),
        };
        events = customers == 0 ? BaseEvents.Empty : BaseEvents.Restore(Read<int>(file, Part.Customers), Read<int>(file, Part.Starts), arrays);
        owners = Read<int>(file, Part.Owners);
        var heads = file.Section<ColumnHead>((uint)Part.Columns);
        var numbers = file.Section<double>((uint)Part.Numbers);
        var codes = file.Section<int>((uint)Part.Codes);
        var few = file.Section<byte>((uint)Part.Few);
        var some = file.Section<ushort>((uint)Part.Some);
        var palettes = file.Section<int>((uint)Part.Palettes);
        var lists = file.Section<int>((uint)Part.Lists);
        var touches = file.Section<int>((uint)Part.EventTouches);
        foreach (var table in file.Section<TableHead>((uint)Part.Tables))
        {
            var columns = new List<(int, PropertyColumn)>(table.Columns);
            foreach (var head in heads[..table.Columns])
            {
                var rows = new CodeRows(few[..head.Few], some[..head.Some], codes[..head.Codes], palettes[..head.Palette]);
                columns.Add((head.Name, new PropertyColumn(numbers[..head.Numbers], rows, lists[0] != 0)));
                lists = lists[1..];
                numbers = numbers[head.Numbers..];
                few = few[head.Few..];
                some = some[head.Some..];
                codes = codes[head.Codes..];
                palettes = palettes[head.Palette..];
            }

            heads = heads[table.Columns..];
            var own = touches[..Math.Min(touches.Length, table.Rows)];
            Tables.Add(EventTable.Restore(table.Rows, table.LeftOut, columns, new PropertyColumn([], CodeRows.Of(own))));
            touches = touches[own.Length..];
        }

        if (file.Section<ulong>((uint)Part.Rules) is not [var rules]) return;
        var changes = Read<int>(file, Part.Changing).Zip(Read<long>(file, Part.ChangesAt), KeyValuePair.Create).ToList();
        var felt = file.Section<int>((uint)Part.TouchFelt);
        var of = Unpack(file, Part.TouchTexts, Part.TouchBytes);
        var facts = new List<TouchFacts>(felt.Length);
        for (var i = 0; i < felt.Length; i++) facts.Add(new TouchFacts(Maybe(of[4 * i]), Maybe(of[(4 * i) + 1]), Maybe(of[(4 * i) + 2]), Maybe(of[(4 * i) + 3]), felt[i] == Unfelt ? null : felt[i]));
        Known = new KnownCustomers(new KnownMark(rules, Read<int>(file, Part.Stale), changes), ProfileTable.Restore(Read<int>(file, Part.Known), Tables[^1]), facts);
        Tables.RemoveAt(Tables.Count - 1);
    }

    /// <summary>The log position up to which it stands.</summary>
    public long Position { get; }

    public ReadOnlySpan<byte[]> Types => types;

    public ReadOnlySpan<byte[]> Names => names;

    public TextDictionary Texts => texts;

    public BaseEvents Events => events;

    public int[] Owners => owners;

    /// <summary>What is known of customers; null where that is not in it.</summary>
    public KnownCustomers? Known { get; }

    /// <summary>As they were read.</summary>
    public List<EventTable> Tables { get; } = [];

    /// <summary>Reads a file; null where it is missing, damaged, or of another stamp, and <paramref name="fault"/> says why.</summary>
    public static ColumnFile? Open(string path, ulong stamp, out string? fault)
    {
        using var file = SnapshotFile.Open(path, Kind, Version, out fault);
        if (file is null) return null;
        if (file.Section<ulong>((uint)Part.Stamp) is [var its] && its == stamp) return new ColumnFile(file, file.Section<int>((uint)Part.Customers).Length);
        fault = "is of other customers";
        return null;
    }

    public void Write(string path, ulong stamp)
    {
        using var file = new SnapshotWriter(path, Kind, Version, Position);
        Section(file, Part.Stamp, [stamp]);
        Pack(file, Part.Types, Part.TypeBytes, types.Length, i => types[i]);
        Pack(file, Part.Names, Part.NameBytes, names.Length, i => names[i]);
        Pack(file, Part.Texts, Part.TextBytes, textCount - TextDictionary.FirstText, i => texts.Utf8Of(i + TextDictionary.FirstText));
        Section(file, Part.Customers, events.AllCustomers);
        Section(file, Part.Starts, events.AllStarts);
        Section<long>(file, Part.Times, events.Events.Times.AsSpan(0, events.Count));
        Section<long>(file, Part.Positions, events.Events.Positions.AsSpan(0, events.Count));
        Section<int>(file, Part.Rows, events.Events.Rows.AsSpan(0, events.Count));
        Section<int>(file, Part.Nodes, events.Events.Nodes.AsSpan(0, events.Count));
        Section<ushort>(file, Part.EventTypes, events.Events.Types.AsSpan(0, events.Count));
        Section<int>(file, Part.Owners, owners);
        Section<TableHead>(file, Part.Tables, tables.ConvertAll(t => t.Head).ToArray());
        var columns = tables.SelectMany(t => t.Columns).ToList();
        Section<ColumnHead>(file, Part.Columns, columns.ConvertAll(c => new ColumnHead(c.Name, c.Numbers.Length, c.Codes.Few.Length, c.Codes.Some.Length, c.Codes.Many.Length, c.Codes.Palette.Length)).ToArray());
        var numbers = file.Column<double>((uint)Part.Numbers, columns.Sum(c => (long)c.Numbers.Length));
        foreach (var column in columns) numbers.Add(column.Numbers.Span);
        var few = file.Column<byte>((uint)Part.Few, columns.Sum(c => (long)c.Codes.Few.Length));
        foreach (var column in columns) few.Add(column.Codes.Few);
        var some = file.Column<ushort>((uint)Part.Some, columns.Sum(c => (long)c.Codes.Some.Length));
        foreach (var column in columns) some.Add(column.Codes.Some);
        var codes = file.Column<int>((uint)Part.Codes, columns.Sum(c => (long)c.Codes.Many.Length));
        foreach (var column in columns) codes.Add(column.Codes.Many);
        var palettes = file.Column<int>((uint)Part.Palettes, columns.Sum(c => (long)c.Codes.Palette.Length));
        foreach (var column in columns) palettes.Add(column.Codes.Palette);
        Section<int>(file, Part.Lists, columns.ConvertAll(c => c.HasLists ? 1 : 0).ToArray());
        if (Known is not null) WriteKnown(file, Known);
        file.Complete();
    }

    private void WriteKnown(SnapshotWriter file, KnownCustomers known)
    {
        Section(file, Part.Rules, [known.Mark.Rules]);
        Section<int>(file, Part.Stale, [.. known.Mark.Stale.Distinct()]);
        Section<int>(file, Part.Changing, [.. known.Mark.ChangesAt.Select(c => c.Key)]);
        Section<long>(file, Part.ChangesAt, [.. known.Mark.ChangesAt.Select(c => c.Value)]);
        Section<int>(file, Part.Known, [.. known.Profiles.Known]);
        Pack(file, Part.TouchTexts, Part.TouchBytes, 4 * known.Touches.Count, i => Maybe((i % 4) switch
        {
            0 => known.Touches[i / 4].Touchpoint,
            1 => known.Touches[i / 4].Stage,
            2 => known.Touches[i / 4].Channel,
            _ => known.Touches[i / 4].Medium,
        }));
        Section<int>(file, Part.TouchFelt, [.. known.Touches.Select(t => t.Perception ?? Unfelt)]);
        var touches = file.Column<int>((uint)Part.EventTouches, tables.Sum(t => (long)t.Head.Rows));
        foreach (var (head, _, column) in tables)
        {
            // A touch that came into the world since belongs to somebody who is stale.
            for (var row = 0; row < head.Rows; row++) touches.Add(column.TextAt(row) is var touch && touch <= known.Touches.Count ? touch : TouchTable.None);
        }
    }

    // A text that may be missing: an empty one has a byte, too.
    private static ReadOnlySpan<byte> Maybe(string? text) => text is null ? [] : Encoding.UTF8.GetBytes("=" + text);

    private static string? Maybe(byte[] utf8) => utf8.Length == 0 ? null : Encoding.UTF8.GetString(utf8.AsSpan(1));

    private delegate ReadOnlySpan<byte> TextAt(int index);

    private static void Section<T>(SnapshotWriter file, Part part, ReadOnlySpan<T> values)
        where T : unmanaged => file.Section((uint)part, values);

    private static T[] Read<T>(SnapshotFile file, Part part)
        where T : unmanaged => file.Section<T>((uint)part).ToArray();

    private static void Pack(SnapshotWriter file, Part lengths, Part bytes, int count, TextAt text)
    {
        var each = new int[count];
        for (var i = 0; i < count; i++) each[i] = text(i).Length;
        Section<int>(file, lengths, each);
        var all = file.Column<byte>((uint)bytes, each.Sum(l => (long)l));
        for (var i = 0; i < count; i++)
        {
            foreach (var b in text(i)) all.Add(b);
        }
    }

    private static byte[][] Unpack(SnapshotFile file, Part lengths, Part bytes)
    {
        var each = file.Section<int>((uint)lengths);
        var all = file.Section<byte>((uint)bytes);
        var result = new byte[each.Length][];
        for (var i = 0; i < each.Length; i++)
        {
            result[i] = all[..each[i]].ToArray();
            all = all[each[i]..];
        }

        return result;
    }
}
