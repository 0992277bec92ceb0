namespace Temas.Kernel;

/// <summary>What sort of thing went wrong. The web maps it to a status code, the command line to an exit code.</summary>
public enum ProblemKind
{
    /// <summary>The input is wrong and stays wrong when it is sent again (HTTP 400, exit code 2).</summary>
    Invalid,

    /// <summary>Nobody knows who is asking (HTTP 401, exit code 3).</summary>
    Unauthenticated,

    /// <summary>The asker is known and may not (HTTP 403, exit code 3).</summary>
    Forbidden,

    /// <summary>What was named does not exist here (HTTP 404, exit code 4).</summary>
    NotFound,

    /// <summary>It contradicts what is already there (HTTP 409, exit code 5).</summary>
    Conflict,

    /// <summary>More than the limit that the problem names (HTTP 429 with Retry-After, exit code 6).</summary>
    TooMany,

    /// <summary>Right, but not now: the disk, the database or a lock is in the way (HTTP 503, exit code 7).</summary>
    Unavailable,
}

/// <summary>
/// An expected failure, told so that its reader can do something about it: which field, which value, why, and the way out.
/// Becomes RFC 9457 problem details on HTTP, one line on the command line, and the page's own words in the UI
/// (the texts of a page are found by <see cref="Code"/>).
/// </summary>
/// <param name="Kind">Sort of failure; decides status and exit code.</param>
/// <param name="Code">Stable name in snake_case, for programs and for translations, such as <c>event_too_large</c>.</param>
/// <param name="Detail">One English sentence that names the reason. Never holds a secret.</param>
public sealed record Problem(ProblemKind Kind, string Code, string Detail)
{
    /// <summary>The field that is wrong, as the sender calls it (<c>batch[3].userId</c>), if there is one.</summary>
    public string? Field { get; init; }

    /// <summary>The value that is wrong, shortened to 100 characters, if it may be shown.</summary>
    public string? Value { get; init; }

    /// <summary>What to do about it, as one English sentence.</summary>
    public string? WayOut { get; init; }

    /// <summary>For <see cref="ProblemKind.TooMany"/> and <see cref="ProblemKind.Unavailable"/>: when it is worth trying again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A wrong input.</summary>
    public static Problem Invalid(string code, string detail, string? field = null, string? value = null, string? wayOut = null) =>
        new(ProblemKind.Invalid, code, detail) { Field = field, Value = Shorten(value), WayOut = wayOut };

    /// <summary>Something that is not here.</summary>
    public static Problem NotFound(string code, string detail, string? field = null, string? value = null, string? wayOut = null) =>
        new(ProblemKind.NotFound, code, detail) { Field = field, Value = Shorten(value), WayOut = wayOut };

    /// <summary>The one line that a command line prints.</summary>
    public override string ToString()
    {
        var where = Field is null ? "" : Value is null ? $"{Field}: " : $"{Field} = {Value}: ";
        return WayOut is null ? $"{where}{Detail}" : $"{where}{Detail} {WayOut}";
    }

    private static string? Shorten(string? value) => value is { Length: > 100 } ? string.Concat(value.AsSpan(0, 99), "…") : value;
}

/// <summary>A value, or the problem that stood in its way. For expected outcomes; exceptions are for defects.</summary>
public readonly record struct Result<T>
{
    private readonly T? value;

    private Result(T? value, Problem? problem) => (this.value, Problem) = (value, problem);

    /// <summary>What went wrong, or null.</summary>
    public Problem? Problem { get; }

    /// <summary>True when there is a value.</summary>
    public bool IsOk => Problem is null;

    /// <summary>The value. Reading it when there is a problem is a defect and throws.</summary>
    public T Value => Problem is null ? value! : throw new InvalidOperationException(Problem.ToString());

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Problem problem) => new(default, problem);
}
