using System.Globalization;

namespace Temas.Collect.Import.Rows;

/// <summary>Where a column of a fixed-width file lies.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Start">Its first character, from 1.</param>
/// <param name="Width">How many characters it has.</param>
internal sealed record FixedColumn(string Name, int Start, int Width);

/// <summary>Rows of which every line is one, and whose columns lie at fixed places, counted in characters. Lines may end early.</summary>
internal sealed class FixedRows : RowReader
{
    private readonly FixedColumn[] places;
    private readonly string? comment;
    private readonly bool trim;

    public FixedRows(TextWindow window, IReadOnlyList<FixedColumn> places, int skip, string? comment, bool trim)
        : base(window)
    {
        (this.places, this.comment, this.trim) = ([.. places], comment, trim);
        Columns = [.. places.Select(p => p.Name)];
        SkipLines(skip);
    }

    public override IReadOnlyList<string> Columns { get; }

    public override int Find(string name)
    {
        var found = Array.FindIndex(places, p => p.Name.Equals(name, StringComparison.Ordinal));
        if (found >= 0) return found;
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place >= 1 && place <= places.Length ? place - 1 : -1;
    }

    public override bool TryGet(int column, out ReadOnlySpan<char> value)
    {
        var raw = Raw;
        var place = places[column];
        value = default;
        if (place.Start > raw.Length) return false;
        value = raw.Slice(place.Start - 1, Math.Min(place.Width, raw.Length - place.Start + 1));
        if (trim) value = value.Trim();
        return true;
    }

    protected override bool Parse()
    {
        TakeLine();
        if (comment is not null && Raw.StartsWith(comment, StringComparison.Ordinal)) return false;
        return !Raw.IsWhiteSpace();
    }
}
