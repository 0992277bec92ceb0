using System.Text;

namespace Temas.Collect.Contracts;

/// <summary>The name of a property, or a path of names separated by dots (<c>address.city</c>).</summary>
public sealed class PropertyPath : IEquatable<PropertyPath>
{
    private readonly byte[][] steps;

    /// <summary>The path that <paramref name="text"/> writes.</summary>
    public PropertyPath(string text) => (Text, steps) = (text, [.. text.Split('.').Select(Encoding.UTF8.GetBytes)]);

    /// <summary>The path as written.</summary>
    public string Text { get; }

    /// <summary>The names, from outside to inside, in UTF-8.</summary>
    public ReadOnlySpan<byte[]> Steps => steps;

    /// <inheritdoc/>
    public bool Equals(PropertyPath? other) => other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PropertyPath);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
