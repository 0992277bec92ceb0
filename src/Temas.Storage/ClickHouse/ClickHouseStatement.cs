namespace Temas.Storage.ClickHouse;

/// <summary>A statement for ClickHouse. No value of a question is in its text: each stands there as <c>{name:Type}</c>.</summary>
/// <param name="Sql">The text.</param>
/// <param name="Parameters">What its names stand for.</param>
public sealed record ClickHouseStatement(string Sql, IReadOnlyList<ClickHouseParameter> Parameters);

/// <summary>A value that is bound to a statement.</summary>
/// <param name="Name">Its name in the statement; over HTTP the parameter <c>param_</c> with this name.</param>
/// <param name="Type">Its type, such as <c>Array(String)</c>.</param>
/// <param name="Text">The value as ClickHouse reads that type from a parameter: texts escaped, arrays in brackets.</param>
public readonly record struct ClickHouseParameter(string Name, string Type, string Text);
