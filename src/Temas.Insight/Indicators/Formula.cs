using System.Globalization;
using Temas.Insight.Contracts;
using Temas.Kernel;

namespace Temas.Insight.Indicators;

/// <summary>What a value is of: money, time in days or hours, or none of these. Products add the powers up.</summary>
internal readonly record struct Dimension(int Money, int Days, int Hours)
{
    /// <summary>That of a unit.</summary>
    public static Dimension Of(IndicatorUnit unit) => unit switch
    {
        IndicatorUnit.Money => new(1, 0, 0),
        IndicatorUnit.Days => new(0, 1, 0),
        IndicatorUnit.Hours => new(0, 0, 1),
        _ => default,
    };

    public static Dimension operator *(Dimension a, Dimension b) => new(a.Money + b.Money, a.Days + b.Days, a.Hours + b.Hours);

    public static Dimension operator /(Dimension a, Dimension b) => new(a.Money - b.Money, a.Days - b.Days, a.Hours - b.Hours);
}

/// <summary>A formula over indicators and measures: names, numbers, + - * / and parentheses.</summary>
internal sealed record Formula
{
    private const int Deepest = 32;

    private readonly Term root;

    private Formula(string text, Term root, IReadOnlyList<string> names) => (Text, this.root, Names) = (text, root, names);

    /// <summary>A formula that says nothing, where none could be read.</summary>
    public static Formula Nothing { get; } = new("", new Number(0), []);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The names in it, each once, in the order in which they are first named.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether it divides.</summary>
    public bool Divides => Any(root, t => t is Binary { Sign: '/' });

    /// <summary>Reads a formula; or what is wrong with it.</summary>
    public static (Formula? Formula, Problem? Fault) Read(string text)
    {
        var reading = new Reading(text);
        var root = reading.Sum(0);
        if (reading.Fault is null && reading.Rest is { } rest) reading.Wrong("formula_unreadable", "Something stands here that does not belong there.", rest);
        if (reading.Fault is not null || root is null) return (null, reading.Fault ?? Problem.Invalid("formula_empty", "The formula is empty.", wayOut: "Write for example orders / visits * 100."));
        if (reading.Names.Count == 0) return (null, Problem.Invalid("formula_without_names", "A formula is made of indicators or measures; this one names none.", value: text, wayOut: "Name one, such as orders / visits."));
        if (DividesByZero(root)) return (null, Problem.Invalid("formula_divides_by_zero", "The formula divides by zero, whatever its parts are.", value: text, wayOut: "Divide by something that is not always zero."));
        return (new Formula(text, root, reading.Names), null);
    }

    /// <summary>Its value; null where a part has none, or something is divided by zero.</summary>
    public double? Value(Func<string, double?> of) => Value(root, of) is { } value && double.IsFinite(value) ? value : null;

    /// <summary>What it is of; or why its parts do not go together.</summary>
    public Result<Dimension> Check(Func<string, IndicatorUnit> of) => Check(root, of) is var (dimension, _, fault) && fault is null ? dimension : fault!;

    private static double? Value(Term term, Func<string, double?> of) => term switch
    {
        Number n => n.Value,
        Name n => of(n.Key),
        Negative n => -Value(n.Of, of),
        Binary b when Value(b.Left, of) is { } left && Value(b.Right, of) is { } right => b.Sign switch { '+' => left + right, '-' => left - right, '*' => left * right, _ => right == 0 ? null : left / right },
        _ => null,
    };

    // A plain number goes with everything.
    private static (Dimension Of, bool IsPlain, Problem? Fault) Check(Term term, Func<string, IndicatorUnit> of)
    {
        switch (term)
        {
            case Number: return (default, true, null);
            case Name name: return (Dimension.Of(of(name.Key)), false, null);
            case Negative negative: return Check(negative.Of, of);
        }

        var both = (Binary)term;
        var (left, right) = (Check(both.Left, of), Check(both.Right, of));
        if (left.Fault is not null || right.Fault is not null) return (default, false, left.Fault ?? right.Fault);
        if (both.Sign == '*') return (left.Of * right.Of, left.IsPlain && right.IsPlain, null);
        if (both.Sign == '/') return (left.Of / right.Of, left.IsPlain && right.IsPlain, null);
        if (left.Of == right.Of || left.IsPlain || right.IsPlain) return (left.IsPlain ? right.Of : left.Of, left.IsPlain && right.IsPlain, null);
        return (default, false, Problem.Invalid("formula_units", "Amounts, durations and plain numbers cannot be added to each other or taken from each other.", value: $"{both.Sign}", wayOut: "Add what has the same unit, or divide one by another first."));
    }

