using Temas.Collect.Import.Rows;

namespace Temas.Collect.Import.Mapping;

/// <summary>How the rows of a file are written.</summary>
internal enum InputFormat
{
    /// <summary>Fields between delimiters.</summary>
    Csv,

    /// <summary>Fields at fixed places.</summary>
    Fixed,

    /// <summary>One JSON object a line.</summary>
    Jsonl,
}

/// <summary>How a file is to be read: the file itself, or a lookup file.</summary>
internal sealed record FileFormat
{
    public InputFormat Format { get; init; }

    /// <summary>Null: as the file's first bytes tell.</summary>
    public System.Text.Encoding? Encoding { get; init; }

    public DelimitedFormat Delimited { get; init; } = new(null, '"', null, true, false);

    /// <summary>Whether the first row holds the names of the columns.</summary>
    public bool Header { get; init; } = true;

    /// <summary>Lines before the header, or before the first row, that are left out.</summary>
    public int Skip { get; init; }

    /// <summary>Names of the columns of delimited text, when the mapping gives them.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Places of the columns of a fixed-width file.</summary>
    public IReadOnlyList<FixedColumn> Places { get; init; } = [];

    /// <summary>Values that mean that there is none.</summary>
    public NullWords Nulls { get; init; } = NullWords.Default;

    /// <summary>Begins to read <paramref name="window"/> in this format.</summary>
    public RowReader Read(TextWindow window) => Format switch
    {
        InputFormat.Fixed => new FixedRows(window, Places, Skip + (Header ? 1 : 0), Delimited.Comment, Delimited.Trim),
        InputFormat.Jsonl => new JsonRows(window, Skip, parse: true),
        _ => DelimitedRows.Open(window, Delimited, Skip, Header, Names),
    };
}

/// <summary>What to do with a row whose key is not in the lookup file.</summary>
internal enum MissingJoin
{
    /// <summary>Its columns are empty.</summary>
    Empty,

    /// <summary>The row makes no event.</summary>
    Skip,

    /// <summary>The row is rejected.</summary>
    Reject,
}

/// <summary>Which row of a lookup file counts when several have the same key.</summary>
internal enum DuplicateJoin
{
    /// <summary>None: the import does not begin.</summary>
    Fail,

    /// <summary>The first.</summary>
    First,

    /// <summary>The last.</summary>
    Last,
}

/// <summary>A lookup file, held in memory.</summary>
/// <param name="Name">Its columns are <c>$name.column</c>.</param>
/// <param name="File">Its path, from the mapping's folder.</param>
/// <param name="On">The value in the row that is looked up.</param>
/// <param name="Key">The column of the lookup file that holds it.</param>
/// <param name="Missing">What to do when it is not there.</param>
/// <param name="Duplicates">What to do when it is there twice.</param>
/// <param name="Format">How the file is written.</param>
internal sealed record JoinSpec(string Name, string File, Template On, string Key, MissingJoin Missing, DuplicateJoin Duplicates, FileFormat Format);

/// <summary>When an event happened.</summary>
/// <param name="Received">True: at the time of the import.</param>
/// <param name="Value">Else where the time stands.</param>
internal sealed record TimeSpec(bool Received, ValueSpec? Value);

/// <summary>One event that is made of a row.</summary>
internal sealed record EventSpec
{
    /// <summary>Its number among the mapping's events, part of its message id.</summary>
    public required int Index { get; init; }

    public required ValueSpec Type { get; init; }

    public ValueSpec? Event { get; init; }

    public ValueSpec? Name { get; init; }

    public ValueSpec? Category { get; init; }

    public ValueSpec? UserId { get; init; }

    public ValueSpec? AnonymousId { get; init; }

    public ValueSpec? PreviousId { get; init; }

    public ValueSpec? GroupId { get; init; }

    public ValueSpec? Email { get; init; }

    public ValueSpec? Phone { get; init; }

    /// <summary>Type of external id → value.</summary>
    public IReadOnlyList<KeyValuePair<string, ValueSpec>> ExternalIds { get; init; } = [];

    public required TimeSpec Time { get; init; }

    public ObjectNode? Properties { get; init; }

    public ObjectNode? Traits { get; init; }

    public ObjectNode? Context { get; init; }

    /// <summary>Null: always.</summary>
    public Condition? When { get; init; }

    /// <summary>What the message id is made of; empty: of the row's content.</summary>
    public IReadOnlyList<Template> Id { get; init; } = [];
}

/// <summary>A mapping that was read and held against its rules.</summary>
internal sealed record ImportMapping
{
    /// <summary>Name of the import, from which message ids are made.</summary>
    public required string Key { get; init; }

    public required FileFormat Input { get; init; }

    public required IReadOnlyList<JoinSpec> Joins { get; init; }

    /// <summary>Which rows are imported; null: all.</summary>
    public Condition? When { get; init; }

    public required IReadOnlyList<EventSpec> Events { get; init; }

    /// <summary>Names of the columns that templates and conditions use; their numbers are places in this list.</summary>
    public required ColumnTable Columns { get; init; }
}
