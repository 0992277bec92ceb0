using Temas.Timelines.Columns;

namespace Temas.Tests.Timelines.Columns;

/// <summary>Numbers of texts in one, two or four bytes: whatever is done to them, they say what a plain list of the same numbers says.</summary>
public sealed class CodeRowsTests
{
    // Different numbers and rows: of one byte, just so, beyond, of two bytes, and of four.
    [Theory]
    [InlineData(3, 1_000)]
    [InlineData(255, 5_000)]
    [InlineData(256, 5_000)]
    [InlineData(700, 5_000)]
    [InlineData(700, 230_000)]
    [InlineData(70_000, 300_000)]
    public void Rows_SayWhatAListSays(int different, int count)
    {
        var random = new Random(different + count);
        var (rows, list) = (new CodeRows(), new List<int>());
        var changesAt = count / 2;
        for (var row = 0; row < count; row += random.Next(12) == 0 ? 3 : 1)
        {
            // At first few and then all: a column widens while it grows.
            var code = random.Next(10) == 0 ? TextDictionary.Missing : 1 + (17 * random.Next(row < changesAt ? Math.Min(200, different) : different));
            while (list.Count <= row) list.Add(TextDictionary.Missing);
            list[row] = code;
            rows.Set(row, code);
        }

        Check(rows, list);
        var (frozen, before) = (rows.Freeze(), list.ToList());
        for (var i = 0; i < 1_000; i++)
        {
            list.Add(1 + (17 * random.Next(2 * different)));
            rows.Set(list.Count - 1, list[^1]);
        }

        Check(rows, list);
        Check(frozen, before);
        var at = random.Next(list.Count);
        rows.Set(at, list[at] = 1 + (17 * random.Next(different)));
        Check(rows, list);

        // Some go, the others change places, and what is left gets other numbers, which those that went have no more.
        var order = Enumerable.Range(0, list.Count + 5).OrderBy(_ => random.Next()).Take(list.Count - 50).ToArray();
        var moved = order.Select(row => row < list.Count ? list[row] : TextDictionary.Missing).ToList();
        var known = moved.ToHashSet();
        Check(rows.Reorder(order, null), moved);
        Check(rows.Reorder(order, code => known.Contains(code) ? code + 5 : throw new InvalidOperationException("nobody says it")), moved.ConvertAll(code => code == TextDictionary.Missing ? code : code + 5));

        var reordered = rows.Reorder(order, null);
        reordered.Set(order.Length, 7_777_777);
        Check(reordered, [.. moved, 7_777_777]);
        var codes = Enumerable.Range(0, list.Max() + 1).Select(code => code == 0 ? 0 : code + 1).ToArray();
        rows.Recode(codes);
        Check(rows, list.ConvertAll(code => codes[code]));
        rows.Set(list.Count, 2);
        rows.At(list.Count).ShouldBe(2);
    }

    [Theory]
    [InlineData(10, 1_000, 1)]
    [InlineData(10_000, 1_000, 4)]
    [InlineData(10_000, 250_000, 2)]
    [InlineData(200_000, 250_000, 4)]
    public void Rows_TakeNoMoreBytesThanTheyNeed(int different, int count, int bytes)
    {
        var random = new Random(1);
        var list = Enumerable.Range(0, count).Select(_ => 5 + random.Next(different)).ToArray();
        var rows = CodeRows.Of(list);
        (rows.Few.Length, rows.Some.Length, rows.Many.Length).ShouldBe((bytes == 1 ? count : 0, bytes == 2 ? count : 0, bytes == 4 ? count : 0));
        Check(rows, list);

        // Wide ones become narrow when they are put in order, for they may have been narrow once too few.
        var wide = new CodeRows([], [], list, []);
        Check(wide, list);
        Check(wide.Reorder([.. Enumerable.Range(0, count)], null), list);
        wide.Reorder([.. Enumerable.Range(0, count)], null).Bytes.ShouldBeLessThanOrEqualTo(bytes * (count + (count / 16) + 16) + (1L << 19));
    }

    /// <summary>A fold reads what was taken down while others write over it: what it cannot know is missing, and stays so.</summary>
    [Theory]
    [InlineData(10, 100)]
    [InlineData(300, 210_000)]
    public void WhatWasTakenDown_IsNotMistaken_WhenItIsWrittenOver(int different, int count)
    {
        var rows = CodeRows.Of([.. Enumerable.Range(0, count).Select(row => 5 + (row % different))]);
        var frozen = rows.Freeze();
        rows.Set(3, 1_000_000);
        var made = frozen.Reorder([.. Enumerable.Range(0, count)], null);
        made.At(3).ShouldBe(TextDictionary.Missing);
        made.Set(count, 2_000_000);
        made.At(3).ShouldBe(TextDictionary.Missing);
        made.At(4).ShouldBe(9);
        made.At(count).ShouldBe(2_000_000);
    }

    private static void Check(CodeRows rows, IReadOnlyList<int> list)
    {
        rows.Count.ShouldBe(list.Count);
        Enumerable.Range(0, list.Count).All(row => rows.At(row) == list[row]).ShouldBeTrue();
        rows.At(list.Count).ShouldBe(TextDictionary.Missing);
        rows.At(-1).ShouldBe(TextDictionary.Missing);
        rows.Different().Where(c => c != TextDictionary.Missing).Order().ShouldBe(list.Where(c => c != TextDictionary.Missing).Distinct().Order());
        rows.Different(2).Count.ShouldBeLessThanOrEqualTo(2);
        foreach (var code in new[] { list[0], list[^1], TextDictionary.Missing, 987_654_321 })
        {
            CheckBits(list, code_ => code_ == code, bits => rows.Mark(code, equal: true, bits));
            CheckBits(list, code_ => code_ != code, bits => rows.Mark(code, equal: false, bits));
        }

        CheckBits(list, code => code % 3 == 1, bits =>
        {
            Array.Fill(bits, ulong.MaxValue);
            rows.Mark(code => code % 3 == 1 ? 1 : -1, bits);
        });
        CheckBits(list, code => code % 2 == 1, bits => rows.Mark(code => code % 2, bits));
        var saved = new CodeRows(rows.Few, rows.Some, rows.Many, rows.Palette);
        saved.Count.ShouldBe(list.Count);
        Enumerable.Range(0, list.Count).All(row => saved.At(row) == list[row]).ShouldBeTrue();
    }

    private static void CheckBits(IReadOnlyList<int> list, Func<int, bool> holds, Action<ulong[]> mark)
    {
        var bits = new ulong[(list.Count + 63) / 64];
        mark(bits);
        Enumerable.Range(0, list.Count).All(row => ((bits[row >> 6] >> row & 1) != 0) == holds(list[row])).ShouldBeTrue();
    }
}