    private static bool Any(Term term, Func<Term, bool> is_) => is_(term) || term switch
    {
        Negative n => Any(n.Of, is_),
        Binary b => Any(b.Left, is_) || Any(b.Right, is_),
        _ => false,
    };

    // A divisor that no name is part of and that comes to nothing.
    private static bool DividesByZero(Term term) => Any(term, t => t is Binary { Sign: '/' } b && !Any(b.Right, x => x is Name) && Value(b.Right, _ => null) is null or 0);

    private abstract record Term;

    private sealed record Number(double Value) : Term;

    private sealed record Name(string Key) : Term;

    private sealed record Negative(Term Of) : Term;

    private sealed record Binary(char Sign, Term Left, Term Right) : Term;

    private sealed class Reading(string text)
    {
        private readonly List<string> names = [];
        private int at;

        public IReadOnlyList<string> Names => names;

        public Problem? Fault { get; private set; }

        public string? Rest
        {
            get
            {
                Skip();
                return at < text.Length ? text[at..] : null;
            }
        }

        public void Wrong(string code, string detail, string? value = null, string? wayOut = null) => Fault ??= Problem.Invalid(code, detail, value: value ?? text, wayOut: wayOut ?? "Write names, numbers, + - * / and parentheses, such as (orders - returns) / visits.");

        public Term? Sum(int depth)
        {
            if (depth > Deepest) Wrong("formula_too_deep", "Parentheses lie at most 32 within each other.");
            if (Fault is not null) return null;
            var left = Product(depth);
            while (left is not null && Next('+', '-') is { } sign) left = Product(depth) is { } right ? new Binary(sign, left, right) : null;
            return left;
        }

        private Term? Product(int depth)
        {
            var left = Factor(depth);
            while (left is not null && Next('*', '/') is { } sign) left = Factor(depth) is { } right ? new Binary(sign, left, right) : null;
            return left;
        }

        private Term? Factor(int depth)
        {
            if (Fault is not null) return null;
            if (depth > Deepest) Wrong("formula_too_deep", "Parentheses lie at most 32 within each other.");
            if (Next('-', '-') is not null) return Factor(depth + 1) is { } of ? new Negative(of) : null;
            if (Next('(', '(') is not null)
            {
                var inner = Sum(depth + 1);
                if (Fault is null && Next(')', ')') is null) Wrong("formula_unclosed", "A parenthesis is not closed.");
                return Fault is null ? inner : null;
            }

            Skip();
            if (at >= text.Length)
            {
                Wrong(text.Trim().Length == 0 ? "formula_empty" : "formula_unreadable", text.Trim().Length == 0 ? "The formula is empty." : "The formula ends where a name or a number is expected.");
                return null;
            }

            var begin = at;
            if (char.IsAsciiDigit(text[at]) || text[at] == '.')
            {
                while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.')) at++;
                if (double.TryParse(text.AsSpan(begin, at - begin), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && (at >= text.Length || !IsOfName(text[at]))) return new Number(number);

                // A key may begin with a digit, if a letter follows: 28d-active.
                at = begin;
            }

            while (at < text.Length && (IsOfName(text[at]) || (text[at] is '-' or '.' && at > begin && at + 1 < text.Length && IsOfName(text[at + 1])))) at++;
            if (at == begin)
            {
                Wrong("formula_unreadable", "A name or a number is expected here.", text[begin..]);
                return null;
            }

            var name = text[begin..at];
            if (!names.Contains(name)) names.Add(name);
            return new Name(name);
        }

        private static bool IsOfName(char letter) => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_';

        private char? Next(char one, char other)
        {
            Skip();
            if (at >= text.Length || (text[at] != one && text[at] != other)) return null;
            return text[at++];
        }

        private void Skip()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        }
    }
}
